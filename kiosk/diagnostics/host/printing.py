"""A print queue as numbers, read out of CUPS' or Windows' answers; pure, and keeps no name of a document or person."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_GET_JOBS = 0x000A  # RFC 8011 section 4.2.6
_JOB, _END = 0x02, 0x03  # delimiter tags, RFC 8010 section 3.5.1
_STOPPED = 6  # job-state processing-stopped, RFC 8011 section 5.3.7
_FAILED = 0x02 | 0x20 | 0x40 | 0x0200 | 0x0400  # JOB_STATUS_ERROR, OFFLINE, PAPEROUT, BLOCKED_DEVQ, USER_INTERVENTION


class Queue(NamedTuple):
    """Jobs that wait, those of them that failed or stopped, and the age of the oldest in minutes."""

    waiting: int
    failed: int
    oldest: int


def get_jobs() -> bytes:
    """The one question: number, state and time of every job that is not done."""
    body = struct.pack(">BBHI", 2, 0, _GET_JOBS, 1) + b"\x01"
    body += _attribute(0x47, "attributes-charset", "utf-8") + _attribute(0x48, "attributes-natural-language", "en")
    body += _attribute(0x45, "printer-uri", "ipp://localhost/") + _attribute(0x44, "which-jobs", "not-completed")
    body += _attribute(0x44, "requested-attributes", "job-state") + _attribute(0x44, "", "time-at-creation") + b"\x03"
    head = (
        f"POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


def _attribute(tag: int, name: str, value: str) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value.encode()


def queue_of(answer: bytes, now: float) -> Queue:
    """The queue out of an HTTP answer; raises `ValueError` where it is none."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head[:20] or len(body) < 9 or body[2:4] >= b"\x01\x00":
        raise ValueError("no answer of a print service")
    jobs = list(_jobs(body[8:]))
    made = [job["time-at-creation"] for job in jobs if "time-at-creation" in job]
    oldest = max((int(now - at) // 60 for at in made), default=0)
    return Queue(len(jobs), sum(job.get("job-state") == _STOPPED for job in jobs), max(oldest, 0))


def _jobs(body: bytes) -> Iterator[dict[str, int]]:
    """Groups of attributes; only whole numbers are kept."""
    at = 0
    job: dict[str, int] | None = None
    while at < len(body) and body[at] != _END:
        tag = body[at]
        if tag < 0x10:
            if job is not None:
                yield job
            job, at = ({} if tag == _JOB else None), at + 1
            continue
        name, value, at = _value(body, at + 1)
        if job is not None and len(value) == 4 and tag in (0x21, 0x23):  # integer, enum
            job[name] = int.from_bytes(value, "big")
    if job is not None:
        yield job


def _value(body: bytes, at: int) -> tuple[str, bytes, int]:
    length = int.from_bytes(body[at : at + 2], "big")
    name = body[at + 2 : at + 2 + length]
    at += 2 + length
    size = int.from_bytes(body[at : at + 2], "big")
    value = body[at + 2 : at + 2 + size]
    if at + 2 + size > len(body):
        raise ValueError("the answer of the print service is cut off")
    return name.decode("ascii", "replace"), value, at + 2 + size


def windows_queue(jobs: bytes, count: int, pointer: int, now: datetime) -> Queue:
    """From an array of `JOB_INFO_1W` (winspool.h) as `EnumJobsW` gives it; `pointer` is 4 or 8 bytes.

    JobId; six pointers; Status, Priority, Position, TotalPages, PagesPrinted; Submitted as SYSTEMTIME in UTC.
    """
    status_at = pointer + 6 * pointer  # JobId is padded to a pointer's size
    size = -(-(status_at + 20 + 16) // pointer) * pointer
    states, ages = [], [0]
    for number in range(min(count, len(jobs) // size)):
        one = jobs[number * size : (number + 1) * size]
        states.append(struct.unpack_from("<I", one, status_at)[0])
        ages += _age(struct.unpack_from("<8H", one, status_at + 20), now)
    return Queue(len(states), sum(bool(state & _FAILED) for state in states), max(ages))


def _age(moment: tuple[int, ...], now: datetime) -> list[int]:
    year, month, _weekday, day, hour, minute, second, _ = moment
    try:
        return [max(int((now - datetime(year, month, day, hour, minute, second, tzinfo=UTC)).total_seconds()) // 60, 0)]
    except ValueError:
        return []
