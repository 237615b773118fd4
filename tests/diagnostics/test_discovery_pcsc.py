"""Readers of the card service and USB devices become one list."""

from kiosk.diagnostics.discovery.device import Device, terminal_of
from kiosk.diagnostics.discovery.pcsc import with_readers
from kiosk.model.terminal import Kind, Usb


def reader(path, product="", serial=None, maker=""):
    usb = Usb("08e6", "3437", serial, path, "0b", maker=maker, product=product)
    return Device(None, usb, Kind.SMART_CARD_READER, maker, product)


PRINTER = Device(None, Usb("04b8", "0202", path="1-9", cls="07"), Kind.PRINTER)


def addresses(devices, *names):
    return [d.address for d in with_readers(devices, names)]


def test_without_a_service_a_reader_is_reached_over_usb():
    assert addresses([reader("1-1"), PRINTER]) == ["usb:1-1", "usb:1-9"]


def test_a_reader_that_the_service_holds_is_reached_through_it():
    (one,) = with_readers([reader("1-1", "PC Twin Reader")], ["Gemalto PC Twin Reader 00 00"])
    assert (one.address, one.protocol, one.usb.path) == ("pcsc:Gemalto PC Twin Reader 00 00", "ccid", "1-1")
    assert terminal_of(one).id == "1-1"


def test_a_serial_number_tells_two_of_a_kind_apart():
    two = [reader("1-1", "Reader", "AAAA1"), reader("1-2", "Reader", "BBBB2")]
    assert addresses(two, "Maker Reader (BBBB2) 00 00", "Maker Reader (AAAA1) 01 00") == [
        "pcsc:Maker Reader (AAAA1) 01 00",
        "pcsc:Maker Reader (BBBB2) 00 00",
    ]


def test_two_of_a_kind_without_serial_numbers_are_not_guessed():
    two = [reader("1-1", "Reader"), reader("1-2", "Reader")]
    names = ("Maker Reader 00 00", "Maker Reader 01 00")
    assert addresses(two, *names) == ["usb:1-1", "usb:1-2", "pcsc:Maker Reader 00 00", "pcsc:Maker Reader 01 00"]


def test_if_one_of_each_is_left_they_are_the_same():
    assert addresses([PRINTER, reader("1-1", "SmartCard Reader")], "Gemalto PC Twin 00 00") == [
        "usb:1-9",
        "pcsc:Gemalto PC Twin 00 00",
    ]
    assert addresses([reader("1-1", "X")], "Virtual PCD 00 00") == ["usb:1-1", "pcsc:Virtual PCD 00 00"]


def test_further_slots_and_virtual_readers_are_devices_of_their_own():
    alone = with_readers([reader("1-1", "Twin")], ["Twin 00 00", "Twin 00 01", "Virtual PCD 01 00"])
    assert [d.address for d in alone] == ["pcsc:Twin 00 00", "pcsc:Twin 00 01", "pcsc:Virtual PCD 01 00"]
    assert alone[1].kind is Kind.SMART_CARD_READER
    assert alone[1].usb is None
    assert len(terminal_of(with_readers([], ["x" * 128])[0]).id) <= 80


def test_what_windows_lists_for_signing_in_is_no_reader():
    assert with_readers([], ["Windows Hello for Business 1", "Microsoft UICC ISO Reader 0"]) == ()
