"""Draws pages from templates; every value is escaped, and no template decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from kiosk.desk.console import words
from kiosk.model.finding import Chain
from kiosk.model.ids import shown_number

WEB = Path(__file__).parent.parent / "web"


@cache
def environment() -> Environment:
    """Templates with autoescape everywhere; a name that is missing is an error, not a gap."""
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"icon": icon, "words": words, "shown_number": shown_number, "chain": chain}
    return made


@cache
def icon(name: str) -> Markup:
    """One of our own icon files, to stand inline; hidden from screen readers, for a word stands beside it."""
    svg = (WEB / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" class="icon" ', 1))  # noqa: S704


@lru_cache(2000)
def chain(links: Chain, names: bool = True) -> Markup:
    """The six hops; many cases have the same."""
    drawn = environment().get_template("macros.html").module.chain(links, names)  # type: ignore[attr-defined]
    return Markup(drawn)  # noqa: S704 - a template of ours drew it


def part(template: str, values: Mapping[str, object]) -> Markup:
    """A template drawn by itself for another: a long one costs less so than where each piece passes all its frames."""
    return Markup(draw(template, values))  # noqa: S704 - a template of ours drew it


def draw(template: str, values: Mapping[str, object]) -> str:
    return environment().get_template(template).render(values)


def page(template: str, values: Mapping[str, object], status: int = 200) -> Response[str]:
    return Response(draw(template, values), status_code=status, media_type="text/html; charset=utf-8")


def problem_page(title: str, detail: str) -> bytes:
    return draw("problem.html", {"title": title, "detail": detail}).encode()
