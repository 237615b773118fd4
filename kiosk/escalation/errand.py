"""One turn at the desk for scripts: says what waits, hears what is new, and leaves; no threads, no stream."""

from __future__ import annotations

import time
from collections import deque

from kiosk.escalation import calls, sync, talk
from kiosk.escalation.ledger import write
from kiosk.escalation.line import Line
from kiosk.escalation.outbox import Outbox

MIDDLE = 0.5  # a lone caller needs no jitter


def exchange(outbox: Outbox, line: Line, seconds: float) -> talk.Trouble | None:
    """Talk until everything is said and heard, or the time is up; returns what was in the way, if anything.

    Nothing is marked as told, so a window that runs beside it still hears it all.
    """
    until = time.monotonic() + seconds
    state = sync.State(epoch=outbox.epoch(), known=outbox.known(), files=False)
    events: deque[talk.Event] = deque([talk.Tick()])
    heard = False
    while time.monotonic() < until:
        if not events:
            if heard and not (state.behind or state.to_say or state.say.busy):
                return None
            if state.trouble in (talk.Trouble.REJECTED, talk.Trouble.NO_TRUST):
                break
            time.sleep(0.1)
            events.append(talk.Tick())
        event = events.popleft()
        state, wishes = sync.step(state, event, time.monotonic())
        heard = (heard or isinstance(event, talk.Polled)) and not any(isinstance(w, talk.StartOver) for w in wishes)
        with outbox.together():
            errands = [wish for wish in wishes if write(outbox, wish, tell=False) is None]
        for wish in errands:
            if not (heard and isinstance(wish, talk.Listen | talk.Poll)):
                events += _answers(outbox, line, wish)
    return state.trouble or talk.Trouble.OFFLINE


def _answers(outbox: Outbox, line: Line, wish: talk.Wish) -> list[talk.Event]:
    match wish:
        case talk.Listen() | talk.Poll():
            return [calls.tried_poll(line, talk.Poll(wish.attempt, wish.cursor, wait=0), MIDDLE)]
        case talk.Say():
            return [calls.tried_post(line, outbox.batch(wish.limit, wish.skip), MIDDLE)]
        case talk.Fetch():
            return [calls.tried_fetch(line, wish, MIDDLE)]
        case _:
            return []
