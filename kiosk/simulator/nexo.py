"""A nexo terminal on the LAN that answers diagnosis requests and nothing else; bytes are built by hand here."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Reply, Setup
from kiosk.simulator.sealing import Lock

FAULTS: Mapping[str, str] = {
    "paper_out": "The roll is at its end",
    "paper_low": "The roll is nearly at its end",
    "paper_jam": "Paper is stuck",
    "printer_broken": "The printer does not work",
    "busy": "Busy with something else",
    "maintenance": "An update is running",
    "security": "Its security module is not fine",
    "pin_pad": "Its PIN pad does not work",
    "card_reader": "Its card reader does not work",
    "no_network": "It has no way to its provider",
    "battery_low": "The battery is low",
    "unsent": "Holds payments that are not sent",
    "own_name": "Takes requests under its own name alone, as real ones do",
    "used_number": "Says that the number of the first request came before",
    "sealed": "Takes sealed messages only: key simkey, version 1, passphrase `simulated shop`",
    "other_key": "As sealed, and holds another passphrase",
    "unsealed": "Takes sealed messages and answers in clear",
    "changed_header": "As sealed, and its answers are changed on their way",
    "closed": "Its interface is closed: HTTP says no",
    "other_server": "Something else answers at its address",
    "short": "Tells only what nexo demands",
    "chunked": "Its answers come in chunks",
    "new_words": "Uses words that nexo 3.0 does not have",
}
NAME, SOFTWARE = "V400m", "sim_v1_49p5"
_PRINTER = {
    "paper_out": "NoPaper",
    "paper_low": "PaperLow",
    "paper_jam": "PaperJam",
    "printer_broken": "OutOfOrder",
    "new_words": "PaperUpsideDown",
}
_OVERALL = {"busy": "Busy", "maintenance": "Maintenance", "new_words": "Dreaming"}


def build(setup: Setup) -> Terminal:
    return Terminal(setup)


class Terminal:
    """One terminal; serves HTTP/1.1 with any number of requests on one connection."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.faults = setup.faults
        self._dice = random.Random(setup.seed)  # noqa: S311 - a number for a toy terminal
        serial = setup.serial or f"{self._dice.randrange(10**9):09d}"
        self.name = f"{(setup.name or NAME).split()[-1]}-{serial}"
        self._in = b""
        self._numbers: set[str] = set()
        self._counts = {"diagnoses": 0, "rejected": 0, "forbidden": 0}

    def feed(self, data: bytes) -> list[Reply]:
        self._in = (self._in + data)[-262144:]
        replies: list[Reply] = []
        while (end := self._in.find(b"\r\n\r\n")) >= 0:
            start = max(self._in.rfind(b"POST /", 0, end), 0)  # nobody tells where an earlier connection ended
            head = self._in[start:end].decode("latin-1").split("\r\n")
            length = next((int(h[15:]) for h in head if h.lower().startswith("content-length:") and h[15:].strip()), 0)
            if len(self._in) < end + 4 + length:
                break
            body, self._in = self._in[end + 4 : end + 4 + length], self._in[end + 4 + length :]
            replies.append(Reply(self.setup.latency, self._answer(head[0], body)))
        return replies

    def say(self, words: list[str]) -> None:
        """ "paper in"."""
        if words != ["paper", "in"]:
            raise Usage("This terminal does not know that.", "It knows: paper in.")
        self.faults -= {"paper_out", "paper_low", "paper_jam"}

    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    def _answer(self, line: str, body: bytes) -> bytes:
        if "other_server" in self.faults:
            return self._http(200, b"<html>Router</html>", "text/html")
        if "closed" in self.faults or not line.startswith("POST /nexo "):
            return self._http(403, b"")
        try:
            asked = json.loads(body)["SaleToPOIRequest"]
            header = asked["MessageHeader"]
            if "NexoBlob" in asked and self._is_sealing():
                return self._sealed(asked, header)
        except (ValueError, KeyError, TypeError):
            return self._http(400, b"")
        if header.get("MessageCategory") != "Diagnosis" or "DiagnosisRequest" not in asked:
            self._counts["forbidden"] += 1
            return self._http(400, b"")
        return self._http(200, json.dumps(self._told(header, asked["DiagnosisRequest"])).encode("ascii"))

    def _is_sealing(self) -> bool:
        return bool(self.faults & {"sealed", "other_key", "unsealed", "changed_header"})

    def _sealed(self, asked: dict[str, object], header: dict[str, str]) -> bytes:
        """A sealed request answered sealed; one that does not open is told so in clear."""
        lock = Lock("another shop") if "other_key" in self.faults else Lock()
        try:
            inner = json.loads(lock.open(asked))["SaleToPOIRequest"]
        except ValueError:
            self._counts["rejected"] += 1
            return self._http(400, b'{"errors":["Nexo Service: crypto error (3)"],"ServiceID":"-NULL-"}')
        if inner["MessageHeader"] != header or "DiagnosisRequest" not in inner:
            self._counts["forbidden"] += 1
            return self._http(400, b"")
        told = self._diagnosed(header, inner["DiagnosisRequest"])
        if "unsealed" not in self.faults:
            told = lock.seal(told, self._dice.randbytes(16))
        if "changed_header" in self.faults:
            told["SaleToPOIResponse"]["MessageHeader"]["POIID"] = "V400m-0"  # type: ignore[index]
        return self._http(200, json.dumps(told).encode("ascii"))

    def _told(self, header: dict[str, str], asked: dict[str, object]) -> dict[str, object]:
        if self._is_sealing():
            return {"SaleToPOIResponse": {"MessageHeader": self._header(header), "NexoBlob": "c2VhbGVk"}}
        return self._diagnosed(header, asked)

    def _diagnosed(self, header: dict[str, str], asked: dict[str, object]) -> dict[str, object]:
        used = "used_number" in self.faults and not self._numbers
        self._numbers.add(header.get("ServiceID", ""))
        if used or ("own_name" in self.faults and header.get("POIID") != self.name):
            return self._rejected(header)
        self._counts["diagnoses"] += 1
        told: dict[str, object] = {"Response": self._response(), "POIStatus": self._status()}
        if asked.get("HostDiagnosisFlag"):
            told["HostStatus"] = [{"AcquirerID": "0", "IsReachableFlag": "no_network" not in self.faults}]
        return {"SaleToPOIResponse": {"DiagnosisResponse": told, "MessageHeader": self._header(header)}}

    def _rejected(self, header: dict[str, str]) -> dict[str, object]:
        self._counts["rejected"] += 1
        event = {"EventToNotify": "Reject", "EventDetails": "message=not+taken", "TimeStamp": "2026-01-02T12:30Z"}
        kind = {"MessageClass": "Event", "MessageCategory": "Event", "MessageType": "Notification"}
        head = self._header(header) | kind
        return {"SaleToPOIRequest": {"MessageHeader": head, "EventNotification": event}}

    def _header(self, header: dict[str, str]) -> dict[str, str]:
        return {
            "ProtocolVersion": "3.0",
            "SaleID": header.get("SaleID", ""),
            "MessageClass": "Service",
            "MessageCategory": "Diagnosis",
            "ServiceID": header.get("ServiceID", ""),
            "POIID": self.name,
            "MessageType": "Response",
        }

    def _status(self) -> dict[str, object]:
        has = self.faults.__contains__
        overall = next((word for fault, word in _OVERALL.items() if has(fault)), "OK")
        if has("short"):
            return {"GlobalStatus": overall}
        return {
            "GlobalStatus": overall,
            "SecurityOKFlag": not has("security"),
            "PEDOKFlag": not has("pin_pad"),
            "CardReaderOKFlag": not has("card_reader"),
            "PrinterStatus": next((word for fault, word in _PRINTER.items() if has(fault)), "OK"),
            "CommunicationOKFlag": not has("no_network"),
        }

    def _response(self) -> dict[str, object]:
        if "busy" in self.faults:
            return {"Result": "Failure", "ErrorCondition": "Busy"}
        if "short" in self.faults:
            return {"Result": "Success"}
        battery, unsent = ("9" if "battery_low" in self.faults else "100"), ("3" if "unsent" in self.faults else "0")
        told = f"batteryLevel={battery}%25&firmwareVersion={self.setup.software or SOFTWARE}"
        told += "&networkProfile=WyB7ICJBZGRyZXNzIjogIjE5Mi4wLjIuMyIgfSBd&merchantAccount=AUENTAL_SHOP"
        told += f"&unconfirmedBatchCount={unsent}&terminalId={self.name}"
        return {"Result": "Success", "AdditionalResponse": told}

    def _http(self, status: int, body: bytes, kind: str = "application/json") -> bytes:
        words = {200: "OK", 400: "Bad Request", 403: "Forbidden"}[status]
        head = f"HTTP/1.1 {status} {words}\r\nContent-Type: {kind}\r\n"
        if "chunked" in self.faults:
            parts = (body[: len(body) // 2], body[len(body) // 2 :])
            chunks = b"".join(f"{len(p):x}\r\n".encode() + p + b"\r\n" for p in parts if p)
            return (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunks + b"0\r\n\r\n"
        return (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body


KIND = Kind("nexo", "nexo terminal on the network", FAULTS, build)
