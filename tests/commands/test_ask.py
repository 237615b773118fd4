"""`kiosk ask`: words in, symptoms out, best first; nothing found is said."""

import json

import pytest

from kiosk.__main__ import EXIT_CANNOT, main

Out = pytest.CaptureFixture[str]


def test_json_has_the_promised_shape(capsys: Out) -> None:
    assert main(["ask", "it", "says", "no", "papper", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    best = told["results"][0]
    assert best.keys() >= {"id", "title", "score"}
    assert (best["id"], best["title"]) == ("print.nopaper", "No paper")
    assert [r["score"] for r in told["results"]] == sorted((r["score"] for r in told["results"]), reverse=True)


def test_the_title_is_in_the_language_asked(capsys: Out) -> None:
    assert main(["ask", "Bildschirm", "eingefroren", "--lang", "de", "--most", "1"]) == 0
    assert capsys.readouterr().out.startswith("screen.frozen")


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing was found"), ("de", "nichts gefunden")])
def test_nothing_found_is_said(capsys: Out, language: str, words: str) -> None:
    assert main(["ask", "qqqq", "--lang", language]) == 1
    assert words in capsys.readouterr().out


def test_no_answer_at_all_is_no_wish(capsys: Out) -> None:
    assert main(["ask", "paper", "--most", "0"]) == EXIT_CANNOT
    assert "At least one" in capsys.readouterr().err


def test_what_can_be_read_up_stands_below(capsys: Out) -> None:
    assert main(["ask", "paper", "roll", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["articles"][0].keys() >= {"id", "title", "score"}
    assert "paper_rolls" in [each["id"] for each in told["articles"]]
    assert main(["ask", "Kassenschnitt", "--lang", "de"]) == 0
    assert "Zum Nachlesen:\nend_of_day" in capsys.readouterr().out
