"""Loads msgspec and PySide6 without what the window does not use; must not change what either of them does.

What is left out takes nearly half the time that an empty window needs from its start to its first paint.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any


def import_msgspec() -> None:
    """Without typing_extensions, which takes longer than all of msgspec.

    msgspec looks for two names there and takes them from `typing` where it is missing: from Python 3.11 on, the same.
    """
    name = "typing_extensions"
    if name in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules[name]


def import_pyside() -> None:
    """PySide6 carries its signatures' modules as text and compiles all of it at every start; here, when first asked.

    They serve the words of an error, `inspect.signature`, and the making of type stubs. The text comes from shiboken's
    `signature_bootstrap`, which hands it to `compile`; where that is done in another way, all is loaded as ever.
    """
    if "PySide6" in sys.modules:
        return
    whole = builtins.compile

    def sparing(source: Any, filename: Any, *args: Any, **named: Any) -> Any:
        if isinstance(filename, str) and filename.startswith(_FOLDER) and not filename.endswith(_AT_ONCE):
            _texts[filename] = source
            source = f"from {__name__} import late; __getattr__ = late({filename!r}, globals())"
        return whole(source, filename, *args, **named)

    builtins.compile = sparing
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.compile = whole


_FOLDER = "shibokensupport/signature/"
_AT_ONCE = ("/__init__.py", "/loader.py", "/importhandler.py", "/mapping.py")
_texts: dict[str, bytes] = {}


def late(filename: str, room: dict[str, Any]) -> Callable[[str], Any]:
    """`__getattr__` for a module (PEP 562): as soon as a name is asked, all of it is put into `room`, its globals."""
    from threading import RLock

    lock = RLock()

    def found(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        with lock:
            if filename in _texts:
                exec(compile(_texts.pop(filename), filename, "exec"), room)  # noqa: S102 - PySide6's own text
        if name not in room:
            raise AttributeError(name)
        return room[name]

    return found
