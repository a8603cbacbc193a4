"""What is searched: the bulletins of a file, each a report of one of a dozen sites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

from archive.article import Article
from archive.capture import Capture
from benchmarks.search.corpus import Corpus, Document, Prepared, read_bulletins, write_corpus
from benchmarks.search.ranking import bulletins_as_documents

SITES = {f"site-{number:02}": f"第{number}工会网" for number in range(1, 13)}
"""Names by key."""
CHANNELS = tuple("要闻 维权 劳模 基层 女工 文体 培训 公告".split())
AUTHORS = tuple(f"通讯员{number:03}" for number in range(1, 201))
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Report:
    """A bulletin as all three archives hold it."""

    number: int
    site: str
    channel: str
    author: str
    document: Document
    cut: Prepared

    def article(self) -> Article:
        """As ours holds it, with the capture behind it."""
        url = f"https://{self.site}.example/{self.number}.html"
        capture = Capture(
            id=f"00000000-0000-4000-8000-{self.number:012}",
            url=url,
            captured_at=datetime(2026, 1, 2, tzinfo=UTC),
            status=200,
            media_type="text/html",
            payload_digest=f"sha256:{self.number:064x}",
            warc_file=f"{self.site}/benchmark.warc.gz",
            warc_offset=self.number,
            run="benchmark",
        )
        return replace(
            self.document.article(),
            site=self.site,
            url=url,
            container_title=SITES[self.site],
            publisher=SITES[self.site],
            channel=self.channel,
            authors=(self.author,),
            captures=(capture,),
        )


def corpus_of(path: Path, folder: Path, size: int) -> Corpus:
    """The first bulletins of a file, as they come and as our analysis cuts them."""
    documents = bulletins_as_documents(islice(read_bulletins(path), size))
    return write_corpus(documents, folder, path.name.partition(".")[0], len(documents))


def reports(corpus: Corpus) -> Iterator[Report]:
    """Each at a site, in a channel and by an author drawn by a seed; the first have most."""
    random = Random(_SEED)
    weighted = [
        (values, [1 / rank for rank in range(1, len(values) + 1)])
        for values in (tuple(SITES), CHANNELS, AUTHORS)
    ]
    pairs = zip(corpus.documents(), corpus.prepared(), strict=True)
    for number, (document, cut) in enumerate(pairs, 1):
        site, channel, author = (random.choices(*each)[0] for each in weighted)
        yield Report(number, site, channel, author, document, cut)
