"""Server-sent events from bytes as they come (WHATWG HTML section 9.2.6); pure, must not read anything itself."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 4 * 1024 * 1024  # no event of a desk is near this; a sender without line ends cannot fill the memory


@dataclass(frozen=True, slots=True)
class Beat:
    """A comment line: the sender is alive."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One event; `name` is `message` where the sender gave none."""

    name: str
    data: str
    id: str = ""


class Reader:
    """Takes chunks cut anywhere, gives whole events and beats. Raises `ValueError` on an endless event."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._id = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Sent | Beat]:
        """What became whole with these bytes. Lines end in LF or CRLF (a lone CR is not used by any desk)."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._size += len(chunk)
        found: list[Sent | Beat] = []
        for line in lines:
            item = self._line(line.removesuffix(b"\r").decode("utf-8", "replace"))
            if item is not None:
                found.append(item)
        if self._size - len(self._rest) > LONGEST or len(self._rest) > LONGEST:
            raise ValueError("a stream without ends")
        return found

    def _line(self, line: str) -> Sent | Beat | None:
        if not line:
            return self._end()
        if line.startswith(":"):
            self._size = len(self._rest)
            return Beat()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id":
            self._id = value
        return None

    def _end(self) -> Sent | None:
        sent = Sent(self._name or "message", "\n".join(self._data), self._id) if self._data else None
        self._name, self._data, self._size = "", [], len(self._rest)
        return sent
