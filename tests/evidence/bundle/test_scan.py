"""A card number that is still there when a bundle is sealed is caught, in every member and at every border."""

import hashlib
import io
import zipfile
from base64 import b64encode
from collections import Counter

import msgspec
import pytest

from kiosk.errors import BundleError
from kiosk.evidence.admit import Kept
from kiosk.evidence.bundle import lookers, open_bundle, pieces, sealing
from kiosk.evidence.bundle.contents import MANIFEST, SIGNATURE
from kiosk.evidence.bundle.lookers import Lookers
from kiosk.evidence.bundle.scan import Scan
from kiosk.evidence.redaction import redact
from kiosk.model.ids import letters
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_corpus import packed

PAN = "4111111111111111"
WRITINGS = {
    "plain": PAN.encode(),
    "spaced": b"4111 1111 1111 1111",
    "hexadecimal": PAN.encode().hex().encode(),
    "base64": b64encode(b"card number " + PAN.encode()),
    "packed": b"\xff" + packed(PAN) + b"\xff\xff",
    "track": b"\x57\x11" + packed("4111111111111111D25122010000012340"[:34]),
}
HEADER = TraceHeader("till-1", "/dev/ttyUSB0", None, None, "2026-03-12T14:30:00+00:00")


@pytest.fixture
def small_pieces(monkeypatch):
    """Many borders in little data, and no other process for it."""
    monkeypatch.setattr(pieces, "WINDOW", 400)
    monkeypatch.setattr(pieces, "OVERLAP", 300)
    monkeypatch.setattr(lookers, "_BATCH", 1)


def filling(length):
    return b"status ready, no paper in tray.\n" * (length // 32) + b"." * (length % 32)


def as_kept(data, size, header=HEADER):
    """A trace that admitting let pass, in writes of `size` bytes."""
    cut = [data[at : at + size] for at in range(0, len(data), size)]
    return Kept(header, tuple(Entry(i / 10, What.RECEIVE, part) for i, part in enumerate(cut)))


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("writing", WRITINGS)
def test_in_a_trace_at_every_border(contents, sealing, small_pieces, writing):
    """One number after another, each a little further on: across writes, windows, and the ends."""
    hidden = WRITINGS[writing]
    for lead in range(380, 440, 7):
        data = filling(lead) + b" " + hidden + b" " + filling(900) + b" " + hidden + b"\n"
        sealed = sealing(msgspec.structs.replace(contents, traces=()), kept=(as_kept(data, 64),))
        assert sum(sealed.manifest.masked.values()) >= 2
        ((_, entries),) = open_bundle(sealed.path).contents.traces
        stream = b"".join(entry.data for entry in entries)
        assert len(stream) == len(data)
        assert not redact(stream).counts
        assert hidden not in stream


@pytest.mark.parametrize("writing", [name for name, data in WRITINGS.items() if data.isascii()])
def test_in_a_log_at_every_border(contents, sealing, small_pieces, monkeypatch, writing):
    """What is masked on its way in would not reach the last look, so that step is left out here."""
    monkeypatch.setattr("kiosk.evidence.bundle.sealing.private", lambda contents, *_: contents)
    hidden = WRITINGS[writing].decode()
    lines = [f"line {i:02} of the log, nothing to see" for i in range(40)]
    for place in range(0, 41, 3):
        dirty = (*lines[:place], f"line with {hidden} in it", *lines[place:])
        sealed = sealing(msgspec.structs.replace(contents, log=dirty))
        assert sealed.manifest.masked
        assert hidden.encode() not in unpacked(sealed.path)["log.jsonl"]


@pytest.mark.parametrize("member", ["health.json", "findings.json", "host.json", "guidance.json", "log.jsonl"])
def test_in_every_other_member(contents, sealing, monkeypatch, member):
    whole = sealing_module_members(contents)
    whole[member] = whole[member].replace(b'":"', b'":"' + PAN.encode() + b" ", 1)
    monkeypatch.setattr("kiosk.evidence.bundle.sealing.other_members", lambda _contents: whole)
    sealed = sealing(msgspec.structs.replace(contents, traces=()))
    assert sealed.manifest.masked
    assert PAN.encode() not in unpacked(sealed.path)[member]


def sealing_module_members(contents):
    return sealing.other_members(msgspec.structs.replace(contents, traces=()))


@pytest.mark.parametrize("where", ["note", "port", "control", "odd"])
def test_in_the_other_parts_of_a_trace(contents, sealing, where):
    entries = {
        "note": (Entry(0.1, What.ERROR, note=f"Garbled: {PAN}"),),
        "port": (Entry(0.1, What.RECEIVE, b"ready"),),
        "control": (Entry(0.1, What.CONTROL_IN, PAN.encode()[:5]), Entry(0.2, What.CONTROL_OUT, PAN.encode()[5:])),
        "odd": (Entry(0.1, What.LINES, b"card " + PAN.encode()),),
    }[where]
    header = msgspec.structs.replace(HEADER, port=PAN) if where == "port" else HEADER
    sealed = sealing(msgspec.structs.replace(contents, traces=()), kept=(Kept(header, entries),))
    ((told, again),) = open_bundle(sealed.path).contents.traces
    assert sealed.manifest.masked
    assert PAN not in f"{told} {again}"
    assert PAN.encode() not in b"".join(entry.data for entry in again)


def test_in_the_name_of_a_member_sealing_fails_closed(contents, sealing, tmp_path):
    kept = as_kept(b"ready", 5, msgspec.structs.replace(HEADER, terminal=PAN))
    with pytest.raises(BundleError, match="may hold card data"):
        sealing(contents, kept=(kept,))
    assert list(tmp_path.iterdir()) == []


def test_a_sum_that_reads_like_something_encoded_stops_nothing(contents, sealing):
    """About three files in a hundred held one."""
    found = 0
    for i in range(2000):
        digest = letters(hashlib.sha256(str(i).encode()).digest()).encode()
        if redact(b'{"sha256":"' + digest + b'"}').counts:
            found += 1
            scan = Scan(Lookers(0), Counter(), [])
            manifest = b'{"schema":1,"members":[{"name":"log.jsonl","sha256":"' + digest + b'"}],"left_out":[]}'
            scan.refuse_leaks(zipped({MANIFEST: manifest, SIGNATURE: digest * 2}), ())
            with pytest.raises(BundleError):
                scan.refuse_leaks(zipped({MANIFEST: manifest.replace(b"[]", b'["' + PAN.encode() + b'"]')}), ())
        if found == 3:
            return


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_number_in_a_frame_of_its_protocol(contents, sealing):
    frame = b"\x04\x0f\x0b\x22\xf0\xf8" + packed(PAN) + b"\x0b"
    header = msgspec.structs.replace(HEADER, protocol="zvt", framing="tcp")
    sealed = sealing(msgspec.structs.replace(contents, traces=()), kept=(as_kept(frame, 3, header),))
    ((_, entries),) = open_bundle(sealed.path).contents.traces
    assert packed(PAN)[:4] not in b"".join(entry.data for entry in entries)


def test_with_other_processes_it_is_the_same_file(contents, sealing, monkeypatch):
    dirty = [as_kept(filling(9000) + WRITINGS["plain"] + filling(9000), 64) for _ in range(3)]
    alone = sealing(contents, kept=dirty)
    monkeypatch.setattr(lookers, "LITTLE", 0)
    monkeypatch.setattr(lookers, "_processors", lambda: 2)
    assert sealing(contents, kept=dirty).sha256 == alone.sha256
    assert alone.manifest.masked


def test_a_process_that_is_ended_leaves_no_file(contents, sealing, tmp_path, monkeypatch):
    def killed(self, other):
        other.process.kill()
        other.process.join()
        return give(self, other)

    give = lookers.Lookers._give
    monkeypatch.setattr(lookers.Lookers, "_give", killed)
    monkeypatch.setattr(lookers, "LITTLE", 0)
    monkeypatch.setattr(lookers, "_processors", lambda: 2)
    monkeypatch.setattr(lookers, "look", lambda _pieces: True)  # this process is quicker than one comes up
    monkeypatch.setattr(lookers.Lookers, "_turn", patient(lookers.Lookers._turn))
    with pytest.raises(BundleError, match="was ended"):
        sealing(contents)
    assert list(tmp_path.iterdir()) == []


def patient(turn):
    """As `_turn`, once another process is up."""

    def waits(self):
        while not any(other.is_up for other in self._others):
            self._hear(None)
        turn(self)

    return waits
