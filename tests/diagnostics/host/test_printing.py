"""Print queues out of answers made from the documented structures: IPP (RFC 8010) and JOB_INFO_1W (winspool.h)."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics.host.printing import Queue, get_jobs, queue_of, windows_queue

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def attribute(tag, name, value):
    return bytes([tag]) + struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value


def job(state, made):
    return (
        b"\x02"
        + attribute(0x23, b"job-state", struct.pack(">I", state))
        + attribute(0x21, b"time-at-creation", struct.pack(">I", made))
    )


def answer(*jobs, status=0):
    head = b"HTTP/1.0 200 OK\r\nContent-Type: application/ipp\r\n\r\n"
    charset = b"\x01" + attribute(0x47, b"attributes-charset", b"utf-8")
    return head + struct.pack(">BBHI", 2, 0, status, 1) + charset + b"".join(jobs) + b"\x03"


def test_jobs_of_cups_are_counted():
    assert queue_of(answer(), 1000.0) == Queue(0, 0, 0)
    assert queue_of(answer(job(3, 400), job(6, 880)), 1000.0) == Queue(2, 1, 10)
    assert queue_of(answer(job(3, 2000)), 1000.0) == Queue(1, 0, 0)  # the clock was set back


@pytest.mark.parametrize(
    "bad", [b"", b"HTTP/1.0 403 Forbidden\r\n\r\n" + bytes(20), answer(status=0x0400), answer(job(3, 4))[:-6]]
)
def test_no_answer_of_a_print_service(bad):
    with pytest.raises(ValueError, match="print service"):
        queue_of(bad, 0.0)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_queue_or_none(body):
    try:
        queue_of(answer()[:-1] + body, 0.0)
    except ValueError as e:
        assert "print service" in str(e)


def test_the_question_asks_for_no_name():
    head, _, body = get_jobs().partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body[2:4] == b"\x00\x0a"
    assert b"job-name" not in body
    assert b"originating" not in body


@pytest.mark.parametrize("pointer", [4, 8])
def test_jobs_of_windows_are_counted(pointer):
    def made(status, minute):
        one = struct.pack("<I", 7).ljust(pointer, b"\0") + bytes(6 * pointer) + struct.pack("<5I", status, 1, 1, 1, 0)
        one += struct.pack("<8H", 2026, 3, 1, 2, 9, minute, 0, 0)
        return one + bytes(-len(one) % pointer)

    jobs = made(0x10, 29) + made(0x02, 5) + made(0x40, 30)
    assert windows_queue(jobs + b"names follow", 3, pointer, NOW) == Queue(3, 2, 25)
    assert windows_queue(b"", 3, pointer, NOW) == Queue(0, 0, 0)
    assert windows_queue(bytes(200), 1, pointer, NOW) == Queue(1, 0, 0)  # a time that is none
