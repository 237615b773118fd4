# ruff: noqa: E501
"""Screens as the journey makes them, one or more for every page, for tests and the gallery."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.model import screen as s
from kiosk.model.finding import Chain, Hop, HopState, Link
from kiosk.model.terminal import Kind
from kiosk.model.text import Template, Text, literal

WORDS: dict[str, dict[str, Template]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
"""Texts of the samples by language."""

HEADER = s.Header("Bakery Street 12")
INSIDE = s.Header("Bakery Street 12", back=True)
MIRA = s.Connected("Mira", "amber window", "2026-03-02T10:41:00Z")


def t(id: str, **args: str | int | float | Text) -> Text:
    return Text(f"t.{id}", args)


def k(id: str) -> Text:
    return Text(f"article.{id}")


def chain(states: str) -> Chain:
    """ "ok", "x", "-", "." and " " as six letters: good, broken, not reached, not checked, not applicable."""
    letters = {
        "+": HopState.OK,
        "x": HopState.BROKEN,
        "-": HopState.NOT_REACHED,
        ".": HopState.NOT_CHECKED,
        " ": HopState.NOT_APPLICABLE,
    }
    return tuple(Link(hop, letters[letter]) for hop, letter in zip(Hop, states, strict=True))


def card(
    n: int, light: s.Light, words: str, model: str, *more: s.TerminalLine, kind: Kind = Kind.TERMINAL
) -> s.TillCard:
    terminal = s.TerminalLine(f"t{n}", literal(model), kind, light, t(words))
    return s.TillCard(f"till{n}", f"Till {n}", light, t(words), t("ago", n=4), (terminal, *more))


PRINTER = s.TerminalLine("p1", literal("Epson TM-m30"), Kind.PRINTER, s.Light.WORKING, t("working"))
EMPTY_PRINTER = s.TerminalLine("p3", literal("Epson TM-m30"), Kind.PRINTER, s.Light.NEEDS_YOU, t("no_paper"))
TILL1 = card(1, s.Light.WORKING, "working", "Verifone H5000", PRINTER)
TILL2 = card(2, s.Light.BROKEN, "no_answer", "Ingenico Desk/3500")
TILL3 = card(3, s.Light.NEEDS_YOU, "no_paper", "Verifone H5000", EMPTY_PRINTER)
TILL4 = card(4, s.Light.WORKING, "working", "Verifone H5000")
TILL5 = card(5, s.Light.IN_USE, "in_use", "ACS ACR38", kind=Kind.SMART_CARD_READER)
TILL6 = card(6, s.Light.NOT_CHECKED, "not_checked", "Verifone H5000")
TILL7 = card(7, s.Light.STOP, "stopped", "Ingenico Desk/3500")


def many(count: int) -> tuple[s.TillCard, ...]:
    kinds = [TILL1, TILL2, TILL3, TILL4, TILL5, TILL6, TILL7]
    made = []
    for n in range(1, count + 1):
        like = kinds[(n - 1) % len(kinds)]
        made.append(s.TillCard(f"till{n}", f"Till {n}", like.light, like.words, like.detail, like.terminals))
    return tuple(made)


BUBBLES = (
    s.Bubble("b0", False, t("joined"), "2026-03-02T10:41:10Z", system=True),
    s.Bubble("b1", False, t("hello"), "2026-03-02T10:42:00Z"),
    s.Bubble("b2", True, t("swapped"), "2026-03-02T10:43:00Z", s.Delivery.READ),
)
QUICK = tuple(s.Quick(f"q{n}", t(f"quick.{n}")) for n in (1, 2, 3))
TILES = tuple(
    s.Tile(id, t(f"sym.{id}"), picture, topic="other" if id == "other" else "")
    for id, picture in (
        ("dark", "screen_dark"),
        ("frozen", "screen_frozen"),
        ("no_connect", "till_program"),
        ("card", "reader"),
        ("paper", "paper_roll"),
        ("other", ""),
    )
)
FINE = (s.Option("fine", Text("step.inspection.seal.fine")), s.Option("wrong", Text("step.inspection.seal.wrong")))
REASONS = (t("reason.1"), t("reason.2"), t("reason.3"))
DO = s.Do(
    INSIDE, "Till 2", t("do"), t("do.hint"), t("do.machine"), "cable_terminal", 2, 4, 1, keep_selling=t("do.selling")
)
VERDICT = s.Verdict(
    INSIDE, "Till 2", t("verdict"), t("verdict.lead"), chain("++x---"), s.Light.BROKEN, t("verdict.others"), REASONS, 1,
    (s.Fact(t("fact.software"), "4.12.7"),),
)  # fmt: skip
CHAT = s.Chat(
    s.Header("Bakery Street 12", back=True, connected=MIRA), "7K4-QD9", "Till 2", t("status.here"),
    (t("line.found"), t("line.steps"), t("line.log")), BUBBLES, s.Asked("r1", t("asks"), t("asks.hint")), QUICK,
)  # fmt: skip
STOP = s.Stop(
    INSIDE, "Till 4", t("stop"), tuple(t(f"stop.{n}") for n in range(1, 6)), tuple(t(f"never.{n}") for n in range(1, 5)),
    t("call"), "0800 123 456", "4718 2206",
)  # fmt: skip
PREVIEW = s.Preview(
    INSIDE, "Till 2", t("preview"),
    (
        s.Line(t("line.found"), t("line.found.says"), "port.busy: no\nlink.silent: yes, 3 of 3"),
        s.Line(t("line.steps"), t("line.steps.says")),
        s.Line(t("line.log"), t("line.log.says"), "10:43:02.114 > 02 31 32 03\n10:43:05.116 no answer in 3.0 s"),
    ),
    (t("left.card"), t("left.names")),
)  # fmt: skip
DONE = s.Done(HEADER, "Till 2", t("done"), t("done.lead"), 6, rate=True)

SAMPLES: dict[str, s.Screen] = {
    "home": s.Home(HEADER, t("two_need"), (TILL1, TILL2, TILL3, TILL4), "till2", "Till 2"),
    "home_good": s.Home(
        HEADER, t("all_good"), (TILL1, TILL4), cases=(s.OpenCase("c1", "7K4-QD9", t("comes")),),
        dues=(s.Due("inspection", "till1", Text("due.inspection", {"tills": "Till 4"})),),
    ),
    "home_empty": s.Home(HEADER, t("nothing")),
    "home_1": s.Home(HEADER, t("all_good"), many(1)),
    "home_8": s.Home(
        s.Header("Bakery Street 12", demo=True), t("two_need"), many(8), "till2", "Till 2", (s.Banner(t("outage")),)
    ),
    "home_12": s.Home(HEADER, t("two_need"), many(12), "till2", "Till 2"),
    "home_together": s.Home(HEADER, t("two_need"), (TILL1, TILL2, TILL3, TILL4), "till2", "Till 2", (s.Banner(t("together")),)),
    "choose": s.Choose(INSIDE, t("what"), tiles=TILES, search=True),
    "choose_found": s.Choose(INSIDE, t("what"), tiles=TILES[:2], search=True, words="dark", found=t("what")),
    "choose_till": s.Choose(INSIDE, t("which"), tills=(TILL1, TILL2, TILL3)),
    "article": s.Article(
        INSIDE, k("tamper"), k("tamper.what"), k("tamper.why"), tuple(k(f"tamper.do.{n}") for n in (1, 2, 3)),
        tuple(k(f"tamper.never.{n}") for n in (1, 2)), "tamper_seal",
    ),
    "article_long": s.Article(
        INSIDE, k("inspection"), k("inspection.what"), k("inspection.why"), tuple(k(f"inspection.do.{n}") for n in (1, 2, 3)),
        tuple(k(f"inspection.never.{n}") for n in (1, 2)), "camera_look", "inspection",
    ),
    "more": s.Choose(
        INSIDE, Text("more.read"), tiles=(s.Tile("", Text("procedure.keep_selling"), "tills_many", procedure="keep_selling"), *(s.Tile("", k(id), picture, article=id) for id, picture in (
            ("door", "visitor"), ("paper_rolls", "paper_roll"), ("unknown_payment", "money_question"), ("lights", "screen_lit"),
        ))), search=True,
    ),
    "checking": s.Checking(
        HEADER,
        t("checking"),
        (
            s.Row("t1", "Till 1", literal("Verifone H5000"), Kind.TERMINAL, chain("++++++"), t("good"), s.Light.WORKING, False),
            s.Row("t2", "Till 2", literal("Ingenico Desk/3500"), Kind.TERMINAL, chain("++x---"), t("cable_silent"), s.Light.BROKEN, False),
            s.Row("t3", "Till 3", literal("Epson TM-m30"), Kind.PRINTER, chain("+++.. "), t("looking.answer")),
            s.Row("t4", "Till 4", literal("Verifone H5000"), Kind.TERMINAL, chain("++...."), t("looking.cable")),
        ),
    ),
    "checking_together": s.Checking(
        HEADER,
        t("checking"),
        (
            s.Row("t2", "Till 2", literal("Ingenico Desk/3500"), Kind.TERMINAL, chain("++x---"), t("cable_silent"), s.Light.BROKEN, False),
            s.Row("t3", "Till 3", literal("Ingenico Desk/3500"), Kind.TERMINAL, chain("++x---"), t("cable_silent"), s.Light.BROKEN, False),
            s.Row("t4", "Till 4", literal("Verifone H5000"), Kind.TERMINAL, chain("++...."), t("looking.cable")),
        ),
        t("together"),
    ),
    "verdict": VERDICT,
    "verdict_fine": s.Verdict(
        INSIDE, "Till 1", t("fine"), t("fine.lead"), chain("+++++."), s.Light.WORKING,
        facts=tuple(s.Fact(t(f"fact.{name}"), value) for name, value in (
            ("make", "Verifone H5000"), ("software", "4.12.7"), ("serial", "52885440"), ("clock", "2026-03-02 10:41:11")
        )),
    ),
    "verdict_together": s.Verdict(
        INSIDE, "Till 2", t("verdict"), t("verdict.lead"), chain("++x---"), s.Light.BROKEN, t("verdict.others"), REASONS, 1, together=t("together")
    ),
    "verdict_card": s.Verdict(
        INSIDE, "Till 5", t("fine"), t("card"), chain("+++++ "), s.Light.WORKING, card_test=True,
    ),
    "verdict_told": s.Verdict(
        INSIDE, "Till 1", t("fine"), t("fine.lead"), chain("+++++."), s.Light.WORKING, told=t("told"),
    ),
    "ask_guess": s.Ask(
        INSIDE, "New", t("guess"), t("guess.hint"), "terminal",
        (s.Option("yes", t("yes")), s.Option("no", t("no")), s.Option("unknown", t("unknown"))),
    ),
    "verdict_expert": s.Verdict(
        INSIDE, "Till 2", t("verdict"), t("verdict.lead"), chain("++x---"), s.Light.BROKEN, reasons=REASONS
    ),
    "ask": s.Ask(
        INSIDE, "Till 2", t("ask"), t("ask.hint"), "",
        (s.Option("lit", t("lit"), "screen_lit"), s.Option("dark", t("dark"), "screen_dark"), s.Option("unsure", t("unsure"))),
    ),
    "ask_picture": s.Ask(
        INSIDE, "Till 2", t("ask"), t("ask.hint"), "power_plug",
        (s.Option("lit", t("lit")), s.Option("dark", t("dark")), s.Option("unsure", t("unsure"))),
    ),
    "do": DO,
    "do_checking": s.Do(
        INSIDE, "Till 2", t("do"), t("do.hint"), t("do.machine"), "cable_terminal", 2, 4, 1, checking=True
    ),
    "do_found": s.Do(
        INSIDE, "Till 2", t("do"), t("do.hint"), None, "cable_terminal", 3, 4, 2, by_machine=False, found=t("do.found"),
        keep_selling=t("do.selling"),
    ),
    "do_led": s.Do(
        INSIDE, "", Text("step.door.name"), Text("step.door.name.hint"), None, "note_pad", 4, 7, None, by_machine=False,
        led=True,
    ),
    "inspect": s.Inspect(
        INSIDE, "Till 2", Text("step.inspection.seal"), None, None, False, "tamper_seal", 4, 14, FINE,
        Text("inspect.words"), photos=2,
    ),
    "inspect_number": s.Inspect(
        INSIDE, "Till 2", Text("step.inspection.number"), Text("step.inspection.number.hint"),
        Text("inspect.number.again"), True, "serial_label", 2, 14, FINE, Text("inspect.label"), "528854",
    ),
    "inspect_sign": s.Inspect(
        INSIDE, "Till 2", Text("step.inspection.sign"), Text("step.inspection.sign.hint"), None, False, "note_pad", 14,
        14, (), Text("inspect.name"), signs=Text("inspect.signs"),
    ),
    "stop": STOP,
    "stop_wrong_code": s.Stop(
        s.Header("Bakery Street 12"), "Till 4", t("stop"), STOP.todo, STOP.never, t("call"), "0800 123 456", "4718 2206",
        wrong_code=True,
    ),
    "preview": PREVIEW,
    "preview_sealing": s.Preview(
        INSIDE, "Till 2", t("preview"), (*PREVIEW.lines, s.Line(t("fact.make"), t("fact.make")), s.Line(t("fact.serial"), t("fact.make"), "1")),
        ready=False,
    ),
    "chat": CHAT,
    "chat_queue": s.Chat(
        s.Header("Bakery Street 12", back=True, expert=False), "7K4-QD9", "Till 2", t("status.queue"), CHAT.attached,
        (s.Bubble("b2", True, t("swapped"), "2026-03-02T10:43:00Z", s.Delivery.WAITING),), draft="It is", progress=40,
        refused=t("refused"),
    ),
    "chat_offline": s.Chat(
        s.Header("Bakery Street 12", back=True, expert=False), "7K4-QD9", "Till 2", t("status.queue"), CHAT.attached,
        (s.Bubble("b2", True, t("swapped"), "2026-03-02T10:43:00Z", s.Delivery.WAITING),), offline=True,
        code="7K4Q-D9AB-CDEF-GHJK-MNPQ", phone="0800 765 4321", hours="Mo-Sa 7-22",
    ),
    "done": DONE,
    "done_rated": s.Done(HEADER, "Till 2", t("done"), t("done.lead"), 6, rate=True, rated=True),
}  # fmt: skip
