"""The simulated nexo terminal, asked by requests written here."""

from __future__ import annotations

import json

import pytest

from kiosk.errors import Usage
from kiosk.simulator.device import Setup
from kiosk.simulator.nexo import build


def asked(category: str = "Diagnosis", name: str = "0", *, hosts: bool = False) -> bytes:
    header = {"MessageCategory": category, "ServiceID": "5", "SaleID": "T", "POIID": name}
    told = {"SaleToPOIRequest": {"MessageHeader": header, f"{category}Request": {"HostDiagnosisFlag": hosts}}}
    body = json.dumps(told).encode()
    return b"POST /nexo HTTP/1.1\r\nHost: t\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def told(setup: Setup, request: bytes) -> tuple[bytes, dict[str, dict[str, object]]]:
    (reply,) = build(setup).feed(request)
    head, _, body = reply.data.partition(b"\r\n\r\n")
    return head, json.loads(body) if body else {}


def test_a_diagnosis_has_the_shape_of_a_vendors() -> None:
    head, answer = told(Setup(serial="346403161"), asked())
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    response = answer["SaleToPOIResponse"]
    assert response.keys() == {"DiagnosisResponse", "MessageHeader"}
    assert response["MessageHeader"]["POIID"] == "V400m-346403161"  # type: ignore[index]
    assert response["DiagnosisResponse"]["POIStatus"]["GlobalStatus"] == "OK"  # type: ignore[index]
    assert "HostStatus" not in response["DiagnosisResponse"]  # type: ignore[operator]


def test_hosts_are_told_if_asked_for() -> None:
    _, answer = told(Setup(faults={"no_network"}), asked(hosts=True))
    hosts = answer["SaleToPOIResponse"]["DiagnosisResponse"]["HostStatus"]  # type: ignore[index]
    assert hosts == [{"AcquirerID": "0", "IsReachableFlag": False}]


def test_a_request_may_come_in_pieces_and_two_at_once() -> None:
    terminal = build(Setup())
    request = asked()
    assert terminal.feed(request[:50]) == []
    assert len(terminal.feed(request[50:] + request)) == 2
    assert terminal.counts()["diagnoses"] == 2


def test_a_payment_is_counted_and_refused() -> None:
    terminal = build(Setup())
    (reply,) = terminal.feed(asked("Payment"))
    assert reply.data.startswith(b"HTTP/1.1 400 ")
    assert terminal.counts()["forbidden"] == 1


@pytest.mark.parametrize("body", [b"{}", b"[", b'{"SaleToPOIRequest":1}'])
def test_nonsense_is_a_bad_request(body: bytes) -> None:
    request = b"POST /nexo HTTP/1.1\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    assert told(Setup(), request)[0].startswith(b"HTTP/1.1 400 ")
    assert told(Setup(), b"GET / HTTP/1.1\r\n\r\n")[0].startswith(b"HTTP/1.1 403 ")


def test_chunks_end_with_an_empty_one() -> None:
    (reply,) = build(Setup(faults={"chunked"})).feed(asked())
    assert reply.data.endswith(b"\r\n0\r\n\r\n")


def test_another_name_is_rejected() -> None:
    _, answer = told(Setup(faults={"own_name"}, serial="123456"), asked())
    assert answer["SaleToPOIRequest"]["EventNotification"]["EventToNotify"] == "Reject"  # type: ignore[index]
    _, answer = told(Setup(faults={"own_name"}, serial="123456"), asked(name="V400m-123456"))
    assert "SaleToPOIResponse" in answer


def test_paper_in_cures() -> None:
    terminal = build(Setup(faults={"paper_out", "unsent"}))
    terminal.say(["paper", "in"])
    assert terminal.faults == {"unsent"}
    with pytest.raises(Usage):
        terminal.say(["pay"])
