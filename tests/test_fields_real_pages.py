"""A profile proposed from one real page reads that page's title, day and source."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from archive.capture import Capture
from benchmarks.saved_pages import MANIFEST, PAGES
from crawler.pages.decode import decode
from crawler.pages.page import Page, PageUnread
from crawler.pages.reading import read_page
from crawler.profile import Profile
from crawler.proposal.addresses import address_of
from crawler.proposal.propose import propose
from crawler.proposal.specimen import Specimen

FLOORS = {"title": 0.93, "date": 0.92, "source": 0.88}
"""Some titles of the truth have the site's name at their end, some days stand in scripts."""
EVERY = 3
"""One page of so many is read in the short form."""

needs_pages = pytest.mark.skipif(
    not PAGES.is_dir(), reason=f"the saved pages are not part of the project: {PAGES} is absent"
)


def truths() -> dict[str, dict[str, Any]]:
    """What people read on each page, by file."""
    extra: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for line in (PAGES / "extra-truth.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        extra[row["file"]] |= {name: row[name] for name in ("date", "source") if name in row}
    found: dict[str, dict[str, Any]] = {}
    for line in MANIFEST.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["truth_kind"].startswith(("machine", "none")):
            said = {name: row.get(name) for name in FLOORS} | extra[row["file"]]
            found[row["file"]] = {name: value for name, value in said.items() if value}
    return found


def read_by_its_own_profile(file: str) -> Page | None:
    page = Specimen("a.html", "", decode((PAGES / file).read_bytes()).text)
    data = propose("x", [page]).data
    if not data["layouts"]:
        return None
    capture = Capture(
        id="",
        url=address_of(page) or "http://saved.invalid/1.html",
        captured_at=datetime.now(UTC),
        status=200,
        media_type="text/html",
        payload_digest="",
        warc_file="",
        warc_offset=0,
        run="",
    )
    try:
        return read_page(page.text, Profile.model_validate({**data, "key": "x"}), capture)
    except PageUnread:
        return None


def said_by(page: Page | None) -> dict[str, str]:
    if page is None:
        return {}
    return {
        "title": page.title,
        "date": str(page.published),
        "source": page.reprinted_from or page.container_title,
    }


def plain(words: str) -> str:
    """Words without what the truths write in other ways: width, spaces, signs."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", words)).casefold()


def judged(every: int) -> Iterator[tuple[str, bool]]:
    for file, truth in islice(truths().items(), 0, None, every):
        said = said_by(read_by_its_own_profile(file))
        for name, value in truth.items():
            wanted = value[:10] if name == "date" else value
            yield name, plain(said.get(name, "")) == plain(wanted)


@needs_pages
@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.prove)])
def test_most_real_pages_are_read_by_the_profile_proposed_from_them(every: int) -> None:
    verdicts: defaultdict[str, list[bool]] = defaultdict(list)
    for name, is_right in judged(every):
        verdicts[name].append(is_right)
    shares = {name: sum(found) / len(found) for name, found in verdicts.items()}
    assert {name: share for name, share in shares.items() if share < FLOORS[name]} == {}
    assert shares.keys() == FLOORS.keys()
