"""Fields of ZVT messages: bitmaps and the objects of the TLV container, as tables (PA00P015 chapters 9, 13).

Says where each field lies and how it is written; must not say what it means.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.protocols.framing import Tlv, walk_tlv
from kiosk.protocols.framing import read_length as ber_length

LL, LLL, TLV = -2, -3, -1

# number: (name, length in bytes or LL / LLL / TLV, how it is written)
BITMAPS: dict[int, tuple[str, int, str]] = {
    0x01: ("timeout", 1, "number"),
    0x02: ("most_status_informations", 1, "number"),
    0x03: ("service_byte", 1, "hex"),
    0x04: ("amount", 6, "amount"),
    0x05: ("pump", 1, "number"),
    0x06: ("tlv", TLV, "tlv"),
    0x0B: ("trace_number", 3, "bcd"),
    0x0C: ("time", 3, "time"),
    0x0D: ("date", 2, "bcd"),
    0x0E: ("expiry", 2, "card"),
    0x17: ("card_sequence", 2, "bcd"),
    0x19: ("status_or_payment_type", 1, "hex"),
    0x22: ("card_number", LL, "card"),
    0x23: ("track_2", LL, "card"),
    0x24: ("track_3", LLL, "card"),
    0x27: ("result", 1, "hex"),
    0x29: ("terminal_id", 4, "bcd"),
    0x2A: ("contract", 15, "text"),
    0x2D: ("track_1", LL, "card_text"),
    0x2E: ("chip_data", LLL, "card"),
    0x37: ("original_trace_number", 3, "bcd"),
    0x3A: ("card_check_value", 2, "card"),
    0x3B: ("authorisation", 8, "text"),
    0x3C: ("additional", LLL, "note"),
    0x3D: ("password", 3, "secret"),
    0x49: ("currency", 2, "bcd"),
    0x60: ("totals", LLL, "hex"),
    0x70: ("picture_request", 4, "number"),
    0x71: ("picture_size", 4, "number"),
    0x72: ("picture_type", 1, "number"),
    0x73: ("picture_encoding", 1, "number"),
    0x74: ("picture_chunks", 1, "number"),
    0x75: ("picture_chunk", 1, "number"),
    0x87: ("receipt_number", 2, "bcd"),
    0x88: ("turnover_record", 3, "bcd"),
    0x8A: ("card_type", 1, "number"),
    0x8B: ("card_name", LL, "text"),
    0x8C: ("operator_card_type", 1, "number"),
    0x9A: ("geldkarte_record", LLL, "card"),
    0xA0: ("host_result", 1, "hex"),
    0xA7: ("chip_data_ef_id", LL, "card"),
    0xAA: ("full_date", 3, "bcd"),
    0xAF: ("ef_info", LLL, "card"),
    0xBA: ("aid_parameter", 5, "hex"),
    0xD0: ("key_algorithm", 1, "hex"),
    0xD1: ("card_offset", LL, "card"),
    0xD2: ("card_direction", 1, "number"),
    0xD3: ("key_identifier", 1, "hex"),
    0xE0: ("least_length", 1, "number"),
    **{0xE0 + n: (f"text_2_line_{n}", LL, "text") for n in range(1, 9)},
    0xE9: ("most_length", 1, "number"),
    0xEA: ("echo", 1, "number"),
    0xEB: ("mac", 8, "hex"),
    0xF0: ("display_seconds", 1, "number"),
    **{0xF0 + n: (f"text_1_line_{n}", LL, "text") for n in range(1, 9)},
    0xF9: ("beeps", 1, "number"),
    0xFA: ("card_reader", 1, "hex"),
    0xFB: ("confirm", 1, "number"),
    0xFC: ("dialogue", 1, "number"),
    0xFD: ("display", 1, "number"),
}

TAGS: dict[str, tuple[str, str]] = {
    "07": ("text_line", "text"),
    "08": ("receipt_number", "bcd"),
    "09": ("attribute", "hex"),
    "0A": ("command", "hex"),
    "0B": ("info", "text"),
    "12": ("printer_columns", "number"),
    "13": ("extra_result", "hex"),
    "14": ("character_set", "hex"),
    "15": ("language", "text"),
    "1A": ("longest_message", "number"),
    "1B": ("diagnosis_type", "hex"),
    "1C": ("file_block", "hex"),
    "1D": ("file_id", "hex"),
    "1E": ("start_position", "number"),
    "24": ("display_texts", "list"),
    "25": ("print_texts", "list"),
    "26": ("permitted_commands", "list"),
    "27": ("character_sets", "list"),
    "2F": ("payment_types", "list"),
    "33": ("key_container", "list"),
    "34": ("clock", "list"),
    "35": ("restart", "list"),
    "40": ("emv_parameter", "hex"),
    "41": ("card_type", "hex"),
    "42": ("application_name", "text"),
    "43": ("application_id", "card"),
    "44": ("application_label", "text"),
    "45": ("receipt_parameter", "hex"),
    "46": ("emv_customer_receipt", "card_text"),
    "47": ("emv_merchant_receipt", "card_text"),
    "4C": ("card_uid", "card"),
    "4D": ("geldkarte_id", "card"),
    "60": ("application", "list"),
    "80": ("prepaid_code", "secret"),
    "81": ("telephone", "secret"),
    "1F00": ("file_size", "number"),
    "1F04": ("receipt_parameter", "hex"),
    "1F05": ("transaction_parameter", "hex"),
    "1F07": ("receipt_type", "hex"),
    "1F08": ("track_1", "card_text"),
    "1F09": ("track_2", "card"),
    "1F0A": ("track_3", "card"),
    "1F0E": ("date", "bcd"),
    "1F0F": ("time", "time"),
    "1F10": ("cardholder_check", "hex"),
    "1F11": ("online", "hex"),
    "1F12": ("card_technology", "hex"),
    "1F14": ("card_identification", "card"),
    "1F15": ("card_reading", "hex"),
    "1F16": ("extended_error", "hex"),
    "1F17": ("extended_error_text", "text"),
    "1F1A": ("card_number_match", "card"),
    "1F2B": ("long_trace_number", "bcd"),
    "1F31": ("encrypted_pin", "secret"),
    "1F32": ("key_set", "hex"),
    "1F33": ("message_data", "card"),
    "1F34": ("mac", "hex"),
    "1F37": ("receipt_information", "hex"),
    "1F3E": ("encrypted_cardholder", "secret"),
    "1F40": ("device", "text"),
    "1F41": ("software", "text"),
    "1F42": ("serial", "bcd"),
    "1F43": ("state", "hex"),
    "1F44": ("terminal_id", "bcd"),
    "1F45": ("card_ats", "card"),
    "1F46": ("card_commands", "secret"),
    "1F47": ("card_read_error", "hex"),
    "1F4C": ("card_kind", "hex"),
    "1F4D": ("card_subkind", "hex"),
    "1F54": ("key_generation", "number"),
    "1F55": ("locks", "hex"),
    "1F56": ("customer_id", "hex"),
    "1F57": ("merchant_sam", "bcd"),
    "1F58": ("merchant_sam_expiry", "bcd"),
    "1F59": ("payment_application", "text"),
    "1F5C": ("encrypted_key", "secret"),
    "1F5D": ("plain_key", "secret"),
    "1F5E": ("iban", "secret"),
    "1F60": ("allowed_technologies", "hex"),
    "1F72": ("card_detection", "hex"),
    "1F73": ("sequence_id", "hex"),
    "1F75": ("pin_block", "secret"),
    "1F78": ("ask_restart", "hex"),
    "1F79": ("ask_action", "hex"),
    "E4": ("device_information", "list"),
    "E7": ("merchant_sam_information", "list"),
    "56": ("track_1", "card_text"),
    "57": ("track_2", "card"),
    "5A": ("card_number", "card"),
    "5F20": ("cardholder", "card_text"),
    "5F24": ("expiry", "card"),
    "99": ("pin_block", "secret"),
    "9F1F": ("track_1", "card_text"),
    "9F20": ("track_2", "card"),
    "9F6B": ("track_2", "card"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One bitmap or data object. `key` is its number in hex, `start` where its value begins in the message's data.

    `path` names what holds it, outermost first: () for a bitmap, ("06", ...) for an object of the TLV container.
    """

    key: str
    name: str
    written: str
    start: int
    length: int
    path: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        """A maker's own object: it is kept by its tag, and what it holds may be anything."""
        return self.name == f"tag_{self.key}" and self.written == "hex"

    def value(self, data: bytes) -> bytes:
        return data[self.start : self.start + self.length]


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields in the order they stand, TLV objects after their container; `rest` is where reading had to end."""

    all: tuple[Field, ...]
    rest: int
    data: bytes

    @property
    def whole(self) -> bool:
        return self.rest == len(self.data)

    def bitmap(self, key: str) -> bytes | None:
        return next((f.value(self.data) for f in self.all if f.key == key and not f.path), None)

    def first(self, key: str, inside: str | None = None) -> bytes | None:
        """The first TLV object `key`, wherever it is or only inside a container."""
        for field in self.all:
            if field.key == key and field.path and (inside is None or inside in field.path):
                return field.value(self.data)
        return None

    def each(self, key: str) -> list[bytes]:
        return [f.value(self.data) for f in self.all if f.key == key and f.path]


def read_fields(data: bytes, start: int = 0) -> Fields:
    """Bitmaps from `start` on; stops at the first one that is unknown or cut off, never raises."""
    found: list[Field] = []
    at = min(start, len(data))
    while at < len(data):
        try:
            fields, at = _bitmap(data, at)
        except Garbled:
            break
        found += fields
    return Fields(tuple(found), at, data)


def _bitmap(data: bytes, at: int) -> tuple[list[Field], int]:
    number = data[at]
    about = BITMAPS.get(number)
    if about is None:
        raise Garbled(f"A message of the terminal has an unknown field {number:02X}.")
    name, size, written = about
    start, length = _extent(data, at + 1, size)
    if start + length > len(data):
        raise Garbled(f"A message of the terminal ends within its field {number:02X}.")
    field = Field(f"{number:02X}", name, written, start, length)
    if written != "tlv":
        return [field], start + length
    return [field, *(_object(tlv) for tlv in walk_tlv(data, start, start + length))], start + length


def _extent(data: bytes, at: int, size: int) -> tuple[int, int]:
    if size >= 0:
        return at, size
    if size == TLV:
        length, start = ber_length(data, at, len(data))
        return start, length
    return at - size, digits(data[at : at - size], -size)


def digits(data: bytes, count: int) -> int:
    """A length in LL or LLL form: each digit as F0..F9. Raises `Garbled`."""
    if len(data) != count or any(b & 0xF0 != 0xF0 or b & 0x0F > 9 for b in data):
        raise Garbled("A field of the terminal has a length that is no number.")
    return int("".join(str(b & 0x0F) for b in data))


def _object(tlv: Tlv) -> Field:
    name, written = TAGS.get(tlv.tag, (f"tag_{tlv.tag}", "list" if tlv.constructed else "hex"))
    if tlv.constructed:
        written = "list"
    return Field(tlv.tag, name, written, tlv.start, tlv.length, ("06", *tlv.path))
