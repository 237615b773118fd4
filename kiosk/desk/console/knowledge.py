"""What staff can read up, for experts: found by words, in the language of the store; changes nothing."""

from __future__ import annotations

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from kiosk.desk.console import queue, words
from kiosk.desk.console.pages import page
from kiosk.desk.guard import expert
from kiosk.desk.options import Options
from kiosk.desk.service import service
from kiosk.model.text import Catalogue

AnyRequest = Request[object, object, State]
MOST = 8


@get("/knowledge")
async def knowledge(request: AnyRequest, words: FromQuery[str] = "", lang: FromQuery[str] = "en") -> Response[str]:
    """All articles, or those that fit the words."""
    desk, who = service(request.app.state), expert(request)
    library, says, asked = desk.options.library, catalogue(desk.options, lang), words[:200]
    found = [f.id for f in library.find(asked, says.language, MOST)] if asked.strip() else list(library.articles)
    shown = {
        "articles": [(id, says(library.articles[id].title), says(library.articles[id].what)) for id in found],
        "words": asked,
        "lang": says.language,
        "languages": sorted(desk.options.catalogues),
        "counts": await queue.count(desk, who),
    }
    return page("knowledge.html", shown | queue.frame(request, desk, who))


@get("/knowledge/{id:str}")
async def article(request: AnyRequest, id: FromPath[str], lang: FromQuery[str] = "en") -> Response[str]:
    """One article as staff read it. Raises 404 if there is none of that name."""
    desk, who = service(request.app.state), expert(request)
    about, says = desk.options.library.articles.get(id), catalogue(desk.options, lang)
    if about is None:
        raise NotFoundException("There is no such article.")
    shown = {
        "about": about,
        "says": says,
        "symptoms": [words.id_words(says, "symptom", symptom) for symptom in about.symptoms],
        "lang": says.language,
        "languages": sorted(desk.options.catalogues),
        "counts": await queue.count(desk, who),
    }
    return page("article.html", shown | queue.frame(request, desk, who))


def catalogue(options: Options, language: str) -> Catalogue:
    """Of the language asked for, or English."""
    return options.catalogues.get(language) or options.catalogues.get("en") or Catalogue("en", {})
