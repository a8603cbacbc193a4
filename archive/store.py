"""The article store and its journal, on SQLAlchemy Core.

Every write that changes an article takes the next revision in the same transaction, so a
follower that asks for the changes since its revision misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive import held_articles, reprint_groups
from archive.article import CHINA, Article, article_from_json, article_id, article_to_json
from archive.capture import Capture
from archive.errors import ArticleWithdrawn, UnknownArticle
from archive.evidence import capture_from, outcome_from
from archive.last_changes import LastChanges
from archive.lookup import Lookup
from archive.outcome import Outcome, OutcomeKind, Withdrawal
from archive.reprint_groups import note_reprints
from archive.reprints import Fingerprint

_BATCH = 500
_STAMP = sa.select(db.stamp.c.store_id, db.stamp.c.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the journal. ``article`` is ``None`` where it was withdrawn."""

    revision: int
    article_id: str
    article: Article | None


class ArticleStore(Lookup, LastChanges):
    """What was read out of the WARC files, with every revision, capture and outcome.

    Reading is safe from any thread; a writer belongs to one thread.
    """

    def put(self, article: Article, fingerprint: Fingerprint | None = None) -> Change | None:
        """Keep an article; ``None`` where its content is unchanged or it is withdrawn.

        ``fingerprint``: of its text, from whoever made it before; a crawl does so in its readers.

        Its captures are noted in any case, under the revision whose content they show. Where
        they are older than those of the content that is held, it becomes a revision of the past.
        """
        content = article_to_json(article.without_captures())
        with self.batch() as connection:
            held = connection.execute(
                sa.select(db.articles.c.revision, db.articles.c.content).where(
                    db.articles.c.id == article.id
                )
            ).one_or_none()
            is_withdrawn = self.withdrawal(article.id) is not None
            is_past = False
            if held is None:
                revision = None
            elif held.content == content or is_withdrawn:
                revision = held.revision
            elif is_past := _is_past(connection, article, held.revision):
                revision = _revision_with(connection, article.id, content)
            else:
                revision = None
            changed = revision is None
            if revision is None:
                revision = self.revision if is_withdrawn else self._next_revision(connection)
            self.note_captures(article.captures)
            for page, capture in enumerate(article.captures):
                self._attach(connection, article.id, capture.id, revision, page)
            if changed and not is_past:
                if held is not None:
                    self._let_go(connection, article.id, revision, content)
                self._hold(connection, article, revision, content, fingerprint)
            if not changed or is_withdrawn:
                return None
            self._journal(connection, revision, article.id, content, is_past=is_past)
        return Change(revision=revision, article_id=article.id, article=article.without_captures())

    def _hold(
        self,
        connection: sa.Connection,
        article: Article,
        revision: int,
        content: str,
        fingerprint: Fingerprint | None,
    ) -> None:
        """Make this what the article says from now on."""
        row = {
            "id": article.id,
            "site": article.site,
            "url": article.url,
            "published": article.published,
            "revision": revision,
            "content": content,
        }
        connection.execute(db.articles.insert(), row)
        note_reprints(connection, article, fingerprint)

    def _let_go(
        self, connection: sa.Connection, article_id: str, revision: int, content: str
    ) -> None:
        """Make room for what an article says from now on; captures that showed it before too."""
        connection.execute(db.articles.delete().where(db.articles.c.id == article_id))
        said_before = sa.select(db.journal.c.revision).where(
            db.journal.c.article_id == article_id, db.journal.c.content == content
        )
        shown = db.article_captures
        connection.execute(
            shown.update()
            .where(shown.c.article_id == article_id, shown.c.revision.in_(said_before))
            .values(revision=revision)
        )

    def withdraw(self, withdrawal: Withdrawal) -> Change:
        """Hide an article from now on, also one that is yet to come; twice is once."""
        with self.batch() as connection:
            if self.withdrawal(withdrawal.article_id):
                return self.revisions(withdrawal.article_id)[-1]
            revision = self._next_revision(connection)
            connection.execute(db.withdrawals.insert(), asdict(withdrawal))
            self._journal(connection, revision, withdrawal.article_id, None)
        return Change(revision=revision, article_id=withdrawal.article_id, article=None)

    def _journal(
        self,
        connection: sa.Connection,
        revision: int,
        article_id: str,
        content: str | None,
        *,
        is_past: bool = False,
    ) -> None:
        row = {
            "revision": revision,
            "article_id": article_id,
            "content": content,
            "is_past": is_past,
        }
        connection.execute(db.journal.insert(), row)

    def _attach(
        self, connection: sa.Connection, article_id: str, capture_id: str, revision: int, page: int
    ) -> None:
        table = db.article_captures
        row = {
            "article_id": article_id,
            "capture_id": capture_id,
            "revision": revision,
            "page": page,
        }
        connection.execute(
            table.delete().where(table.c.article_id == article_id, table.c.capture_id == capture_id)
        )
        connection.execute(db.article_captures.insert(), row)

    @property
    def id(self) -> str:
        """Another one after every rebuilding, so that followers notice."""
        with self._reading() as connection:
            store_id: str = connection.execute(sa.select(db.stamp.c.store_id)).scalar_one()
            return store_id

    @property
    def stamp(self) -> tuple[str, int]:
        """Id and newest revision of one moment."""
        store_id, revision = self._rows(_STAMP)[0]
        return store_id, revision

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
            found = held_articles.whole(connection, wanted)
        return {key: found[key] for key in wanted if key in found}

    def texts(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The same without captures and ``gone_since``: enough for a list, and much faster."""
        wanted = list(article_ids)
        found = held_articles.texts(self._rows(held_articles.TEXTS, wanted))
        return {key: found[key] for key in wanted if key in found}

    def revision_of(self, article_id: str) -> int | None:
        """The revision that says what an article says now; ``None`` where there is no article."""
        with self._reading() as connection:
            found = sa.select(db.articles.c.revision).where(db.articles.c.id == article_id)
            return connection.execute(found).scalar_one_or_none()

    def count(self) -> int:
        """How many articles there are that are not withdrawn."""
        withdrawn = sa.select(db.withdrawals.c.article_id)
        with self._reading() as connection:
            held: int = connection.execute(
                sa.select(sa.func.count(db.articles.c.id)).where(db.articles.c.id.not_in(withdrawn))
            ).scalar_one()
        return held

    def article_at(self, site: str, url: str) -> str | None:
        """Id of the article that is held under exactly this address, if there is one."""
        key = article_id(site, url)
        with self._reading() as connection:
            found = sa.select(db.articles.c.id).where(
                db.articles.c.id == key, db.articles.c.url == url
            )
            return connection.execute(found).scalar_one_or_none()

    def addresses_held(
        self,
        site: str,
        *,
        published_from: date | None = None,
        published_until: date | None = None,
        limit: int | None = None,
    ) -> tuple[str, ...]:
        """Addresses of a site's articles, those that were not asked for longest first.

        Between two days there is no article without a day, and never a withdrawn one.
        """
        article = db.articles.c
        asked = (
            sa.select(sa.func.max(db.outcomes.c.at))
            .where(db.outcomes.c.article_id == article.id, db.outcomes.c.capture_id.is_not(None))
            .scalar_subquery()
        )
        query = (
            sa.select(article.url)
            .outerjoin(db.withdrawals, db.withdrawals.c.article_id == article.id)
            .where(article.site == site, db.withdrawals.c.article_id.is_(None))
            .order_by(asked, article.id)
            .limit(limit)
        )
        if published_from is not None:
            query = query.where(article.published >= published_from)
        if published_until is not None:
            query = query.where(article.published <= published_until)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())

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
        """The journal after revision ``since``, in order; articles come without captures.

        In place of a revision of the past comes what the article says now.
        """
        now = sa.case((db.journal.c.is_past, db.articles.c.content), else_=db.journal.c.content)
        columns = (db.journal.c.revision, db.journal.c.article_id, now.label("content"))
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    sa.select(*columns)
                    .outerjoin(db.articles, db.articles.c.id == db.journal.c.article_id)
                    .where(db.journal.c.revision > since)
                    .order_by(db.journal.c.revision)
                    .limit(_BATCH)
                ).all()
            if not rows:
                return
            yield from (_change(row) for row in rows)
            since = rows[-1].revision

    def contents(self) -> Iterator[list[tuple[str, str]]]:
        """Every article that is not withdrawn, in batches: its group of reprints, and its JSON.

        In the order of ids, which is none, and not parsed: the search index reads them in other
        processes.
        """
        article, printed = db.articles.c, db.fingerprints.c
        query = (
            sa.select(article.id, printed.group_id, article.content)
            .outerjoin(db.fingerprints, printed.article_id == article.id)
            .outerjoin(db.withdrawals, db.withdrawals.c.article_id == article.id)
            .where(db.withdrawals.c.article_id.is_(None))
            .order_by(article.id)
            .limit(_BATCH)
        )
        last = ""
        while True:
            with self._reading() as connection:
                rows = connection.execute(query.where(article.id > last)).all()
            if not rows:
                return
            last = rows[-1].id
            yield [(row.group_id or row.id, row.content) for row in rows]

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
        return tuple(capture_from(row) for row in rows)

    def readings(self, article_id: str) -> tuple[tuple[Capture, int], ...]:
        """The captures of an article's first page, oldest first, each with its revision."""
        shown = db.article_captures.c
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.captures, shown.revision)
                .join(db.article_captures, shown.capture_id == db.captures.c.id)
                .where(shown.article_id == article_id, shown.page == 0)
                .order_by(db.captures.c.captured_at)
            ).all()
        return tuple((capture_from(row), row.revision) for row in rows)

    def gone(self, article_id: str) -> tuple[Outcome, ...]:
        """Every time that the site was found without an article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(db.outcomes)
                .where(
                    db.outcomes.c.article_id == article_id,
                    db.outcomes.c.kind == OutcomeKind.GONE,
                )
                .order_by(db.outcomes.c.at)
            ).all()
        return tuple(outcome_from(row) for row in rows)

    def reprints(self, article_id: str) -> tuple[Article, ...]:
        """The same report wherever it stands, itself too, earliest published first.

        Withdrawn articles are left out.
        """
        with self._reading() as connection:
            held = self.get_many(reprint_groups.members(connection, article_id))
        return tuple(sorted(held.values(), key=lambda each: (each.published or date.max, each.id)))

    def reprint_groups(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The group of reprints that each article is in; alone, each is its own group."""
        with self._reading() as connection:
            return reprint_groups.group_ids(connection, tuple(article_ids))

    def in_groups_with(self, article_ids: Iterable[str]) -> frozenset[str]:
        """Ids of all articles in one group with one of these, themselves too."""
        with self._reading() as connection:
            return reprint_groups.all_members(connection, tuple(article_ids))


def _is_past(connection: sa.Connection, article: Article, held: int) -> bool:
    """Whether an article's captures are all older than the newest of the revision that is held."""
    newest = connection.execute(
        sa.select(sa.func.max(db.captures.c.captured_at))
        .join(db.article_captures, db.article_captures.c.capture_id == db.captures.c.id)
        .where(
            db.article_captures.c.article_id == article.id,
            db.article_captures.c.revision == held,
        )
    ).scalar_one()
    own = max((capture.captured_at for capture in article.captures), default=None)
    return newest is not None and own is not None and own < newest


def _revision_with(connection: sa.Connection, article_id: str, content: str) -> int | None:
    """The newest revision of an article that said just this, if there is one."""
    found: int | None = connection.execute(
        sa.select(sa.func.max(db.journal.c.revision)).where(
            db.journal.c.article_id == article_id, db.journal.c.content == content
        )
    ).scalar_one()
    return found


def _change(row: Any) -> Change:
    article = None if row.content is None else article_from_json(row.content)
    return Change(revision=row.revision, article_id=row.article_id, article=article)
