"""Masks what was found in a member as it will lie in the file; must not open or write a file.

A trace says of itself how its bytes are framed. They are looked at with that knowledge, as on their way in: a guess at
base64 of binary frames would strike parts of answers by chance, and no replay would find the same again.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping

from kiosk.evidence.bundle.pieces import OTHERS, STREAMS, read_trace
from kiosk.evidence.redaction import mask_stream, redact
from kiosk.model.trace import Entry, TraceHeader

_PAYLOAD = re.compile(rb'(?<="data":")[A-Za-z0-9+/]++=*+(?=")')


def reread(name: str, member: bytes) -> tuple[bytes, Mapping[str, int]]:
    """The member, masked and of the same length, and how often each rule struck."""
    trace = read_trace(name, member)
    if trace is None:
        whole = redact(member)
        return whole.data, whole.counts
    header, entries = trace
    payloads = list(_PAYLOAD.finditer(member))
    with_data = [entry for entry in entries if entry.data]
    if [m.group() for m in payloads] != [b64encode(entry.data) for entry in with_data]:
        whole = redact(member)  # written in another way than ours: guess at all of it
        return whole.data, whole.counts
    words = bytearray(member)
    for place in payloads:
        words[slice(*place.span())] = b"-" * len(place.group())
    told = redact(bytes(words))
    masked, counts = _masked(header, with_data)
    new, found = bytearray(told.data), Counter(told.counts)
    for place, data in zip(payloads, masked, strict=True):
        new[slice(*place.span())] = b64encode(data)
    return bytes(new), dict(found + counts)


def _masked(header: TraceHeader, entries: list[Entry]) -> tuple[list[bytes], Counter[str]]:
    """Each entry's bytes, looked at in its direction as one stream."""
    masked, counts = [entry.data for entry in entries], Counter[str]()
    for whats in (*STREAMS, OTHERS):
        places = [i for i, entry in enumerate(entries) if entry.what in whats]
        chunks, found = mask_stream([entries[i].data for i in places], header.protocol, header.framing)
        counts.update(found)
        for i, data in zip(places, chunks, strict=True):
            masked[i] = data
    return masked, counts
