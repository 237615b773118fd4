"""Carries out those wishes of `sync` that only write to the outbox; must not touch the network."""

from __future__ import annotations

import logging

from kiosk.escalation import talk
from kiosk.escalation.outbox import Outbox
from kiosk.model.case import CaseEvent

_log = logging.getLogger(__name__)


def write(outbox: Outbox, wish: talk.Wish, tell: bool = True) -> tuple[CaseEvent, ...] | None:
    """Carry out a wish for the outbox and return what is to be told; None if it is a wish for somebody else."""
    match wish:
        case talk.Keep():
            fresh = outbox.keep(wish.events, tell)
            outbox.know(wish.case, wish.known)
            return fresh
        case talk.Confirm():
            fresh = outbox.confirm(wish.case, wish.number, wish.seqs, tell)
            outbox.know(wish.case, wish.known)
            return fresh
        case talk.SetAside():
            _log.warning("The desk does not take an event: %s", wish.why)
            outbox.set_aside(wish.case, wish.id, wish.why)
        case talk.Adopt():
            outbox.adopt(wish.epoch)
        case talk.StartOver():
            _log.warning("The desk starts a new epoch; everything is compared again.")
            outbox.start_over(wish.epoch)
        case _:
            return None
    return ()
