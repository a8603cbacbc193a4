"""Articles as the store holds them, by id. The statements are made once: every page asks them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive.article import Article, article_from_json
from archive.capture import Capture
from archive.evidence import capture_from
from archive.outcome import OutcomeKind

_SHOWN = (OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.UNCHANGED)
"""Outcomes of an address that shows a report."""
_WANTED: sa.BindParameter[Any] = sa.bindparam("wanted", expanding=True)

TEXTS = (
    sa.select(db.articles.c.id, db.articles.c.content)
    .outerjoin(db.withdrawals, db.withdrawals.c.article_id == db.articles.c.id)
    .where(db.articles.c.id.in_(_WANTED), db.withdrawals.c.article_id.is_(None))
)
"""Of those ``wanted``; unknown and withdrawn ones are left out."""
_CAPTURES = (
    sa.select(db.article_captures.c.article_id, *db.captures.c)
    .join(db.captures, db.captures.c.id == db.article_captures.c.capture_id)
    .join(db.articles, db.articles.c.id == db.article_captures.c.article_id)
    .where(
        db.article_captures.c.article_id.in_(_WANTED),
        db.article_captures.c.revision == db.articles.c.revision,
    )
    .order_by(db.captures.c.captured_at, db.article_captures.c.page)
)


def _gone() -> sa.Select[Any]:
    had, answer = db.outcomes.alias(), db.captures.alias()
    last_had = (
        sa.select(sa.func.max(answer.c.captured_at))
        .join(had, had.c.capture_id == answer.c.id)
        .where(had.c.article_id == db.outcomes.c.article_id, had.c.kind.in_(_SHOWN))
        .scalar_subquery()
    )
    return (
        sa.select(db.outcomes.c.article_id, sa.func.min(db.captures.c.captured_at).label("since"))
        .join(db.captures, db.captures.c.id == db.outcomes.c.capture_id)
        .where(
            db.outcomes.c.article_id.in_(_WANTED),
            db.outcomes.c.kind == OutcomeKind.GONE,
            db.captures.c.captured_at > last_had,
        )
        .group_by(db.outcomes.c.article_id)
    )


_GONE = _gone()
"""When the site was first found without an article, after it last had it."""


def texts(rows: Iterable[Sequence[Any]]) -> dict[str, Article]:
    """What articles say, of the rows of ``TEXTS``."""
    return {key: article_from_json(content) for key, content in rows}


def whole(connection: sa.Connection, wanted: Collection[str]) -> dict[str, Article]:
    """The same with their captures, and since when they are gone."""
    given = {"wanted": wanted}
    captures: dict[str, list[Capture]] = {}
    for row in connection.execute(_CAPTURES, given):
        captures.setdefault(row.article_id, []).append(capture_from(row))
    gone = {row.article_id: row.since for row in connection.execute(_GONE, given)}
    return {
        key: replace(article, captures=tuple(captures.get(key, ())), gone_since=gone.get(key))
        for key, article in texts(connection.execute(TEXTS, given)).items()
    }
