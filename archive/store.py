"""The article store and its journal, on SQLAlchemy Core.

Every write that changes an article takes the next revision in the same transaction, so a
follower that asks for the changes since its revision misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive.article import CHINA, Article, article_from_json, article_to_json
from archive.capture import Capture
from archive.errors import (
    ArticleWithdrawn,
    StoreMissing,
    StoreOutOfDate,
    StoreUnreadable,
    UnknownArticle,
)
from archive.outcome import Outcome, OutcomeKind, Withdrawal
from archive.settings import Settings

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
    store = ArticleStore(db.engine_for(url))
    with db.readable(url), store.batch() as connection:
        if not sa.inspect(connection).has_table(db.stamp.name):
            db.create(connection)
        found: str = connection.execute(sa.select(db.stamp.c.schema)).scalar_one()
    if found != db.SCHEMA:
        raise StoreOutOfDate(store=url, found=found, expected=db.SCHEMA)
    return store


def open_archive(settings: Settings) -> ArticleStore:
    """Open the settings' store. Raises ``StoreMissing`` where it is lost but WARC files are not."""
    path = sa.make_url(settings.store_url).database if not settings.store else None
    if path and not Path(path).exists() and any(settings.warc_folder.glob("*/*.warc.gz")):
        raise StoreMissing(folder=str(settings.warc_folder), store=path)
    return open_store(settings.store_url)


@contextmanager
def rebuilding_store(url: str) -> Iterator[ArticleStore]:
    """An empty store under a new id, which replaces the old one when the block ends well.

    All of it is one transaction: readers keep the old content until the end, and a kill leaves
    it. A database that cannot be read at all is moved aside first.
    """
    _move_damaged_aside(url)
    store = ArticleStore(db.engine_for(url))
    try:
        with db.readable(url), store.batch() as connection:
            db.metadata.drop_all(connection)
            db.create(connection)
            yield store
    finally:
        store.close()


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
                sa.select(db.articles.c.revision, db.articles.c.content).where(
                    db.articles.c.id == article.id
                )
            ).one_or_none()
            is_withdrawn = self.withdrawal(article.id) is not None
            changed = held is None or (held.content != content and not is_withdrawn)
            if held is not None and not changed:
                revision = held.revision
            else:
                revision = self.revision if is_withdrawn else self._next_revision(connection)
            for page, capture in enumerate(article.captures):
                self.note_capture(capture)
                self._attach(connection, article.id, capture.id, revision, page)
            if not changed:
                return None
            row = {"site": article.site, "revision": revision, "content": content}
            if held is None:
                connection.execute(db.articles.insert().values(id=article.id, **row))
            else:
                connection.execute(
                    db.articles.update().where(db.articles.c.id == article.id).values(**row)
                )
            if is_withdrawn:
                return None
            self._journal(connection, revision, article.id, content)
        return Change(revision=revision, article_id=article.id, article=article.without_captures())

    def note_capture(self, capture: Capture) -> None:
        """Keep a capture's row; the same capture twice is kept once."""
        with self.batch() as connection:
            known = sa.select(db.captures.c.id).where(db.captures.c.id == capture.id)
            if connection.execute(known).one_or_none() is None:
                connection.execute(db.captures.insert(), asdict(capture))

    def record(self, outcome: Outcome) -> None:
        """Keep how an address of a run ended; a later word on the same address replaces it."""
        with self.batch() as connection:
            connection.execute(
                db.outcomes.delete().where(
                    db.outcomes.c.run == outcome.run, db.outcomes.c.url == outcome.url
                )
            )
            connection.execute(db.outcomes.insert(), asdict(outcome))

    def withdraw(self, withdrawal: Withdrawal) -> Change:
        """Hide an article from now on, also one that is yet to come; twice is once."""
        with self.batch() as connection:
            if self.withdrawal(withdrawal.article_id):
                return self.revisions(withdrawal.article_id)[-1]
            revision = self._next_revision(connection)
            connection.execute(db.withdrawals.insert(), asdict(withdrawal))
            self._journal(connection, revision, withdrawal.article_id, None)
        return Change(revision=revision, article_id=withdrawal.article_id, article=None)

    def _next_revision(self, connection: sa.Connection) -> int:
        connection.execute(db.stamp.update().values(revision=db.stamp.c.revision + 1))
        return _revision(connection)

    def _journal(
        self, connection: sa.Connection, revision: int, article_id: str, content: str | None
    ) -> None:
        row = {"revision": revision, "article_id": article_id, "content": content}
        connection.execute(db.journal.insert(), row)

    def _attach(
        self, connection: sa.Connection, article_id: str, capture_id: str, revision: int, page: int
    ) -> None:
        key = (db.article_captures.c.article_id == article_id) & (
            db.article_captures.c.capture_id == capture_id
        )
        connection.execute(db.article_captures.delete().where(key))
        row = {
            "article_id": article_id,
            "capture_id": capture_id,
            "revision": revision,
            "page": page,
        }
        connection.execute(db.article_captures.insert(), row)

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
            store_id: str = connection.execute(sa.select(db.stamp.c.store_id)).scalar_one()
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
                sa.select(db.articles.c.id, db.articles.c.content)
                .outerjoin(db.withdrawals, db.withdrawals.c.article_id == db.articles.c.id)
                .where(db.articles.c.id.in_(wanted), db.withdrawals.c.article_id.is_(None))
            ).all()
            shown = connection.execute(
                sa.select(db.article_captures.c.article_id, *db.captures.c)
                .join(db.captures, db.captures.c.id == db.article_captures.c.capture_id)
                .join(db.articles, db.articles.c.id == db.article_captures.c.article_id)
                .where(
                    db.article_captures.c.article_id.in_(wanted),
                    db.article_captures.c.revision == db.articles.c.revision,
                )
                .order_by(db.captures.c.captured_at, db.article_captures.c.page)
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

    def holds(self, article_id: str) -> bool:
        """Whether there is an article, withdrawn or not."""
        with self._reading() as connection:
            found = sa.select(db.articles.c.id).where(db.articles.c.id == article_id)
            return connection.execute(found).one_or_none() is not None

    def withdrawal(self, article_id: str) -> Withdrawal | None:
        """The decision that hides an article, if there is one."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.withdrawals).where(db.withdrawals.c.article_id == article_id)
            ).one_or_none()
        return None if row is None else Withdrawal(**row._mapping)

    def revisions(self, article_id: str) -> tuple[Change, ...]:
        """Every line the journal has on an article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.journal)
                .where(db.journal.c.article_id == article_id)
                .order_by(db.journal.c.revision)
            ).all()
        return tuple(_change(row) for row in rows)

    def changes(self, since: int) -> Iterator[Change]:
        """The journal after revision ``since``, in order; articles come without captures."""
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    sa.select(db.journal)
                    .where(db.journal.c.revision > since)
                    .order_by(db.journal.c.revision)
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
                sa.select(db.articles.c.id)
                .outerjoin(db.withdrawals, db.withdrawals.c.article_id == db.articles.c.id)
                .where(db.withdrawals.c.article_id.is_(None))
                .order_by(db.articles.c.id)
            ).scalars()
            return tuple(rows)

    def captures(self, article_id: str) -> tuple[Capture, ...]:
        """Every capture that shows an article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.captures)
                .join(
                    db.article_captures,
                    db.article_captures.c.capture_id == db.captures.c.id,
                )
                .where(db.article_captures.c.article_id == article_id)
                .order_by(db.captures.c.captured_at, db.article_captures.c.page)
            ).all()
        return tuple(_capture(row) for row in rows)

    def all_captures(self) -> Iterator[Capture]:
        """Every capture, by file and offset."""
        with self._reading() as connection:
            for row in connection.execute(
                sa.select(db.captures).order_by(db.captures.c.warc_file, db.captures.c.warc_offset)
            ):
                yield _capture(row)

    def captured(self, url: str) -> Capture | None:
        """The newest capture of an address that a run has dealt with, or ``None``."""
        settled = self.settled(url)
        if settled is None:
            return None
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.captures).where(db.captures.c.id == settled.capture_id)
            ).one()
        return _capture(row)

    def settled(self, url: str) -> Outcome | None:
        """The newest outcome after which an address need not be asked for again."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(db.outcomes)
                .join(db.captures, db.captures.c.id == db.outcomes.c.capture_id)
                .where(db.captures.c.url == url, db.outcomes.c.kind.in_(_SETTLED))
                .order_by(db.captures.c.captured_at.desc(), db.outcomes.c.at.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else _outcome(row)

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
        return tuple(_capture(row) for row in rows)

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
        return tuple(_outcome(row) for row in rows)

    def runs(self, site: str | None = None) -> tuple[str, ...]:
        """Ids of the runs that have outcomes, oldest first."""
        query = sa.select(db.outcomes.c.run).distinct().order_by(db.outcomes.c.run)
        if site is not None:
            query = query.where(db.outcomes.c.site == site)
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
    revision: int = connection.execute(sa.select(db.stamp.c.revision)).scalar_one()
    return revision


def _capture(row: sa.Row[Any]) -> Capture:
    return Capture(**{column.name: getattr(row, column.name) for column in db.captures.c})


def _outcome(row: sa.Row[Any]) -> Outcome:
    return Outcome(**{**row._mapping, "kind": OutcomeKind(row.kind)})


def _change(row: sa.Row[Any]) -> Change:
    article = None if row.content is None else article_from_json(row.content)
    return Change(revision=row.revision, article_id=row.article_id, article=article)
