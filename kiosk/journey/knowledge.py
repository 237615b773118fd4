"""What the journey is told once and never changes; must not hold anything of one person's visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.guidance.knowledge import Library
from kiosk.guidance.model import Guide
from kiosk.guidance.search import Index
from kiosk.model.finding import FindingKind

NOTHING, NO_BOOKS = Index(()), Library()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Guidance, kinds of findings, the kiosk's version and language."""

    guide: Guide
    kinds: Mapping[str, FindingKind]
    version: str = ""
    language: str = "en"
    index: Index = NOTHING  # what staff say, for their own words
    library: Library = NO_BOOKS  # what can be read up
    inspection_days: int = 30  # from one inspection of a terminal to the next; 0: none are asked for
