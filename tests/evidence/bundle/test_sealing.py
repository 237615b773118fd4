"""What is sealed holds no card data, is whole or not there at all, and says what it lacks."""

import errno
import hashlib
import os
import zipfile

import msgspec
import pytest

from kiosk.errors import BundleError
from kiosk.evidence.bundle import lookers, open_bundle, scan
from kiosk.evidence.bundle import sealing as sealing_module
from kiosk.evidence.bundle.contents import to_members
from kiosk.evidence.bundle.lookers import look
from kiosk.evidence.redaction import redact
from kiosk.model.finding import Finding, Severity
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_corpus import packed, positives
from tests.fakes.clean_corpus import mixed

PAN = "4111111111111111"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_report_comes_back_whole(contents, sealing):
    sealed = sealing(contents)
    assert open_bundle(sealed.path).contents == contents == sealed.contents
    assert sealed.sha256 == hashlib.sha256(sealed.path.read_bytes()).hexdigest()
    assert sealed.size == sealed.path.stat().st_size
    assert not sealed.manifest.masked


def test_the_members(contents, sealing):
    assert set(members(sealing(contents).path)) == {
        "manifest.json", "signature.txt", "health.json", "findings.json", "host.json", "guidance.json", "log.jsonl",
        "trace/00_till_1.jsonl",
    }  # fmt: skip


def test_the_same_contents_give_the_same_file(contents, sealing):
    assert sealing(contents).sha256 == sealing(contents).sha256


def test_no_member_holds_card_data(contents, sealing):
    """Everything that redaction knows, put in everywhere: trace in odd pieces, log, findings, answers."""
    cases = list(positives(21, 4))
    entries = []
    for i, case in enumerate(cases):
        entries += [Entry(i + 0.1, What.RECEIVE, case.data[:7]), Entry(i + 0.2, What.RECEIVE, case.data[7:])]
    header = TraceHeader("till-1", "/dev/ttyUSB0", None, None, "2026-03-12T14:30:00+00:00")
    dirty = msgspec.structs.replace(
        contents,
        traces=((header, tuple(entries)),),
        log=tuple(c.data.decode("latin-1") for c in cases if c.form in ("ascii", "spaced", "base64", "hex text")),
        guidance=msgspec.structs.replace(contents.guidance, answers={"what": PAN}, outcome=PAN),
    )
    report = msgspec.structs.replace(
        contents.report.terminals[0], findings=(Finding("port.busy", Severity.FAULT, {"words": f"x {PAN} y"}),)
    )
    sealed = sealing(
        msgspec.structs.replace(dirty, report=msgspec.structs.replace(contents.report, terminals=(report,)))
    )
    assert sum(sealed.manifest.masked.values()) >= len(cases)
    for name, data in members(sealed.path).items():
        assert not redact(data).counts, name
        assert PAN.encode() not in data
    stream = b"".join(e.data for _, trace in open_bundle(sealed.path).contents.traces for e in trace)
    assert not any(c.hidden and c.hidden in stream for c in cases)


def test_a_card_number_as_a_number_goes(contents, sealing):
    report = contents.report.terminals[0]
    odd = msgspec.structs.replace(report, findings=(Finding("port.busy", Severity.FAULT, {"n": int(PAN)}),))
    dirty = msgspec.structs.replace(contents, report=msgspec.structs.replace(contents.report, terminals=(odd,)))
    assert open_bundle(sealing(dirty).path).contents.report.terminals[0].findings[0].data == {"n": 0}


@pytest.mark.parametrize("form", [lambda s: s, lambda s: s.hex().encode(), lambda s: b"aGV5" + s])
def test_a_canary_fails_closed(contents, sealing, tmp_path, form):
    canary = b"the-canary-of-this-run"
    log = (form(canary).decode(),)
    with pytest.raises(BundleError, match="card data"):
        sealing(msgspec.structs.replace(contents, log=log), canaries=(canary,))
    assert list(tmp_path.iterdir()) == []


def test_a_canary_in_a_trace_is_seen_through_base64(contents, sealing, tmp_path):
    canary = b"\xf3canary-in-bytes\xf3"
    header = TraceHeader("till-1", "/dev/ttyUSB0", None, None, "2026-03-12T14:30:00+00:00")
    for lead in range(3):
        dirty = ((header, (Entry(0.1, What.RECEIVE, b"\xf0" * lead + canary),)),)
        with pytest.raises(BundleError):
            sealing(msgspec.structs.replace(contents, traces=dirty), canaries=(canary,))


@pytest.mark.parametrize("code, words", [(errno.ENOSPC, "disk is full"), (errno.EACCES, "could not be written")])
def test_a_full_disk_is_told_and_nothing_is_left(contents, sealing, tmp_path, monkeypatch, code, words):
    (tmp_path / "case.zip").write_bytes(b"from before")

    def full(_descriptor):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BundleError, match=words):
        sealing(contents)
    assert [p.name for p in tmp_path.iterdir()] == ["case.zip"]
    assert (tmp_path / "case.zip").read_bytes() == b"from before"


def test_over_the_limit_the_oldest_trace_goes_and_is_named(contents, sealing):
    noise = mixed(5, 30_000)

    def trace(terminal, began):
        entry = Entry(0.1, What.RECEIVE, os.urandom(20_000) + noise)
        return TraceHeader(terminal, "/dev/ttyUSB0", None, None, began), (entry,)

    traces = (trace("newer", "2026-03-12T14:30:00+00:00"), trace("older", "2026-03-12T13:30:00+00:00"))
    sealed = sealing(msgspec.structs.replace(contents, traces=traces), limit_bytes=60_000)
    assert sealed.size <= 60_000
    assert [h.terminal for h, _ in open_bundle(sealed.path).contents.traces] == ["newer"]
    assert any("older" in words and "size" in words for words in sealed.manifest.left_out)


def test_what_cannot_be_made_small_is_refused(contents, sealing):
    with pytest.raises(BundleError, match="more than"):
        sealing(contents, limit_bytes=100)


def test_a_picture_with_a_number_in_it_is_left_out(contents, sealing):
    pictures = (("home", b"\x89PNG clean"), ("bad", b"\x89PNG " + packed("378282246310005") + PAN.encode()))
    sealed = sealing(msgspec.structs.replace(contents, screenshots=pictures))
    assert [name for name, _ in open_bundle(sealed.path).contents.screenshots] == ["screenshots/home.png"]
    assert any("bad" in words for words in sealed.manifest.left_out)


def _trace(terminal, began):
    return TraceHeader(terminal, "/dev/ttyUSB0", None, None, began), (Entry(0.1, What.RECEIVE, b"ready"),)


def test_over_the_time_the_oldest_traces_go_and_are_named(contents, sealing):
    clock = iter((0.0, 10.0, 20.0, 50.0)).__next__
    traces = tuple(_trace(name, f"2026-03-12T1{i}:00:00+00:00") for i, name in enumerate(("oldest", "older", "newest")))
    sealed = sealing(msgspec.structs.replace(contents, traces=traces), clock=clock, limit_seconds=60.0)
    assert [h.terminal for h, _ in open_bundle(sealed.path).contents.traces] == ["older", "newest"]
    assert [words for words in sealed.manifest.left_out if "time" in words] == [
        "trace of oldest from 2026-03-12T10:00:00+00:00: over the time limit"
    ]


def test_what_nobody_could_open_is_not_sealed(contents, sealing, monkeypatch):
    """The bounds of opening are those of sealing: unpacked bytes, traces, entries of one trace."""
    traces = tuple(_trace(name, f"2026-03-12T1{i}:00:00+00:00") for i, name in enumerate(("oldest", "older", "newest")))
    whole = msgspec.structs.replace(contents, traces=traces)

    def left():
        sealed = sealing(whole)
        names = [header.terminal for header, _ in open_bundle(sealed.path).contents.traces]
        assert names == [header.terminal for header, _ in sealed.contents.traces]
        assert len(names) + len(sealed.manifest.left_out) == 3
        return names

    monkeypatch.setattr(sealing_module, "MOST_UNPACKED", 1_000_000 + sum(map(len, to_members(whole).values())) - 1)
    assert left() == ["older", "newest"]
    monkeypatch.undo()
    monkeypatch.setattr(sealing_module, "_MOST_TRACES", 1)
    assert left() == ["newest"]
    monkeypatch.undo()
    monkeypatch.setattr(sealing_module, "MOST_ENTRIES", 2)
    assert left() == []


def test_traces_keep_their_order(contents, sealing):
    traces = (_trace("b", "2026-03-12T12:00:00+00:00"), _trace("a", "2026-03-12T11:00:00+00:00"))
    sealed = sealing(msgspec.structs.replace(contents, traces=traces))
    assert [h.terminal for h, _ in open_bundle(sealed.path).contents.traces] == ["b", "a"]


def test_a_hit_that_survives_masking_fails_closed(contents, sealing, tmp_path, monkeypatch):
    monkeypatch.setattr(lookers, "look", lambda _pieces: False)
    monkeypatch.setattr(scan, "reread", lambda _name, data: (data, {"stubborn": 1}))
    with pytest.raises(BundleError, match="may hold card data"):
        sealing(contents)
    assert list(tmp_path.iterdir()) == []


def test_what_was_clean_is_looked_at_once(contents, sealing, monkeypatch):
    looked = []

    def counted(pieces):
        looked.extend(pieces)
        return look(pieces)

    monkeypatch.setattr(lookers, "look", counted)
    sealing(contents)
    members = [piece for piece in looked if piece.protocol is None]
    assert len(members) == len(set(members)) == 8
