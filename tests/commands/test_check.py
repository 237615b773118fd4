"""kiosk check against simulated terminals: its answer, its exit status, its sentences, and what it sent."""

import json
import subprocess
import sys
import types
from contextlib import contextmanager

import psutil
import pytest

from kiosk.__main__ import main
from kiosk.commands import check
from kiosk.diagnostics.discovery import Device
from kiosk.model.finding import Hop
from kiosk.model.terminal import Kind, Port, Terminal, Usb
from kiosk.protocols.protocol import protocols
from tests.fakes.peers import pty_peer, silent, trickling
from tests.fakes.simulated import simulated

KEYS = {"port", "make", "model", "serial", "protocol", "health", "chain", "findings", "measurements"}


def told(capsys, *arguments):
    """Exit status and the one JSON document on standard output."""
    status = main(["check", "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def chain(document):
    return {link["hop"]: link["state"] for link in document["terminals"][0]["chain"]}


def found(document):
    return [f["id"] for f in document["terminals"][0]["findings"]]


@contextmanager
def holding(port):
    """Another process that has the port open."""
    code = "import os,sys; fd=os.open(sys.argv[1], os.O_RDWR|os.O_NOCTTY); print('open', flush=True); sys.stdin.read()"
    call = [sys.executable, "-c", code, port]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        yield other
        other.stdin.close()


def test_a_healthy_terminal_is_status_0_with_the_promised_shape(capsys):
    with simulated("zvt", "--latency", "0.01") as terminal:
        status, document = told(capsys, "--port", terminal.address, "--protocol", "zvt", "--level", "internal")
    assert status == 0
    assert {"schema", "started", "seconds", "terminals", "host"} <= document.keys()
    (one,) = document["terminals"]
    assert one.keys() >= KEYS
    assert one["make"]
    assert one["health"]["software"]
    assert one["findings"] == []
    assert list(chain(document)) == [str(h) for h in Hop]
    assert list(chain(document).values()) == ["ok"] * 5 + ["not_checked"]


def test_without_an_explicit_level_nothing_that_may_act_is_sent(capsys, tmp_path):
    record = tmp_path / "record"
    with simulated("zvt", "--record", str(record)) as terminal:
        status, document = told(capsys, "--port", terminal.address, "--protocol", "zvt")
    assert status == 1, "what was not asked is not healthy"
    assert found(document) == ["guard.refused"]
    assert chain(document)["answer"] == "not_checked"
    assert not record.exists() or record.read_bytes() == b""


def test_passive_sends_nothing_and_judges_the_port(capsys, tmp_path):
    record = tmp_path / "record"
    with simulated("zvt", "--record", str(record)) as terminal:
        status, document = told(capsys, "--port", terminal.address, "--protocol", "zvt", "--level", "passive")
    assert (status, chain(document)["port"], chain(document)["cable"]) == (0, "ok", "not_checked")
    assert not record.exists() or record.read_bytes() == b""


SETTINGS = """
[policy]
pos_programs = ["{program}"]
[[till]]
name = "Till 1"
[[till.terminal]]
port = "{port}"
protocol = "zvt"
status_safe = true
"""


def test_the_tills_of_the_settings_are_checked_without_naming_a_port(capsys, tmp_path):
    with simulated("zvt", "--latency", "0.01") as terminal:
        settings = tmp_path / "settings.toml"
        settings.write_text(SETTINGS.format(port=terminal.address, program="till.exe"))
        _, document = told(capsys, "--settings", str(settings), "--level", "internal")
    listed = next(t for t in document["terminals"] if t["port"] == terminal.address)
    assert listed["health"]["software"]


def test_a_port_held_by_the_till_program_is_no_fault(capsys, tmp_path):
    with pty_peer(silent) as peer, holding(peer.address) as other:
        settings = tmp_path / "settings.toml"
        settings.write_text(SETTINGS.format(port=peer.address, program=psutil.Process(other.pid).name()))
        status, document = told(capsys, "--settings", str(settings), "--port", peer.address, "--level", "internal")
    assert peer.data == b""
    assert (status, found(document)) == (0, ["port.in_use_by_pos"])
    assert (chain(document)["port"], chain(document)["answer"]) == ("ok", "not_checked")


def test_silence_is_no_answer_and_status_1(capsys):
    with pty_peer(silent) as peer:
        arguments = ("--port", peer.address, "--protocol", "zvt", "--level", "internal", "--deadline", "1.5")
        status, document = told(capsys, *arguments)
    assert status == 1
    assert found(document) == ["protocol.no_answer"]
    assert (chain(document)["cable"], chain(document)["answer"]) == ("not_checked", "broken")
    assert not any(value for value in document["terminals"][0]["health"].values())


def test_a_trickling_terminal_ends_at_the_deadline(capsys):
    with pty_peer(trickling) as peer:
        arguments = ("--port", peer.address, "--protocol", "zvt", "--level", "internal", "--deadline", "1.0")
        status, document = told(capsys, *arguments)
    assert status == 1
    assert document["seconds"] < 1.3


def test_a_fault_of_the_terminal_is_found_and_gone_when_it_is_cured(capsys):
    with simulated("zvt", "--latency", "0.01", "--fault", "tamper") as terminal:
        arguments = ("--port", terminal.address, "--protocol", "zvt", "--level", "internal")
        status, document = told(capsys, *arguments)
        assert (status, chain(document)["terminal"]) == (1, "broken")
        assert "terminal.tamper" in found(document)
        terminal.tell("fault tamper off")
        assert told(capsys, *arguments)[0] == 0


def test_a_port_that_another_process_holds_is_named_with_its_pid(capsys):
    with pty_peer(silent) as peer, holding(peer.address) as other:
        arguments = ("--port", peer.address, "--protocol", "zvt", "--level", "internal")
        status, document = told(capsys, *arguments)
        assert main(["check", *arguments]) == 1
        sentence = capsys.readouterr().out
    assert status == 1
    assert f"Process {other.pid}" in sentence
    assert found(document) == ["port.busy"]
    assert document["terminals"][0]["findings"][0]["data"]["pid"] == other.pid
    assert peer.data == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "/dev/no-such-port"), "no port /dev/no-such-port"),
        (("--port", "/etc/hostname"), "no port /etc/hostname"),
        (("--port", "/dev/null"), "no port /dev/null"),
        (("--port", "usb:9-9.9"), "no port usb:9-9.9"),
        (("--port", "tcp://nowhere"), "tcp://host:port"),
        (("--port", "/dev/null", "--protocol", "morse"), "no protocol morse"),
        (("--deadline", "0"), "deadline"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence_and_status_2(capsys, arguments, words):
    assert main(["check", *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_a_card_test_is_run_only_when_a_person_said_so_and_tells_what_to_do(capsys, tmp_path):
    record = tmp_path / "record"
    with simulated("ccid", "--latency", "0.01", "--record", str(record), place=("--tcp", "0")) as reader:
        arguments = ("--port", reader.address, "--protocol", "ccid")
        assert told(capsys, *arguments, "--level", "external")[0] == 0
        assert b"\x62\0\0\0\0" not in record.read_bytes()
        assert main(["check", "--json", *arguments, "--level", "interactive"]) == 0
        said = capsys.readouterr()
        document = json.loads(said.out)
        reader.tell("fault mute_card on")
        assert told(capsys, *arguments, "--level", "interactive")[0] == 1
    assert "put a test card in" in said.err
    assert found(document) == ["reader.card_answered"]
    assert document["terminals"][0]["health"]["card_reader_ok"] is True
    sent = record.read_bytes()
    assert sent.count(b"\x62\0\0\0\0") == sent.count(b"\x63\0\0\0\0") == 2
    assert b"KIOSK" not in said.out.encode()


def test_a_reader_of_the_card_service_is_also_known_by_its_place_on_the_bus(monkeypatch):
    usb = Usb("08e6", "4433", path="1-1", cls="0b")
    served = Device("pcsc:Reader 00 00", usb, Kind.SMART_CARD_READER, protocol="ccid")
    serial = Device("/dev/ttyACM0", Usb("11ca", "0220", path="1-2", cls="02"))
    monkeypatch.setattr(check, "attached", lambda _models: (served, serial))
    (found,) = check.wanted("usb:1-1", None)
    assert (found.port.address, found.protocol) == ("pcsc:Reader 00 00", "ccid")
    (other,) = check.wanted("usb:1-2", None)
    assert other.port.address == "usb:1-2", "a serial port is named by its path"


def test_the_list_names_checks_and_protocols(capsys):
    assert main(["check", "--list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == 1
    assert {"link_opens", "terminal_health"} <= {c["id"] for c in document["checks"]}
    assert "zvt" in {p["id"] for p in document["protocols"]}
    assert main(["check", "--list"]) == 0
    assert "port_owner" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "word"), [("en", "Cable: fine"), ("de", "Kabel: in Ordnung")])
def test_without_json_it_speaks_plainly_in_both_languages(capsys, language, word):
    with simulated("zvt", "--latency", "0.01") as terminal:
        arguments = ("--port", terminal.address, "--protocol", "zvt", "--level", "internal", "--lang", language)
        assert main(["check", *arguments]) == 0
    told = capsys.readouterr()
    assert word in told.out
    assert told.err == ""


def test_nothing_attached_is_said(capsys, monkeypatch):
    monkeypatch.setattr(check, "attached", lambda models: ())
    assert main(["check"]) == 0
    assert "--port" in capsys.readouterr().out


def test_a_printer_on_a_port_is_taken_as_a_printer(monkeypatch):
    monkeypatch.setattr(check, "attached", lambda models: ())
    if "escpos" not in protocols():
        pytest.skip("the ESC/POS protocol is not in this build")
    (terminal,) = check.wanted("/dev/x", "escpos")
    assert terminal.kind is Kind.PRINTER


def test_a_bundle_that_cannot_be_written_does_not_cost_the_answer(capsys, tmp_path, expect_log):
    expect_log("no system keyring")
    with simulated("escpos") as printer:
        status = main(
            ["check", "--port", printer.address, "--protocol", "escpos", "--bundle", str(tmp_path / "no" / "b.zip")]
        )
    said = capsys.readouterr()
    assert status == 2
    assert printer.address in said.out
    assert "kiosk: " in said.err


@pytest.mark.parametrize(
    ("protocol", "place", "fault", "words"),
    [
        ("ecr17", "--pty", "till_not_set_up", "Ein Terminal, dessen Verbindung zur Kasse"),
        ("ecr17", "--pty", "not_aligned", "seinen Dienst anrufen und seine Daten holen (3). Fragen Sie den Anbieter"),
        ("nordic", "--pty", "no_connection", "keine Verbindung zu seinem Dienst (1100). Prüfen Sie das Netzwerkkabel"),
        ("caisse_ap", "--tcp", "silent", "Nur die Verbindung wurde geprüft."),
    ],
)
def test_what_silence_and_codes_mean_is_said(capsys, protocol, place, fault, words):
    place = (place,) if place == "--pty" else (place, "0")
    with simulated(protocol, "--fault", fault, place=place) as terminal:
        main(["check", "--port", terminal.address, "--protocol", protocol, "--lang", "de"])
    assert words in capsys.readouterr().out


def secure_till(folder, address, **tls):
    """Settings of one till whose terminal talks TLS and sealed messages."""
    from kiosk.simulator.sealing import KEY, VERSION

    rows = "\n".join(f"{name} = {json.dumps(str(value))}" for name, value in tls.items())
    file = folder / "settings.toml"
    file.write_text(
        f'[[till]]\nname = "Till 1"\n[[till.terminal]]\nport = "{address}"\nprotocol = "nexo"\n'
        f'[till.terminal.tls]\n{rows}\n[till.terminal.key]\nid = "{KEY}"\nversion = {VERSION}\n'
    )
    return file


@pytest.fixture
def passphrase(tmp_path, monkeypatch, expect_log):
    from kiosk.escalation.vault import Vault
    from kiosk.secure import secret
    from kiosk.simulator.sealing import KEY, PASSPHRASE, VERSION

    expect_log("no system keyring")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    Vault(tmp_path / "support-kiosk").put(secret(KEY, VERSION), PASSPHRASE)
    return PASSPHRASE


@pytest.mark.parametrize(
    ("fault", "name", "wanted"),
    [
        ("sealed", "*.live.terminal.adyen.com", []),
        ("other_key", "*.live.terminal.adyen.com", ["link.wrong_key"]),
        ("sealed", "*.test.terminal.adyen.com", ["link.wrong_name"]),
        ("sealed", "", ["link.wrong_name"]),
    ],
)
def test_a_terminal_that_talks_tls_and_sealed_messages(capsys, tmp_path, passphrase, fault, name, wanted):
    from kiosk.simulator.device import Setup
    from kiosk.simulator.nexo import build
    from tests.fakes.certificates import Maker, shows, terminal

    maker, device = Maker(tmp_path), build(Setup(faults={fault}))
    certificate = maker.issue(f"{device.name}.live.terminal.adyen.com")
    say = lambda data: b"".join(r.data for r in device.feed(data))  # noqa: E731 - a name for one line
    bundle = tmp_path / "bundle.zip"
    with terminal(shows(certificate), say=say) as address:
        file = secure_till(tmp_path, address, root=maker.root, name=name)
        main(["check", "--json", "--settings", str(file), "--port", address, "--bundle", str(bundle)])
    out = capsys.readouterr()
    (report,) = json.loads(out.out)["terminals"]
    assert [f["id"] for f in report["findings"]] == wanted
    states = {link["hop"]: link["state"] for link in report["chain"]}
    assert (states["cable"], states["answer"]) == ("ok", "broken" if wanted else "ok")
    assert passphrase not in out.out + out.err
    assert str(maker.root) not in out.out
    main(["replay", str(bundle), "--json"])
    assert json.loads(capsys.readouterr().out)["same"]


def test_a_loopback_plug_proves_a_line(capsys):
    with pty_peer(lambda data: [data]) as peer:
        assert main(["check", "--json", "--loopback", "--port", peer.address]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [f["id"] for f in told["terminals"][0]["findings"]] == ["link.loop_good"]
    assert told["level"] == "interactive"


@pytest.mark.parametrize("port", [(), ("--port", "tcp://127.0.0.1:1")])
def test_a_loopback_plug_needs_a_serial_port(capsys, port):
    assert main(["check", "--loopback", *port]) == 2
    assert "serial port" in capsys.readouterr().err


def test_what_a_person_confirmed_is_used_and_a_guess_before_it_is_told(capsys, tmp_path, monkeypatch):
    """The first check guesses; then what the window kept of the answer is enough to read the terminal's health."""
    from kiosk import lessons
    from kiosk.model.learned import Learned

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with simulated("ecr17", "--latency", "0.01") as terminal:
        main(["check", "--json", "--port", terminal.address, "--level", "internal"])
        (before,) = json.loads(capsys.readouterr().out)["terminals"]
        (guess,) = (f for f in before["findings"] if f["id"] == "protocol.guessed")
        assert (guess["data"]["id"], guess["data"]["kind"], guess["data"]["baud"]) == ("ecr17", "terminal", 9600)
        assert before["protocol"] is None
        folder = tmp_path / "support-kiosk"
        folder.mkdir()
        known = {terminal.address: Learned("ecr17", "ECR17", Kind.TERMINAL, 9600)}
        (folder / lessons.FILE).write_bytes(lessons.encoded(known))
        main(["check", "--json", "--port", terminal.address, "--level", "internal"])
        (after,) = json.loads(capsys.readouterr().out)["terminals"]
    assert (after["protocol"], after["health"]["global_status"]) == ("ecr17", "ok")


def test_nobody_is_asked_who_pays_at_a_printer(monkeypatch):
    from kiosk.commands.check import nobody_pays
    from kiosk.resources import catalogue

    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: True, readline=lambda: pytest.fail("asked")))
    monkeypatch.setattr("sys.stderr", types.SimpleNamespace(isatty=lambda: True, write=pytest.fail))
    printer = Terminal("p", Port("/dev/ttyUSB0"), Kind.PRINTER, asks_first=True)
    assert nobody_pays([printer], catalogue("en")) is False


def test_a_reader_of_its_makers_own_class_is_told_so():
    own = Usb("072f", "0901", path="1-2", cls="ff")
    assert check.talks_own_way(Terminal("1", Port("usb:1-2", usb=own), Kind.SMART_CARD_READER))
    assert not check.talks_own_way(Terminal("1", Port("usb:1-2", usb=own)))
    assert not check.talks_own_way(Terminal("1", Port("pcsc:R"), Kind.SMART_CARD_READER))
