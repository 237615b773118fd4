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


def test_an_answer_is_read_behind_its_question():
    """One status byte of a printer may mean four things; the question before it tells which."""
    header = TraceHeader("till-1", "/dev/ttyUSB0", "escpos", "serial", "")
    asks = [(b"\x10\x04\x01", b"\x1a"), (b"\x10\x04\x04", b"\x7e")]
    entries = [
        Entry(0.1, what, data) for pair in asks for what, data in zip((What.SEND, What.RECEIVE), pair, strict=True)
    ]
    lines = decoded_lines(header, (*entries, Entry(0.2, What.RECEIVE, b"\x12", note="late")))
    assert [line.name for line in lines if line.direction == "in"][:2] == ["1A Printer status", "7E Paper status"]
    assert "offline" in lines[1].fields
    assert "paper_end" in lines[3].fields
    assert (lines[1].note, lines[4].note) == ("", "late")


def test_marks_stand_around_what_a_check_did():
    from kiosk.diagnostics.check import checks
    from tests.diagnostics.test_allow_list import check

    outcome, _ = check("zvt", "serial", "tamper")
    (trace,) = outcome.traces
    lines = decoded_lines(trace.header, trace.entries)
    marks = [(line.kind, line.note) for line in lines if line.kind in ("check_begins", "check_ends")]
    assert marks[::2] == [("check_begins", id) for id in outcome.report.terminals[0].ran]
    assert marks[1::2] == [("check_ends", id) for id in outcome.report.terminals[0].ran]
    assert {id for _, id in marks} <= {one.id for one in checks()}
    begins = next(i for i, line in enumerate(lines) if line.note == "terminal_health")
    ends = next(i for i, line in enumerate(lines) if i > begins and line.note == "terminal_health")
    frames = lines[begins + 1 : ends]
    assert all(line.kind == "frame" and line.name and line.raw for line in frames)
    assert any("state=03" in line.fields and line.direction == "in" for line in frames)
    assert sum(len(line.raw.split()) for line in lines if line.kind == "frame") == sum(
        len(e.data) for e in trace.entries if e.what in (What.SEND, What.RECEIVE)
    ), "every byte stands on a line"
