"""The one command: assembles what the packages offer."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path

import click

from archive.errors import ExitCode, JianbaoError
from archive.words import N_, _, language_of, speak
from cli.subcommands import Subcommands, translated


def main() -> None:
    """Entry point of ``jianbao``."""
    speak(language_of(os.environ))
    code = run(sys.argv[1:])
    # A Ctrl-C from here on comes too late to change how the command ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command; every ``JianbaoError`` becomes one line on stderr and an exit code."""
    try:
        code = build().main(arguments, prog_name="jianbao", standalone_mode=False)
    except JianbaoError as error:
        click.echo(error.words(_), err=True)
        return int(error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return int(ExitCode.INTERRUPTED)
    except Exception:
        traceback.print_exc()
        click.echo(_("This is a fault in Jianbao; what it kept is whole."), err=True)
        return int(ExitCode.ERROR)
    return code if isinstance(code, int) else 0


def build() -> click.Group:
    """The command with all its subcommands, in the language that was chosen."""
    return translated(jianbao)


@click.group(
    cls=Subcommands,
    help=N_("Jianbao (剪报): crawl union news sites, keep what they sent, find and cite it."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Folder of the archive: WARC files, store and index."),
)
@click.option(
    "--sites",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Folder of the sites' profiles."),
)
@click.version_option(package_name="jianbao")
@click.pass_context
def jianbao(context: click.Context, data: Path | None, sites: Path | None) -> None:
    """Put the settings where the subcommands find them."""
    from archive.settings import load_settings  # takes longer than to print the help

    given = {"data": data, "sites": sites}
    context.obj = load_settings(**{name: path for name, path in given.items() if path})
