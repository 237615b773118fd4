"""Texts and their translators: what is missing, stale or too long; PO files out and in.

python installer/texts.py                     says what is to be done in every language
python installer/texts.py export pl           writes build/texts/pl.po
python installer/texts.py take build/texts/pl.po
python installer/texts.py fits pl [ID ...]    the translations fit the English of today
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from installer import catalogues

OUT = catalogues.ROOT / "build/texts"
SHOWN = 20


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Texts and their translators.")
    kinds = parser.add_subparsers(dest="what")
    export = kinds.add_parser("export", help="write PO files for translators")
    export.add_argument("languages", nargs="+")
    export.add_argument("--out", type=Path, default=OUT)
    take = kinds.add_parser("take", help="take in PO files")
    take.add_argument("files", nargs="+", type=Path)
    fits = kinds.add_parser("fits", help="say that translations fit the English of today")
    fits.add_argument("language")
    fits.add_argument("ids", nargs="*")
    args = parser.parse_args(words)
    if args.what == "export":
        return _export(args.languages, args.out)
    if args.what == "take":
        return max(_take(file) for file in args.files)
    if args.what == "fits":
        catalogues.remember(args.language, args.ids or None)
        return 0
    return _report()


def _report() -> int:
    """Status 1 if anything is to be done."""
    todo = 0
    for language in catalogues.languages():
        long = [f"{id} ({own}; {at.kind}: {at.characters})" for id, own, at in catalogues.too_long(language)]
        found = {"missing": catalogues.missing(language), "stale": catalogues.stale(language), "too long": long}
        print(f"{language}: " + ", ".join(f"{len(ids)} {name}" for name, ids in found.items()))
        for name, ids in found.items():
            todo += len(ids)
            for id in ids[:SHOWN]:
                print(f"  {name}: {id}")
            if len(ids) > SHOWN:
                print(f"  {name}: ... and {len(ids) - SHOWN} more")
    return 1 if todo else 0


def _export(languages: list[str], out: Path) -> int:
    from installer import po

    out.mkdir(parents=True, exist_ok=True)
    for language in languages:
        file = out / f"{language}.po"
        made = po.exported(language)
        made.save(str(file))
        todo, old = len(made.untranslated_entries()), len(made.fuzzy_entries())
        print(f"{file}: {len(made)} texts, {todo} to translate, {old} stale")
    return 0


def _take(file: Path) -> int:
    """The language is the one that the file names. Status 1 if an entry was refused."""
    import polib

    from installer import po

    read = polib.pofile(str(file))
    language = str(read.metadata.get("Language", "") or file.stem)
    got = po.taken(read, language)
    catalogues.write(language, got.texts)
    catalogues.remember(language, list(got.texts), sources=got.sources)
    print(f"{language}: {len(got.texts)} texts taken, {len(got.refused)} refused")
    for why in got.refused:
        print(f"  refused: {why}")
    return 1 if got.refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
