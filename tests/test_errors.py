"""The error tree: drawn as it is, every error a sentence with a cure, one way to catch all of ours."""

import inspect
import re

import pytest

from kiosk import errors
from kiosk.errors import Cancelled, DeviceError, KioskError, NoAnswer

TREE = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, KioskError)]


@pytest.mark.parametrize("kind", TREE, ids=lambda k: k.__name__)
def test_every_error_is_a_sentence_and_a_cure(kind):
    error = kind("The port COM3 is used by till.exe (4711).")
    assert str(error).startswith("The port COM3 is used by till.exe (4711).")
    assert kind is Cancelled or error.cure.endswith(".")
    assert error.cure in str(error)


def test_the_cure_may_be_more_exact():
    error = NoAnswer("Silence.", "Plug in the blue cable.")
    assert str(error) == "Silence. Plug in the blue cable."
    assert NoAnswer("Silence.").cure == NoAnswer.cure != error.cure


def test_the_tree_is_drawn_as_it_is():
    drawing = (errors.__doc__ or "").split("```")[1]
    drawn = re.findall(r"^([│ ]*)(?:[├└]── )?([A-Z]\w+)", drawing, re.MULTILINE)
    names = [name for _, name in drawn]
    assert sorted(names) == sorted(c.__name__ for c in TREE)
    below = {c.__name__ for c in DeviceError.__subclasses__() if c.__module__ == errors.__name__}
    assert {name for indent, name in drawn if indent.startswith("│")} >= below
