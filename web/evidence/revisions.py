"""What a report said when, and how two revisions of it differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from archive.article import Article
from archive.history import (
    Event,
    EventKind,
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


@blueprint.get("/articles/<article_id>/revisions")
def revisions(article_id: str) -> str:
    """Every reading of a report, and when it was gone."""
    article = holdings().store.get(article_id)
    events = history(holdings().store, article_id)
    readings = [event.revision for event in events if event.revision is not None]
    return render_template(
        "revisions.html",
        article=article,
        events=events,
        before=dict(_readings_before(events)),
        choices=sorted(set(readings)),
        old=readings[-2] if len(readings) > 1 else None,
        new=readings[-1] if readings else None,
        kinds=EventKind,
    )


@blueprint.get("/articles/<article_id>/diff")
def diff(article_id: str) -> str | Response:
    """How two revisions of a report differ; without numbers, the last two."""
    store = holdings().store
    article = store.get(article_id)
    said = {each.revision: each.article for each in store.revisions(article_id) if each.article}
    old, new = _chosen(said, store.held_revision(article_id))
    if not (request.args.get("from") and request.args.get("to")):
        chosen = urlencode({"from": old, "to": new})
        return redirect(f"{url_for('evidence.diff', article_id=article_id)}?{chosen}")
    lines = lines_compared(said[old], said[new])
    return render_template(
        "diff.html",
        article=article,
        old=old,
        new=new,
        times=_times(history(store, article_id)),
        facts=[(FIELDS[each.field], each) for each in fact_changes(said[old], said[new])],
        stretches=tuple(_folded(lines)),
        is_same=all(line.sign == "=" for line in lines),
        choices=sorted(said),
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


def _readings_before(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """By place of a reading in the history: the revision that was read before it."""
    before: int | None = None
    for place, event in enumerate(events):
        if event.revision is not None:
            if before is not None:
                yield place, before
            before = event.revision


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
