from kiosk.evidence.decoded import decoded_lines, fields_text
from kiosk.model.trace import Entry, TraceHeader, What

HEADER = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "tcp", "2026-03-12T14:30:00+00:00")


def test_frames_stand_where_they_began_between_what_else_happened():
    entries = (
        Entry(0.0, What.OPEN),
        Entry(0.1, What.SEND, bytes.fromhex("050100")),
        Entry(0.2, What.RECEIVE, bytes.fromhex("800000060f")),
        Entry(0.3, What.RECEIVE, bytes.fromhex("0100")),
        Entry(0.4, What.SEND, bytes.fromhex("800000")),
        Entry(1.4, What.SILENCE, seconds=1.0),
        Entry(1.5, What.ERROR, note="Gone: unplugged"),
    )
    lines = decoded_lines(HEADER, entries)
    assert [(line.at, line.kind, line.direction, line.name[:4].upper(), line.ok) for line in lines] == [
        (0.0, "open", "", "", True),
        (0.1, "frame", "out", "0501", True),
        (0.2, "frame", "in", "8000", True),
        (0.2, "frame", "in", "060F", True),
        (0.4, "frame", "out", "8000", True),
        (1.4, "silence", "", "", True),
        (1.5, "error", "", "", False),
    ]
    assert lines[3].raw == "06 0f 01 00"
    assert "status" in lines[3].fields
    assert lines[5].seconds == 1.0


def test_rubbish_is_marked():
    lines = decoded_lines(HEADER, (Entry(0.1, What.RECEIVE, b"\xff\xfe\xfd"),))
    assert [(line.kind, line.ok, line.raw) for line in lines] == [("rubbish", False, "ff fe fd")]


def test_without_a_protocol_bytes_are_shown_as_they_came():
    header = TraceHeader("till-1", "/dev/ttyUSB0", None, None, "")
    lines = decoded_lines(header, (Entry(0.1, What.RECEIVE, bytes(600)),))
    assert lines[0].kind == "bytes"
    assert lines[0].raw.endswith("(+88 bytes)")


def test_fields_on_one_line():
    assert fields_text({"a": 1, "b": [True, None], "c": {"d": "x"}}) == "a=1, b=[True, None], c={d=x}"
