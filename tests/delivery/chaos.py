"""Kiosks, experts, a proxy and a desk, each killed at random: the harness of `make chaos` and of its small test.

An event counts once `outbox.put` returned, or once the expert's POST was acknowledged. Judged by ledgers outside.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kiosk.escalation.enrolment import enrol  # noqa: E402
from kiosk.escalation.outbox import Outbox  # noqa: E402
from kiosk.escalation.vault import TOKEN, Vault  # noqa: E402
from tests.delivery.judge import Verdict, Word, judge, judge_life  # noqa: E402
from tests.delivery.parts import Expert, KioskProcess, ProxyProcess, log_of, word  # noqa: E402
from tests.desk import servers  # noqa: E402
from tests.fakes.desk_process import DeskProcess  # noqa: E402

STALLED = 120.0  # seconds without any progress; a slow machine is no fault, a line that stands still is
STORAGES = ("sqlite", "postgres")


@dataclass(frozen=True)
class Plan:
    storage: str
    events: int
    seed: int
    kiosks: int = 4
    cases: int = 4  # of each kiosk
    rate: float = 100.0  # events a second of each kiosk, and as many of its experts
    mean: int = 200_000  # bytes a connection lives
    kills: int = 50

    @property
    def count(self) -> int:
        """Events of each side in each case."""
        return -(-self.events // (2 * self.kiosks * self.cases))


@dataclass
class World:
    plan: Plan
    desk: DeskProcess
    proxy: ProxyProcess
    kiosks: list[KioskProcess] = field(default_factory=list)
    experts: list[Expert] = field(default_factory=list)
    postgres: servers.Postgres | None = None
    nats: servers.Server | None = None
    killed: list[str] = field(default_factory=list)

    def said(self) -> int:
        return sum(k.said() for k in self.kiosks) + sum(len(e.said) for e in self.experts)

    def moved(self) -> tuple[int, int]:
        return sum(k.lines() for k in self.kiosks), self.said()

    def whole(self) -> bool:
        """Everything was said, and every kiosk heard everything of its cases."""
        each = 2 * self.plan.count * self.plan.cases
        return all(len(e.said) == e.count for e in self.experts) and all(
            k.done and len(k.heard) == each for k in self.kiosks
        )


def run(plan: Plan, folder: Path) -> tuple[Verdict, World, float]:
    """Chaos until all is said and heard; the verdict, the world as it ended, and the seconds."""
    with world_of(plan, folder) as world:
        began = time.monotonic()
        dice = random.Random(plan.seed)
        total = plan.count * 2 * plan.kiosks * plan.cases
        for turn, victim in enumerate(victims(plan, dice), 1):
            goal = turn * total // (plan.kills + 1)
            wait(world, lambda goal=goal: world.said() >= goal, f"{goal} events said")
            strike(world, victim, dice)
        wait(world, world.whole, "everything said and heard")
        seconds = time.monotonic() - began
        for kiosk in world.kiosks:
            kiosk.kill()
        return verdict_of(world), world, seconds


def victims(plan: Plan, dice: random.Random) -> Iterator[str]:
    """Each kind once, then at random."""
    kinds = ["kiosk", "desk", "proxy"] + (["worker", "postgres", "nats"] if plan.storage == "postgres" else [])
    first = dice.sample(kinds, len(kinds))
    for turn in range(plan.kills):
        yield first[turn] if turn < len(first) else dice.choice(kinds)


def strike(world: World, victim: str, dice: random.Random) -> None:
    """Kill one, and start it again."""
    world.killed.append(victim)
    if victim == "worker":
        with contextlib.suppress(IndexError):  # it is just starting again
            dice.choice(world.desk.children()).kill()
        return
    one = dice.choice(world.kiosks) if victim == "kiosk" else getattr(world, victim)
    one.stop() if victim == "nats" else one.kill()
    one.start()


def wait(world: World, condition: Callable[[], bool], about: str) -> None:
    before, since = world.moved(), time.monotonic()
    while not condition():
        assert world.desk.process is None or world.desk.process.poll() is None, "the desk ended by itself"
        if (now := world.moved()) != before:
            before, since = now, time.monotonic()
        if time.monotonic() > since + STALLED:
            logs = [(k.folder / "log.txt").read_text()[-600:] for k in world.kiosks]
            logs.append((world.desk.data / "log.txt").read_text()[-2000:])
            raise AssertionError(f"seed {world.plan.seed}: nothing moved: {about}; {before}; {world.killed}; {logs}")
        time.sleep(0.1)


@contextlib.contextmanager
def world_of(plan: Plan, folder: Path) -> Iterator[World]:
    with ExitStack() as stack:
        postgres = nats = None
        more: tuple[str, str, int] = ("", "", 1)
        if plan.storage == "postgres":
            postgres = stack.enter_context(servers.postgres(durable=True))
            nats = stack.enter_context(servers.nats())
            more = (postgres.database(), f"nats://127.0.0.1:{nats.port}", 2)
        desk = DeskProcess.prepare(folder / "desk", *more)
        stack.callback(desk.stop)
        desk.start()
        proxy = ProxyProcess(desk.port, plan.seed, plan.mean)
        stack.callback(proxy.kill)
        proxy.start()
        world = World(plan, desk, proxy, postgres=postgres, nats=nats)
        stack.callback(end, world)
        people(world, folder)
        yield world


def people(world: World, folder: Path) -> None:
    """Kiosks that are enrolled, and an expert for each case; all begin to talk."""
    plan, dice, token = world.plan, random.Random(world.plan.seed), world.desk.expert_token()
    for n in range(plan.kiosks):
        home = folder / f"kiosk{n}"
        cases = [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(plan.cases)]
        outbox, vault = Outbox(home / "outbox.sqlite"), Vault(home)
        joined = enrol(world.desk.url, world.desk.code(), f"kiosk {n}", vault, outbox)
        outbox.close()
        arguments = (world.proxy.url, str(vault.get(TOKEN)), joined.kiosk, ",".join(cases))
        world.kiosks.append(KioskProcess(home, (*arguments, str(plan.count), str(plan.rate))))
        rate = plan.rate / plan.cases
        world.experts += [Expert(world.proxy.url, token, case, plan.count, rate, plan.seed) for case in cases]
    for one in (*world.kiosks, *world.experts):
        one.start()


def end(world: World) -> None:
    for expert in world.experts:
        expert.stopping = True
    for kiosk in world.kiosks:
        if kiosk.process is not None and kiosk.process.poll() is None:
            kiosk.kill()
    for expert in world.experts:
        if expert.is_alive():
            expert.join(15)


def verdict_of(world: World) -> Verdict:
    """Every case at the desk, in the outbox of its kiosk, and as each life of the kiosk told it."""
    total = Verdict()
    experts = {expert.case: expert for expert in world.experts}
    for kiosk in world.kiosks:
        outbox = Outbox(kiosk.folder / "outbox.sqlite")
        for case in kiosk.cases:
            log = log_of(world.desk, experts[case].token, case)
            holes = Verdict(lost=sum(e.seq != n for n, e in enumerate(log, 1)))
            stored = [word(e) for e in log]
            promised: list[Word] = [("store", n) for n in kiosk.put[case]]
            promised += [("expert", n) for n in experts[case].said]
            beside = judge(stored, [word(e) for e in outbox.events(case)])
            for life in kiosk.lives:
                beside += judge_life(life.get(case, []))
            total += judge(promised, stored) + holes
            total += Verdict(0, beside.lost, beside.twice, beside.disordered)
        outbox.close()
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--on", choices=STORAGES, action="append")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    args = parser.parse_args()
    total = Verdict()
    for storage in args.on or STORAGES:
        plan = Plan(storage, args.events, args.seed, kills=max(12, args.events // 2000))
        print(f"{storage}: seed {plan.seed}, {plan.kills} kills to come", flush=True)  # noqa: T201
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            verdict, world, seconds = run(plan, Path(folder))
        counts = ", ".join(f"{world.killed.count(kind)} {kind}" for kind in sorted(set(world.killed)))
        print(f"{storage}: {verdict} in {seconds:.0f} s; killed: {counts}", flush=True)  # noqa: T201
        total += verdict
    print(f"CHAOS {total}")  # noqa: T201
    return 0 if total.clean else 1


if __name__ == "__main__":
    sys.exit(main())
