"""How two revisions of a report differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from archive.article import Article
from archive.history import (
    Event,
    FieldChange,
    LineChange,
    fact_changes,
    history,
    lines_compared,
)
from archive.words import N_
from web.evidence.blueprint import blueprint
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings

_AROUND = 1
"""Lines that stayed and are shown on either side of a change."""
_NO_SUCH = N_("There is no revision %(number)s of this report; there are %(known)s.")
_NUMBER = 9
"""Digits that a revision has at most."""
FIELDS = {
    "pretitle": N_("Line above the title"),
    "title": N_("Title"),
    "subtitle": N_("Line below the title"),
    "column_tag": N_("Column tag"),
    "published": N_("Published"),
    "published_text": N_("Day as printed"),
    "published_evidence": N_("Witnesses of the day"),
    "container_title": N_("Published in"),
    "publisher": N_("Publisher"),
    "authors": N_("Author"),
    "editor": N_("Editor"),
    "reprinted_from": N_("Reprinted from"),
    "channel": N_("Channel"),
    "figures": N_("Pictures"),
    "attachments": N_("Attachments"),
    "url": N_("Original address"),
    "layout": N_("Layout"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines in a row; those that stayed and are far from any change are folded."""

    lines: tuple[LineChange, ...]
    is_folded: bool


class Sides(NamedTuple):
    """Two revisions of a report."""

    article: Article
    said: dict[int, Article]
    """Every revision by its number."""
    old: int
    new: int
    are_named: bool
    """Whether the address names both; otherwise it leads to the one that does."""


class Differences(NamedTuple):
    """How two revisions of a report differ."""

    article: Article
    old: int
    new: int
    times: dict[int, Event]
    """By revision, when it was read first."""
    facts: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]
    """All of the text; those that stayed, too."""
    choices: list[int]
    """The revisions that there are."""


@blueprint.get("/articles/<article_id>/diff")
def diff(article_id: str) -> str | Response:
    """How two revisions of a report differ; without numbers, the last two."""
    sides = sides_asked(article_id)
    if not sides.are_named:
        asked = urlencode({"from": sides.old, "to": sides.new})
        return redirect(f"{url_for('evidence.diff', article_id=article_id)}?{asked}")
    found = differences(sides)
    return render_template(
        "diff.html",
        **found._asdict(),
        labels=FIELDS,
        stretches=tuple(_folded(found.lines)),
        is_same=all(line.sign == "=" for line in found.lines),
    )


def sides_asked(article_id: str) -> Sides:
    """The two revisions that the address asks for. Raises ``ParametersInvalid``."""
    store = holdings().store
    article = store.get(article_id)
    said = {each.revision: each.article for each in store.revisions(article_id) if each.article}
    old, new = _chosen(said, store.held_revision(article_id))
    are_named = bool(request.args.get("from") and request.args.get("to"))
    return Sides(article, said, old, new, are_named)


def differences(sides: Sides) -> Differences:
    """How two revisions differ."""
    old, new = sides.said[sides.old], sides.said[sides.new]
    return Differences(
        article=sides.article,
        old=sides.old,
        new=sides.new,
        times=_times(history(holdings().store, sides.article.id)),
        facts=fact_changes(old, new),
        lines=lines_compared(old, new),
        choices=sorted(sides.said),
    )


def _chosen(said: dict[int, Article], held: int) -> tuple[int, int]:
    """The two revisions asked for. Raises ``ParametersInvalid`` with each that is not there."""
    new = request.args.get("to") or str(held)
    earlier = [number for number in said if str(number) != new]
    old = request.args.get("from") or str(max(earlier, default=held))
    faults = tuple(
        Fault(name, _NO_SUCH, {"number": number[:_NUMBER], "known": ", ".join(map(str, said))})
        for name, number in (("from", old), ("to", new))
        if number not in map(str, said)
    )
    if faults:
        raise ParametersInvalid(faults)
    return int(old), int(new)


def _times(events: Sequence[Event]) -> dict[int, Event]:
    """By revision, when it was read first."""
    return {event.revision: event for event in reversed(events) if event.revision is not None}


def _folded(lines: Sequence[LineChange]) -> Iterator[Stretch]:
    """The lines in stretches: near a change, or far from any."""
    changed = [place for place, line in enumerate(lines) if line.sign != "="]
    near = {each for place in changed for each in range(place - _AROUND, place + _AROUND + 1)}
    for is_near, group in groupby(enumerate(lines), lambda each: each[0] in near):
        stretch = tuple(line for _, line in group)
        yield Stretch(stretch, is_folded=not is_near and len(stretch) > 1)
