"""Whether the service lives, is ready, and what it counts; healthz and readyz are public and say one word."""

from __future__ import annotations

import sqlalchemy as sa
from litestar import Request, Response, get
from litestar.datastructures import State

from kiosk.desk.guard import PUBLIC, expert
from kiosk.desk.problems import problem
from kiosk.desk.service import Service, service
from kiosk.desk.tables import case_head


@get("/healthz", opt=PUBLIC, media_type="text/plain")
async def healthz() -> str:
    return "ok"


@get("/readyz", opt=PUBLIC, media_type="text/plain")
async def readyz(request: Request[object, object, State]) -> str:
    """Ready while the database answers and nobody told the service to stop."""
    desk = service(request.app.state)
    if desk.hub.draining:
        raise problem(503, "The desk is stopping.")
    async with desk.database.reading() as connection:
        await connection.execute(sa.text("SELECT 1 FROM about"))
    return "ready"


@get("/metrics")
async def metrics(request: Request[object, object, State]) -> Response[str]:
    """Prometheus text; for experts' tokens."""
    expert(request)
    lines = await _lines(service(request.app.state))
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


async def _lines(desk: Service) -> list[str]:
    counted = sa.select(case_head.c.state, sa.func.count()).group_by(case_head.c.state)
    async with desk.database.reading() as connection:
        states = list(await connection.execute(counted))
    lines = ["# TYPE desk_events_stored_total counter", f"desk_events_stored_total {desk.log.stored}"]
    lines += ["# TYPE desk_streams_open gauge", f"desk_streams_open {desk.hub.open}"]
    lines += ["# TYPE desk_cases gauge"] + [f'desk_cases{{state="{state}"}} {n}' for state, n in states]
    lines.append("# TYPE desk_requests_total counter")
    for (method, status), n in sorted(desk.counts.items()):
        lines.append(f'desk_requests_total{{method="{method}",status="{status}"}} {n}')
    return lines
