"""A proposed profile is written as TOML that says exactly what was proposed."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.proposal.writing import as_toml

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.one_of(texts, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.floats(-1e6, 1e6))
values: st.SearchStrategy[Any] = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(texts, values, max_size=6), st.data())
def test_what_is_written_is_read_back(data: dict[str, Any], draw: st.DataObject) -> None:
    ways = [*data, *(f"{key}.0" for key in data), ""]
    comments = draw.draw(st.dictionaries(st.sampled_from(ways), texts))
    assert tomllib.loads(as_toml(data, comments)) == data


def test_a_profile_reads_as_if_written_by_hand() -> None:
    data = {
        "name": "安澜工会网",
        "articles": [r"/\d{6}/t\d{8}_\d+\.html$"],
        "layouts": [{"name": "modern", "title": ["h1.title"], "title_suffix": "[-_]安澜工会网"}],
    }
    comments = {
        "": "Proposed from 2 pages.",
        "articles": "fits both",
        "layouts.0": "reads a.html and b.html",
        "layouts.0.title": "“春风行动” on a.html\nin both heads",
    }
    assert (
        as_toml(data, comments)
        == r"""# Proposed from 2 pages.
name = "安澜工会网"
# fits both
articles = ['/\d{6}/t\d{8}_\d+\.html$']

# reads a.html and b.html
[[layouts]]
name = "modern"
# “春风行动” on a.html
# in both heads
title = ["h1.title"]
title_suffix = "[-_]安澜工会网"
"""
    )
