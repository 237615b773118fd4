"""What bytes and counters tell of the line itself: wrong speed, wrong format, noise, slow answers; pure.

A line set to the wrong speed cuts bits in two or melts them together: most of what it delivers is one of few bytes, as
00, F0, FE. A line with the wrong format delivers the right bytes with a parity bit on top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.model.finding import Measurement
from kiosk.model.trace import Entry, What
from kiosk.protocols.conversation import Conversation, Lines, LineState, NotReported, Receive

LISTEN = 0.1  # seconds for what comes unasked
FEWEST = 4  # bytes; fewer prove nothing
SHARE = 0.75  # of the bytes that look like halved bits; of bytes by chance it is 0.3
SLOW = 1.0  # seconds to the first byte of an answer; serial protocols of terminals allow one to two
_MOST = 4096

Reads = Callable[[bytes], bool]
"""Whether bytes hold a whole message of the terminal's protocol."""


def listen() -> Conversation[tuple[LineState | NotReported, bytes, LineState | NotReported]]:
    """Modem lines and counters before and after a moment of listening, and what came unasked in it."""
    before = yield Lines()
    came: bytes = yield Receive(LISTEN)
    after = yield Lines()
    return before, came, after


def trouble(came: bytes, reads: Reads) -> str | None:
    """ "link.wrong_speed", "link.noise" or None; nothing is wrong with bytes that hold a message."""
    if len(came) < FEWEST or reads(came):
        return None
    if is_misread(came) or has_parity(came, reads):
        return "link.wrong_speed"
    return "link.noise"


def is_misread(came: bytes) -> bool:
    """Whether most bytes look like bits that were cut in two or melted together."""
    return len(came) >= FEWEST and sum(map(_looks_halved, came)) >= SHARE * len(came)


def _looks_halved(byte: int) -> bool:
    """All zeros or ones in its lower half, or no bit alone between others; control signs such as ACK are neither."""
    if byte == 0 or (byte >= 0x20 and byte & 0x0F in (0x00, 0x0F)):
        return True
    runs = f"{byte:08b}".replace("01", "0 1").replace("10", "1 0").split()
    return byte >= 0x20 and all(len(run) >= 2 for run in runs[1:-1])


def has_parity(came: bytes, reads: Reads) -> bool:
    """Whether every byte carries a parity bit (7E1 or 7O1 read as 8N1) and the lower seven bits hold a message."""
    if any(byte > 0x7F for byte in came):
        odd = {byte.bit_count() & 1 for byte in came}
        return len(odd) == 1 and reads(bytes(byte & 0x7F for byte in came))
    return False


def measured(before: LineState | NotReported, after: LineState | NotReported) -> tuple[Measurement, ...]:
    """Modem lines, and what the counters rose by; a value of None is "not reported by this adapter"."""
    if not isinstance(after, LineState):
        return (Measurement("line.modem", None),)
    lines = [Measurement(f"line.{name}", getattr(after, name)) for name in ("cts", "dsr", "ri", "cd")]
    counts = [_rise(name, before, after) for name in ("frame_errors", "parity_errors", "overruns")]
    return (*lines, *counts)


def _rise(name: str, before: LineState | NotReported, after: LineState) -> Measurement:
    first, last = getattr(before, name, None), getattr(after, name)
    if first is None or last is None:
        return Measurement(f"line.{name}", None)
    return Measurement(f"line.{name}", last - first, "", (0, 0), last == first)


def counted(measurements: Sequence[Measurement], reads: bool) -> str | None:
    """What risen counters prove where no message came: framing or parity errors are a wrong speed or format."""
    risen = {m.name for m in measurements if isinstance(m.value, int) and not isinstance(m.value, bool) and m.value > 0}
    return "link.wrong_speed" if not reads and risen & {"line.frame_errors", "line.parity_errors"} else None


def latency(entries: Sequence[Entry]) -> Measurement | None:
    """The longest wait from a question to the first byte of its answer; None where nothing was asked or answered."""
    some = waits(entries)
    if not some:
        return None
    longest = round(max(some), 3)
    return Measurement("answer.first", longest, "s", (None, SLOW), longest <= SLOW)


def waits(entries: Sequence[Entry]) -> tuple[float, ...]:
    """Seconds from each question to the first byte of its answer."""
    asked: float | None = None
    some: list[float] = []
    for entry in entries:
        if entry.what is What.SEND:
            asked = entry.at
        elif entry.what is What.RECEIVE and asked is not None:
            some.append(entry.at - asked)
            asked = None
    return tuple(some)


def received(entries: Sequence[Entry]) -> bytes:
    """The last bytes that came in a conversation."""
    return b"".join(entry.data for entry in entries if entry.what is What.RECEIVE)[-_MOST:]
