"""What the simulated terminals of the STX/ETX/LRC family share, against bytes written by hand here."""

from kiosk.simulator.stx import Ear, framed, xor


def test_frames_and_damage() -> None:
    assert framed(b"s00") == bytes.fromhex("02 73 30 30 03 70")
    assert framed(b"0100") == bytes.fromhex("02 30 31 30 30 03 02")
    assert framed(b"0100", damage=True)[-1] != 0x02
    assert xor(b"\x01\x02", 0x7F) == 0x7C


def test_signs_and_frames_are_cut_apart() -> None:
    ear = Ear()
    assert ear.hear(b"zz\x05\x02s00") == [b"\x05"]
    assert ear.hear(b"\x03") == []
    assert ear.hear(b"\x70\x06") == [framed(b"s00"), b"\x06"]


def test_an_ack_with_a_check_sum_is_one() -> None:
    ear = Ear(checked=True)
    assert ear.hear(b"\x06\x03") == []
    assert ear.hear(b"\x79\x04") == [b"\x06\x03\x79", b"\x04"]
