"""Looking in several processes tells the same as in one, and a process that is ended ends the sealing."""

import pytest

from kiosk.errors import BundleError
from kiosk.evidence.bundle import lookers
from kiosk.evidence.bundle.lookers import LITTLE, Lookers
from kiosk.evidence.bundle.pieces import Piece

CLEAN = [Piece(b"status %06d ready\n" % i * 40) for i in range(40)]
DIRTY = Piece(b"card 4111111111111111 seen")
HIDDEN = Piece(b"\x04\x0f\x0b\x22\xf0\xf8\x41\x11\x11\x11\x11\x11\x11\x11", "zvt", "tcp")


def until_up(some):
    while not all(other.is_up for other in some._others):
        assert len(some._others) == 2
        some._hear(None)


def _none_started(monkeypatch):
    def refused(_self):
        raise OSError("no more processes")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refused)


def _all_die_at_once(monkeypatch):
    monkeypatch.setattr(lookers, "serve", _dies)


def _dies(_line):
    raise SystemExit(3)


@pytest.fixture(scope="module")
def two():
    with Lookers(LITTLE + 1, processes=2) as both:
        until_up(both)
        yield both


@pytest.mark.parametrize("odd", [DIRTY, HIDDEN])
def test_a_hit_is_told_from_wherever_it_is(two, odd):
    assert two.look(CLEAN * 30)()
    for place in (0, 500, 1200):
        many = CLEAN * 30
        many.insert(place, odd)
        assert not two.look(many)()
    assert two.look(CLEAN)(), "and the next member is judged anew"


def test_little_is_looked_at_here(monkeypatch):
    monkeypatch.setattr(lookers, "_started", lambda _processes: pytest.fail("a process for so little"))
    with Lookers(LITTLE) as here:
        assert here.look(CLEAN)()
        assert not here.look([*CLEAN, DIRTY])()
    with Lookers(LITTLE + 1, processes=1) as here:
        assert not here.look([DIRTY])()


@pytest.mark.parametrize("others", [_none_started, _all_die_at_once])
def test_where_no_process_comes_up_this_one_does_it_all(monkeypatch, others):
    others(monkeypatch)
    with Lookers(LITTLE + 1, processes=2) as alone:
        verdicts = [alone.look(CLEAN * 20), alone.look([DIRTY]), alone.look(CLEAN)]
        assert [verdict() for verdict in verdicts] == [True, False, True]


def test_a_process_that_is_ended_ends_the_sealing():
    with Lookers(LITTLE + 1, processes=2) as both:
        until_up(both)
        for other in both._others:
            other.process.kill()
        with pytest.raises(BundleError, match="was ended"):
            both.look(CLEAN * 200)()


def test_no_process_is_left():
    with Lookers(LITTLE + 1, processes=2) as both:
        until_up(both)
        assert both.look(CLEAN * 30)()
        processes = [other.process for other in both._others]
    assert [process.exitcode for process in processes] == [0, 0]
