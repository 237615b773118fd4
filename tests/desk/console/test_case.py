"""The expert's whole way in a real browser: queue, take, chat, check, trace, resolve, rating."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect
from tusclient.client import TusClient

from kiosk.desk import audit, people
from kiosk.desk.console.case import MOST_LINES
from kiosk.desk.tables import audit as audit_rows
from kiosk.evidence.bundle import Contents, seal
from kiosk.model.release import release_code
from kiosk.model.report import Report
from kiosk.model.terminal import Level
from kiosk.model.trace import Entry, TraceHeader, What

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
HOPS = ("pc", "port", "cable", "answer", "terminal", "bank")
PASSWORD = "correct horse battery"


def chain(*states: str) -> list[dict[str, str]]:
    return [{"hop": hop, "state": state} for hop, state in zip(HOPS, states, strict=True)]


BROKEN = chain("ok", "ok", "broken", "not_reached", "not_reached", "not_reached")
FINE = chain("ok", "ok", "ok", "ok", "ok", "not_checked")


def evidence(verdict: str, links: list[dict[str, str]]) -> dict[str, object]:
    findings = [] if verdict == "ok" else [{"id": verdict, "severity": "fault", "data": {}}]
    return {
        "verdict": verdict,
        "chain": links,
        "findings": findings,
        "measurements": [{"name": "answer.seconds", "value": 3.2, "unit": "s", "limits": [None, 3.0], "ok": False}],
        "health": {"make": "Ingenico", "model": "Desk/3500"},
        "likely": [{"cause": "cable.broken", "probability": 0.7}, {"cause": "app.hung", "probability": 0.05}],
        "host": [{"name": "system", "value": "Windows 11"}],
    }


@pytest.fixture
def case(kiosk):
    return kiosk.open_case(
        lambda c: kiosk.event(c, "symptom", id="pos.no_answer", words="It says nothing since we moved it."),
        lambda c: kiosk.event(c, "evidence", **evidence("link.unplugged", BROKEN)),
        lambda c: kiosk.event(c, "step", id="cable.spare", state="no_change", seconds=70),
        terminal_id="2.1",
    )


def enter(desk, page, name, role="expert", tier=1):
    desk.do(lambda db: people.add_person(db, name, people.Role(role), tier, PASSWORD))
    page.goto(desk.url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def newest(kiosk, case, kind):
    events = kiosk.get(f"/api/cases/{case}/events").json()["events"]
    return [e for e in events if e["body"]["kind"] == kind][-1]


def test_from_the_queue_to_a_verified_end(desk, kiosk, case, page):
    enter(desk, page, "bea")
    row = page.locator("tr", has=page.locator(f"a[href='/cases/{case}']"))
    expect(row).to_contain_text("cable broken")
    expect(row.locator(".chain")).to_contain_text("port: fine")
    row.get_by_role("link").click()
    page.get_by_role("button", name="Take the case").click()
    expect(page.locator("[data-words]")).to_have_text(newest(kiosk, case, "assigned")["body"]["words"])
    expect(page.locator("#evidence")).to_contain_text("The cable is broken.")
    expect(page.locator("#evidence")).to_contain_text("likely")
    expect(page.locator("#evidence")).to_contain_text("at most 3.0")
    chat_both_ways(kiosk, case, page)
    check_with_consent(kiosk, case, page)
    resolve_and_be_rated(kiosk, case, page)


def chat_both_ways(kiosk, case, page):
    page.keyboard.press("/")
    page.keyboard.type("Hello <b>store</b>, tier c r t")
    page.keyboard.press("Enter")
    mine = page.locator("li.expert")
    expect(mine).to_contain_text("Hello <b>store</b>, tier c r t")
    expect(mine).to_contain_text("sent")
    said = newest(kiosk, case, "message")
    kiosk.put(case, kiosk.event(case, "read", seq=said["seq"]))
    expect(mine).to_contain_text("read")
    kiosk.put(case, kiosk.event(case, "message", words="Hello desk"))
    expect(page.get_by_text("Hello desk")).to_be_visible()
    expect(page.get_by_label("Write to the store")).to_have_value("")


def check_with_consent(kiosk, case, page):
    page.get_by_role("button", name="Ask for a check").click()
    asked = page.locator("li.ask")
    expect(asked).to_contain_text("waiting for the store")
    wish = newest(kiosk, case, "request")
    assert wish["body"] == {"kind": "request", "wish": "check", "target": "2.1", "level": "internal", "why": ""}
    kiosk.put(case, kiosk.event(case, "consent", request=wish["id"], given=True, by="Sam"))
    expect(asked).to_contain_text("allowed by Sam")
    kiosk.put(case, kiosk.event(case, "result", request=wish["id"], ok=True, evidence=evidence("ok", FINE)))
    expect(page.locator("li.good")).to_contain_text("Everything checked is fine")
    expect(page.locator("#evidence")).to_contain_text("Everything checked is fine.")


def resolve_and_be_rated(kiosk, case, page):
    page.locator("h1").click()
    page.keyboard.press("r")
    page.get_by_label("What was broken?").select_option("cable.broken")
    page.get_by_label("What cured it?").select_option("cable.spare")
    page.locator(".panel:visible").get_by_role("button", name="Resolve").click()
    expect(page.locator("#chat")).to_contain_text("verified by the machine")
    assert newest(kiosk, case, "resolved")["body"]["verified"] == "machine"
    kiosk.put(case, kiosk.event(case, "rating", csat=5))
    expect(page.locator("#chat")).to_contain_text("help 5 of 5")


def test_a_request_can_be_withdrawn_and_a_note_stays_here(desk, kiosk, case, page):
    enter(desk, page, "carl")
    page.goto(f"{desk.url}/cases/{case}")
    page.keyboard.press("t")
    page.get_by_role("button", name="Ask for a check").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("li.ask")).to_contain_text("withdrawn")
    page.get_by_text("Note", exact=True).click()
    page.get_by_label("For experts only").fill("Third time this month")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("li.note")).to_contain_text("Third time this month")
    assert "Third time" not in kiosk.get(f"/api/cases/{case}/events").text


def test_the_evidence_again_or_a_guided_step_can_be_asked_for(desk, kiosk, case, page):
    enter(desk, page, "stella")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_role("button", name="Take the case").click()
    page.get_by_text("Ask for more").click()
    page.get_by_label("Lead the store through").select_option("cable.spare")
    page.get_by_role("button", name="Ask to begin").click()
    expect(page.locator("li.ask")).to_contain_text("guide through")
    wish = newest(kiosk, case, "request")["body"]
    assert (wish["wish"], wish["target"]) == ("procedure", "cable.spare")
    page.get_by_text("Ask for more").click()
    page.get_by_role("button", name="Ask for the evidence again").click()
    expect(page.locator("li.ask")).to_have_count(2)
    assert newest(kiosk, case, "request")["body"]["wish"] == "collect"


def test_only_what_is_on_the_list_can_be_asked_for(desk, kiosk, case, console):
    expert = console()
    expert.post(f"/cases/{case}/take", over="yes")
    for form in ({"wish": "shell"}, {"wish": "procedure", "remedy": "../x"}, {"wish": "procedure"}):
        assert expert.post(f"/cases/{case}/ask", **form).status_code == 422
    assert "request" not in {e["body"]["kind"] for e in kiosk.get(f"/api/cases/{case}/events").json()["events"]}


def test_handed_to_tier_two_it_waits_again_without_a_question(desk, kiosk, case, page, browser):
    enter(desk, page, "dora")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_role("button", name="Take the case").click()
    page.get_by_text("Hand over").first.click()
    page.get_by_label("What should they know?").fill("Cable changed twice")
    page.locator(".panel:visible").get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("waiting for tier 2").first).to_be_visible()
    page.get_by_role("button", name="Take the case").click()
    expect(page.get_by_text("This case is for tier 2.")).to_be_visible()
    other = browser.new_context()
    second = other.new_page()
    enter(desk, second, "emil", tier=2)
    second.goto(f"{desk.url}/cases/{case}")
    expect(second.get_by_text("Cable changed twice")).to_be_visible()
    second.get_by_role("button", name="Take the case").click()
    expect(second.locator("[data-words]")).to_be_visible()
    other.close()


def test_the_queue_shows_a_new_case_by_itself_and_safety_first(desk, kiosk, case, page):
    enter(desk, page, "finn")
    urgent = kiosk.open_case(safety=True, store="Café Lune")
    expect(page.locator("tbody tr").first).to_contain_text("Café Lune")
    expect(page.locator("tbody tr").first).to_contain_text("safety")
    kiosk.put(urgent, kiosk.event(urgent, "evidence", verdict="terminal.tamper", chain=[]))


def test_the_trace_needs_a_reason_and_is_written_down(desk, case, kiosk, page, tmp_path):
    upload(desk, kiosk, case, tmp_path)
    enter(desk, page, "gina")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_role("link", name="Look at the trace").click()
    page.get_by_label("Why do you need to see it?").fill("cable or terminal")
    page.get_by_role("button", name="Show the trace").click()
    expect(page.get_by_text("unchanged since it was sealed")).to_be_visible()
    trace = page.locator(".trace")
    expect(trace).to_contain_text("05 01 00")
    expect(trace).to_contain_text("no answer in 1.0 s")
    quiet = page.locator(".trace tr.quiet")
    shown = page.locator(".trace tbody tr:visible").count()
    page.get_by_label("Only what went over the wire").check()
    expect(quiet.first).to_be_hidden()
    assert 0 < page.locator(".trace tbody tr:visible").count() == shown - quiet.count() < shown
    expect(trace).to_contain_text("no answer in 1.0 s")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_text("Download the bundle").click()
    page.get_by_label("Why do you need it?").fill("for the vendor")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename.endswith(".bundle")

    async def looked(db):
        async with db.reading() as connection:
            return [row.what for row in await connection.execute(audit_rows.select().where(audit_rows.c.who == "gina"))]

    assert desk.do(looked)[-2:] == ["trace looked at", "bundle downloaded"]
    assert desk.do(audit.verify)[1] is None


def upload(desk, kiosk, case, tmp_path):
    header = TraceHeader("2.1", "/dev/ttyUSB0", "zvt", "tcp", NOW.isoformat())
    sent = Entry(0.1, What.SEND, bytes.fromhex("050100"))
    entries = (Entry(0.0, What.OPEN), sent, Entry(1.1, What.SILENCE, seconds=1.0))
    contents = Contents(Report(NOW, 1.0, Level.INTERNAL), ((header, entries),))
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    seal(contents, tmp_path / "b.bundle", key=key, pseudonym_key=b"p", kiosk="k", version="1", now=NOW, names=())
    data = (tmp_path / "b.bundle").read_bytes()
    told = {"filename": "b.bundle", "sha256": hashlib.sha256(data).hexdigest(), "case": case}
    client = TusClient(f"{desk.url}/files", headers=kiosk.headers)
    client.uploader(file_stream=io.BytesIO(data), metadata=told).upload()


def test_the_security_line_releases_a_stop_page(desk, kiosk, case, page):
    enter(desk, page, "hugo", role="security")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_text("Release", exact=True).click()
    page.get_by_label("Challenge on the stop page").fill("k7qd-9mzo")
    page.get_by_label("Why is it safe?").fill("Seal checked on video")
    page.get_by_role("button", name="Release the stop page").click()
    expect(page.get_by_text("released the stop page")).to_be_visible()
    body = newest(kiosk, case, "release")["body"]
    assert body["code"] == release_code(base64.b64decode(kiosk.enrolled["release_key"]), "K7QD9MZ0")


def test_what_did_not_change_is_not_drawn_again(desk, kiosk, case, page):
    enter(desk, page, "olga")
    page.goto(f"{desk.url}/cases/{case}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.evaluate("document.getElementById('timeline').marked = true")
    with page.expect_response(lambda answer: answer.url.endswith("/evidence")):
        page.evaluate("htmx.trigger(document.body, 'news')")
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert page.evaluate("document.getElementById('timeline').marked") is True
    kiosk.put(case, kiosk.event(case, "evidence", **evidence("ok", FINE)))
    expect(page.locator("#evidence")).to_contain_text("Everything checked is fine.")
    assert page.evaluate("document.getElementById('timeline').marked") is None


def test_the_buttons_stay_where_they_are_whatever_news_comes(desk, kiosk, case, page):
    enter(desk, page, "pia")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_role("button", name="Take the case").click()
    button = page.get_by_role("button", name="Ask for a check")
    place = button.bounding_box()
    for n in range(30):
        kiosk.put(case, kiosk.event(case, "message", words=f"line {n}"))
        kiosk.put(case, kiosk.event(case, "evidence", **evidence("ok", FINE)))
    expect(page.locator("#chat")).to_contain_text("line 29")
    expect(page.locator("#evidence")).to_contain_text("Everything checked is fine.")
    assert button.bounding_box() == place


def test_a_terminal_that_is_not_known_has_a_word(desk, kiosk, page):
    unknown = kiosk.open_case(terminal="", till="Till 9")
    enter(desk, page, "quinn")
    row = page.locator("tr", has=page.locator(f"a[href='/cases/{unknown}']"))
    expect(row).to_contain_text("Terminal · Till 9")
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Terminal · Till 9")


def test_keys_can_be_switched_off_and_never_act_in_a_field(desk, kiosk, case, page):
    enter(desk, page, "ines")
    page.goto(f"{desk.url}/cases/{case}")
    page.get_by_role("button", name="Shortcuts: on").click()
    expect(page.get_by_role("button", name="Shortcuts: off")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("t")
    page.reload()
    expect(page.get_by_role("button", name="Take the case")).to_be_visible()
    assert kiosk.get(f"/api/cases/{case}/events").json()["events"][-1]["body"]["kind"] == "step"


def test_a_phone_shows_everything_without_sideways_scrolling(desk, kiosk, case, page):
    enter(desk, page, "jana")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", f"/cases/{case}"):
        page.goto(desk.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_long_chat_shows_its_newest_lines_and_all_on_demand(kiosk, console):
    bea = console()
    case = kiosk.open_case()
    words = [f"Line {n} of many." for n in range(MOST_LINES + 30)]
    kiosk.put(case, *(kiosk.event(case, "message", words=said) for said in words))
    shown = bea.get(f"/cases/{case}").text
    assert "Show the 30 lines before" in shown
    assert words[29] not in shown
    assert all(said in shown for said in words[30:])
    whole = bea.get(f"/cases/{case}?whole=1").text
    assert "lines before" not in whole
    assert all(said in whole for said in words)
    assert words[0] in bea.get(f"/cases/{case}/chat?whole=1").text
