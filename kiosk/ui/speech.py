"""Reads a page aloud by the system's voice, where it has one; nothing else knows how; never says a number."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess

from kiosk.model.text import Text

if TYPE_CHECKING:
    from kiosk.model.screen import Screen

_NUMBER = re.compile(r"\S*\d\S*")
LONGEST = 600  # characters
_SAPI = (
    "Add-Type -AssemblyName System.Speech; $v = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "[Console]::InputEncoding = [Text.Encoding]::UTF8; $w = [Console]::In.ReadToEnd(); "
    "try {{ $v.SelectVoiceByHints('NotSet', 'NotSet', 0, '{language}') }} catch {{}}; $v.Speak($w)"
)
"""Windows: its own voices, one in the page's language if there is one; the words come on standard input."""


def without_numbers(words: str) -> str:
    """The words without anything that holds a digit: amounts, codes, serial and phone numbers are nobody's to hear."""
    return " ".join(_NUMBER.sub(" ", words[:LONGEST]).split())


def program(language: str, words: str, platform: str = sys.platform) -> list[str]:
    """The system's voice, about to say words; empty where there is none.

    Linux: `spd-say` of speech-dispatcher; by its manual `-w` waits until it is said, `-l` names the language.
    """
    if platform == "win32":
        shell = shutil.which("powershell")
        return [shell, "-NoProfile", "-NonInteractive", "-Command", _SAPI.format(language=language)] if shell else []
    voice = shutil.which("spd-say")
    return [voice, "-w", "-l", language, "--", words] if voice else []


def words_of(screen: Screen, say: Callable[[Text | None], str]) -> str:
    """What of a page is worth hearing: its title and what stands below it."""
    told = [getattr(screen, name, None) for name in ("title", "lead", "hint", "what", "why")]
    rules = (*getattr(screen, "todo", ()), *getattr(screen, "never", ()))
    options = tuple(option.words for option in getattr(screen, "options", ()))
    said = (say(words) for words in (*told, *rules, *options) if isinstance(words, Text))
    return ". ".join(words.rstrip(".") for words in said if words)


class Speech(QObject):
    """One voice: what is said anew cuts off what was being said. Off until it is switched on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self._voice: QProcess | None = None
        self._said = ""

    @staticmethod
    def offered() -> bool:
        """Whether this system has a voice."""
        return bool(program("en", ""))

    def switch(self, on: bool) -> None:
        self.on = on
        if not on:
            self.quiet()

    def say(self, words: str, language: str) -> None:
        """Start to say it, if switched on; a voice that fails is silent, for the words stand on the page too."""
        said = without_numbers(words)
        if said == self._said:
            return  # the same page drawn again
        command = program(language, said) if self.on and said else []
        if not command:
            return
        self.quiet()
        self._said = said
        self._voice = voice = QProcess(self)
        voice.start(command[0], command[1:])
        voice.write(said.encode())  # for the voice that reads its standard input
        voice.closeWriteChannel()

    def quiet(self) -> None:
        """At once."""
        self._said = ""
        if self._voice is not None:
            self._voice.kill()
            self._voice.waitForFinished(500)
            self._voice.deleteLater()
            self._voice = None
