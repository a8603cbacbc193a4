"""What the store knows of reprints: pairs that are alike, and the groups that these make.

A group is all articles that are reached from one another by pairs; it is called by the smallest
of their ids. So groups depend on the texts that are held, not on the order they came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from archive import database as db
from archive.article import Article
from archive.reprints import KEYS, SHARED_KEYS, Fingerprint, fingerprint, is_reprint

_MOST_WITH_KEY = 200
"""Articles looked at for one key: what more articles than these share is a formula."""
_MOST_CANDIDATES = 20
_BATCH = 500


def note_reprints(
    connection: sa.Connection, article: Article, made: Fingerprint | None = None
) -> None:
    """Find the reprints of an article whose content is new or has changed.

    ``made``: its fingerprint, where that was made before.
    """
    former = _forget(connection, article.id)
    made = made or fingerprint(article.sections)
    if made is not None:
        others = _reprints_among_candidates(connection, article, made)
        _keep(connection, article, made, others)
    if former:
        _regroup(connection, former)


def group_ids(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, str]:
    """The group of each article; one that has no reprints is its own group."""
    groups = {article_id: article_id for article_id in article_ids}
    wanted = list(groups)
    table = db.fingerprints.c
    for start in range(0, len(wanted), _BATCH):
        query = sa.select(table.article_id, table.group_id).where(
            table.article_id.in_(wanted[start : start + _BATCH])
        )
        groups.update((row.article_id, row.group_id) for row in connection.execute(query))
    return groups


def members(connection: sa.Connection, article_id: str) -> list[str]:
    """Ids of the articles in an article's group, itself among them."""
    group = group_ids(connection, [article_id])[article_id]
    query = sa.select(db.fingerprints.c.article_id).where(db.fingerprints.c.group_id == group)
    return list(connection.execute(query).scalars()) or [article_id]


def all_members(connection: sa.Connection, article_ids: Collection[str]) -> frozenset[str]:
    """Ids of the articles in the groups of these articles, themselves among them."""
    groups = sorted(set(group_ids(connection, article_ids).values()))
    found = set(article_ids)
    for start in range(0, len(groups), _BATCH):
        query = sa.select(db.fingerprints.c.article_id).where(
            db.fingerprints.c.group_id.in_(groups[start : start + _BATCH])
        )
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def _forget(connection: sa.Connection, article_id: str) -> set[str]:
    """Take an article's former text out; returns the articles it was like."""
    table = db.fingerprints
    held = connection.execute(
        sa.select(table.c.content).where(table.c.article_id == article_id)
    ).scalar_one_or_none()
    if held is None:
        return set()
    keys, pairs = db.fingerprint_keys, db.reprints
    former = _alike(connection, [article_id])
    connection.execute(
        keys.delete().where(
            keys.c.key.in_(Fingerprint.from_bytes(held).keys), keys.c.article_id == article_id
        )
    )
    connection.execute(pairs.delete().where(pairs.c.article_id == article_id))
    connection.execute(
        pairs.delete().where(pairs.c.article_id.in_(former), pairs.c.other_id == article_id)
    )
    connection.execute(table.delete().where(table.c.article_id == article_id))
    return former


def _reprints_among_candidates(
    connection: sa.Connection, article: Article, made: Fingerprint
) -> dict[str, str]:
    """The articles that are like this one, each with its group."""
    padded = made.keys + (made.keys[-1],) * (KEYS - len(made.keys))
    rows = connection.execute(_CANDIDATES, {f"key{n}": key for n, key in enumerate(padded)})
    return {
        row.article_id: row.group_id
        for row in rows
        if is_reprint(made, Fingerprint.from_bytes(row.content), (article.published, row.published))
    }


def _candidates() -> sa.Select[Any]:
    """The articles that share most keys with a text, of those that share enough."""
    keys, held = db.fingerprint_keys.c, db.fingerprints.c
    lookups = [
        sa.select(keys.key, keys.article_id)
        .where(keys.key == sa.bindparam(f"key{number}"))
        .limit(_MOST_WITH_KEY)
        .subquery()
        for number in range(KEYS)
    ]
    # UNION makes one of keys that were asked for twice.
    found = sa.union(*(sa.select(lookup) for lookup in lookups)).subquery()
    shared = sa.func.count().label("shared")
    best = (
        sa.select(found.c.article_id, shared)
        .group_by(found.c.article_id)
        .having(shared >= SHARED_KEYS)
        .order_by(shared.desc(), found.c.article_id)
        .limit(_MOST_CANDIDATES)
        .subquery()
    )
    return (
        sa.select(held.article_id, held.group_id, db.articles.c.published, held.content)
        .join(best, best.c.article_id == held.article_id)
        .join(db.articles, db.articles.c.id == held.article_id)
    )


_CANDIDATES = _candidates()


def _keep(
    connection: sa.Connection, article: Article, made: Fingerprint, others: dict[str, str]
) -> None:
    """Write an article's fingerprint and pairs, and make one group of all that are like it."""
    table = db.fingerprints
    group = min(article.id, *others.values()) if others else article.id
    row = {
        "article_id": article.id,
        "group_id": group,
        "content": made.to_bytes(),
    }
    connection.execute(table.insert(), row)
    keys = [{"key": key, "article_id": article.id} for key in made.keys]
    connection.execute(db.fingerprint_keys.insert(), keys)
    if others:
        pairs = [(article.id, other) for other in others] + [(o, article.id) for o in others]
        connection.execute(
            db.reprints.insert(), [{"article_id": a, "other_id": b} for a, b in pairs]
        )
        _rename(connection, table.c.group_id.in_(set(others.values())), group)


def _rename(connection: sa.Connection, which: sa.ColumnElement[bool], group: str) -> None:
    connection.execute(db.fingerprints.update().where(which).values(group_id=group))


def _regroup(connection: sa.Connection, articles: set[str]) -> None:
    """Name the groups of articles anew after a pair was taken away."""
    waiting = set(articles)
    while waiting:
        group = reached = {waiting.pop()}
        while reached := _alike(connection, reached) - group:
            group = group | reached
        waiting -= group
        _rename(connection, db.fingerprints.c.article_id.in_(group), min(group))


def _alike(connection: sa.Connection, articles: Iterable[str]) -> set[str]:
    """The articles that make a pair with one of these."""
    pairs = db.reprints.c
    query = sa.select(pairs.other_id).where(pairs.article_id.in_(list(articles)))
    return set(connection.execute(query).scalars())
