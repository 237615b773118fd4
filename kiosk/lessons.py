"""Keeps what persons said of unknown devices in one small file of the data folder; decides nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from kiosk.guidance.keeping import replace_file
from kiosk.model.learned import Learned, Lessons
from kiosk.model.wire import NOT_READABLE

FILE = "lessons.json"
MOST = 1000
_log = logging.getLogger(__name__)


def load(folder: Path) -> dict[str, Learned]:
    """By identity; nothing where there is no file, or one that cannot be read: a person is asked again."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, Learned])
    except FileNotFoundError:
        return {}
    except (OSError, *NOT_READABLE) as e:
        _log.warning("What was said of unknown devices cannot be read and is asked again: %s.", e)
        return {}


def keep(folder: Path, lessons: Lessons) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, encoded(lessons))


def encoded(lessons: Lessons) -> bytes:
    """The newest `MOST` of them."""
    return msgspec.json.encode(dict(list(lessons.items())[-MOST:]))
