"""kiosk devices: the promised shape, and a line for people."""

import json

from kiosk.__main__ import main
from kiosk.commands import devices
from kiosk.diagnostics.discovery import Device
from kiosk.model.terminal import Holder, Kind, Usb

PAD = Device(
    "/dev/ttyACM0",
    Usb("11ca", "0220", "1", "1-4", "02", "cdc_acm"),
    Kind.TERMINAL,
    "Verifone",
    "Vx805",
    "zvt",
    True,
    Holder(7, "till"),
)


def test_json_has_the_promised_shape_on_any_machine(capsys):
    assert main(["devices", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == 1
    assert isinstance(document["devices"], list)


def test_a_device_is_told_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr(devices, "devices", lambda models: (PAD,))
    assert main(["devices"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    for word in ("/dev/ttyACM0", "Verifone Vx805", "11ca:0220", "1-4", "till", "process 7"):
        assert word in line
    assert "probably" not in line


def test_a_guess_is_called_one(monkeypatch):
    assert "probably Verifone" in devices.line(Device("COM3", None, Kind.TERMINAL, "Verifone")).replace("  ", " ")


def test_an_empty_machine_says_so(capsys, monkeypatch):
    monkeypatch.setattr(devices, "devices", lambda models: ())
    assert main(["devices"]) == 0
    assert "No serial port" in capsys.readouterr().out


def test_the_list_that_ships_can_be_read():
    assert "11ca:0220" in devices.models().model


def test_a_reader_that_talks_its_makers_own_way_is_listed_in_plain_words():
    reader = Usb("072f", "0901", path="1-2", cls="ff", ccid=True)
    assert "only listed: talks its maker's own way" in devices.line(Device(None, reader, Kind.SMART_CARD_READER))
    known = Device(None, Usb("0801", "0002", cls="03"), Kind.CARD_READER, protocol="magtek")
    assert "only listed" not in devices.line(known)
    assert "only listed" not in devices.line(Device(None, Usb("ffff", "0001", cls="ff"), Kind.OTHER))
