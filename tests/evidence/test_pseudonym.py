# ruff: noqa: E501
import pytest

from kiosk.evidence.pseudonym import hide_host, hide_names, pseudonym

KEY = b"k" * 32


def test_stable_in_a_store_and_different_in_another():
    assert pseudonym("host", "KASSE", KEY) == pseudonym("host", "kasse", KEY) != pseudonym("host", "KASSE", b"other")
    assert not any(c.isdigit() for c in pseudonym("host", "KASSE", KEY))


@pytest.mark.parametrize(
    "text",
    [
        "at 192.168.1.20 now", "tcp://10.0.0.4:20007", "mail a.b@shop.example please", "/home/anna/.config", r"C:\Users\anna\x",
        "from fe80::1ff:fe23:4567:890a", "mac 00:1b:44:11:3a:b7", "on KASSE-7.", "tcp://terminal.shop.example:20007",
    ],
)  # fmt: skip
def test_names_go(text):
    hidden = hide_names(text, KEY, (("host", "KASSE-7"),))
    assert hidden != text
    for secret in ("192.168", "10.0.0", "shop", "anna", "890a", "3a:b7", "KASSE"):
        assert secret not in hidden
    assert hide_names(hidden, KEY, (("host", "KASSE-7"),)) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "version 2.14.15.1 of 4.0",
        "at 14:30:05",
        "127.0.0.1",
        "999.1.2.3",
        "tcp://localhost:20007",
        "KASSE-77",
        "port.busy",
    ],
)
def test_other_words_stay(text):
    assert hide_names(text, KEY, (("host", "KASSE-7"),)) == text


def test_a_port_keeps_its_number():
    assert hide_host("tcp://10.0.0.4:20007", KEY).endswith(":20007")
    assert hide_host("/dev/ttyUSB0", KEY) == "/dev/ttyUSB0"
