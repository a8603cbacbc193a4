"""An index of which every revision is known, so that a page that mixes two commits is seen.

Beside articles that stay, there are batches of articles with a word of their own. A commit
replaces all of one batch by new ones with the same word; the batches take turns. So at any
revision each word has the same number of hits, and their ids say which commit made them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from archive.article import Article, Section
from archive.store import Change
from sample.report import load_reports
from search.arrays.document import IndexDocument, index_document
from search.index import Facet, SearchPage
from search.indexing.whoosh_index import WhooshIndex

FIRST_REVISION = 1
BATCH = 50
"""Articles that a commit replaces."""
BATCHES = 10
SHOWN = 10
_STORE = "0123456789abcdef"
_PARAGRAPHS = 6
_SENTENCES = 4
_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every process knows."""

    folder: str
    documents: int
    batches: int = BATCHES
    batch: int = BATCH

    @property
    def total(self) -> int:
        """Articles of every revision."""
        return self.documents + self.batches * self.batch


def opened(plan: Plan) -> WhooshIndex:
    """The index, as every process opens it."""
    return WhooshIndex(Path(plan.folder), _STORE)


def article(identifier: str, marker: str = "") -> Article:
    """An invented report of some 1,400 characters, the same for the same id."""
    chance = random.Random(identifier)
    known = sentences()
    texts = ["".join(chance.choices(known, k=_SENTENCES)) for _ in range(_PARAGRAPHS)]
    if marker:
        texts.append(f"{marker}。")
    return Article(
        id=identifier,
        site="readers",
        url=f"https://readers.example/{identifier}",
        title=chance.choice(known)[:24],
        published=date(2012, 1, 1) + timedelta(days=chance.randrange(4000)),
        sections=(Section(paragraphs=tuple(texts)),),
    )


@cache
def sentences() -> tuple[str, ...]:
    """Those of the invented reports."""
    texts = "".join(text for each in load_reports() for text in each.paragraphs)
    return tuple(re.findall(r"[^。]+。", texts))


def member(batch: int, generation: int, number: int) -> str:
    """An id that says which commit made the article."""
    return f"b{batch:02}g{generation:05}n{number:02}"


def marker(batch: int) -> str:
    """A word that all articles of a batch have, whichever commit made them."""
    return f"marker{batch:02}"


def generation(batch: int, revision: int, batches: int) -> int:
    """How often a batch had been replaced at a revision: commits take the batches by turns."""
    commits = revision - FIRST_REVISION
    return (commits + batches - 1 - batch) // batches


def commit(plan: Plan, index: WhooshIndex, revision: int) -> None:
    """Replace the batch whose turn it is."""
    batch = (revision - FIRST_REVISION - 1) % plan.batches
    new = generation(batch, revision, plan.batches)
    changes: list[Change] = []
    for number in range(plan.batch):
        old, fresh = (member(batch, each, number) for each in (new - 1, new))
        changes.append(Change(revision=revision, article_id=old, article=None))
        made = article(fresh, marker(batch))
        changes.append(Change(revision=revision, article_id=fresh, article=made))
    index.apply(changes)


def read_identifiers(rows: list[tuple[str, str]]) -> Iterator[IndexDocument]:
    """Articles from ids and markers."""
    for identifier, word in rows:
        yield index_document(article(identifier, word))


def fill(plan: Plan) -> None:
    """The first revision."""
    rows = [(f"plain{number:07}", "") for number in range(plan.documents)]
    rows += [
        (member(batch, 0, number), marker(batch))
        for batch in range(plan.batches)
        for number in range(plan.batch)
    ]
    index = opened(plan)
    batches = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    index.fill(batches, read_identifiers, FIRST_REVISION)
    index.close()


def wrong_with(page: SearchPage, batch: int | None, plan: Plan) -> str:
    """Why a page fits no revision; empty where it does. Without a batch all was asked for."""
    wanted = plan.total if batch is None else plan.batch
    if page.total != wanted:
        return f"{page.total} hits instead of {wanted} at revision {page.revision}"
    if batch is None:
        counted = sum(each.count for each in page.facets[Facet.YEAR])
        return "" if counted == wanted else f"{counted} by year instead of {wanted}"
    made = generation(batch, page.revision, plan.batches)
    allowed = {member(batch, made, number) for number in range(plan.batch)}
    ids = {hit.id for hit in page.hits}
    if len(ids) != min(plan.batch, SHOWN) or not ids <= allowed:
        return f"{sorted(ids - allowed)} at revision {page.revision}"
    return ""
