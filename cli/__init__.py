"""The one command: assembles what the packages offer."""

from __future__ import annotations

import copy
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TypeVar

import click

from archive import commands as archive_commands
from archive.errors import ExitCode, JianbaoError
from archive.settings import load_settings
from archive.words import N_, _, language_of, speak


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
    from cli import demo
    from crawler import commands as crawler_commands
    from crawler.record import commands as replay_commands
    from crawler.sites import commands as site_commands
    from crawler.sites import review_commands
    from search import commands as search_commands
    from web import commands as web_commands

    for command in (
        *crawler_commands.COMMANDS,
        *replay_commands.COMMANDS,
        *site_commands.COMMANDS,
        *review_commands.COMMANDS,
        *search_commands.COMMANDS,
        *archive_commands.COMMANDS,
        *web_commands.COMMANDS,
        *demo.COMMANDS,
    ):
        jianbao.add_command(command)
    return translated(jianbao)


CommandT = TypeVar("CommandT", bound=click.Command)


@click.group(
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
    given = {"data": data, "sites": sites}
    context.obj = load_settings(**{name: path for name, path in given.items() if path})


def translated(command: CommandT) -> CommandT:
    """A copy of a command, its options and subcommands with their help translated."""
    copied = copy.copy(command)
    copied.help = _(command.help) if command.help else command.help
    copied.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in copied.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    if isinstance(copied, click.Group):
        copied.commands = {name: translated(each) for name, each in copied.commands.items()}
    return copied
