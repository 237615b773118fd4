"""What a page draws (`Screen`): the journey makes one value, the window draws it; what staff do is `act`."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiosk.model.bounds import Few, Id, Many, Short, Words
from kiosk.model.finding import Chain
from kiosk.model.terminal import Kind
from kiosk.model.text import Text


class Light(StrEnum):
    """Six lights, each told by shape, word and colour."""

    WORKING = "working"
    NEEDS_YOU = "needs_you"
    BROKEN = "broken"
    STOP = "stop"
    IN_USE = "in_use"
    NOT_CHECKED = "not_checked"


class Delivery(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    READ = "read"


class Connected(Struct, frozen=True):
    """The full-width bar while an expert is connected: name, the two words, since when (ISO 8601), *End*."""

    name: Short
    words: Short
    since: Short


class Header(Struct, frozen=True):
    store: Short
    back: bool = False
    expert: bool = True  # *Get an expert*; gone while one is connected
    connected: Connected | None = None
    demo: bool = False  # simulated terminals, said on every page


class TerminalLine(Struct, frozen=True):
    """One terminal on its till's card, with its own picture."""

    id: Id
    title: Text
    kind: Kind
    light: Light
    words: Text


class TillCard(Struct, frozen=True):
    """A button: what the till is, how it is, when that was seen."""

    till: Id
    name: Short
    light: Light
    words: Text
    detail: Text
    terminals: Few[TerminalLine] = ()


class Banner(Struct, frozen=True):
    words: Text
    light: Light = Light.NEEDS_YOU


class OpenCase(Struct, frozen=True):
    """A running case on Home: a button that leads back to it."""

    case: Id
    number: Short
    words: Text


class Due(Struct, frozen=True):
    """A line on Home with *Start*: an inspection that is due, or a procedure that was left in the middle."""

    procedure: Id
    till: Short
    words: Text


class Home(Struct, frozen=True, tag="home"):
    header: Header
    title: Text
    cards: Few[TillCard] = ()
    fix: Short = ""  # till id; then *Fix till 2* is the filled button
    fix_name: Short = ""
    banners: Few[Banner] = ()
    cases: Few[OpenCase] = ()
    dues: Few[Due] = ()
    opening: bool = False  # the first picture of a start: what was known before is still being read


class Tile(Struct, frozen=True):
    """A symptom to choose, the topic it is found in, an article, or a procedure of its own: the one that is named.

    `picture` names a file of resources/images.
    """

    symptom: Short
    title: Text
    picture: Short = ""
    topic: Short = ""
    article: Short = ""
    procedure: Short = ""


class Choose(Struct, frozen=True, tag="choose"):
    """What is wrong? First the till where there are several, then tiles, or `words` of staff's own and what fits them.

    `found` says how the tiles come to be there; None while nothing was searched.
    """

    header: Header
    title: Text
    tills: Few[TillCard] = ()
    tiles: Few[Tile] = ()
    search: bool = False  # there is a field for own words
    words: Short = ""
    found: Text | None = None


class Article(Struct, frozen=True, tag="article"):
    """To read up: what a thing is, why it happens, what to do and never to do."""

    header: Header
    title: Text
    what: Text
    why: Text
    todo: Few[Text] = ()
    never: Few[Text] = ()
    picture: Short = ""
    start: Short = ""  # the procedure that does what it tells of


class Row(Struct, frozen=True):
    """One terminal while it is checked."""

    terminal: Id
    till: Short
    title: Text
    kind: Kind
    chain: Chain
    looking: Text
    light: Light = Light.NOT_CHECKED
    busy: bool = True


class Checking(Struct, frozen=True, tag="checking"):
    """*Cancel* while it runs; when all are done, the journey shows the next page by itself."""

    header: Header
    title: Text
    rows: Few[Row] = ()
    together: Text | None = None  # one cause that several tills share, as soon as it is seen


class Fact(Struct, frozen=True):
    """Something the terminal told about itself: what it is, and its value."""

    name: Text
    value: Short


class Verdict(Struct, frozen=True, tag="verdict"):
    """What is wrong in one sentence. `minutes` is None where there is nothing staff can do."""

    header: Header
    till: Short
    title: Text
    lead: Text
    chain: Chain
    light: Light
    others: Text | None = None  # where to send customers
    reasons: Few[Text] = ()  # "why do you think so"
    minutes: int | None = None
    facts: Few[Fact] = ()  # make, software, serial number, clock
    together: Text | None = None  # one cause that this till shares with others, and with which
    told: Text | None = None  # what staff said of the device; *Take it back* undoes it
    card_test: bool = False  # its reader can be tried with a card


class Option(Struct, frozen=True):
    id: Id
    words: Text
    picture: Short = ""


class Ask(Struct, frozen=True, tag="ask"):
    """One thing a person can see, answered by a button."""

    header: Header
    till: Short
    title: Text
    hint: Text | None = None
    picture: Short = ""
    options: Few[Option] = ()


class Do(Struct, frozen=True, tag="do"):
    """One action, one picture. `by_machine`: a check follows, so there is no *Did not help*.

    `led`: one step of a procedure that cures nothing, so nobody is asked whether it works.
    """

    header: Header
    till: Short
    title: Text
    hint: Text | None = None
    machine: Text | None = None  # what the PC already knows: "The PC side is plugged in. We checked."
    picture: Short = ""
    step: int = 1
    of: int = 1
    minutes: int | None = 1
    by_machine: bool = True
    checking: bool = False  # the machine check runs now
    found: Text | None = None  # one line of what the last check found
    keep_selling: Text | None = None
    led: bool = False


class Inspect(Struct, frozen=True, tag="inspect"):
    """One point of an inspection. `machine`: what the PC knows of it; `warned`: that is not as it should be.

    `asks` stands in the field for words; `photos` counts those kept. The last point has no options: whoever did it
    signs with a name; `signs` tells where that name goes.
    """

    header: Header
    till: Short
    title: Text
    hint: Text | None = None
    machine: Text | None = None
    warned: bool = False
    picture: Short = ""
    step: int = 1
    of: int = 1
    options: Few[Option] = ()
    asks: Text | None = None
    words: Words = ""
    photos: int = 0
    signs: Text | None = None


class Stop(Struct, frozen=True, tag="stop"):
    """Red frame. `phone` is large text, *Write to an expert* the one button; a code of the security line clears it."""

    header: Header
    till: Short
    title: Text
    todo: Few[Text] = ()
    never: Few[Text] = ()
    call: Text | None = None
    phone: Short = ""
    challenge: Short = ""
    wrong_code: bool = False
    clearable: bool = True


class Line(Struct, frozen=True):
    """A line of what will be sent."""

    title: Text
    words: Text
    payload: Words = ""  # readable, shown on request


class Preview(Struct, frozen=True, tag="preview"):
    """What staff see before anything goes; `ready` once the bundle is sealed. The case may open before."""

    header: Header
    till: Short
    title: Text
    lines: Few[Line] = ()
    left_out: Few[Text] = ()
    ready: bool = True
    error: Text | None = None


class Bubble(Struct, frozen=True):
    """One thing said; `mine` from the store. `at` is ISO 8601."""

    id: Id
    mine: bool
    words: Text
    at: Short
    delivery: Delivery | None = None
    system: bool = False


class Asked(Struct, frozen=True):
    """An expert's request in plain words with Yes / No; `running` shows *Stop*."""

    request: Id
    title: Text
    hint: Text
    running: bool = False


class Quick(Struct, frozen=True):
    phrase: Id
    words: Text


class Chat(Struct, frozen=True, tag="chat"):
    """The case with an expert. `code` is the offline code while the desk cannot be reached."""

    header: Header
    number: Short
    till: Short
    status: Text  # position in the queue, honest waiting time, or who is here
    attached: Few[Text] = ()
    bubbles: Many[Bubble] = ()
    request: Asked | None = None
    quick: Few[Quick] = ()
    draft: Words = ""
    refused: Text | None = None  # why a message did not go: it held a card number
    offline: bool = False
    code: Short = ""
    phone: Short = ""
    hours: Short = ""
    progress: int | None = None  # percent of the bundle sent


class Done(Struct, frozen=True, tag="done"):
    """What was wrong, what cured it, one tap for rating."""

    header: Header
    till: Short
    title: Text
    lead: Text
    minutes: int
    rate: bool = False
    rated: bool = False


Screen = Home | Choose | Article | Checking | Verdict | Ask | Do | Inspect | Stop | Preview | Chat | Done
