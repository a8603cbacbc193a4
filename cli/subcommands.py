"""The subcommands: imported when they are asked for, and in the language that was chosen."""

from __future__ import annotations

import copy
from importlib import import_module
from typing import TypeVar

import click

from archive.words import _

MODULES = {
    "archive.commands": "history show verify withdraw",
    "cli.demo": "demo",
    "crawler.commands": "crawl report",
    "crawler.record.commands": "extract import",
    "crawler.sites.commands": "site",
    "crawler.sites.review_commands": "review",
    "search.commands": "find index",
    "web.citations.commands": "cite",
    "web.commands": "serve",
}
"""The ``COMMANDS`` of each module, by name."""

CommandT = TypeVar("CommandT", bound=click.Command)


class Subcommands(click.Group):
    """Imports what one subcommand needs: all that they need takes two seconds to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(" ".join(MODULES.values()).split())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # Where there is no such command, click looks through all for the one that was meant.
        named = [module for module, names in MODULES.items() if cmd_name in names.split()]
        for module in named or MODULES:
            for command in import_module(module).COMMANDS:
                self.commands.setdefault(command.name, translated(command))
        return self.commands.get(cmd_name)


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
