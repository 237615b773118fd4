"""Rates count, stop and forget."""

from kiosk.desk.limits import MOST_KEYS, Failures, Rate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_as_many_as_allowed_in_any_window_and_again_later():
    clock = Clock()
    rate = Rate(3, 10.0, clock)
    assert [rate.allows("a") for _ in range(4)] == [True, True, True, False]
    assert rate.allows("b")
    clock.now = 10.5
    assert rate.allows("a")


def test_failures_can_be_forgiven():
    failures = Failures(1, 10.0, Clock())
    failures.count("a")
    assert failures.full("a")
    failures.clear("a")
    assert not failures.full("a")


def test_memory_is_bounded():
    rate = Rate(1, 10.0, Clock())
    for n in range(MOST_KEYS + 50):
        rate.count(str(n))
    assert len(rate._seen) <= MOST_KEYS
