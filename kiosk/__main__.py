"""The command line: one file per sub-command in `kiosk/commands`; loads only the one that is called."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from kiosk.errors import KioskError

EXIT_HEALTHY, EXIT_FINDING, EXIT_CANNOT, EXIT_INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command; errors are one plain sentence with a cure on standard error."""
    argv = sys.argv[1:] if argv is None else argv
    args = _parser(argv).parse_args(argv)
    try:
        code: int = args.run(args)
    except KioskError as e:
        print(f"kiosk: {e}", file=sys.stderr)
        code = EXIT_CANNOT
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        code = EXIT_HEALTHY
    return code


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    """A command module has a docstring, `arguments(parser)` and `run(args) -> int`; its name is the command's."""
    parser = argparse.ArgumentParser(prog="kiosk", description=import_module("kiosk").__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in _wanted(argv):
        module = import_module(f"kiosk.commands.{name}")
        about = (module.__doc__ or "").strip()
        sub = commands.add_parser(name, help=about.partition("\n")[0], description=about)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def _wanted(argv: list[str]) -> list[str]:
    names = [m.name for m in iter_modules([str(Path(__file__).parent / "commands")]) if not m.name.startswith("_")]
    return [argv[0]] if argv and argv[0] in names else names


if __name__ == "__main__":
    sys.exit(main())
