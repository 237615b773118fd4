"""Which digits are a card number: length, issuer and check digit; must not look at bytes around them."""

import re

_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))

# Issuer ranges with the lengths they are issued in (ISO/IEC 7812-1 and the schemes' public tables). A first digit of 0,
# 1 or 20 belongs to no card, so that times since 1970 and dates of this century are none.
_ISSUERS = re.compile(
    rb"(?:4(?:\d{12}|\d{15}|\d{17,18})"  # Visa
    rb"|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    rb"|3[47]\d{13}|(?:2131|1800)\d{11}"  # American Express, old JCB
    rb"|(?:30[0-5]|309|36\d|3[89]\d)\d{11}|(?:30[0-5]|309|36\d|3[89]\d)\d{13,16}"  # Diners
    rb"|35\d{14,17}|220[0-5]\d{12,15}"  # JCB, Mir
    rb"|(?:50|5[678]|63|67)\d{11,17}"  # Maestro, girocard
    rb"|6[0-7]\d{14,17}|(?:8[12]\d\d|8600|9860|9792)\d{12})"  # Discover, UnionPay, RuPay, Uzcard, Humo, Troy
)


# Where nothing but the digits speaks for a card: only what is issued most, in its usual lengths.
_COMMON = re.compile(
    rb"(?:4\d{15}|4\d{18}|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    rb"|3[68]\d{12}|35\d{14}|(?:50|5[678]|60|62|63|64|65|67)\d{14}|(?:5[0678]|62|63|67)\d{17})"
)


def luhn(digits: bytes) -> bool:
    """ISO/IEC 7812-1 annex B over ASCII digits."""
    back = digits[::-1]
    return (sum(back[::2].translate(_VALUE)) + sum(back[1::2].translate(_DOUBLED))) % 10 == 0


def is_card_number(digits: bytes) -> bool:
    """True for 13 to 19 ASCII digits of a known issuer with a right check digit, unless all but a few are zeros."""
    return bool(_ISSUERS.fullmatch(digits)) and luhn(digits) and len(digits) - digits.count(b"0") > 2


def is_full_card_number(digits: bytes) -> bool:
    """As `is_card_number`, and not a small number among zeros."""
    return len(digits) - digits.count(b"0") >= 7 and is_card_number(digits)


def is_common_card_number(digits: bytes) -> bool:
    """As `is_card_number`, of the issuers and lengths seen most, and not a small number among zeros."""
    return len(digits) - digits.count(b"0") >= 7 and bool(_COMMON.fullmatch(digits)) and luhn(digits)


def is_iban(text: bytes) -> bool:
    """ISO 13616: letters and digits with a right mod-97 check, at most 34 characters."""
    if not re.fullmatch(rb"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", text):
        return False
    turned = (text[4:] + text[:4]).decode()
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
