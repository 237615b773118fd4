"""The few statements that every event and stream costs, as plain SQL; all others go through SQLAlchemy Core.

`?` stands for a parameter in both dialects. A statement that the two write differently is a pair.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from kiosk.desk.head import Head

HEAD_COLUMNS = ", ".join(Head.__struct_fields__)
_SAVED = ", ".join(f"{name} = excluded.{name}" for name in HEAD_COLUMNS.split(", ")[1:])
_MARKS = ", ".join("?" * len(HEAD_COLUMNS.split(", ")))
MISSED_AT_ONCE = 500


class Query(Struct, frozen=True):
    """One statement for SQLite and for PostgreSQL."""

    sqlite: str
    postgres: str


@cache
def dollars(sql: str) -> str:
    """`?` as PostgreSQL writes it: `$1`, `$2` ..."""
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


def same(sql: str) -> Query:
    return Query(sql, dollars(sql))


# Who holds a token: (side, id, name, store or role, tier).
HOLDER = same(
    "SELECT 'store', id, name, store, 0 FROM kiosks WHERE token_hash = ? AND NOT barred "
    "UNION ALL SELECT 'expert', id, name, role, tier FROM people WHERE token_hash = ? AND active"
)
ONE_HEAD = same(f"SELECT {HEAD_COLUMNS} FROM case_head WHERE case_id = ?")  # noqa: S608 - constants
PAGE = same("SELECT seq, kind, data FROM events WHERE case_id = ? AND seq > ? ORDER BY seq LIMIT ?")
PAGE_WITHOUT_NOTES = same(
    "SELECT seq, kind, data FROM events WHERE case_id = ? AND seq > ? AND kind <> 'note' ORDER BY seq LIMIT ?"
)

# What a kiosk has not seen of its cases. Parameters: its cursor as JSON {case: seq}, its id, since when a resolved case
# is forgotten, and how many rows at most. A case without news comes once, with `seq` NULL, so that the cursor can move.
_MISSED = (
    "SELECT h.case_id, h.last_seq, e.seq, e.kind, e.data FROM case_head h "
    "LEFT JOIN {cursor} c ON c.key = h.case_id "
    "LEFT JOIN events e ON e.case_id = h.case_id AND e.seq > coalesce({seen}, 0) AND e.kind <> 'note' "
    "WHERE h.kiosk = ? AND (h.state <> 'resolved' OR h.changed > ? OR h.last_seq > {seen}) "
    "ORDER BY h.opened, h.case_id, e.seq LIMIT ?"
)
MISSED = Query(
    _MISSED.format(cursor="json_each(?)", seen="c.value"),
    dollars(_MISSED.format(cursor="json_each_text(?::text::json)", seen="c.value::bigint")),
)

# A group of posts: heads and ids that are there already, then rows and heads written; see `posts.place`.
HEADS = Query(
    f"SELECT {HEAD_COLUMNS} FROM case_head WHERE case_id IN (SELECT value FROM json_each(?))",  # noqa: S608
    f"SELECT {HEAD_COLUMNS} FROM case_head WHERE case_id = ANY($1::text[]) ORDER BY case_id FOR UPDATE",  # noqa: S608
)
KNOWN = Query(
    "SELECT e.case_id, e.id, e.seq FROM json_each(?) j "
    "JOIN events e ON e.case_id = json_extract(j.value, '$[0]') AND e.id = json_extract(j.value, '$[1]')",
    "SELECT e.case_id, e.id, e.seq FROM unnest($1::text[], $2::text[]) AS j (case_id, id) "
    "JOIN events e ON e.case_id = j.case_id AND e.id = j.id",
)
ROW = "(?, ?, ?, ?, ?, ?, ?)"  # once for each event
INSERT = Query(
    "INSERT INTO events VALUES ",
    "INSERT INTO events SELECT * FROM unnest("
    "$1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::bytea[])",
)
SAVE = Query(
    f"INSERT INTO case_head ({HEAD_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (case_id) DO UPDATE SET {_SAVED}",  # noqa: S608
    dollars(f"INSERT INTO case_head ({HEAD_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (case_id) DO UPDATE SET {_SAVED}"),  # noqa: S608
)
BARRED = same("SELECT id FROM kiosks WHERE barred")
# What changed in any case since a time: for processes that no hint reached.
CHANGED = same("SELECT case_id, kiosk, last_seq FROM case_head WHERE changed > ? ORDER BY changed LIMIT 10000")
_LOG = "SELECT seq, stored, sender, data FROM events WHERE case_id = ?{wanted} ORDER BY seq"
LOG = same(_LOG.format(wanted=""))
# The same without old messages, which a page that shows the newest lines does not need. Parameters: the case, the case
# and how many of its messages.
_NEWEST = (
    " AND (kind <> 'message' OR seq >= (SELECT coalesce(min(seq), 0) FROM "
    "(SELECT seq FROM events WHERE case_id = ? AND kind = 'message' ORDER BY seq DESC LIMIT ?) AS newest))"
)
NEWEST = same(_LOG.format(wanted=_NEWEST))
# Finished uploads of a case by its own kiosk, newest first.
FILES_OF_CASE = same(
    "SELECT id, owner, case_id, name, sha256, size, expires, complete FROM files "
    "WHERE case_id = ? AND owner = ? AND complete IS NOT NULL ORDER BY complete DESC"
)


def taught(at_once: int) -> Query:
    """What cases teach of remedies, in order, for so many cases after one; a case that teaches nothing comes once."""
    return same(
        "SELECT h.case_id, e.data FROM (SELECT case_id FROM case_head WHERE case_id > ? ORDER BY case_id "  # noqa: S608
        f"LIMIT {at_once}) h LEFT JOIN events e ON e.case_id = h.case_id "
        "AND e.kind IN ('symptom', 'step', 'resolved') ORDER BY h.case_id, e.seq"
    )


TAUGHT = taught(500)

# The queue's views and how many are in them; beyond COUNTED nobody counts, for a million takes its time.
SHOWN, COUNTED = 100, 999
WAITING, MINE = "state = 'waiting'", "expert = ? AND state = 'taken'"
_VIEWS = {
    "waiting": f"{WAITING} ORDER BY harm, opened",
    "mine": f"{MINE} ORDER BY harm, opened",
    "others": "expert <> ? AND state = 'taken' ORDER BY harm, opened",
    "resolved": "state = 'resolved' ORDER BY changed DESC",
}
VIEWS = {
    name: same(f"SELECT {HEAD_COLUMNS} FROM case_head WHERE {wanted} LIMIT {SHOWN}")  # noqa: S608 - constants
    for name, wanted in _VIEWS.items()
}
COUNTS = {
    name: same(f"SELECT count(*) FROM (SELECT 1 FROM case_head WHERE {wanted} LIMIT {COUNTED + 1}) AS seen")  # noqa: S608
    for name, wanted in (("waiting", WAITING), ("mine", MINE))
}
# Who a whole session belongs to.
SESSION = same(
    "SELECT p.id, p.name, p.role, p.tier, s.seen, s.refresh, s.asked FROM people p JOIN sessions s ON s.person = p.id "
    "WHERE s.hash = ? AND s.stage = 'in' AND p.active AND s.began > ? AND s.seen > ?"
)
