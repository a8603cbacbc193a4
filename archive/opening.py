"""Opening the article store, and making it anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from archive import database as db
from archive.errors import StoreMissing, StoreOutOfDate, StoreUnreadable
from archive.settings import Settings
from archive.store import ArticleStore


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
