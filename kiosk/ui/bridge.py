"""The only file where threads meet Qt: work runs in lanes, its end comes back in the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Bridge(QObject):
    """A lane is one thread, so that work on one port never overlaps; `close` ends them all."""

    _call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._loose: set[Future[Any]] = set()  # what may be dropped at the end
        self._open = True
        self._home = get_ident()
        self._call.connect(self._deliver)  # from another thread Qt queues it

    def run(
        self, lane: str, work: Callable[[], T], done: Callable[[Future[T]], Any] | None = None, *, surely: bool = False
    ) -> Future[T]:
        """Run `work` on a lane; `done(future)` runs in the GUI thread, also when `work` raised or was cancelled.

        What is to be done `surely` is done before `close` ends, even where nobody hears of it any more.
        """
        future = self._lane(lane).submit(work)
        if not surely:
            self._loose.add(future)
            future.add_done_callback(self._loose.discard)
        if done is not None:
            future.add_done_callback(lambda f: self.post(lambda: done(f)))
        return future

    def post(self, call: Callable[[], Any]) -> None:
        """Call something in the GUI thread, from any thread; never at once, and not at all after `close`."""
        if not self._open:
            return
        if get_ident() == self._home:
            QTimer.singleShot(0, lambda: self._deliver(call))
        else:
            self._call.emit(call)

    def close(self) -> None:
        """No more deliveries; queued work is dropped unless it is to be done surely.

        What runs already is waited for: it must heed its own cancel.
        """
        self._open = False
        for future in tuple(self._loose):
            future.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=True)
        self._lanes.clear()

    def _lane(self, name: str) -> ThreadPoolExecutor:
        if not self._open:
            raise RuntimeError("The bridge is closed.")
        if name not in self._lanes:
            from concurrent.futures import ThreadPoolExecutor

            self._lanes[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
        return self._lanes[name]

    def _deliver(self, call: Callable[[], Any]) -> None:
        if self._open:
            call()
