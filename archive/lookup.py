"""Captures as web archives look them up: by the key of an address, in long lists, by digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive.address_key import address_key
from archive.capture import Capture
from archive.evidence import Evidence, capture_from

_BATCH = 500
_HIGHEST = "\U0010ffff"
"""Sorts behind every character of a key."""
REVISIT = "warc/revisit"
"""What lists of captures call the type of a revisit."""
UNKNOWN_TYPE = "unk"

_captures = db.captures.c
_ORDER = (_captures.address_key, _captures.captured_at, _captures.id)
_STATED = {
    "urlkey": _captures.address_key,
    "url": _captures.url,
    "mime": sa.case(
        (_captures.revisit_of.is_not(None), REVISIT),
        else_=sa.func.coalesce(_captures.media_type, UNKNOWN_TYPE),
    ),
    "status": sa.cast(_captures.status, sa.String),
    "digest": _captures.payload_digest,
    "filename": _captures.warc_file,
}
FILTERED = tuple(_STATED)
"""What captures may be filtered by, as lists of captures call it."""

Place = tuple[str, datetime, str]
"""Key, instant and id of a capture: where it stands in every list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What one field of a capture must say."""

    field: str
    """One of ``FILTERED``."""
    value: str
    is_exact: bool = False
    """All of it, not only a part, in whatever case."""
    is_excluded: bool = False
    """The captures that say so are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which captures are asked for, and in which order."""

    first_key: str
    end_key: str | None = None
    """Keys from the first up to this one, without it; ``None``: the first alone."""
    captured_from: datetime | None = None
    captured_before: datetime | None = None
    filters: tuple[Filter, ...] = ()
    without: frozenset[str] = frozenset()
    """Keys that are left out."""
    is_reversed: bool = False
    after: Place | None = None
    """Goes on behind this capture."""


def keys_that_begin(key: str) -> tuple[str, str]:
    """The first key that begins so, and the end of all of them."""
    return key, key + _HIGHEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCapture:
    """A capture of one of the addresses under which a report was read."""

    capture: Capture
    revision: int | None
    """What it was read as; ``None`` where it shows no report: gone, moved, not readable."""


class Lookup(Evidence):
    """The captures of a database, by what web archives know of them."""

    def captures_by_key(self, key: str) -> tuple[Capture, ...]:
        """Every capture whose address has a key, oldest first."""
        return tuple(self.listed(Listing(first_key=key)))

    def listed(self, listing: Listing, limit: int | None = None) -> Iterator[Capture]:
        """The captures of a listing, in order, read in batches."""
        after = listing.after
        while limit is None or limit > 0:
            most = _BATCH if limit is None else min(_BATCH, limit)
            query = _query(listing, after, db.captures).limit(most)
            with self._reading() as connection:
                rows = connection.execute(query).all()
            yield from map(capture_from, rows)
            if len(rows) < most:
                return
            limit = None if limit is None else limit - most
            after = rows[-1].address_key, rows[-1].captured_at, rows[-1].id

    def last_place(self, listing: Listing, limit: int) -> Place | None:
        """Where the capture stands with which a page of ``limit`` ends; ``None`` on the last."""
        query = _query(listing, listing.after, *_ORDER).offset(limit - 1).limit(2)
        with self._reading() as connection:
            ends = connection.execute(query).all()
        return tuple(ends[0]) if len(ends) == 2 else None

    def captures_with_digest(self, digest: str, limit: int) -> tuple[Capture, ...]:
        """The first captures whose payload has a digest, oldest first."""
        query = (
            sa.select(db.captures)
            .where(_captures.payload_digest == digest)
            .order_by(_captures.captured_at, _captures.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return tuple(map(capture_from, connection.execute(query).all()))

    def read_as(self, capture_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """By id of the capture: the article that was read from it, and as which revision."""
        shown = db.article_captures.c
        query = sa.select(shown.capture_id, shown.article_id, shown.revision)
        with self._reading() as connection:
            rows = connection.execute(query.where(shown.capture_id.in_(list(capture_ids)))).all()
        return {row.capture_id: (row.article_id, row.revision) for row in rows}

    def held_revision(self, article_id: str) -> int:
        """The revision of what an article says now."""
        query = sa.select(db.articles.c.revision).where(db.articles.c.id == article_id)
        with self._reading() as connection:
            held: int = connection.execute(query).scalar_one()
            return held

    def captures_of_report(self, article_id: str) -> tuple[ReportCapture, ...]:
        """Every capture of every address under which an article was read, oldest first."""
        shown = db.article_captures.c
        read = (
            sa.select(_captures.address_key)
            .join(db.article_captures, shown.capture_id == _captures.id)
            .where(shown.article_id == article_id)
        )
        own = sa.select(db.articles.c.url).where(db.articles.c.id == article_id)
        with self._reading() as connection:
            keys = {*connection.execute(read).scalars()}
            keys.update(map(address_key, connection.execute(own).scalars()))
            rows = connection.execute(
                sa.select(db.captures, shown.revision)
                .outerjoin(
                    db.article_captures,
                    (shown.capture_id == _captures.id) & (shown.article_id == article_id),
                )
                .where(_captures.address_key.in_(keys))
                .order_by(_captures.captured_at, _captures.id)
            ).all()
        return tuple(
            ReportCapture(capture=capture_from(row), revision=row.revision) for row in rows
        )

    def withheld(self) -> dict[str, str]:
        """Keys of the addresses whose captures are not shown, with the article withdrawn.

        They are the pages from which it was read, its pictures and its attached files; but no page
        from which another report was read, though it be linked as a file.
        """
        hidden = db.withdrawals.c.article_id
        shown, held, journal = db.article_captures.c, db.articles.c, db.journal.c
        pages = (
            sa.select(hidden, _captures.address_key)
            .join(db.article_captures, shown.article_id == hidden)
            .join(db.captures, shown.capture_id == _captures.id)
        )
        said = sa.union(
            sa.select(hidden, held.content).join(db.articles, held.id == hidden),
            sa.select(hidden, journal.content)
            .join(db.journal, journal.article_id == hidden)
            .where(journal.content.is_not(None)),
        )
        others = (
            sa.select(_captures.address_key)
            .join(db.article_captures, shown.capture_id == _captures.id)
            .where(shown.article_id.not_in(sa.select(hidden)))
        )
        parts: dict[str, str] = {}
        with self._reading() as connection:
            found = {key: article_id for article_id, key in connection.execute(pages)}
            for article_id, content in connection.execute(said):
                own, *files = map(address_key, _addresses_in(content))
                found[own] = article_id
                parts.update((file, article_id) for file in files)
            pages_of_others = connection.execute(others.where(_captures.address_key.in_(parts)))
            for key in pages_of_others.scalars():
                parts.pop(key, None)
        return parts | found


def _query(listing: Listing, after: Place | None, *columns: Any) -> sa.Select[Any]:
    """The captures of a listing behind a place."""
    query = sa.select(*columns)
    if listing.end_key is None:
        query = query.where(_captures.address_key == listing.first_key)
    else:
        query = query.where(
            _captures.address_key >= listing.first_key, _captures.address_key < listing.end_key
        )
    if listing.captured_from is not None:
        query = query.where(_captures.captured_at >= listing.captured_from)
    if listing.captured_before is not None:
        query = query.where(_captures.captured_at < listing.captured_before)
    if listing.without:
        query = query.where(_captures.address_key.not_in(listing.without))
    for each in listing.filters:
        stated = _STATED[each.field]
        if each.is_exact:
            says = stated == each.value
        else:
            says = stated.contains(each.value, autoescape=True)
        query = query.where(~says if each.is_excluded else says)
    if after is not None:
        here, there = sa.tuple_(*_ORDER), sa.tuple_(*after, types=[c.type for c in _ORDER])
        query = query.where(here < there if listing.is_reversed else here > there)
    order = (column.desc() for column in _ORDER) if listing.is_reversed else _ORDER
    return query.order_by(*order)


def _addresses_in(content: str) -> Iterator[str]:
    """Where an article stood, then where its pictures and attached files did."""
    article = json.loads(content)
    yield article["url"]
    for file in (*article["figures"], *article["attachments"]):
        if file["url"]:
            yield file["url"]
