"""What the runs received, and what became of every address that they asked for."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from archive import database as db
from archive.address_key import address_key
from archive.article import CHINA
from archive.capture import Capture
from archive.outcome import IMPORT, Outcome, OutcomeKind

_SETTLED = (
    OutcomeKind.NEW,
    OutcomeKind.CHANGED,
    OutcomeKind.UNCHANGED,
    OutcomeKind.ATTACHMENT,
    OutcomeKind.NOT_ARTICLE,
    OutcomeKind.LAYOUT_NOT_RECOGNISED,
    OutcomeKind.FIELD_MISSING,
)
"""Outcomes after which the same address need not be asked for again."""


class Evidence:
    """The captures and outcomes in a database, behind the articles that were read from them.

    Reading is safe from any thread, and raises ``StoreUnreadable`` where the database is lost; a
    writer belongs to one thread.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writing: sa.Connection | None = None
        self._kept: WeakSet[sa.PoolProxiedConnection] = WeakSet()
        self._of_thread = threading.local()

    def close(self) -> None:
        self._of_thread = threading.local()
        while self._kept:
            self._kept.pop().close()
        self._engine.dispose()

    @contextmanager
    def batch(self) -> Iterator[sa.Connection]:
        """Everything written inside is committed together, or not at all."""
        if self._writing is not None:
            yield self._writing
            return
        with self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                self._writing = connection
                try:
                    yield connection
                finally:
                    self._writing = None

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._writing is not None:
            yield self._writing
            return
        with db.readable(self._engine.url), self._engine.connect() as connection:
            yield connection

    def _rows(
        self, statement: sa.Select[Any], wanted: Sequence[str] = ()
    ) -> Sequence[Sequence[Any]]:
        """What one statement reads of those that are ``wanted``, for what every page asks.

        It needs no transaction. SQLite itself is asked, over a connection that each thread keeps:
        SQLAlchemy's way there and back takes twice as long as the reading.
        """
        if self._writing is not None:
            return self._writing.execute(statement, {"wanted": wanted}).all()
        with db.readable(self._engine.url):
            cursor = self._kept_connection().cursor()
            cursor.execute(db.sql_of(statement, len(wanted)), tuple(wanted))
            return cursor.fetchall()

    def _kept_connection(self) -> sa.PoolProxiedConnection:
        kept: sa.PoolProxiedConnection | None = getattr(self._of_thread, "connection", None)
        if kept is None:
            kept = self._of_thread.connection = self._engine.raw_connection()
            self._kept.add(kept)
        return kept

    def note_capture(self, capture: Capture) -> None:
        """Keep a capture's row; the same capture twice is kept once."""
        self.note_captures([capture])

    def note_captures(self, captures: Iterable[Capture]) -> None:
        """Keep the rows of a few captures."""
        unknown = {capture.id: capture for capture in captures}
        with self.batch() as connection:
            known = sa.select(db.captures.c.id).where(db.captures.c.id.in_(list(unknown)))
            for capture_id in connection.execute(known).scalars():
                del unknown[capture_id]
            if unknown:
                connection.execute(db.captures.insert(), list(map(_row_of, unknown.values())))

    def record(self, outcome: Outcome) -> None:
        """Keep how an address of a run ended; a later word on the same address replaces it."""
        self.record_all([outcome])

    def record_all(self, outcomes: Iterable[Outcome]) -> None:
        """Keep how addresses ended, in order."""
        last = {(outcome.run, outcome.url): outcome for outcome in outcomes}
        if not last:
            return
        with self.batch() as connection:
            former = db.outcomes.delete().where(
                db.outcomes.c.run == sa.bindparam("of_run"),
                db.outcomes.c.url == sa.bindparam("of_url"),
            )
            connection.execute(former, [{"of_run": run, "of_url": url} for run, url in last])
            connection.execute(db.outcomes.insert(), [asdict(each) for each in last.values()])

    def all_captures(self) -> Iterator[Capture]:
        """Every capture, by file and offset."""
        with self._reading() as connection:
            for row in connection.execute(
                sa.select(db.captures).order_by(db.captures.c.warc_file, db.captures.c.warc_offset)
            ):
                yield capture_from(row)

    def capture(self, capture_id: str) -> Capture:
        """One capture that is known to be there."""
        with self._reading() as connection:
            query = sa.select(db.captures).where(db.captures.c.id == capture_id)
            return capture_from(connection.execute(query).one())

    def latest_answer(self, site: str, url: str) -> Capture | None:
        """The newest capture of an address, in the site's own files, that brought a page."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.captures)
                .where(
                    db.captures.c.url == url,
                    db.captures.c.status == HTTPStatus.OK,
                    db.captures.c.warc_file.startswith(f"{site}/"),
                )
                .order_by(db.captures.c.captured_at.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else capture_from(row)

    def find_capture(self, capture_id: str) -> Capture | None:
        """The capture with an id, if there is one."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.captures).where(db.captures.c.id == capture_id)
            ).one_or_none()
        return None if row is None else capture_from(row)

    def captures_of(self, site: str) -> Iterator[Capture]:
        """Every capture in a site's WARC files, oldest first."""
        with self._reading() as connection:
            for row in connection.execute(
                sa.select(db.captures)
                .where(db.captures.c.warc_file.startswith(f"{site}/", autoescape=True))
                .order_by(db.captures.c.captured_at, db.captures.c.warc_file)
                .order_by(db.captures.c.warc_offset)
            ):
                yield capture_from(row)

    def captures_at(self, url: str) -> tuple[Capture, ...]:
        """Every capture of an address, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.captures)
                .where(db.captures.c.url == url)
                .order_by(db.captures.c.captured_at)
            ).all()
        return tuple(capture_from(row) for row in rows)

    def settled(self, site: str, url: str) -> Outcome | None:
        """The newest outcome after which a site need not be asked for an address again."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.outcomes)
                .join(db.captures, db.captures.c.id == db.outcomes.c.capture_id)
                .where(db.outcomes.c.site == site, db.captures.c.url == url)
                .where(db.outcomes.c.kind.in_(_SETTLED))
                .order_by(db.captures.c.captured_at.desc(), db.outcomes.c.at.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else outcome_from(row)

    def captures_without_outcome(self, site: str) -> tuple[Capture, ...]:
        """Captures in a site's WARC files whose run never said what became of the address."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.captures)
                .outerjoin(
                    db.outcomes,
                    (db.outcomes.c.run == db.captures.c.run)
                    & (db.outcomes.c.url == db.captures.c.url),
                )
                .where(db.captures.c.warc_file.startswith(f"{site}/"), db.outcomes.c.run.is_(None))
                .order_by(db.captures.c.warc_file, db.captures.c.warc_offset)
            ).all()
        return tuple(capture_from(row) for row in rows)

    def has_outcome(self, run: str, url: str) -> bool:
        """Whether a run has said what became of an address."""
        with self._reading() as connection:
            found = sa.select(db.outcomes.c.run).where(
                db.outcomes.c.run == run, db.outcomes.c.url == url
            )
            return connection.execute(found).one_or_none() is not None

    def outcomes(self, run: str) -> tuple[Outcome, ...]:
        """Every outcome of a run, in the order they came."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.outcomes).where(db.outcomes.c.run == run).order_by(db.outcomes.c.at)
            ).all()
        return tuple(outcome_from(row) for row in rows)

    def newest_outcomes(
        self, kinds: Iterable[OutcomeKind], site: str | None = None
    ) -> tuple[Outcome, ...]:
        """What the newest run that met an address said of it, where that is one of these kinds."""
        newest_first = sa.func.row_number().over(
            partition_by=(db.outcomes.c.site, db.outcomes.c.url), order_by=db.outcomes.c.at.desc()
        )
        ranked = sa.select(db.outcomes, newest_first.label("place"))
        if site is not None:
            ranked = ranked.where(db.outcomes.c.site == site)
        found = ranked.subquery()
        query = (
            sa.select(*(found.c[column.name] for column in db.outcomes.c))
            .where(found.c.place == 1, found.c.kind.in_(tuple(kinds)))
            .order_by(found.c.site, found.c.at, found.c.url)
        )
        with self._reading() as connection:
            return tuple(outcome_from(row) for row in connection.execute(query).all())

    def outcomes_by_day(
        self, site: str, first: date, last: date
    ) -> dict[date, Counter[OutcomeKind]]:
        """How often each outcome came when a site's servers were asked, by day in China, rising."""
        at = db.outcomes.c.at
        hour = sa.func.substr(at, 1, len("2026-11-22T01")).label("hour")
        query = (
            sa.select(hour, db.outcomes.c.kind, sa.func.count())
            .where(db.outcomes.c.site == site, ~db.outcomes.c.run.endswith(IMPORT))
            .where(at >= _midnight(first), at < _midnight(last + timedelta(days=1)))
            .group_by(hour, db.outcomes.c.kind)
            .order_by(hour)
        )
        days: defaultdict[date, Counter[OutcomeKind]] = defaultdict(Counter)
        with self._reading() as connection:
            for begins, kind, count in connection.execute(query):
                instant = datetime.fromisoformat(f"{begins}:00+00:00")
                days[instant.astimezone(CHINA).date()][OutcomeKind(kind)] += count
        return dict(days)

    def crawls(self, site: str) -> tuple[str, ...]:
        """Ids of the runs that asked a site's servers, oldest first."""
        return tuple(run for run in self.runs(site) if not run.endswith(IMPORT))

    def runs(self, site: str | None = None) -> tuple[str, ...]:
        """Ids of the runs that have outcomes, oldest first."""
        query = sa.select(db.outcomes.c.run).distinct().order_by(db.outcomes.c.run)
        if site is not None:
            query = query.where(db.outcomes.c.site == site)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())


def _midnight(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def capture_from(row: sa.Row[Any]) -> Capture:
    """The capture that a row holds, among other columns."""
    return Capture(**{field.name: getattr(row, field.name) for field in fields(Capture)})


def _row_of(capture: Capture) -> dict[str, Any]:
    return {**asdict(capture), "address_key": address_key(capture.url)}


def outcome_from(row: sa.Row[Any]) -> Outcome:
    """The outcome that a row holds."""
    return Outcome(**{**row._mapping, "kind": OutcomeKind(row.kind)})
