"""What changed last, and when: for those who harvest the archive and come back for what is new.

A change has the time of its commit, not that of its writing. So nothing that was written before
a visit and committed after it looks older than the visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive.article import Article, article_from_json
from archive.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChange:
    """The last line that the journal has on an article."""

    revision: int
    article_id: str
    at: datetime
    """In UTC; never earlier than that of an earlier revision."""
    site: str | None
    """``None`` where an article was withdrawn that the archive never had."""
    article: Article | None
    """What it says now, without captures; ``None`` where it was withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which changes are asked for; both times are inclusive."""

    changed_from: datetime | None = None
    changed_until: datetime | None = None
    site: str | None = None


class LastChanges(Evidence):
    """The store's revisions by time, and each article once."""

    _has_changes = False

    @contextmanager
    def batch(self) -> Iterator[sa.Connection]:
        """Everything written inside is committed together, or not at all."""
        is_outermost = self._writing is None
        with super().batch() as connection:
            if is_outermost:
                self._has_changes = False
            yield connection
            if is_outermost and self._has_changes:
                _note_time(connection)

    def _next_revision(self, connection: sa.Connection) -> int:
        self._has_changes = True
        connection.execute(db.stamp.update().values(revision=db.stamp.c.revision + 1))
        return _revision(connection)

    @property
    def revision(self) -> int:
        """The newest revision; 0 in an empty store."""
        with self._reading() as connection:
            return _revision(connection)

    def first_changed_at(self) -> datetime | None:
        """When the store was first changed; ``None`` while it is empty."""
        with self._reading() as connection:
            first: datetime | None = connection.execute(
                sa.select(sa.func.min(db.commits.c.at))
            ).scalar_one()
        return first

    def last_changes(self, window: Window, *, since: int = 0, limit: int) -> tuple[LastChange, ...]:
        """The next articles that changed last after revision ``since``, in order of revision."""
        query = (
            _in_window(sa.select(*_COLUMNS), window)
            .where(db.journal.c.revision > since)
            .order_by(db.journal.c.revision)
            .limit(limit)
        )
        with self._reading() as connection:
            return tuple(_last_change(row) for row in connection.execute(query))

    def last_change(self, article_id: str) -> LastChange | None:
        """The last change of one article; ``None`` where the archive never heard of it."""
        query = _in_window(sa.select(*_COLUMNS), Window()).where(
            db.journal.c.article_id == article_id
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _last_change(row)

    def count_last_changes(self, window: Window) -> int:
        """How many articles changed last within a window."""
        with self._reading() as connection:
            query = _in_window(sa.select(sa.func.count()), window)
            count: int = connection.execute(query).scalar_one()
        return count

    def changed_at(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """When each of these articles changed last; unknown ones are left out."""
        last = _last_revisions().where(db.journal.c.article_id.in_(tuple(article_ids)))
        return dict(self._timed(last))

    def change_times(self, *, offset: int = 0, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Articles that are not withdrawn, by id, and when each changed last."""
        return self._timed(_last_revisions_shown(offset, limit))

    def change_time_of_each(self, size: int) -> tuple[datetime, ...]:
        """When the newest change came to each ``size`` of the articles that are not withdrawn.

        By id, as ``change_times`` gives them.
        """
        times: list[datetime] = []
        with self._reading() as connection:
            while True:
                some = _last_revisions_shown(len(times) * size, size).subquery()
                newest = sa.select(sa.func.max(some.c.revision)).scalar_subquery()
                at = connection.execute(sa.select(_time_of(newest))).scalar_one()
                if at is None:
                    return tuple(times)
                times.append(at)

    def _timed(self, last_revisions: sa.Select[Any]) -> tuple[tuple[str, datetime], ...]:
        last = last_revisions.subquery()
        query = sa.select(last.c.article_id, _time_of(last.c.revision).label("at"))
        with self._reading() as connection:
            return tuple(
                (row.article_id, row.at)
                for row in connection.execute(query.order_by(last.c.article_id))
            )

    def sites(self) -> tuple[str, ...]:
        """Keys of the sites that have articles, withdrawn or not."""
        query = sa.select(db.articles.c.site).distinct().order_by(db.articles.c.site)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())


def _time_of(revision: sa.ColumnElement[int]) -> sa.ScalarSelect[datetime]:
    """When the commit was made that holds a revision."""
    return (
        sa.select(db.commits.c.at)
        .where(db.commits.c.revision >= revision)
        .order_by(db.commits.c.revision)
        .limit(1)
        .scalar_subquery()
    )


_LATER = db.journal.alias("later")
_IS_LAST = db.journal.c.revision == (
    sa.select(sa.func.max(_LATER.c.revision))
    .where(_LATER.c.article_id == db.journal.c.article_id)
    .scalar_subquery()
)
_COLUMNS = (
    db.journal.c.revision,
    db.journal.c.article_id,
    _time_of(db.journal.c.revision).label("at"),
    db.articles.c.site,
    sa.case((db.withdrawals.c.article_id.is_(None), db.articles.c.content)).label("content"),
)


def _in_window(query: sa.Select[Any], window: Window) -> sa.Select[Any]:
    """The last lines of a window; revisions and times rise together, so times are revisions."""
    table = (
        db.journal.outerjoin(db.articles, db.articles.c.id == db.journal.c.article_id)
    ).outerjoin(db.withdrawals, db.withdrawals.c.article_id == db.journal.c.article_id)
    query = query.select_from(table).where(_IS_LAST)
    if window.changed_from is not None:
        before = _newest(db.commits.c.at < window.changed_from)
        query = query.where(db.journal.c.revision > before)
    if window.changed_until is not None:
        until = _newest(db.commits.c.at <= window.changed_until)
        query = query.where(db.journal.c.revision <= until)
    if window.site is not None:
        query = query.where(db.articles.c.site == window.site)
    return query


def _newest(is_meant: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    newest = sa.func.coalesce(sa.func.max(db.commits.c.revision), 0)
    return sa.select(newest).where(is_meant).scalar_subquery()


def _last_revisions() -> sa.Select[Any]:
    """From the journal's index alone: no content is read."""
    last = sa.func.max(db.journal.c.revision)
    return sa.select(db.journal.c.article_id, last.label("revision")).group_by(
        db.journal.c.article_id
    )


def _last_revisions_shown(offset: int, limit: int) -> sa.Select[Any]:
    return (
        _last_revisions()
        .outerjoin(db.withdrawals, db.withdrawals.c.article_id == db.journal.c.article_id)
        .where(db.withdrawals.c.article_id.is_(None))
        .order_by(db.journal.c.article_id)
        .offset(offset)
        .limit(limit)
    )


def _note_time(connection: sa.Connection) -> None:
    """Keep when the changes of a commit could first be seen. A clock that goes back stands."""
    latest: datetime | None = connection.execute(
        sa.select(sa.func.max(db.commits.c.at))
    ).scalar_one()
    now = datetime.now(UTC)
    row = {"revision": _revision(connection), "at": max(now, latest or now)}
    connection.execute(db.commits.insert(), row)


def _revision(connection: sa.Connection) -> int:
    revision: int = connection.execute(sa.select(db.stamp.c.revision)).scalar_one()
    return revision


def _last_change(row: Any) -> LastChange:
    article = None if row.content is None else article_from_json(row.content)
    return LastChange(
        revision=row.revision,
        article_id=row.article_id,
        at=row.at,
        site=row.site,
        article=article,
    )
