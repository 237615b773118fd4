"""Resources are found in a checkout, in a wheel and in a frozen program; a broken file is named with its language."""

import sys
from pathlib import Path

import pytest

from kiosk import resources
from kiosk.errors import ContentError
from kiosk.model.finding import Hop, Severity
from kiosk.model.text import text


@pytest.fixture(autouse=True)
def _fresh():
    """Each test finds the folder anew, and leaves nothing behind."""
    resources.root.cache_clear()
    resources.findings.cache_clear()
    yield
    resources.root.cache_clear()
    resources.findings.cache_clear()


@pytest.fixture
def frozen(tmp_path, monkeypatch) -> Path:
    """A frozen program whose resources hold two languages."""
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    for language, words in {"en": '{"a.yes": "Yes", "a.no": "No"}', "de": '{"a.yes": "Ja"}'}.items():
        folder = tmp_path / "resources" / "text" / language
        folder.mkdir(parents=True)
        (folder / "a.json").write_text(words)
        (folder / "b.json").write_text('{"b.only": "b"}')
    return tmp_path / "resources"


def test_a_checkout_has_them_beside_the_program():
    assert (resources.root() / "findings.toml").is_file()


def test_a_frozen_program_has_them_inside(frozen):
    assert resources.root() == frozen


def test_without_them_the_cure_is_to_install_again(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "kiosk" / "resources.py"))
    with pytest.raises(ContentError, match="Install it again"):
        resources.root()


def test_english_comes_first(frozen):
    (frozen / "text" / "bg").mkdir()
    assert resources.languages() == ("en", "bg", "de")


def test_a_catalogue_has_english_behind_it(frozen):
    say = resources.catalogue("de")
    assert [say(text(id)) for id in ("a.yes", "a.no", "b.only")] == ["Ja", "No", "b"]


def test_a_catalogue_of_one_room_reads_no_other(frozen):
    (frozen / "text" / "en" / "b.json").write_text("{")
    assert resources.catalogue("en", "a")(text("a.yes")) == "Yes"


@pytest.mark.parametrize("broken", ["{", '{"a": 1}', "[]", '{"a": {"one": 1}}'])
def test_a_broken_file_is_named(frozen, broken):
    (frozen / "text" / "de" / "a.json").write_text(broken)
    with pytest.raises(ContentError, match=r"a\.json of language de"):
        resources.catalogue("de")


def test_findings_are_read_by_id():
    kinds = resources.findings()
    assert kinds["port.busy"].severity is Severity.FAULT
    assert kinds["port.busy"].hop is Hop.PORT
    assert all(id == kind.id for id, kind in kinds.items())


def test_what_halts_is_severe_enough():
    assert {k.id for k in resources.findings().values() if k.halt} == {
        k.id for k in resources.findings().values() if k.severity is Severity.HALT
    }
