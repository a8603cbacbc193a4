"""Errors are types that carry facts; they become words at the edges only.

Every message says what is wrong, where, and what cures it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from archive.words import N_


class ExitCode(IntEnum):
    """What the command tells the shell; ``docs/archivist.md`` lists them."""

    OK = 0
    ERROR = 1
    USAGE = 2
    """Wrong words on the command line, in a setting, a profile or a query."""
    REVIEW = 3
    """The crawl ended, and some pages could not be read by the profile."""
    NOTHING_FETCHED = 4
    """The crawl ended without one usable page."""
    BUSY = 5
    """Another crawl of the site is running, or another command is writing the index."""
    DAMAGED = 6
    """``verify`` or ``extract`` found damage."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; what was kept is whole."""


@dataclass(eq=False)
class JianbaoError(Exception):
    """Something a person can cure. ``code`` names it to programs and never changes."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = ExitCode.ERROR
    message: ClassVar[str] = ""
    worded: ClassVar[tuple[str, ...]] = ()
    """Facts that are message ids themselves."""

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The message with its facts, in the language of ``translate``."""
        return translate(self.message) % self._facts(translate)

    def _facts(self, translate: Callable[[str], str]) -> dict[str, object]:
        """What the message's placeholders stand for."""
        return {n: translate(v) if n in self.worded else v for n, v in vars(self).items()}

    def __str__(self) -> str:
        return self.words()


@dataclass(eq=False)
class SettingInvalid(JianbaoError):
    code = "setting-invalid"
    exit_code = ExitCode.USAGE
    worded = ("reason",)
    message = N_(
        "The setting %(name)s cannot be used: %(reason)s. "
        "Correct it in the environment or in jianbao.toml."
    )
    name: str
    reason: str


@dataclass(eq=False)
class UnknownArticle(JianbaoError):
    code = "unknown-article"
    message = N_("The archive holds no article with the id “%(article_id)s”. Check the id.")
    article_id: str


@dataclass(eq=False)
class ArticleWithdrawn(JianbaoError):
    code = "article-withdrawn"
    message = N_("Article %(article_id)s was withdrawn on %(day)s: %(reason)s")
    article_id: str
    day: str
    reason: str


@dataclass(eq=False)
class NotHeld(JianbaoError):
    code = "not-held"
    message = N_("The archive holds no capture of %(url)s. Check the address, or search for words.")
    url: str


@dataclass(eq=False)
class UnknownDigest(JianbaoError):
    code = "unknown-digest"
    message = N_("No capture of the archive has the digest %(digest)s. Check it, sign by sign.")
    digest: str


@dataclass(eq=False)
class StoreOutOfDate(JianbaoError):
    code = "store-out-of-date"
    message = N_(
        "The article store %(store)s was made by another version (schema %(found)s, this is "
        "%(expected)s). The WARC files are untouched; run “jianbao extract” to rebuild the store."
    )
    store: str
    found: str
    expected: str


@dataclass(eq=False)
class StoreUnreadable(JianbaoError):
    code = "store-unreadable"
    message = N_(
        "The article store %(store)s cannot be read: %(reason)s. The WARC files are untouched; "
        "run “jianbao extract” to rebuild the store."
    )
    store: str
    reason: str


@dataclass(eq=False)
class CaptureUnreadable(JianbaoError):
    code = "capture-unreadable"
    message = N_(
        "The record of %(url)s at byte %(offset)s of %(file)s cannot be read: %(reason)s. "
        "Run “jianbao verify” to see what else is damaged."
    )
    url: str
    file: str
    offset: int
    reason: str


@dataclass(eq=False)
class WarcDamaged(JianbaoError):
    code = "warc-damaged"
    exit_code = ExitCode.DAMAGED
    message = N_(
        "%(file)s is damaged at byte %(offset)s (%(reason)s), so nothing was changed. Restore the "
        "file from a copy; “jianbao verify” lists all damage, and “jianbao extract "
        "--skip-damaged” rebuilds the store from what can be read."
    )
    file: str
    offset: int
    reason: str


@dataclass(eq=False)
class NotWarc(JianbaoError):
    code = "not-warc"
    exit_code = ExitCode.USAGE
    message = N_(
        "%(file)s is neither a WARC file nor a WACZ file with WARC files in it. Check the name, "
        "or fetch the file again."
    )
    file: str


@dataclass(eq=False)
class ImportDamaged(JianbaoError):
    code = "import-damaged"
    exit_code = ExitCode.DAMAGED
    message = N_(
        "%(file)s is damaged at byte %(offset)s (%(reason)s). What stands before it was imported. "
        "Fetch the file again and import it, or go on with “jianbao import --skip-damaged”."
    )
    file: str
    offset: int
    reason: str


@dataclass(eq=False)
class StoreMissing(JianbaoError):
    code = "store-missing"
    message = N_(
        "There are WARC files in %(folder)s, but no article store %(store)s. "
        "Run “jianbao extract” to rebuild it from them, then “jianbao index rebuild”."
    )
    folder: str
    store: str


@dataclass(eq=False)
class LedgerDamaged(JianbaoError):
    code = "ledger-damaged"
    message = N_(
        "Line %(line)s of %(file)s is not a record of the archive: %(reason)s. "
        "Restore the file from a copy, or remove that line."
    )
    file: str
    line: int
    reason: str


@dataclass(eq=False)
class SiteBusy(JianbaoError):
    code = "site-busy"
    exit_code = ExitCode.BUSY
    message = N_(
        "Another crawl of the site “%(site)s” is running. Wait until it ends, or stop it first."
    )
    site: str


@dataclass(eq=False)
class IndexMismatch(JianbaoError):
    code = "index-mismatch"
    worded = ("reason",)
    message = N_(
        "The search index %(index)s does not belong to this store and version (%(reason)s). "
        "Nothing is lost; run “jianbao index rebuild”."
    )
    index: str
    reason: str


@dataclass(eq=False)
class IndexBusy(JianbaoError):
    code = "index-busy"
    exit_code = ExitCode.BUSY
    message = N_(
        "Another command is writing the search index %(index)s. "
        "Wait until it ends, or stop it first."
    )
    index: str


@dataclass(eq=False)
class WordListInvalid(JianbaoError):
    """A file of words for the search, ours or the archivist's, cannot be used."""

    code = "word-list-invalid"
    exit_code = ExitCode.USAGE
    worded = ("reason",)
    message = N_(
        "Line %(line)s of %(file)s cannot be used: %(reason)s. "
        "Correct that line, or take the file out of the settings."
    )
    file: str
    line: int
    reason: str


@dataclass(eq=False)
class RebuildBroken(JianbaoError):
    code = "rebuild-broken"
    message = N_(
        "A process that was making the new search index ended early (%(reason)s). The old index "
        "still answers. See that memory and disk suffice, and run “jianbao index rebuild” again."
    )
    reason: str


@dataclass(eq=False)
class QueryError(JianbaoError):
    """What a reader typed cannot be searched. ``position`` counts characters from 0."""

    code = "query-invalid"
    exit_code = ExitCode.USAGE
    worded = ("reason",)
    message = N_("The query cannot be read at character %(place)s: %(reason)s")
    position: int
    reason: str

    def _facts(self, translate: Callable[[str], str]) -> dict[str, object]:
        return {**super()._facts(translate), "place": self.position + 1}


@dataclass(eq=False)
class CursorInvalid(QueryError):
    """A search cannot go on where it is asked to."""

    code = "cursor-invalid"
    message = N_("The search cannot go on from there: %(reason)s")
