"""Turns bring their own time and ids: the same turn gives the same ids, two ids of a turn differ."""

import uuid
from datetime import UTC, datetime

from kiosk.journey.turns import Tick, Turn

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_ids_of_a_turn_are_uuid7_of_its_time_and_differ() -> None:
    turn = Turn(AT, b"0123456789abcdef", Tick())
    made = {turn.uuid(n) for n in range(200)}
    assert len(made) == 200
    assert {uuid.UUID(id).version for id in made} == {7}
    assert turn.uuid(1) == Turn(AT, b"0123456789abcdef", Tick()).uuid(1)
    assert uuid.UUID(turn.uuid(1)).int >> 80 == int(AT.timestamp() * 1000)


def test_other_entropy_gives_other_ids() -> None:
    assert Turn(AT, b"a" * 16, Tick()).uuid(1) != Turn(AT, b"b" * 16, Tick()).uuid(1)
