"""What is told of how guidance reads."""

import pytest

from kiosk.guidance.model import Guide
from kiosk.guidance.procedure import Do, End, Outcome, Procedure
from kiosk.guidance.style import remarks


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Push the cable in and switch it on.", "two actions"),
        ("Open it. Shut it.", "two actions"),
        ("Go to the far wall that the big shop next door has put up there.", "a sentence of 15 words"),
        ("Administrative reinitialisation necessitates authorisation.", "reads at Flesch-Kincaid grade"),
        ("Delete it on the till.", "must never do"),
        ("Do not delete it on the till.", ""),
        ("Push the plug in.", ""),
    ],
)
def test_remarks(said: str, told: str) -> None:
    steps = {"s": Do("cured", "pic"), "cured": End(Outcome.CURED)}
    guide = Guide(procedures={"p": Procedure("p", "s", steps)})
    found = list(remarks(guide, {"en": {"step.p.s": said}}, lambda *_: ("x.toml", 1)))
    assert [told in each.words for each in found] == [True] * bool(told)


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("de", "Drücken Sie ihn und warten Sie.", "two actions"),
        ("fr", "Ouvrez puis fermez.", "two actions"),
        ("es", "Abra y cierre.", "two actions"),
        ("pl", "Otwórz i zamknij.", "two actions"),
        ("pt", "Abra e feche.", "two actions"),
        ("fr", "Effacez la liste.", "must never do"),
        ("es", "Borre la lista.", "must never do"),
        ("pl", "Usuń listę.", "must never do"),
        ("pt", "Apague a lista.", "must never do"),
        ("fr", "N’effacez pas la liste.", ""),
        ("es", "No borre la lista.", ""),
        ("pl", "Nie usuń go.", ""),
        ("pt", "Não apague a lista.", ""),
    ],
)
def test_remarks_in_every_language(language: str, said: str, told: str) -> None:
    steps = {"s": Do("cured", "pic"), "cured": End(Outcome.CURED)}
    guide = Guide(procedures={"p": Procedure("p", "s", steps)})
    found = list(remarks(guide, {language: {"step.p.s": said}}, lambda *_: ("x.toml", 1)))
    assert [told in each.words for each in found] == [True] * bool(told)
