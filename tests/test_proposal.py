"""A proposed profile is valid, says what it reads, and reads it."""

from __future__ import annotations

import json
import random
import statistics
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from benchmarks.real import f1
from benchmarks.saved_pages import MANIFEST, PAGES
from crawler.pages.decode import decode
from crawler.pages.reading import Page, read_page
from crawler.profile import Profile
from crawler.proposal.propose import Proposal, propose
from tests.proposal_pages import (
    BULLETIN,
    OTHER_PARAGRAPHS,
    PARAGRAPHS,
    list_page,
    modern,
    old,
    specimen,
    with_lead,
)

ADDRESS = "https://www.example.cn/2024/07/12/1.html"
CAPTURE = Capture(
    id="one",
    url=ADDRESS,
    captured_at=datetime(2024, 8, 1, tzinfo=UTC),
    status=200,
    media_type="text/html",
    payload_digest="sha256:0",
    warc_file="a.warc.gz",
    warc_offset=0,
    run="run",
)


def profile_of(proposal: Proposal) -> Profile:
    return Profile.model_validate({**proposal.data, "key": "anlan"})


def read(proposal: Proposal, text: str) -> Page:
    return read_page(text, profile_of(proposal), CAPTURE)


def paragraphs_of(page: Page) -> tuple[str, ...]:
    return tuple(text for section in page.sections for text in section.paragraphs)


def test_a_profile_from_two_pages_reads_a_third() -> None:
    given_ = [specimen(modern(), "a"), specimen(modern("大赛开幕", OTHER_PARAGRAPHS), "b")]
    page = read(propose("anlan", given_), modern("慰问环卫职工", BULLETIN))
    assert (page.title, paragraphs_of(page)) == ("慰问环卫职工", BULLETIN)
    assert page.published_text == "2024-07-12"


def test_every_template_given_is_read() -> None:
    given_ = [specimen(modern(), "a"), specimen(old(), "b"), specimen(with_lead(), "c")]
    proposal = propose("anlan", given_)
    assert paragraphs_of(read(proposal, modern())) == PARAGRAPHS
    assert paragraphs_of(read(proposal, old())) == OTHER_PARAGRAPHS
    assert paragraphs_of(read(proposal, with_lead())) == PARAGRAPHS


def test_the_file_says_what_was_proposed_and_why() -> None:
    proposal = propose("anlan", [specimen(modern(), "a.html")])
    assert tomllib.loads(proposal.toml) == proposal.data
    assert PARAGRAPHS[0][:30] in proposal.evidence["layouts.0.body"]
    assert "a.html" in proposal.toml


def test_each_page_is_named_under_its_layout_or_as_unread() -> None:
    given_ = [specimen(modern(), "a"), specimen(old(), "b"), specimen(list_page(), "c")]
    proposal = propose("anlan", [*given_, specimen("<div>" * 1500, "deep")])
    assert sorted(proposal.layouts.values()) == [("a",), ("b",)]
    assert set(proposal.unread) == {"c", "deep"}


written = st.sampled_from(
    [modern(), old(), with_lead(), list_page(), "", "<p>", "<title>工会</title>", *BULLETIN]
)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(written, max_size=3).map("".join), max_size=4))
def test_any_pages_give_a_valid_profile_or_none(texts: list[str]) -> None:
    specimens = [specimen(text, str(at)) for at, text in enumerate(texts)]
    proposal = propose("anlan", specimens)
    named = [name for names in proposal.layouts.values() for name in names]
    assert sorted([*named, *proposal.unread]) == [each.name for each in specimens]
    if proposal.layouts:
        profile_of(proposal)


@pytest.mark.skipif(
    not PAGES.is_dir(), reason=f"the saved pages are not part of the project: {PAGES} is absent"
)
def test_a_profile_from_one_real_page_finds_its_text() -> None:
    """A seeded third of the pages whose text people set down; the benchmark takes them all."""
    with MANIFEST.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with_text = [row for row in rows if row["truth_kind"].startswith("gold(manual")]
    scores: list[float] = []
    for row in random.Random(7).sample(with_text, 50):
        text = decode((PAGES / row["file"]).read_bytes()).text
        proposal = propose("real", [specimen(text, "page.html")])
        data = {**proposal.data, "key": "real"}
        for layout in data["layouts"]:
            layout["required"] = ["title"]
        page = read_page(text, Profile.model_validate(data), CAPTURE) if data["layouts"] else None
        said = [
            words
            for section in (page.sections if page else ())
            for words in (section.heading, section.subheading, *section.paragraphs)
        ]
        scores.append(f1(row["body_or_prefix"], "\n".join(filter(None, said))))
    assert statistics.fmean(scores) >= 0.96
