"""A protocol of two commands for tests of the driver and the runner: `?` asks, `!` may act; answers end with `.`."""

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Finding, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Conversation, Receive, Send, Wish
from kiosk.protocols.protocol import Decoded, Protocol

LEVELS = {b"?": Level.INTERNAL, b"!": Level.INTERNAL, b"print": Level.EXTERNAL}


def level_of(wish: Wish, framing: str) -> Level | None:
    return LEVELS.get(wish.data) if isinstance(wish, Send) else None


def may_act(wish: Wish, framing: str) -> bool:
    return isinstance(wish, Send) and wish.data == b"!"


def ask(command: bytes = b"?", timeout: float = 0.4) -> Conversation[bytes]:
    yield Send(command)
    answer = b""
    while not answer.endswith(b"."):
        data = yield Receive(timeout)
        if not data:
            raise NoAnswer("The toy said nothing.")
        answer += data
    return answer


def answers(framing: str) -> Conversation[None]:
    yield from ask()


def read(framing: str) -> Conversation[Reading]:
    answer = yield from ask(b"!")
    if answer == b"ok.":
        return Reading(Health(global_status=GlobalStatus.OK, make="Toy"))
    if answer == b"paper.":
        return Reading(Health(), findings=(Finding("printer.no_paper", Severity.FAULT),))
    raise Garbled("The toy said something else.")


TOY = Protocol(
    id="toy",
    title="Toy",
    kind=Kind.TERMINAL,
    framings=("raw",),
    default_framing={"serial": "raw", "tcp": "raw"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=lambda data, framing, direction: Decoded(),
)
