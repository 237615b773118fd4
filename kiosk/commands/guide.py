"""The content of guidance, and what is wrong with it.

`guide --list` names symptoms and procedures; `guide validate [DIR]` names faults and style. Status 1: faults.
`guide pack key FILE | make FILE | verify FILE | load FILE | back | show` is for signed packs of guidance.
`guide learn FILE...` tells what counts of outcomes would change in the numbers.
"""

import argparse
from pathlib import Path

from kiosk import resources
from kiosk.commands import _packs
from kiosk.errors import Usage
from kiosk.guidance import style
from kiosk.guidance.content import Fault
from kiosk.guidance.load import Reading, load, read
from kiosk.guidance.model import Guide
from kiosk.guidance.procedure import staff_steps
from kiosk.model import wire
from kiosk.model.text import Catalogue, Template

FAULTY = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=("list", "validate", "pack", "learn"), help="what to do")
    parser.add_argument("words", nargs="*", metavar="WORD", help="a folder of *.toml; what to do with a pack; files")
    parser.add_argument("--list", action="store_true", help="name symptoms and procedures")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    _packs.arguments(parser)


def run(args: argparse.Namespace) -> int:
    if args.what == "pack":
        return _packs.run(args)
    if args.what == "learn":
        return _packs.learn(args)
    if len(args.words) > 1:
        raise Usage("One folder at a time.", "Name a folder with *.toml files of guidance.")
    folder = Path(args.words[0]) if args.words else resources.root() / "guidance"
    if not folder.is_dir():
        raise Usage(f"There is no folder {folder}.", "Name a folder with *.toml files of guidance.")
    if args.what == "validate":
        return _validate(folder, args.json)
    if args.list or args.what == "list":
        return _list(folder, args.json)
    raise Usage("Say what to do.", "Use --list or validate.")


def _list(folder: Path, as_json: bool) -> int:
    guide = load(folder, resources.findings())
    says = resources.catalogue("en", "guidance")
    if as_json:
        print(wire.pretty(wire_list(guide, says)).decode())
        return 0
    for symptom in guide.symptoms.values():
        print(f"{symptom.id:22} {says(symptom.title)}")
    for procedure in guide.procedures.values():
        named = f"  {says(procedure.name)}" if procedure.own else ""
        print(f"{procedure.id:22} {staff_steps(procedure)} steps{named}")
    return 0


def wire_list(guide: Guide, says: Catalogue) -> dict[str, object]:
    symptoms = [
        {"id": s.id, "title": says(s.title), "languages": sorted(s.says), "family": s.family, "source": s.source}
        for s in guide.symptoms.values()
    ]
    procedures = [
        {"id": p.id, "steps": staff_steps(p), "own": p.own, "title": says(p.name) if p.own else "", "source": p.source}
        for p in guide.procedures.values()
    ]
    return {"schema": wire.SCHEMA, "symptoms": symptoms, "procedures": procedures}


def _validate(folder: Path, as_json: bool) -> int:
    reading = read(folder, resources.findings(), pictures())
    texts = {language: _templates(language) for language in resources.languages()}
    faults, remarks = list(reading.faults), list[Fault]()
    if not faults:
        faults = list(style.missing(reading.guide, texts, reading.where))
        remarks = list(style.remarks(reading.guide, texts, reading.where))
    if as_json:
        print(wire.pretty({"schema": wire.SCHEMA, "faults": faults, "style": remarks}).decode())
    else:
        _tell(reading, faults, remarks)
    return FAULTY if faults else 0


def _tell(reading: Reading, faults: list[Fault], remarks: list[Fault]) -> None:
    for fault in faults:
        print(f"fault  {fault}")
    for remark in remarks:
        print(f"style  {remark}")
    print(f"{len(reading.guide.symptoms)} symptoms, {len(faults)} faults, {len(remarks)} matters of style")


def pictures() -> frozenset[str] | None:
    """Names of the pictures there are; None before there are any."""
    folder = resources.root() / "images"
    return frozenset(p.stem for p in folder.glob("*.svg")) or None


def _templates(language: str) -> dict[str, Template]:
    """Those of the language itself: what another fills in is missing."""
    return dict(resources.catalogue(language, "guidance").templates)
