"""The verdict over ledgers: what was promised against what was seen; knows no kiosk and no desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Word = tuple[str, int]  # who said it, and the how many-th it is of theirs in this case


@dataclass(frozen=True)
class Verdict:
    events: int = 0
    lost: int = 0
    twice: int = 0
    disordered: int = 0

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.events + other.events,
            self.lost + other.lost,
            self.twice + other.twice,
            self.disordered + other.disordered,
        )

    def __str__(self) -> str:
        return f"events={self.events} lost={self.lost} twice={self.twice} disordered={self.disordered}"

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.disordered)


def judge(promised: Iterable[Word], seen: Sequence[Word]) -> Verdict:
    """One case: every promised word must be seen, once, and each author's words in the order they were said."""
    wanted, highest, disordered = set(promised), dict[str, int](), 0
    for author, n in dict.fromkeys(seen):
        disordered += n < highest.get(author, -1)
        highest[author] = max(n, highest.get(author, -1))
    there = set(seen)
    return Verdict(len(wanted), len(wanted - there), len(seen) - len(there), disordered)


def judge_life(shown: Sequence[Word]) -> Verdict:
    """What one life of a kiosk showed of a case: no hole below what it came to."""
    ends: dict[str, int] = {}
    for author, n in shown:
        ends[author] = max(n, ends.get(author, -1))
    return judge([(author, n) for author, end in ends.items() for n in range(end + 1)], shown)
