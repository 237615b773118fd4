"""The card service's channel against a made-up service: answers as a reader's, every error ours, no command ever."""

import ast
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from smartcard import scard as real

from kiosk.diagnostics.channels import pcsc
from kiosk.diagnostics.channels.pcsc import PcscChannel, reader_names
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.conversation import Control, Line, NotReported

KIOSK = Path(__file__).parents[3] / "kiosk"
STATUS, ON, OFF = (bytes.fromhex(t) for t in ("65000000000007000000", "62000000000008000000", "63000000000009000000"))
ATR = bytes.fromhex("3B858131FE454B494F534BDB")


class Service(SimpleNamespace):
    """pyscard's functions over one reader; `flags` is its state, `connect` what connecting gives."""

    def __init__(self, **more):
        constants = {name: getattr(real, name) for name in dir(real) if name.startswith("SCARD_")}
        super().__init__(**{**constants, "flags": real.SCARD_STATE_PRESENT, "connect": 0, "calls": [], **more})

    def SCardEstablishContext(self, scope):
        return getattr(self, "establish", 0), "context"

    def SCardReleaseContext(self, context):
        self.calls.append("release")
        return 0

    def SCardListReaders(self, context, groups):
        return getattr(self, "listed", 0), ["One 00 00", "Two 00 00"]

    def SCardGetStatusChange(self, context, timeout, states):
        assert timeout == 0, "a question never waits"
        atr = list(ATR) if self.flags & real.SCARD_STATE_PRESENT else []
        return getattr(self, "status", 0), [(states[0][0], self.flags, atr)]

    def SCardConnect(self, context, reader, share, protocol):
        assert share == real.SCARD_SHARE_SHARED
        self.calls.append("connect")
        if not self.connect:
            self.flags |= real.SCARD_STATE_INUSE
        return self.connect, "card", 2

    def SCardDisconnect(self, card, disposition):
        assert disposition == real.SCARD_UNPOWER_CARD
        self.calls.append("unpower")
        self.flags &= ~real.SCARD_STATE_INUSE
        return 0


@pytest.fixture
def served(monkeypatch):
    def put(**more):
        service = Service(**more)
        monkeypatch.setattr(pcsc, "service", lambda: service)
        monkeypatch.setattr(pcsc, "is_there", lambda: True)
        return service

    return put


def answer(channel, question):
    assert channel.send(question, 0.05) == len(question)
    return channel.receive(100, 0.0).hex()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (real.SCARD_STATE_EMPTY, "81000000000007020000"),
        (real.SCARD_STATE_PRESENT, "81000000000007010000"),
        (real.SCARD_STATE_PRESENT | real.SCARD_STATE_INUSE, "81000000000007000000"),
        (real.SCARD_STATE_PRESENT | real.SCARD_STATE_MUTE, "8100000000000741fe00"),
        (real.SCARD_STATE_PRESENT | real.SCARD_STATE_EXCLUSIVE | real.SCARD_STATE_INUSE, "8100000000000740e000"),
    ],
)
def test_a_state_is_told_as_a_reader_tells_it(served, flags, expected):
    served(flags=flags)
    with PcscChannel("pcsc:One 00 00") as channel:
        assert answer(channel, STATUS) == expected


def test_a_card_is_powered_and_is_off_again(served):
    service = served()
    with PcscChannel("pcsc:One 00 00") as channel:
        assert answer(channel, ON) == "800c0000000008000000" + ATR.hex()
        assert answer(channel, STATUS) == "81000000000007000000"
        assert answer(channel, OFF) == "81000000000009010000"
    assert service.calls == ["connect", "unpower", "release"]


def test_a_card_that_was_left_on_is_off_when_the_port_is_free(served):
    service = served()
    with PcscChannel("pcsc:One 00 00") as channel:
        answer(channel, ON)
    assert service.calls == ["connect", "unpower", "release"]


def test_a_card_that_another_program_works_with_is_never_connected(served):
    service = served(flags=real.SCARD_STATE_PRESENT | real.SCARD_STATE_INUSE)
    with PcscChannel("pcsc:One 00 00") as channel:
        assert answer(channel, ON) == "8000000000000840e000"
        assert answer(channel, OFF) == "81000000000009000000"
    assert service.calls == ["release"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (real.SCARD_W_UNRESPONSIVE_CARD, "8000000000000841fe00"),
        (real.SCARD_E_NO_SMARTCARD, "8000000000000842fe00"),
        (real.SCARD_W_UNSUPPORTED_CARD, "8000000000000841f600"),
        (real.SCARD_E_SHARING_VIOLATION, "8000000000000840e000"),
        (real.SCARD_F_COMM_ERROR, "8000000000000841fb00"),
    ],
)
@pytest.mark.parametrize("sign", [0, 1 << 32])
def test_a_card_that_cannot_be_powered_is_told_in_the_readers_words(served, code, expected, sign):
    served(connect=code + sign)
    with PcscChannel("pcsc:One 00 00") as channel:
        assert answer(channel, ON) == expected


def test_what_the_service_cannot_do_is_said_not_to_be_known(served):
    served()
    with PcscChannel("pcsc:One 00 00") as channel:
        assert answer(channel, bytes.fromhex("6C000000000009000000")) == "81000000000009410000"
        assert answer(channel, bytes.fromhex("6F050000000009000000" + "00A4040000")) == "81000000000009410000"
        assert isinstance(channel.control(Control(0x80, 6, 0x200, 0, length=9), 0.05), NotReported)
        assert channel.lines() == NotReported("modem lines")
        assert channel.line(Line(9600, "8N1")) == NotReported("line speed")
        with pytest.raises(DeviceError, match="whole questions"):
            channel.send(STATUS[:5], 0.05)


def test_silence_waits_as_long_as_it_was_told(served):
    served()
    with PcscChannel("pcsc:One 00 00") as channel:
        began = time.monotonic()
        assert channel.receive(10, 0.05) == b""
        assert time.monotonic() - began >= 0.04


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (real.SCARD_E_NO_SERVICE, DeviceError),
        (real.SCARD_E_UNKNOWN_READER, Gone),
        (real.SCARD_E_SHARING_VIOLATION, Busy),
        (real.SCARD_W_SECURITY_VIOLATION, NotPermitted),
        (real.SCARD_F_INTERNAL_ERROR, DeviceError),
    ],
)
def test_errors_of_the_service_become_ours(served, code, kind):
    service = served(status=code)
    with pytest.raises(DeviceError) as caught, PcscChannel("pcsc:One 00 00"):
        pass
    assert type(caught.value) is kind
    assert service.calls == ["release"]


def test_a_reader_that_went_away_is_gone(served):
    service = served()
    with PcscChannel("pcsc:One 00 00") as channel:
        service.flags = real.SCARD_STATE_UNKNOWN
        with pytest.raises(Gone):
            channel.send(STATUS, 0.05)


def test_without_a_library_or_a_service_the_cure_is_told(monkeypatch):
    monkeypatch.setattr(pcsc, "is_there", lambda: False)
    with pytest.raises(DeviceError, match="pcscd"), PcscChannel("pcsc:One 00 00"):
        pass
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(DeviceError, match="Install pcscd"):
        pcsc.service()


def test_readers_are_listed_and_none_where_listing_fails(served):
    service = served()
    assert reader_names() == ("One 00 00", "Two 00 00")
    assert service.calls == ["release"]
    served(listed=real.SCARD_E_NO_READERS_AVAILABLE)
    assert reader_names() == ()
    served(establish=real.SCARD_E_NO_SERVICE)
    assert reader_names() == ()


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by its service manager")
def test_where_there_is_no_service_nobody_waits(monkeypatch, tmp_path):
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "none"))
    began = time.monotonic()
    assert reader_names() == ()
    assert time.monotonic() - began < 0.2


def test_no_line_of_the_kiosk_can_carry_a_command_to_a_card():
    """Neither the service's ways to transmit, nor anything of pyscard beside its thin layer."""
    named = [
        (file.name, name)
        for file in KIOSK.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (name := getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "module", None))
        and ("Transmit" in str(name) or "SCardControl" in str(name) or str(name).startswith("smartcard."))
    ]
    assert named == []
