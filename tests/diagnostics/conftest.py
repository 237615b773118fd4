"""The toy protocol known to the runner, and terminals and facts in one line each."""

from datetime import UTC, datetime

import pytest

from kiosk.diagnostics import runner
from kiosk.diagnostics.channels import opening
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Level, Port, Terminal
from tests.fakes.toy_protocol import TOY

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def toy(monkeypatch):
    """The runner knows one protocol, the toy."""
    monkeypatch.setattr(runner, "protocols", lambda: {"toy": TOY})
    monkeypatch.setattr(opening, "protocols", lambda: {"toy": TOY})
    return TOY


@pytest.fixture
def terminal():
    def make(address="/dev/toy", id="1", protocol="toy", **more):
        return Terminal(id, Port(address), protocol=protocol, **more)

    return make


@pytest.fixture
def facts():
    def make(*terminals, **more):
        seen = tuple(SeenPort(t.port.address, True, True) for t in terminals)
        return Facts(NOW, **{"ports": seen, **more})

    return make


@pytest.fixture
def plan(facts):
    def make(*terminals, level=Level.INTERNAL, deadline=5.0, may_act=True, **more):
        return runner.Plan(terminals, level, deadline, facts(*terminals, **more), may_act)

    return make
