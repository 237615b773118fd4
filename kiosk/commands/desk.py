"""The experts' service and its care: serve, migrate, people, stores, rebuild, audit, backup."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import Usage

if TYPE_CHECKING:
    from kiosk.desk.database import Database
    from kiosk.desk.options import Options, Provider
    from kiosk.settings import ServiceSettings

ROLES = ("store", "expert", "security", "lead", "administrator")
OPENID_VARIABLE = "KIOSK_DESK_OPENID_SECRET"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    serve = _action(actions, "serve", "run the service; its address is the first line", _serve)
    serve.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--behind-tls", action="store_true", help="a proxy speaks TLS for it")
    serve.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
    _action(actions, "migrate", "make the database, or bring it to this version's shape", _migrate)
    _people_arguments(actions)
    store = actions.add_parser("store", help="stores").add_subparsers(metavar="ACTION", required=True)
    add = _action(store, "add", "add a store", _store_add)
    add.add_argument("id")
    add.add_argument("name")
    _action(store, "code", "an enrolment code; works once, for 15 minutes", _store_code).add_argument("id")
    _care_arguments(actions)


def _care_arguments(actions: Any) -> None:
    _action(actions, "rebuild", "make the queue's rows again from the log", _rebuild)
    _action(actions, "verify-audit", "look whether the audit log is whole", _verify_audit)
    _action(actions, "backup", "copy everything into a new folder", _backup).add_argument("to", type=Path)
    _action(actions, "restore", "fill a new desk from such a folder", _restore).add_argument("source", type=Path)
    learn = _action(actions, "learn", "what cured, counted over all cases, for `kiosk guide learn`", _learn)
    learn.add_argument("to", type=Path, metavar="FILE")
    retain = _action(actions, "retain", "remove what is kept too long", _retain)
    retain.add_argument("--cases", type=float, metavar="DAYS", help="resolved cases without news for so long")
    retain.add_argument("--files", type=float, metavar="DAYS", help="bundles and attachments this old")
    export = _action(actions, "export", "everything of one store as one ZIP", _export)
    export.add_argument("store")
    export.add_argument("to", type=Path, help="a new file")
    _action(actions, "erase", "remove all cases of a store, and let its kiosks in no more", _erase).add_argument(
        "store"
    )


def _people_arguments(actions: Any) -> None:
    user = actions.add_parser("user", help="people").add_subparsers(metavar="ACTION", required=True)
    add = _action(user, "add", "add a person", _user_add)
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, required=True)
    add.add_argument("--tier", type=int, choices=(1, 2, 3), default=1)
    add.add_argument("--password-stdin", action="store_true", required=True)
    _action(user, "token", "a new token for scripts; shown once", _user_token).add_argument("name")
    _action(user, "forget-code", "let a person set up a new authenticator", _user_forget_code).add_argument("name")
    _action(user, "remove", "let a person in no more", _user_remove).add_argument("name")


def _action(actions: Any, name: str, about: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where the desk keeps its data")
    parser.set_defaults(act=run)
    return parser


def run(args: argparse.Namespace) -> int:
    act: Callable[[argparse.Namespace], int] = args.act
    return act(args)


def _serve(args: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from kiosk.desk import serve
    from kiosk.guidance.load import load
    from kiosk.resources import articles, catalogue, findings, languages, root

    options = replace(_options(args), secure=args.behind_tls)
    if _has_texts():
        texts = {language: catalogue(language) for language in languages()}
        options = replace(options, catalogues=texts, library=articles())
        options = replace(options, guide=lambda: load(root() / "guidance", findings()))
    serve.run(options, args.host, args.port, args.workers)
    return 0


def _options(args: argparse.Namespace) -> Options:
    """Where everything lies: the data folder and what its settings and the environment say."""
    from kiosk.desk.options import Options, Rules
    from kiosk.settings import load_service

    found = load_service(args.data / "desk.toml", os.environ)
    return Options(
        args.data,
        database_url=found.database,
        hints_url=found.hints,
        files_url=found.files,
        provider=_provider(found),
        rules=Rules(found.retention.cases, found.retention.files),
        codes=found.second_factor,
    )


def _provider(found: ServiceSettings) -> Provider | None:
    from kiosk.desk.options import Provider

    openid = found.openid
    if openid is None:
        return None
    if not openid.groups or not set(openid.groups.values()) <= set(ROLES):
        raise Usage("Nobody could sign in there.", f"Say what each group may do: openid.groups, {', '.join(ROLES)}.")
    secret = os.environ.get(OPENID_VARIABLE, "")
    if not secret:
        raise Usage(f"The secret of {openid.client} is missing.", f"Put it into {OPENID_VARIABLE}.")
    return Provider(openid.issuer, openid.client, secret, openid.groups, openid.claim)


def _has_texts() -> bool:
    from kiosk.resources import root

    return (root() / "text").is_dir()


def _migrate(args: argparse.Namespace) -> int:
    from kiosk.desk.opening import migrate

    migrate(_options(args).database)
    return 0


def _with_database(args: argparse.Namespace, act: Callable[[Database], Coroutine[Any, Any, None]]) -> int:
    from kiosk.desk.opening import open_database

    async def doing() -> None:
        database = await open_database(_options(args).database)
        try:
            await act(database)
        finally:
            await database.close()

    asyncio.run(doing())
    return 0


def _user_add(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    password = sys.stdin.readline().rstrip("\r\n")

    async def act(database: Database) -> None:
        await people.add_person(database, args.name, people.Role(args.role), args.tier, password)
        await audit.note(database, "command line", "person added", f"{args.name}, {args.role}, tier {args.tier}")

    return _with_database(args, act)


def _user_token(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    async def act(database: Database) -> None:
        print(await people.make_token(database, args.name))
        await audit.note(database, "command line", "token made", args.name)

    return _with_database(args, act)


def _user_forget_code(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    async def act(database: Database) -> None:
        await people.forget_code(database, args.name)
        await audit.note(database, "command line", "authenticator forgotten", args.name)

    return _with_database(args, act)


def _user_remove(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    async def act(database: Database) -> None:
        await people.remove_person(database, args.name)
        await audit.note(database, "command line", "person removed", args.name)

    return _with_database(args, act)


def _store_add(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    if not args.id.strip() or len(args.id) > 80 or len(args.name) > 200:
        raise Usage("A store has an id of 1 to 80 characters and a name of at most 200.")

    async def act(database: Database) -> None:
        await people.add_store(database, args.id, args.name)
        await audit.note(database, "command line", "store added", args.id)

    return _with_database(args, act)


def _store_code(args: argparse.Namespace) -> int:
    from kiosk.desk import audit, people

    async def act(database: Database) -> None:
        print(await people.make_code(database, args.id))
        await audit.note(database, "command line", "enrolment code made", args.id)

    return _with_database(args, act)


def _rebuild(args: argparse.Namespace) -> int:
    from kiosk.desk.care import rebuild

    async def act(database: Database) -> None:
        heads, different = await rebuild(database)
        print(f"{heads} cases, {different} rows were different")

    return _with_database(args, act)


def _learn(args: argparse.Namespace) -> int:
    from kiosk.desk.learning import outcomes
    from kiosk.guidance.keeping import keep

    async def act(database: Database) -> None:
        counts = await outcomes(database)
        try:
            keep(args.to, counts)
        except OSError as e:
            raise Usage(f"{args.to} cannot be written: {e.strerror}.", "Name another file.") from e
        tried = sum(tally.tried for own in counts.values() for tally in own.values())
        print(f"{args.to}: {tried} outcomes of {len(counts)} symptoms")

    return _with_database(args, act)


def _verify_audit(args: argparse.Namespace) -> int:
    from kiosk.desk import audit

    broken: list[int] = []

    async def act(database: Database) -> None:
        rows, wrong = await audit.verify(database)
        if wrong is None:
            print(f"whole: {rows} rows")
        else:
            print(f"changed or missing at row {wrong}; {rows} rows before it are whole")
            broken.append(wrong)

    return _with_database(args, act) or int(bool(broken))


def _backup(args: argparse.Namespace) -> int:
    from kiosk.desk.care import backup

    async def act(database: Database) -> None:
        copied = await backup(database, _options(args), args.to)
        print(f"{args.to}: the database and {copied} files")

    return _with_database(args, act)


def _restore(args: argparse.Namespace) -> int:
    from kiosk.desk.care import restore

    events, files = asyncio.run(restore(_options(args), args.source))
    print(f"{events} events and {files} files; kiosks send again what is newer")
    return 0


def _retain(args: argparse.Namespace) -> int:
    from kiosk.desk.options import Rules
    from kiosk.desk.retention import retire
    from kiosk.desk.uploads import Files

    left: list[int] = []

    async def act(database: Database) -> None:
        done = await retire(database, Files.of(_options(args), database), Rules(args.cases, args.files))
        print(f"removed: {done.cases} cases, {done.events} events, {done.files} files; left too old: {done.left}")
        left.append(done.left)

    return _with_database(args, act) or int(any(left))


def _export(args: argparse.Namespace) -> int:
    from kiosk.desk.export import export_store
    from kiosk.desk.uploads import Files

    async def act(database: Database) -> None:
        done = await export_store(database, Files.of(_options(args), database), args.store, args.to, "command line")
        print(f"{args.to}: {done.cases} cases, {done.events} events, {done.files} files")

    return _with_database(args, act)


def _erase(args: argparse.Namespace) -> int:
    from kiosk.desk.retention import erase_store
    from kiosk.desk.uploads import Files

    async def act(database: Database) -> None:
        done = await erase_store(database, Files.of(_options(args), database), args.store, "command line")
        print(f"removed: {done.cases} cases, {done.events} events, {done.files} files")

    return _with_database(args, act)
