"""The article store and its journal, on SQLAlchemy Core.

Every write that changes an article takes the next revision in the same transaction, so a
follower that asks for the changes since its revision misses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from archive import tables as t
from archive.article import CHINA, Article, article_from_json, article_to_json
from archive.capture import Capture
from archive.errors import (
    ArticleWithdrawn,
    SettingInvalid,
    StoreOutOfDate,
    StoreUnreadable,
    UnknownArticle,
)
from archive.outcome import Outcome, OutcomeKind, Withdrawal

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the journal. ``article`` is ``None`` where it was withdrawn."""

    revision: int
    article_id: str
    article: Article | None


def open_store(url: str) -> ArticleStore:
    """Open the store at a SQLAlchemy URL, making it where there is none yet.

    Raises ``StoreOutOfDate`` where another version made it, ``StoreUnreadable`` where it is
    damaged or cannot be opened.
    """
    store = ArticleStore(_engine(url))
    with _readable(url), store.batch() as connection:
        if not sa.inspect(connection).has_table(t.stamp.name):
            _create(connection)
        found: str = connection.execute(sa.select(t.stamp.c.schema)).scalar_one()
    if found != t.SCHEMA:
        raise StoreOutOfDate(store=url, found=found, expected=t.SCHEMA)
    return store


@contextmanager
def rebuilding_store(url: str) -> Iterator[ArticleStore]:
    """An empty store under a new id, which replaces the old one when the block ends well.

    All of it is one transaction: readers keep the old content until the end, and a kill leaves
    it. A database that cannot be read at all is moved aside first.
    """
    _move_damaged_aside(url)
    store = ArticleStore(_engine(url))
    try:
        with _readable(url), store.batch() as connection:
            t.metadata.drop_all(connection)
            _create(connection)
            yield store
    finally:
        store.close()


def _engine(url: str) -> sa.Engine:
    try:
        engine = sa.create_engine(url)
    except sa.exc.ArgumentError as error:
        raise SettingInvalid(name="store", reason=str(error)) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


@contextmanager
def _readable(url: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise StoreUnreadable(store=url, reason=str(error.orig)) from error


def _create(connection: sa.Connection) -> None:
    t.metadata.create_all(connection)
    first = {"schema": t.SCHEMA, "store_id": secrets.token_hex(8), "revision": 0}
    connection.execute(t.stamp.insert(), first)


def _move_damaged_aside(url: str) -> None:
    """Give a database file that is none another name, so that a new one can be made."""
    database = sa.make_url(url).database
    if not url.startswith("sqlite") or not database or not Path(database).exists():
        return
    try:
        open_store(url).close()
    except StoreOutOfDate:
        pass
    except StoreUnreadable:
        for ending in ("", "-wal", "-shm"):
            path = Path(database + ending)
            if path.exists():
                path.rename(f"{database}.damaged{ending}")


def _prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, full synchronisation, and writers that wait for each other instead of failing."""
    if engine.url.database and engine.url.database != ":memory:":
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class ArticleStore:
    """What was read out of the WARC files, with every revision, capture and outcome.

    Reading is safe from any thread; a writer belongs to one thread.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writing: sa.Connection | None = None

    def close(self) -> None:
        self._engine.dispose()

    # -- writing ---------------------------------------------------------------------------

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

    def put(self, article: Article) -> Change | None:
        """Keep an article; ``None`` where its content is unchanged or it is withdrawn.

        Its captures are noted in any case, under the revision whose content they show.
        """
        content = article_to_json(article.without_captures())
        with self.batch() as connection:
            held = connection.execute(
                sa.select(t.articles.c.revision, t.articles.c.content).where(
                    t.articles.c.id == article.id
                )
            ).one_or_none()
            changed = held is None or held.content != content
            if held is not None and changed and self.withdrawal(article.id):
                changed = False
            revision = held.revision if held and not changed else self._next_revision(connection)
            for page, capture in enumerate(article.captures):
                self.note_capture(capture)
                self._attach(connection, article.id, capture.id, revision, page)
            if not changed:
                return None
            row = {"site": article.site, "revision": revision, "content": content}
            if held is None:
                connection.execute(t.articles.insert().values(id=article.id, **row))
            else:
                connection.execute(
                    t.articles.update().where(t.articles.c.id == article.id).values(**row)
                )
            self._journal(connection, revision, article.id, content)
        return Change(revision=revision, article_id=article.id, article=article.without_captures())

    def note_capture(self, capture: Capture) -> None:
        """Keep a capture's row; the same capture twice is kept once."""
        with self.batch() as connection:
            known = sa.select(t.captures.c.id).where(t.captures.c.id == capture.id)
            if connection.execute(known).one_or_none() is None:
                connection.execute(t.captures.insert(), asdict(capture))

    def record(self, outcome: Outcome) -> None:
        """Keep how an address of a run ended; a later word on the same address replaces it."""
        with self.batch() as connection:
            connection.execute(
                t.outcomes.delete().where(
                    t.outcomes.c.run == outcome.run, t.outcomes.c.url == outcome.url
                )
            )
            connection.execute(t.outcomes.insert(), asdict(outcome))

    def withdraw(self, withdrawal: Withdrawal) -> Change:
        """Hide an article from now on, also one that is yet to come. Do it once per article."""
        with self.batch() as connection:
            revision = self._next_revision(connection)
            connection.execute(t.withdrawals.insert(), asdict(withdrawal))
            self._journal(connection, revision, withdrawal.article_id, None)
        return Change(revision=revision, article_id=withdrawal.article_id, article=None)

    def _next_revision(self, connection: sa.Connection) -> int:
        connection.execute(t.stamp.update().values(revision=t.stamp.c.revision + 1))
        return _revision(connection)

    def _journal(
        self, connection: sa.Connection, revision: int, article_id: str, content: str | None
    ) -> None:
        row = {"revision": revision, "article_id": article_id, "content": content}
        connection.execute(t.journal.insert(), row)

    def _attach(
        self, connection: sa.Connection, article_id: str, capture_id: str, revision: int, page: int
    ) -> None:
        key = (t.article_captures.c.article_id == article_id) & (
            t.article_captures.c.capture_id == capture_id
        )
        connection.execute(t.article_captures.delete().where(key))
        row = {
            "article_id": article_id,
            "capture_id": capture_id,
            "revision": revision,
            "page": page,
        }
        connection.execute(t.article_captures.insert(), row)

    # -- reading ---------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._writing is not None:
            yield self._writing
            return
        with self._engine.connect() as connection:
            yield connection

    @property
    def id(self) -> str:
        """Another one after every rebuilding, so that followers notice."""
        with self._reading() as connection:
            store_id: str = connection.execute(sa.select(t.stamp.c.store_id)).scalar_one()
            return store_id

    @property
    def revision(self) -> int:
        """The newest revision; 0 in an empty store."""
        with self._reading() as connection:
            return _revision(connection)

    def get(self, article_id: str) -> Article:
        """One article. Raises ``UnknownArticle`` or ``ArticleWithdrawn``."""
        if withdrawal := self.withdrawal(article_id):
            raise ArticleWithdrawn(
                article_id=article_id,
                day=withdrawal.at.astimezone(CHINA).date().isoformat(),
                reason=withdrawal.reason,
            )
        articles = self.get_many([article_id])
        if not articles:
            raise UnknownArticle(article_id=article_id)
        return articles[article_id]

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Articles by id, in the order asked; unknown and withdrawn ones are left out."""
        wanted = list(article_ids)
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.articles.c.id, t.articles.c.content)
                .outerjoin(t.withdrawals, t.withdrawals.c.article_id == t.articles.c.id)
                .where(t.articles.c.id.in_(wanted), t.withdrawals.c.article_id.is_(None))
            ).all()
            shown = connection.execute(
                sa.select(t.article_captures.c.article_id, *t.captures.c)
                .join(t.captures, t.captures.c.id == t.article_captures.c.capture_id)
                .join(t.articles, t.articles.c.id == t.article_captures.c.article_id)
                .where(
                    t.article_captures.c.article_id.in_(wanted),
                    t.article_captures.c.revision == t.articles.c.revision,
                )
                .order_by(t.captures.c.captured_at, t.article_captures.c.page)
            ).all()
        captures: dict[str, list[Capture]] = {}
        for row in shown:
            captures.setdefault(row.article_id, []).append(_capture(row))
        found = {
            row.id: replace(
                article_from_json(row.content), captures=tuple(captures.get(row.id, ()))
            )
            for row in rows
        }
        return {key: found[key] for key in wanted if key in found}

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """The decision that hides an article, if there is one."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(t.withdrawals).where(t.withdrawals.c.article_id == article_id)
            ).one_or_none()
        return None if row is None else Withdrawal(**row._mapping)

    def revisions(self, article_id: str) -> tuple[Change, ...]:
        """Every line the journal has on an article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.journal)
                .where(t.journal.c.article_id == article_id)
                .order_by(t.journal.c.revision)
            ).all()
        return tuple(_change(row) for row in rows)

    def changes(self, since: int) -> Iterator[Change]:
        """The journal after revision ``since``, in order; articles come without captures."""
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    sa.select(t.journal)
                    .where(t.journal.c.revision > since)
                    .order_by(t.journal.c.revision)
                    .limit(_BATCH)
                ).all()
            if not rows:
                return
            yield from (_change(row) for row in rows)
            since = rows[-1].revision

    def article_ids(self) -> tuple[str, ...]:
        """Ids of all articles that are not withdrawn, sorted."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.articles.c.id)
                .outerjoin(t.withdrawals, t.withdrawals.c.article_id == t.articles.c.id)
                .where(t.withdrawals.c.article_id.is_(None))
                .order_by(t.articles.c.id)
            ).scalars()
            return tuple(rows)

    def captures(self, article_id: str) -> tuple[Capture, ...]:
        """Every capture that shows an article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.captures)
                .join(
                    t.article_captures,
                    t.article_captures.c.capture_id == t.captures.c.id,
                )
                .where(t.article_captures.c.article_id == article_id)
                .order_by(t.captures.c.captured_at, t.article_captures.c.page)
            ).all()
        return tuple(_capture(row) for row in rows)

    def all_captures(self) -> Iterator[Capture]:
        """Every capture, by file and offset."""
        with self._reading() as connection:
            for row in connection.execute(
                sa.select(t.captures).order_by(t.captures.c.warc_file, t.captures.c.warc_offset)
            ):
                yield _capture(row)

    def captured(self, url: str) -> Capture | None:
        """The newest capture of an address that a run has dealt with, or ``None``."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(t.captures)
                .join(t.outcomes, t.outcomes.c.capture_id == t.captures.c.id)
                .where(t.captures.c.url == url, t.outcomes.c.kind.in_(_SETTLED))
                .order_by(t.captures.c.captured_at.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else _capture(row)

    def captures_without_outcome(self, site: str) -> tuple[Capture, ...]:
        """Captures in a site's WARC files whose run never said what became of the address."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.captures)
                .outerjoin(
                    t.outcomes,
                    (t.outcomes.c.run == t.captures.c.run) & (t.outcomes.c.url == t.captures.c.url),
                )
                .where(t.captures.c.warc_file.startswith(f"{site}/"), t.outcomes.c.run.is_(None))
                .order_by(t.captures.c.warc_file, t.captures.c.warc_offset)
            ).all()
        return tuple(_capture(row) for row in rows)

    def has_outcome(self, run: str, url: str) -> bool:
        """Whether a run has said what became of an address."""
        with self._reading() as connection:
            found = sa.select(t.outcomes.c.run).where(
                t.outcomes.c.run == run, t.outcomes.c.url == url
            )
            return connection.execute(found).one_or_none() is not None

    def outcomes(self, run: str) -> tuple[Outcome, ...]:
        """Every outcome of a run, in the order they came."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(t.outcomes).where(t.outcomes.c.run == run).order_by(t.outcomes.c.at)
            ).all()
        return tuple(Outcome(**{**row._mapping, "kind": OutcomeKind(row.kind)}) for row in rows)

    def runs(self, site: str | None = None) -> tuple[str, ...]:
        """Ids of the runs that have outcomes, oldest first."""
        query = sa.select(t.outcomes.c.run).distinct().order_by(t.outcomes.c.run)
        if site is not None:
            query = query.where(t.outcomes.c.site == site)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())


_SETTLED = (
    OutcomeKind.NEW,
    OutcomeKind.CHANGED,
    OutcomeKind.UNCHANGED,
    OutcomeKind.NOT_ARTICLE,
    OutcomeKind.LAYOUT_NOT_RECOGNISED,
    OutcomeKind.FIELD_MISSING,
)
"""Outcomes after which the same address need not be asked for again."""


def _revision(connection: sa.Connection) -> int:
    revision: int = connection.execute(sa.select(t.stamp.c.revision)).scalar_one()
    return revision


def _capture(row: sa.Row[Any]) -> Capture:
    return Capture(**{column.name: getattr(row, column.name) for column in t.captures.c})


def _change(row: sa.Row[Any]) -> Change:
    article = None if row.content is None else article_from_json(row.content)
    return Change(revision=row.revision, article_id=row.article_id, article=article)
