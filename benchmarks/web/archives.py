"""The same reports in our archive and in a database with FTS5, made once in a folder."""

from __future__ import annotations

import sqlite3
from itertools import islice
from pathlib import Path

from archive.opening import open_store
from archive.settings import Settings
from benchmarks.search.corpus import Corpus
from benchmarks.web.reports import SITES, reports
from search.opening import open_index
from search.sync import rebuild

DATABASE = "reports.db"
_BATCH = 2_000
_CREATE = """
CREATE TABLE reports (
    number INTEGER PRIMARY KEY, id TEXT, site TEXT, name TEXT, title TEXT,
    day INTEGER, month INTEGER, container TEXT, channel TEXT, author TEXT,
    url TEXT);
CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize="unicode61 remove_diacritics 0");
"""


def settings_in(folder: Path) -> Settings:
    """Those of our archive in a folder."""
    return Settings(data=folder / "data", sites=folder / "sites")


def make(corpus: Corpus, folder: Path) -> None:
    """Fill both; what is there already is taken as it is."""
    done = folder / "done"
    if not done.exists():
        _fill_ours(corpus, settings_in(folder))
        _fill_database(corpus, folder / DATABASE)
        done.touch()


def _fill_ours(corpus: Corpus, settings: Settings) -> None:
    for key, name in SITES.items():
        profile = settings.sites / key / "profile.toml"
        profile.parent.mkdir(parents=True, exist_ok=True)
        profile.write_text(f'name = "{name}"\n', "utf-8")
    store = open_store(settings.store_url)
    left = reports(corpus)
    try:
        while True:
            with store.batch():
                held = [store.put(each.article()) for each in islice(left, _BATCH)]
            if not held:
                break
        index = open_index(settings.index_url, store.id)
        rebuild(store, index)
        index.close()
    finally:
        store.close()


def _fill_database(corpus: Corpus, path: Path) -> None:
    """The words of title and body, cut as for our index, parted by spaces."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(_CREATE)
    for each in reports(corpus):
        document, (title, *body) = each.document, each.cut.words
        day = document.day_number
        url = f"https://{each.site}.example/{each.number}.html"
        name = SITES[each.site]
        row = (
            *(each.number, document.id, each.site, name, document.title, day, day // 100),
            *(name, each.channel, each.author, url),
        )
        connection.execute("INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute(
            "INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)",
            (each.number, title, "\n".join(body)),
        )
    connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
