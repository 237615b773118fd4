"""CCID messages as bytes and as named values; must not decide what may be sent, nor read what a card holds.

Source: USB Device Class Specification for Integrated Circuit Card Interface Devices, revision 1.1 ("CCID 1.1"),
chapter 6. A message is a header of ten bytes (type, length, slot, sequence number, three bytes of its own) and data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEADER = 10
LONGEST = 65_556  # an extended APDU, its header, and some
LONGEST_ANSWER = 64  # data of an answer to what we ask: an answer to reset has 33 bytes at most

POWER_ON, POWER_OFF, GET_STATUS, GET_PARAMETERS = 0x62, 0x63, 0x65, 0x6C
DATA, STATUS, PARAMETERS = 0x80, 0x81, 0x82
SLOT_CHANGE, HARDWARE_ERROR = 0x50, 0x51

# CCID 1.1 table 6.1-1, what the PC sends.
REQUESTS: Mapping[int, str] = {
    0x61: "Set parameters",
    0x62: "Power the card on",
    0x63: "Power the card off",
    0x65: "Get slot status",
    0x69: "PIN entry",
    0x6A: "T=0 class and envelope",
    0x6B: "Escape",
    0x6C: "Get parameters",
    0x6D: "Reset parameters",
    0x6E: "Card clock",
    0x6F: "Exchange with the card",
    0x71: "Mechanical",
    0x72: "Abort",
    0x73: "Set data rate and clock",
}
# CCID 1.1 table 6.2-1, what the reader answers.
ANSWERS: Mapping[int, str] = {
    0x80: "Data block",
    0x81: "Slot status",
    0x82: "Parameters",
    0x83: "Escape answer",
    0x84: "Data rate and clock",
}
# CCID 1.1 section 6.3, what the reader tells of its own accord on its interrupt endpoint.
NOTICES: Mapping[int, str] = {SLOT_CHANGE: "Slot change", HARDWARE_ERROR: "Hardware error"}

CARD = ("active", "present", "none")  # bits 0 and 1 of bStatus, table 6.2-3
OUTCOME = ("ok", "failed", "time_extension")  # bits 6 and 7
CLOCK = ("running", "stopped_low", "stopped_high", "stopped")  # section 6.2.2, bClockStatus

# CCID 1.1 table 6.2-2.
ERRORS: Mapping[int, str] = {
    0xFF: "aborted",
    0xFE: "card_mute",
    0xFD: "parity",
    0xFC: "overrun",
    0xFB: "hardware_error",
    0xF8: "bad_atr_ts",
    0xF7: "bad_atr_tck",
    0xF6: "protocol_not_supported",
    0xF5: "class_not_supported",
    0xF4: "procedure_byte_conflict",
    0xF3: "deactivated_protocol",
    0xF2: "busy_with_auto_sequence",
    0xF0: "pin_timeout",
    0xEF: "pin_cancelled",
    0xE0: "slot_busy",
    0x05: "no_such_slot",
    0x00: "not_supported",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message; `own` are the three bytes of the header that each type uses in its own way."""

    type: int
    slot: int
    seq: int
    own: bytes
    data: bytes = b""

    @property
    def length(self) -> int:
        return HEADER + len(self.data)

    @property
    def card(self) -> str:
        """ "active", "present" or "none"; of an answer."""
        return CARD[self.own[0] & 3]

    @property
    def outcome(self) -> str:
        """ "ok", "failed" or "time_extension"; of an answer."""
        return OUTCOME[self.own[0] >> 6]

    @property
    def error(self) -> str:
        """Why it failed, in a word; "" where it did not. `FE` where no card is in means just that."""
        if self.outcome != "failed":
            return ""
        code = self.own[1]
        if code == 0xFE and self.card == "none":
            return "no_card"
        return ERRORS.get(code) or ("vendor" if code >= 0x80 else "bad_parameter")


def request(kind: int, slot: int, seq: int, own: bytes = b"\0\0\0") -> bytes:
    """A message without data from the PC."""
    return bytes([kind, 0, 0, 0, 0, slot, seq]) + own


def at(data: bytes, offset: int, direction: str | None) -> Message | None:
    """The whole message that begins at `offset`, or None."""
    head = data[offset : offset + HEADER]
    if len(head) < HEADER:
        return None
    size = int.from_bytes(head[1:5], "little")
    if size > LONGEST - HEADER or offset + HEADER + size > len(data):
        return None
    message = Message(head[0], head[5], head[6], head[7:10], data[offset + HEADER : offset + HEADER + size])
    outwards = direction != "in" and message.type in REQUESTS
    inwards = direction != "out" and message.type in ANSWERS and _is_answer(message)
    return message if outwards or inwards else None


def _is_answer(message: Message) -> bool:
    """Bits that are reserved are clear, and what has no data brings none; stray bytes seldom look like that."""
    status, _, last = message.own
    if status & 0x3C or status & 3 == 3 or status >> 6 == 3 or message.slot > 0x7F:
        return False
    if message.type == STATUS:
        return not message.data and last < len(CLOCK)
    return message.type != PARAMETERS or len(message.data) in (0, 5, 7)


class Listener:
    """Finds whole answers in bytes as they come; stray bytes are stepped over, and at most one message is held."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        self._held += data
        found: list[Message] = []
        start = 0
        while start + HEADER <= len(self._held):
            head = bytes(self._held[start : start + HEADER])
            if not _may_begin(head):
                start += 1
                continue
            message = at(bytes(self._held[start : start + HEADER + LONGEST_ANSWER]), 0, "in")
            if message is None:
                break
            found.append(message)
            start += message.length
        del self._held[:start]
        return found


def _may_begin(head: bytes) -> bool:
    """A header of an answer to one of our own questions; its data may still be on the way."""
    size = int.from_bytes(head[1:5], "little")
    data = bytes(size) if size <= LONGEST_ANSWER else b""
    fits = size <= LONGEST_ANSWER
    return fits and head[0] in ANSWERS and _is_answer(Message(head[0], head[5], head[6], head[7:10], data))


def notice_at(data: bytes, offset: int) -> int:
    """Length of the interrupt message that begins here, 0 if none does: up to four slots, CCID 1.1 section 6.3."""
    if data[offset] == SLOT_CHANGE and offset + 2 <= len(data):
        return 2
    return 4 if data[offset] == HARDWARE_ERROR and offset + 4 <= len(data) else 0


def changes(bits: int) -> list[str]:
    """Per slot two bits: a card is in, and whether that changed; only slots of which something is told."""
    told = ((slot, bits >> 2 * slot & 3) for slot in range(4))
    return [
        f"slot {slot}: {'card' if pair & 1 else 'no card'}{', changed' if pair & 2 else ''}"
        for slot, pair in told
        if pair or slot == 0
    ]
