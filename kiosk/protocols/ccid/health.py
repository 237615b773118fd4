"""What a card reader's answers mean, in nexo's words and as findings; pure, asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.protocols.ccid import atr
from kiosk.protocols.ccid.descriptor import Descriptor, measurements
from kiosk.protocols.ccid.messages import Message

_BROKEN = {"hardware_error", "overrun"}
_BUSY = {"slot_busy", "busy_with_auto_sequence"}
_UNREADABLE = {"bad_atr_ts", "bad_atr_tck", "parity", "protocol_not_supported", "class_not_supported"}


def reading_of(found: Descriptor | None, states: tuple[Message, ...], parameters: Message | None) -> Reading:
    """Health of a reader from its slots; what was not told stays None."""
    measured = list(measurements(found)) if found else []
    measured += [_slot(state) for state in states]
    if parameters is not None and parameters.data:
        measured.append(Measurement("ccid.protocol", f"T={parameters.own[2]}", raw=parameters.data.hex().upper()))
    errors = {state.error for state in states}
    findings = tuple(dict.fromkeys(_findings(errors)))
    if not findings and all(state.card == "none" for state in states):
        findings = ("reader.no_card",)
    health = Health(global_status=_overall(errors), card_reader_ok=_works(errors))
    return Reading(health, tuple(measured), tuple(Finding(id, _SEVERITY[id]) for id in findings))


_SEVERITY = {
    "terminal.card_reader_broken": Severity.FAULT,
    "terminal.busy": Severity.WARNING,
    "reader.card_mute": Severity.WARNING,
    "reader.card_unreadable": Severity.WARNING,
    "reader.no_card": Severity.INFO,
    "reader.card_answered": Severity.INFO,
}


def _slot(state: Message) -> Measurement:
    words = ", ".join(filter(None, (state.card, state.error)))
    return Measurement(f"ccid.slot_{state.slot}", words, raw=state.own[:2].hex().upper())


def _findings(errors: set[str]) -> Iterator[str]:
    if errors & _BROKEN:
        yield "terminal.card_reader_broken"
    if errors & _BUSY:
        yield "terminal.busy"
    if "card_mute" in errors:
        yield "reader.card_mute"
    if errors & _UNREADABLE:
        yield "reader.card_unreadable"


def _overall(errors: set[str]) -> GlobalStatus:
    if errors & _BROKEN:
        return GlobalStatus.MAINTENANCE
    return GlobalStatus.BUSY if errors & _BUSY else GlobalStatus.OK


def _works(errors: set[str]) -> bool | None:
    """A mute card is the card's fault or the contacts': the reader itself is neither proven nor broken."""
    if errors & _BROKEN:
        return False
    return None if errors - {"", "no_card"} else True


@dataclass(slots=True)
class Tested:
    """What a card test saw: the answer to power, and whether the card was off again."""

    answer: Message | None = None
    off: bool | None = None


def card_test_reading(tested: Tested) -> Reading:
    """A card that answered proves the reader; one that did not leaves open which of the two is at fault."""
    answer = tested.answer
    if answer is None:
        return Reading(Health(), (), (Finding("reader.no_card", Severity.INFO),))
    found = atr.parse(answer.data)
    errors = {answer.error} - {"", "no_card"}
    ids = tuple(dict.fromkeys(_findings(errors))) or (_judged(answer, found),)
    answered = ids == ("reader.card_answered",)
    health = Health(
        global_status=GlobalStatus.MAINTENANCE if errors & _BROKEN else None,
        card_reader_ok=True if answered else (False if errors & _BROKEN else None),
    )
    measured = (*_atr(found), Measurement("ccid.powered_off", tested.off))
    return Reading(health, measured, tuple(Finding(id, _SEVERITY[id]) for id in ids))


def _judged(answer: Message, found: atr.Atr | None) -> str:
    if answer.card == "none":
        return "reader.no_card"  # taken out again in between
    if answer.outcome == "failed" or not answer.data:
        return "reader.card_mute"
    return "reader.card_answered" if found is not None and found.good else "reader.card_unreadable"


def _atr(found: atr.Atr | None) -> tuple[Measurement, ...]:
    if found is None:
        return ()
    said = atr.words(found)
    protocols = said["protocols"]
    return (
        Measurement("ccid.card", atr.name_of(found)),
        Measurement("ccid.atr", str(said["interface"]), ok=found.good),
        Measurement("ccid.card_protocols", ", ".join(map(str, protocols)) if isinstance(protocols, list) else None),
        Measurement("ccid.historical_bytes", found.historical[1], "bytes"),
    )
