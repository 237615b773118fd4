"""What commands and status codes of ID TECH readers mean, in our own words; must not know how they travel.

Numbers after the NEO 2 Interface Developer's Guide, section 2.1.5 (status) and chapter 8 (commands).
"""

from __future__ import annotations

from dataclasses import dataclass

PING, SERIAL_NUMBER, VERSION, DEVICE_STATUS, MAC = (0x18, 1), (0x12, 1), (0x29, 0), (0x32, 3), (0xD1, 0x1B)
PROCESSOR, FIRMWARE, HARDWARE, MODULES = (0x09, 2), (0x09, 3), (0x09, 0x14), (0x09, 0x20)

ASKS: dict[tuple[int, int], str] = {
    PING: "Ping",
    SERIAL_NUMBER: "Serial number",
    PROCESSOR: "Processor type",
    FIRMWARE: "Main firmware version",
    HARDWARE: "Hardware information",
    MODULES: "Module versions",
    VERSION: "Firmware version",
    DEVICE_STATUS: "Device status",
    MAC: "Network address",
}
"""All that may be sent."""

GROUPS: dict[int, str] = {
    0x01: "Mode and lamps",
    0x02: "Activate transaction",
    0x03: "Read configuration",
    0x04: "Write configuration",
    0x05: "Cancel transaction",
    0x09: "Versions",
    0x0A: "Lamps",
    0x0B: "Buzzer",
    0x12: "Serial number",
    0x14: "Start-up message",
    0x18: "Ping",
    0x29: "Version",
    0x2C: "Pass-through to a card",
    0x32: "Device",
    0x90: "Keys and certificates",
    0xD1: "Network",
}
"""Names for decoding only."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """`words` ends the text id `idtech.status.<words>`; `finding` is "" where nothing is wrong with the reader."""

    words: str
    finding: str = ""


OK = 0x00
STATUS: dict[int, Meaning] = {
    0x00: Meaning("ok"),
    0x01: Meaning("header", "protocol.garbled"),
    0x02: Meaning("unknown_command"),
    0x03: Meaning("unknown_question"),
    0x04: Meaning("check_sum", "protocol.garbled"),
    0x05: Meaning("parameter"),
    0x06: Meaning("not_supported"),
    0x07: Meaning("malformed", "protocol.garbled"),
    0x08: Meaning("timeout", "protocol.refused"),
    0x0A: Meaning("failed", "protocol.refused"),
    0x0B: Meaning("not_allowed"),
    0x0C: Meaning("question_not_allowed"),
    0x0D: Meaning("too_long", "protocol.refused"),
    0x0E: Meaning("screen_event", "protocol.refused"),
    0x10: Meaning("loader_plain", "terminal.out_of_order"),
    0x11: Meaning("loader_encrypted", "terminal.out_of_order"),
    0x12: Meaning("secure_interface", "terminal.out_of_order"),
    0x13: Meaning("padding", "protocol.refused"),
    0x14: Meaning("padding", "protocol.refused"),
    0x15: Meaning("key_type", "protocol.refused"),
    0x16: Meaning("key_missing", "terminal.keys_missing"),
    0x17: Meaning("hash", "protocol.refused"),
    0x18: Meaning("key_not_stored", "terminal.keys_missing"),
    0x19: Meaning("too_long", "protocol.refused"),
    0x1A: Meaning("secure_restart", "terminal.not_initialised"),
    0x1B: Meaning("memory", "terminal.not_initialised"),
    0x1C: Meaning("card_command", "protocol.refused"),
    0x1D: Meaning("tamper", "terminal.tamper"),
    0x20: Meaning("security_module", "terminal.out_of_order"),
    0x21: Meaning("security_module", "terminal.out_of_order"),
}


def meaning(status: int) -> Meaning:
    """A code that is not listed is told as such; it says nothing of the reader's parts."""
    return STATUS.get(status, Meaning("other", "protocol.refused"))


def name_of(command: int, second: int, answer: bool) -> str:
    """The name of a command or of an answer, whose second byte is its status."""
    if not answer:
        return ASKS.get((command, second), GROUPS.get(command, "Unknown command"))
    return f"{GROUPS.get(command, 'Unknown command')}: answer"
