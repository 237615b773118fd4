"""Lean imports leave out time, not behaviour: the same words for an error, the same structs."""

import os
import subprocess
import sys

import pytest

SAYS = """
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.support.signature import get_signature
app = QApplication(["kiosk", "-platform", "offscreen"])
widget = QWidget()
try:
    widget.resize("wide")
except TypeError as e:
    print(e)
print(get_signature(QWidget.resize), get_signature(QWidget.windowTitle))
from PySide6.support.signature import parser
print(hasattr(parser, "pyside_type_init"), hasattr(parser, "no_such_name"), parser.__name__)
"""


def told(*lines: str) -> str:
    """What a program of these lines prints; a program of its own, for here PySide6 is loaded already."""
    code = "\n".join(lines)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    return ran.stdout


@pytest.fixture(scope="module")
def plain() -> str:
    return told(SAYS)


def test_errors_and_signatures_read_as_ever(plain: str) -> None:
    assert "resize(w: int, h: int, /)" in plain
    assert told("from kiosk.ui.lean import import_pyside; import_pyside()", SAYS) == plain


def test_this_pyside_is_one_that_can_be_loaded_so() -> None:
    """If a new PySide6 brings its signatures in another way, the first paint comes later: then lean is out of date."""
    waiting = told("from kiosk.ui import lean; lean.import_pyside(); print(sorted(lean._texts))")
    assert "shibokensupport/signature/parser.py" in waiting
    assert "shibokensupport/signature/lib/pyi_generator.py" in waiting


def test_compile_is_python_s_own_again() -> None:
    assert told("whole = compile; from kiosk.ui import lean; lean.import_pyside(); print(compile is whole)") == "True\n"


def test_pyside_that_is_there_is_left_alone() -> None:
    assert told("import PySide6.QtCore; from kiosk.ui import lean; lean.import_pyside(); print(lean._texts)") == "{}\n"


def test_msgspec_comes_without_typing_extensions_and_others_still_get_it() -> None:
    lines = (
        "import sys; from kiosk.ui import lean; lean.import_msgspec(); print('typing_extensions' in sys.modules)",
        "import msgspec; print(msgspec.json.decode(b'[1]', type=list[int]))",
    )
    assert told(*lines) == "False\n[1]\n"
