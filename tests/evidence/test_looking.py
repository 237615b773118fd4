"""One look at pieces, and a process that looks until its line is closed."""

import signal
from multiprocessing import Pipe
from threading import Thread

from kiosk.evidence.looking import look, serve

CLEAN = [(b"status %06d ready\n" % i * 40, None, None) for i in range(10)]
DIRTY = (b"card 4111111111111111 seen", None, None)
HIDDEN = (b"\x04\x0f\x0b\x22\xf0\xf8\x41\x11\x11\x11\x11\x11\x11\x11", "zvt", "tcp")


def test_a_piece_is_looked_at_with_what_is_known_of_it():
    assert look(())
    assert look(CLEAN)
    assert not look([*CLEAN, DIRTY])
    assert not look([HIDDEN])


def test_it_says_that_it_is_up_answers_and_ends_with_its_line(monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # of another thread than the first it is not allowed
    near, far = Pipe()
    thread = Thread(target=serve, args=(far,))
    thread.start()
    assert near.recv() is True
    for batch, clean in ((CLEAN, True), ([DIRTY], False), ([], True)):
        near.send(batch)
        assert near.recv() is clean
    near.close()
    thread.join(5)
    assert not thread.is_alive()
    far.close()
