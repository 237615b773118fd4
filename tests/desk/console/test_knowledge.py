"""Experts read what staff read: behind a login, found by words, in each language, nothing unescaped."""

from __future__ import annotations

from typing import Any


def test_an_expert_finds_and_reads_an_article(console: Any) -> None:
    mira = console()
    assert "Why a terminal restarts each night" in mira.get("/knowledge").text
    found = mira.get("/knowledge?words=Kassenschnitt&lang=de").text
    assert "Der Kassenschnitt" in found
    assert "Papierrollen" not in found
    read = mira.get("/knowledge/tamper?lang=de").text
    assert "Der Sicherheitsalarm" in read
    nothing = mira.get("/knowledge?words=%3Cqqqq%3E&lang=xx").text
    assert "Nothing fits" in nothing
    assert "<qqqq>" not in nothing


def test_no_such_article_and_no_login(desk: Any, console: Any) -> None:
    assert console().get("/knowledge/nothing").status_code == 404
    refused = desk.get("/knowledge", allow_redirects=False)
    assert refused.status_code in (302, 303, 401)
