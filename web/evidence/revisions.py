"""What a report said when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template

from archive.history import Event, EventKind, history
from web.evidence.blueprint import blueprint
from web.holdings import holdings


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


def _readings_before(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """By place of a reading in the history: the revision that was read before it."""
    before: int | None = None
    for place, event in enumerate(events):
        if event.revision is not None:
            if before is not None:
                yield place, before
            before = event.revision
