"""The history of a report in words, with what went and what came marked, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from archive.article import CHINA, Article
from archive.history import (
    Event,
    EventKind,
    FieldChange,
    LineChange,
    Stretch,
    fact_changes,
    line_changes,
)
from archive.words import _

_STYLES = {"=": "", "-": "red strike", "+": "green underline"}
_MARKS = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
"""As ``git diff --word-diff`` writes them, where there are no colours."""


def show_history(console: Console, events: Sequence[Event]) -> None:
    """Print every event with its time; of a reading, how it differs from the one before."""
    for event, before in _with_reading_before(events):
        console.print(Text(f"{_in_china(event.at)}  {_words(event)}", style="bold"))
        if event.kind is not EventKind.READ:
            continue
        for capture in event.captures[1:]:
            console.print(" ", _in_china(capture.captured_at), "", _("captured, the same"))
        facts, lines = _changes(event, before)
        for change in facts:
            old, new = change.shortened()
            line = Text(f"  {change.field}: ")
            line += _marked(console, (("-", old), ("+", new)))
            console.print(line, soft_wrap=True)
        for changed in lines:
            line = Text(f"  {changed.sign} ") + _marked(console, changed.stretches)
            console.print(line, soft_wrap=True)


def as_json(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [_event_as_json(event, before) for event, before in _with_reading_before(events)]


def _event_as_json(event: Event, before: Article | None) -> dict[str, Any]:
    facts, lines = _changes(event, before)
    return {
        "kind": event.kind,
        "at": event.at.isoformat(),
        "detail": event.detail,
        "revision": event.revision,
        "captures": [
            {"id": each.id, "captured_at": each.captured_at.isoformat()} for each in event.captures
        ],
        "fields": {change.field: {"old": change.old, "new": change.new} for change in facts},
        "lines": [{"sign": line.sign, "stretches": line.stretches} for line in lines],
    }


def _with_reading_before(events: Sequence[Event]) -> Iterator[tuple[Event, Article | None]]:
    """Each event with the article as it was read before.

    Of a withdrawn report nothing is shown but the times.
    """
    is_withdrawn = any(event.kind is EventKind.WITHDRAWN for event in events)
    before: Article | None = None
    for event in events:
        yield event, before
        if event.article is not None and not is_withdrawn:
            before = event.article


def _changes(
    event: Event, before: Article | None
) -> tuple[tuple[FieldChange, ...], tuple[LineChange, ...]]:
    if event.article is None or before is None:
        return (), ()
    return fact_changes(before, event.article), line_changes(before, event.article)


def _words(event: Event) -> str:
    if event.kind is EventKind.GONE:
        return _("gone from the site: %(detail)s") % {"detail": event.detail}
    if event.kind is EventKind.WITHDRAWN:
        return _("withdrawn: %(reason)s") % {"reason": event.detail}
    return _("captured, revision %(revision)s") % {"revision": event.revision}


def _marked(console: Console, stretches: Sequence[Stretch]) -> Text:
    """Coloured on a terminal; elsewhere between brackets."""
    text = Text()
    for sign, words in stretches:
        if words and console.is_terminal:
            text.append(words, style=_STYLES[sign])
        elif words:
            opening, closing = _MARKS[sign]
            text.append(opening + words + closing)
    return text


def _in_china(instant: datetime) -> str:
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"
