"""Work runs in its lane, its end comes back in the GUI thread, and closing leaves no thread behind."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from kiosk.ui.bridge import Bridge


def test_the_end_of_work_comes_back_in_the_gui_thread(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []

    def done(future: Future[int]) -> None:
        seen.append((future.result(), threading.get_ident()))

    bridge.run("a", threading.get_ident, done)
    qtbot.waitUntil(lambda: bool(seen), timeout=5000)
    assert seen[0][1] == threading.get_ident()
    assert seen[0][0] != threading.get_ident()
    bridge.close()


def test_an_error_comes_back_too(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []
    bridge.run("a", lambda: 1 // 0, lambda future: seen.append(future.exception()))
    qtbot.waitUntil(lambda: bool(seen), timeout=5000)
    assert isinstance(seen[0], ZeroDivisionError)
    bridge.close()


def test_close_ends_every_thread_and_delivers_nothing_more(qtbot: QtBot) -> None:
    before, bridge, seen = threading.active_count(), Bridge(), []
    bridge.run("a", lambda: 1, seen.append)
    bridge.close()
    bridge.post(lambda: seen.append(2))
    qtbot.wait(20)
    assert seen == []
    assert threading.active_count() == before
    with pytest.raises(RuntimeError):
        bridge.run("a", lambda: 1)


def test_what_must_surely_be_done_is_done_before_the_end_and_the_rest_is_dropped(qtbot: QtBot) -> None:
    bridge, seen, begun, go = Bridge(), [], threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go.wait(10)

    bridge.run("a", first, surely=True)
    assert begun.wait(10)
    bridge.run("a", lambda: seen.append("dropped"))
    bridge.run("a", lambda: seen.append("kept"), surely=True)
    closing = threading.Thread(target=bridge.close)
    closing.start()
    go.set()
    closing.join(10)
    assert seen == ["kept"]
