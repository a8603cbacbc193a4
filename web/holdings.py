"""What the web layer holds open: the settings, the article store and the search index."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, cast

from flask import current_app, g, has_app_context

from archive.article import Article
from archive.errors import JianbaoError
from archive.opening import open_archive
from archive.settings import Settings
from archive.site_names import site_name
from archive.store import ArticleStore
from search.finding import Found, find
from search.index import SearchIndex, SearchQuery
from search.opening import open_index
from search.sync import sync

logger = logging.getLogger(__name__)

EXTENSION = "jianbao"
PATIENCE = 1.0
"""Seconds a search waits for the index to follow the store before it answers without."""


class Followed(NamedTuple):
    """How far store and index were when somebody looked."""

    store_id: str
    revision: int
    """Of the store."""
    indexed: int
    """Revision that the index answers for; less where it could not follow in time."""


class Holdings:
    """The open archive. Any thread may read; one thread at a time makes the index follow."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: ArticleStore = open_archive(settings)
        self._store_id = self.store.id
        try:
            self.index: SearchIndex = open_index(
                settings.index_url, self._store_id, settings.dictionary, settings.synonyms
            )
        except BaseException:
            self.store.close()
            raise
        self.observe_search: Callable[[float], object] = _nobody
        """Is told the seconds that each search takes."""
        self._lock = threading.Lock()
        self._following: threading.Thread | None = None
        self._site_names: dict[str, str] = {}

    def close(self) -> None:
        """Wait for the index, then close both."""
        if self._following is not None:
            self._following.join()
        self.index.close()
        self.store.close()

    def find(self, query: SearchQuery) -> Found:
        """Search what the store holds now. Raises ``QueryError``."""
        self.follow_once()
        began = time.perf_counter()
        try:
            return find(self.store, self.index, query)
        finally:
            self.observe_search(time.perf_counter() - began)

    def follow_once(self) -> Followed:
        """Let the index follow; in a request once, however many of its parts want to be sure."""
        if not has_app_context():
            return self.follow()
        if "followed" not in g:
            g.followed = self.follow()
        followed: Followed = g.followed
        return followed

    def follow(self, patience: float = PATIENCE) -> Followed:
        """Let the index follow the store if it moved on, and wait ``patience`` seconds at most.

        However many requests notice, one thread works; who waited in vain gets the older index.
        """
        store_id, revision = self.store.stamp
        if store_id != self._store_id:
            self._open_index_anew()
        indexed = self.index.revision()
        if indexed != revision:
            with self._lock:
                if self._following is None or not self._following.is_alive():
                    self._following = threading.Thread(
                        target=self._sync, name="index-follows-store"
                    )
                    self._following.start()
                following = self._following
            following.join(patience)
            indexed = self.index.revision()
        return Followed(store_id, revision, indexed)

    def _open_index_anew(self) -> None:
        """After the store was rebuilt its revisions count anew, so the index must be its own.

        The old index is left to those who still read it.
        """
        with self._lock:
            store_id = self.store.id
            if store_id != self._store_id:
                self.index = open_index(
                    self.settings.index_url,
                    store_id,
                    self.settings.dictionary,
                    self.settings.synonyms,
                )
                self._store_id = store_id

    def _sync(self) -> None:
        try:
            sync(self.store, self.index)
        except JianbaoError as error:
            logger.warning("index_follows=failed code=%s reason=%s", error.code, error)
        except Exception:
            logger.exception("index_follows=failed")

    def site_name(self, key: str) -> str:
        """What a site's profile calls it; its key where there is no profile any more."""
        if key not in self._site_names:
            name = site_name(self.settings.sites, key)
            if name is None:
                return key
            self._site_names[key] = name
        return self._site_names[key]

    def page_url(self, article: Article) -> str:
        """The address of an article's page, as readers reach it."""
        return self.page_url_of(article.id)

    def page_url_of(self, article_id: str) -> str:
        """The same, of an article by its id."""
        return f"{self.settings.public_url.rstrip('/')}/articles/{article_id}"


def holdings() -> Holdings:
    """Those of the running application."""
    return cast(Holdings, current_app.extensions[EXTENSION])


def _nobody(_: float) -> None:
    """Takes no notice."""
