"""A CP2103 bridge as the kernel's cp210x driver sees it: modem lines, and line errors marked in what the host reads.

Source: Silicon Labs AN571, "CP210x Virtual COM Port Interface". It carries bytes and knows no protocol.
"""

from __future__ import annotations

import os
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.lab import gadgets

_SETUP, _TO_HOST = 4, 0x80
_LINE_STATUS, _FRAME_ERROR = 0x01, 0x08  # AN571, embedded events; the bit is that of a 16550's line status register
_RAISED = 0xB3  # DTR and RTS of the host; CTS, DSR and DCD of the terminal
_INTERFACE = struct.pack("<9B", 9, 4, 0, 0, 2, 0xFF, 0, 0, 0)
_ENDPOINTS = b"".join(struct.pack("<4BHB", 7, 5, address, 2, 64, 0) for address in (0x81, 0x02))
_NEVER_SEEN_ALONE = b"\x53"  # no byte that looks like halved bits: only the counters tell


class Bridge:
    """Answers the driver's questions in a thread; `sign` is the byte that marks an event, None where none was asked."""

    def __init__(self, folder: Path) -> None:
        self._to_host = folder / "ep1"
        self.lines, self.has_errors = _RAISED, False
        self.sign: int | None = None
        self._speed, self._format = 9600, 0x0800
        self._questions = os.open(folder / "ep0", os.O_RDWR)
        os.write(self._questions, gadgets.described(_INTERFACE + _ENDPOINTS, 3))
        os.write(self._questions, gadgets.NO_WORDS)
        for work in (self._answer_all, self._make_errors):
            threading.Thread(target=work, daemon=True).start()

    def set_lines(self, how: str) -> None:
        """ "high" or "low"."""
        self.lines = _RAISED if how == "high" else 0

    def set_errors(self, how: str) -> None:
        """ "on" or "off"."""
        self.has_errors = how == "on"

    def _answer_all(self) -> None:
        while event := os.read(self._questions, 12):
            if event[8] != _SETUP:
                continue
            to_host, request, value, _, length = struct.unpack("<BBHHH", event[:8])
            with suppress(OSError):
                if to_host & _TO_HOST:
                    self._tell(request, value, length)
                else:
                    self._take(request, value, os.read(self._questions, length))

    def _tell(self, request: int, value: int, length: int) -> None:
        """What a question asks for; what it does not know it refuses, by answering in the wrong direction."""
        answers = {
            0x04: struct.pack("<H", self._format),
            0x08: bytes([self.lines]),
            0x10: bytes(19),  # nothing waits, nothing is held
            0x14: bytes(16),  # no flow control
            0x1D: struct.pack("<I", self._speed),
            0xFF: b"\x03" if value == 0x370B else b"",  # part number: a CP2103 (the driver takes a CP2102 for a copy)
        }
        answer = answers.get(request, b"")
        if answer:
            os.write(self._questions, answer[:length])
        else:
            os.read(self._questions, 0)

    def _take(self, request: int, value: int, data: bytes) -> None:
        match request:
            case 0x03:
                self._format = value
            case 0x15:
                self.sign = value & 0xFF or None
            case 0x1E if len(data) == 4:
                (self._speed,) = struct.unpack("<I", data)

    def marked(self, data: bytes) -> bytes:
        """Bytes of the terminal; the sign itself is followed by a zero."""
        sign = bytes([self.sign or 0])
        return data.replace(sign, sign + b"\0") if self.sign else data

    def _make_errors(self) -> None:
        """A byte with a framing error fifty times a second, marked so where the driver asked for marks."""
        while True:
            time.sleep(0.02)
            if self.has_errors:
                mark = bytes([self.sign, _LINE_STATUS, _FRAME_ERROR]) if self.sign else b""
                with suppress(OSError):
                    self._to_host.open("wb", buffering=0).write(mark + _NEVER_SEEN_ALONE)
