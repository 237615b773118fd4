"""Long runs of a repeated pattern in memory that does not grow with them; must not know what is looked for.

A greedy group keeps a note of every turn, some sixty bytes each, and a possessive one answers wrongly before Python
3.11.5 (Debian 12 ships 3.11.2): a failing turn leaves the place where it failed instead of where it began. So a run
is a `head` that may begin one, and `more` that is taken as often as it fits, a bounded number of turns at a time.
"""

import re
from collections.abc import Iterator

TURNS = rb"{1,500}"
"""How often a group may be repeated in one `more`."""


def run_end(more: re.Pattern[bytes], data: bytes, end: int) -> int:
    """Where a run ends whose head ended at `end`."""
    while turns := more.match(data, end):
        end = turns.end()
    return end


def runs(head: re.Pattern[bytes], more: re.Pattern[bytes], data: bytes) -> Iterator[tuple[int, int]]:
    """Where each run begins and ends, from left to right, none within another. `more` must not match nothing."""
    match = head.search(data)
    while match is not None:
        end = run_end(more, data, match.end())
        yield match.start(), end
        match = head.search(data, end)


def runs_from(head: bytes, more: re.Pattern[bytes], data: bytes) -> Iterator[tuple[int, int]]:
    """As `runs`, where every run begins with the same bytes."""
    start = data.find(head)
    while start >= 0:
        end = run_end(more, data, start + len(head))
        yield start, end
        start = data.find(head, end)
