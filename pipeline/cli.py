"""The command line: thin words over the library, one file per command in `commands/`."""

import argparse
import difflib
import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import NoReturn

from .commands.addresses import bring_catalog, refuse_addresses
from .commands.options import Help
from .interrupt import SENTENCE, Terminated, is_interrupt, stopping_on_sigterm

# Word -> its one line of help. The module of the same name is imported only when the word is used.
COMMANDS = {
    "demo": "make a synthetic catalogue, compare features and models on it, write the report",
    "fetch": "build a catalogue from TMDb, IMDb, MovieLens, public dumps, or a folder of posters and a table",
    "catalog": "check a catalogue, merge several, or save posters as arrays",
    "features": "compute a catalogue's features and keep them",
    "quantise": "write an embedding network in 8 bits, to embed posters faster on a processor",
    "compare": "run an experiment: features × models × balancing, with the trivial rules beside them",
    "report": "write a finished run's report again",
    "audit": "look for leaks in a catalogue or a run (exit status 1 if a check fails)",
    "replicate": "rerun the systems of five published studies and compare their numbers with measured ones",
    "export": "train one configuration of a run on all its titles and save it as a model file",
    "evaluate": "score a model on labelled titles it has never seen",
    "convert": "save a model in another format: skops, ONNX, or a folder of both",
    "predict": "predict the genres of posters or of a catalogue's titles",
    "explain": "show why a model predicts a title's genres: which features, and where on the poster",
    "serve": "open a page in your browser: drop posters, see why, correct labels",
    "completion": "print a script that lets your shell complete commands, options and files",
    "purge": "delete what a source's terms do not let you keep",
}
EPILOG = """\
typical use:
  genrelab demo                                            everything, on synthetic titles
  genrelab fetch folder my-posters --out my.parquet        a catalogue of your own
  genrelab compare everything --catalog my.parquet         which features, which model
  genrelab export artifacts/runs/everything --out model.joblib
  genrelab predict model.joblib another-poster.jpg

exit status:
  0    done
  1    done, with faults: a check failed, no title could be answered, or much of a table could not be read
  2    refused: the request cannot be carried out; the message says why
  130  interrupted (Ctrl-C), 143 terminated; the same command continues where it stopped

Tables and results go to standard output; progress, warnings and errors go to standard error.
"""


class _Parser(argparse.ArgumentParser):
    """A parser that takes options and files in any order, and whose error for an unknown command offers the nearest."""

    _mixing = False

    def parse_known_args(self, args=None, namespace=None):  # pyright: ignore[reportIncompatibleMethodOverride]
        """As argparse does, which alone would refuse `predict model.joblib --quiet poster.jpg`."""
        if self._mixing or any(action.nargs == argparse.PARSER for action in self._actions):
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False

    def parse_args(self, args=None, namespace=None):  # pyright: ignore[reportIncompatibleMethodOverride]
        """As argparse does, but words that a command does not know are shown with that command's usage."""
        parsed, stray = self.parse_known_args(args, namespace)
        if stray:
            words = next((action for action in self._actions if action.nargs == argparse.PARSER), None)
            below = words.choices if words is not None and isinstance(words.choices, dict) else {}
            below.get(getattr(parsed, "command", None), self).error(f"unrecognized arguments: {' '.join(stray)}")
        return parsed

    def error(self, message: str) -> NoReturn:
        chosen = re.fullmatch(r"argument (.+): invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL)
        if chosen:
            known = re.findall(r"[^', ]+", chosen[3])
            where = "" if chosen[1].isupper() else f"{chosen[1]}: "
            message = f"{where}expected one of {', '.join(known)}, got {chosen[2]!r}{_nearest(chosen[2], known)}"
        stray = re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL)
        if stray:
            message += _nearest(stray[1].split()[0].partition("=")[0], _options(self))
        super().error(_escaped(message))


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """The options of a parser and of the commands below it."""
    found = []
    for action in parser._actions:
        found += action.option_strings
        if action.nargs == argparse.PARSER and isinstance(action.choices, dict):
            found += [option for below in action.choices.values() for option in _options(below)]
    return found


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def whole_parser() -> argparse.ArgumentParser:
    """The parser with the arguments of every command, for what describes them all."""
    return build_parser(*COMMANDS)


def build_parser(*commands: str) -> argparse.ArgumentParser:
    """The parser; only the chosen commands' modules are imported to describe their arguments.

    Parameters
    ----------
    *commands : str
        The words that will be used.

    Returns
    -------
    ArgumentParser
    """
    parser = _Parser(
        prog="genrelab",
        description="Which features tell a film's or series' genre, and with which model? A bench that proves it.",
        epilog=EPILOG,
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"genrelab {version('genrelab')}")
    words = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, told in COMMANDS.items():
        own = words.add_parser(
            name,
            help=told,
            description=told[0].upper() + told[1:] + ".",
            formatter_class=Help,
        )
        if name in commands:
            module = importlib.import_module(f".commands.{name}", __package__)
            module.configure(own)
            own.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after `genrelab`; those of the process by default.

    Returns
    -------
    int
        Exit status: 0 done, 1 done with faults, 2 the request cannot be carried out, 130 interrupted, 143 terminated.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words:
        build_parser().print_help()
        return 0
    chosen = next((word for word in words if word in COMMANDS), None)
    parsed = build_parser(*[chosen] if chosen else []).parse_args(words)
    try:
        with stopping_on_sigterm():
            refuse_addresses(parsed)
            if parsed.command != "predict":  # it knows only later whether posters are needed
                bring_catalog(parsed)
            return parsed.run(parsed)
    except KeyboardInterrupt as stop:
        print(f"\n{SENTENCE}", file=sys.stderr)
        return 143 if isinstance(stop, Terminated) else 130
    except SystemError as fault:
        if not is_interrupt(fault):
            raise
        print(f"\n{SENTENCE}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return _closed_pipe()
    except MemoryError:
        print(f"genrelab {parsed.command}: not enough memory; --jobs 1 needs the least", file=sys.stderr)
        return 2
    except (ValueError, RuntimeError, OSError, ImportError) as fault:
        # Expected faults (bad input, missing files, no network, a missing extra) are one sentence; anything else is
        # a bug and keeps its traceback.
        if isinstance(fault, ImportError) and str(fault.name).startswith("genrelab"):
            raise
        print(f"genrelab {parsed.command}: {_escaped(str(fault))}", file=sys.stderr)
        return 2


def _closed_pipe() -> int:
    """The reader of our output went away (`| head`): nothing more to say, also not when Python closes the stream."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _escaped(text: str) -> str:
    from .sources.images import printable

    return "\n".join(printable(line) for line in text.split("\n"))


if __name__ == "__main__":
    sys.exit(main())
