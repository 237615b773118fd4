"""What the simulated terminals of the STX/ETX/LRC family share: bytes built by hand; must know no message."""

from __future__ import annotations

SIGNS = frozenset({0x04, 0x05, 0x06, 0x15})
ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"


def xor(data: bytes, seed: int = 0) -> int:
    for byte in data:
        seed ^= byte
    return seed


def framed(body: bytes, *, damage: bool = False) -> bytes:
    """`02 body 03 LRC`, the LRC over body and 03."""
    return b"\x02" + body + b"\x03" + bytes([xor(body + b"\x03") ^ (0x5A if damage else 0)])


class Ear:
    """Cuts what comes into single signs and whole frames; with `checked` an ACK or NAK is three bytes long."""

    def __init__(self, *, checked: bool = False) -> None:
        self._checked = checked
        self._in = bytearray()

    def hear(self, data: bytes) -> list[bytes]:
        self._in += data
        heard: list[bytes] = []
        while (one := self._take()) is not None:
            heard.append(one)
        return heard

    def _take(self) -> bytes | None:
        while self._in and self._in[0] != 0x02 and self._in[0] not in SIGNS:
            del self._in[0]
        if not self._in:
            return None
        if self._in[0] != 0x02:
            return self._cut(3 if self._checked and self._in[0] in b"\x06\x15" else 1)
        end = self._in.find(b"\x03", 1)
        return self._cut(end + 2) if end > 0 else None

    def _cut(self, size: int) -> bytes | None:
        if len(self._in) < size:
            return None
        one = bytes(self._in[:size])
        del self._in[:size]
        return one
