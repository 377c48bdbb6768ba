"""`genrelab completion`: a script that lets the shell complete commands, options and files."""

import argparse

SHELLS = ("bash", "zsh", "tcsh")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that reads the script")
    parser.epilog = (
        "The script holds every command and option: pressing Tab starts no Python. Write it again after an update.\n\n"
        "examples:\n"
        "  genrelab completion bash > ~/.local/share/bash-completion/completions/genrelab\n"
        "  genrelab completion zsh > ~/.zfunc/_genrelab        with fpath+=~/.zfunc before compinit"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError as fault:
        raise ValueError("completion needs shtab: pip install 'genrelab[completion]'") from fault
    from ..cli import whole_parser

    parser = whole_parser()
    _complete_files(parser, shtab.FILE, shtab.DIRECTORY)
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _complete_files(parser: argparse.ArgumentParser, file: dict, folder: dict) -> None:
    """Tell shtab which options and words are files, and which folders: those read as a path."""
    from pathlib import Path

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for own in action.choices.values():
                _complete_files(own, file, folder)
        elif action.type is Path:
            action.complete = folder if action.metavar in ("DIR", "RUN") else file  # pyright: ignore[reportAttributeAccessIssue]
