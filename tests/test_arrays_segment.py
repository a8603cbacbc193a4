"""A segment answers as the documents themselves would."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.arrays import pairs, postings
from search.arrays.columns import VALUE_FIELDS, group_number
from search.arrays.document import IndexDocument, index_document
from search.arrays.inversion import Inversion
from search.arrays.segment import WORDS, Segment
from search.arrays.weights import K1, SCALE, B
from search.units import UnitField
from tests.arrays_support import FIELDS, PIVOT, a_document, a_segment, in_order, write_segment
from tests.builders import an_article
from tests.search_support import random_articles

DOCUMENTS = [index_document(article) for article in random_articles(300, seed=5)]
reuse_path = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Segment:
    return a_segment(tmp_path_factory.mktemp("segment") / "a", *DOCUMENTS)


def occurrences(text: str, documents: list[IndexDocument]) -> list[tuple[int, int, int]]:
    """Document, unit in it and place in the unit, of every occurrence."""
    return [
        (number, unit, place)
        for number, document in enumerate(in_order(documents))
        for unit, (_, _, held) in enumerate(document.units)
        for place in range(len(held))
        if held.startswith(text, place)
    ]


def found(text: str, segment: Segment) -> list[tuple[int, int, int]]:
    table = segment.pairs
    addresses = table.occurrences(text)
    assert addresses.dtype == np.uint32
    assert (addresses[1:] > addresses[:-1]).all()
    units = table.units(addresses)
    documents = table.documents(addresses)
    first_units = table.unit_starts.searchsorted(table.document_span(documents)[0])
    places = addresses - table.unit_starts[units]
    assert table.documents_with(text).tolist() == sorted(set(documents.tolist()))
    assert len(addresses) <= table.rarity(text)
    some = np.arange(0, segment.count, 3)
    inside = table.occurrences(text, some)
    assert inside.tolist() == addresses[np.isin(documents, some)].tolist()
    return list(
        zip(documents.tolist(), (units - first_units).tolist(), places.tolist(), strict=True)
    )


def test_documents_stand_by_day_and_id(segment: Segment) -> None:
    expected = in_order(DOCUMENTS)
    assert segment.count == len(expected)
    assert [segment.id(number) for number in range(segment.count)] == [each.id for each in expected]
    assert segment.days.tolist() == [each.day for each in expected]
    months, starts = segment.months
    assert {
        number: month
        for month, start, end in zip(
            months.tolist(), starts.tolist()[:-1], starts.tolist()[1:], strict=True
        )
        for number in range(start, end)
    } == {number: each.day // 100 for number, each in enumerate(expected)}
    assert segment.lengths.tolist() == [each.length for each in expected]
    assert segment.groups.tolist() == [group_number(each.id) for each in expected]
    assert list(segment.titles) == [each.title for each in expected]
    assert segment.titles[7] == expected[7].title
    for name in VALUE_FIELDS:
        held = [segment.values[name].of(number) for number in range(segment.count)]
        assert held == [each.values.get(name, ()) for each in expected]


def test_ids_are_found(segment: Segment) -> None:
    ids = [document.id for document in in_order(DOCUMENTS)]
    asked = [ids[9], "absent", ids[0] + "0", ids[0][:-1], ids[-1], "", "工"]
    assert segment.numbers(asked).tolist() == [9, -1, -1, -1, len(ids) - 1, -1, -1]
    assert segment.number(ids[44]) == 44
    assert segment.number("absent") is None
    assert segment.numbers([]).tolist() == []


def test_every_word_has_its_documents_and_weights(segment: Segment) -> None:
    ordered = in_order(DOCUMENTS)
    expected: dict[str, dict[int, int]] = {}
    for number, document in enumerate(ordered):
        for word, frequency in document.words.items():
            norm = K1 * (1 - B + B * document.length / PIVOT)
            impact = frequency * (K1 + 1) / (frequency + norm)
            expected.setdefault(word, {})[number] = max(round(SCALE * impact), 1)
    table = segment.fields[WORDS]
    assert list(table.terms) == sorted(expected)
    kept_as = Counter()  # type: ignore[var-annotated]
    for word, weights in expected.items():
        held = table.postings(word)
        assert held.count == table.frequency(word) == len(weights)
        assert held.documents.dtype == np.uint32
        assert held.documents.tolist() == list(weights)
        assert held.weights.tolist() == list(weights.values())
        kept_as[held.dense is not None] += 1
        if held.dense is not None:
            assert held.dense.tolist() == [weights.get(n, 0) for n in range(segment.count)]
    assert min(kept_as[True], kept_as[False]) > 5
    assert table.postings("不存在").count == 0
    assert table.postings("不存在").documents.tolist() == []


@pytest.mark.parametrize("name", ["title", "heading", "caption"])
def test_fields_have_their_words(segment: Segment, name: str) -> None:
    ordered = in_order(DOCUMENTS)
    table = segment.fields[name]
    assert set(table.terms) == {word for document in ordered for word in document.fields[name]}
    for word in table.terms:
        held = table.postings(word)
        assert held.documents.tolist() == [
            number for number, document in enumerate(ordered) if word in document.fields[name]
        ]
        assert held.weights.tolist() == [1] * held.count


def test_terms_are_found_by_name_and_beginning(segment: Segment) -> None:
    terms = segment.fields[WORDS].terms
    held = list(terms)
    assert [terms.find(term) for term in held] == list(range(len(held)))
    for absent in ("", "0", "工会会", "\U0003ffff"):
        assert terms.find(absent) == -1
    for beginning in ("工", "a", "", "区总", "\U0003ffff", "不存在"):
        expected = [term for term in held if term.startswith(beginning)]
        assert [terms[number] for number in terms.prefix(beginning)] == expected
    with pytest.raises(IndexError):
        terms[len(terms)]


LETTERS = "甲乙丙ab，\U00020000\ud800"
texts = st.text(LETTERS, min_size=1, max_size=12)


@reuse_path
@given(st.lists(st.lists(texts, max_size=4), max_size=5), st.lists(texts, max_size=6), st.data())
def test_strings_are_found_as_by_a_scan(
    tmp_path: Path, contents: list[list[str]], queries: list[str], data: st.DataObject
) -> None:
    documents = [a_document(f"d{number}", *given) for number, given in enumerate(contents)]
    segment = a_segment(tmp_path / "a", *documents)
    for document in documents:
        for _, _, text in document.units:
            start = data.draw(st.integers(0, len(text) - 1))
            queries.append(text[start : data.draw(st.integers(start + 1, len(text)))])
    for query in (*queries, *LETTERS):
        assert found(query, segment) == occurrences(query, documents)


@reuse_path
@given(st.lists(st.lists(texts, max_size=4), max_size=5))
def test_pairs_are_counted_in_documents(tmp_path: Path, contents: list[list[str]]) -> None:
    documents = [a_document(f"d{number}", *given) for number, given in enumerate(contents)]
    segment = a_segment(tmp_path / "a", *documents)
    numbers = np.arange(len(documents))[::-1]
    for pair in (a + b for a in LETTERS for b in LETTERS):
        expected = Counter(number for number, _, _ in occurrences(pair, documents))
        counts = segment.pairs.counts(pair, numbers)
        assert counts.tolist() == [expected[number] for number in numbers.tolist()]


@pytest.mark.parametrize("merged_below", [0, pairs._MERGED_BELOW, 1 << 30])
def test_real_looking_strings_are_found(
    segment: Segment, monkeypatch: pytest.MonkeyPatch, merged_below: int
) -> None:
    """Whether lists of addresses are merged or looked up."""
    monkeypatch.setattr(pairs, "_MERGED_BELOW", merged_below)
    strings = {
        text[start : start + length]
        for document in DOCUMENTS[::25]
        for _, _, text in document.units
        for start, length in ((0, 1), (0, 3), (1, 4), (2, 2), (0, len(text)))
        if text[start : start + length]
    }
    assert len(strings) > 40
    for string in strings:
        assert found(string, segment) == occurrences(string, DOCUMENTS)


def test_units_know_their_field_and_section(tmp_path: Path) -> None:
    units = [
        (UnitField.TITLE, 0, "题目"),
        (UnitField.HEADING, 1, "小标题"),
        (UnitField.BODY, 70_000, "末节"),
        (UnitField.CAPTION, 0, "图注"),
    ]
    segment = a_segment(
        tmp_path / "a", a_document("x", "段落", day=1), a_document("a", units=units)
    )
    table = segment.pairs
    held = [
        (FIELDS[field], section)
        for field, section in zip(
            table.unit_fields.tolist(), table.unit_sections.tolist(), strict=True
        )
    ]
    assert held == [
        (UnitField.TITLE, 0),
        (UnitField.HEADING, 1),
        (UnitField.BODY, 65_535),
        (UnitField.CAPTION, 0),
        (UnitField.BODY, 0),
    ]
    assert table.units(table.occurrences("图注")).tolist() == [3]
    starts = table.unit_starts.tolist()
    assert starts == [0, 3, 7, 10, 128]
    assert [each.tolist() for each in table.document_span(np.array([1, 0]))] == [
        [128, 0],
        [256, 128],
    ]


def test_more_characters_than_16_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With wide keys a segment answers the same."""
    narrow = a_segment(tmp_path / "narrow", *DOCUMENTS[:60])
    monkeypatch.setattr(pairs, "MOST_NARROW", 3)
    wide = a_segment(tmp_path / "wide", *DOCUMENTS[:60])
    assert [each.pairs.keys.dtype.name for each in (narrow, wide)] == ["uint32", "uint64"]
    assert wide.pairs.addresses.tolist() == narrow.pairs.addresses.tolist()
    for text in ("会", "工会", "总工会", "区总工会开", "é"):
        assert found(text, wide) == occurrences(text, DOCUMENTS[:60])


def test_really_more_characters_than_16_bits(tmp_path: Path) -> None:
    codes = range(0x20000, 0x20000 + 65_600)
    text = "".join(map(chr, codes))
    document = IndexDocument("a", 0, ((3, 0, text),), ((), (), (), ()), "", {}, "a")
    segment = a_segment(tmp_path / "a", document)
    assert len(segment.pairs.characters) == len(codes)
    for place in (0, 65_534, 65_535, 65_599):
        assert segment.pairs.occurrences(text[place : place + 3]).tolist() == [place]
        assert segment.pairs.occurrences(text[place]).tolist() == [place]


def test_a_very_long_document(tmp_path: Path) -> None:
    """Over 65,535 positions, and a word that occurs more often than that."""
    long = a_document("a", *["工会" * 500] * 80, "劳模精神")
    segment = a_segment(tmp_path / "a", long, a_document("b", "劳模", "工会"))
    assert long.words["工会"] == 40_000
    assert segment.pairs.occurrences("工会").size == 40_001
    assert segment.pairs.counts("工会", np.array([0, 1])).tolist() == [40_000, 1]
    assert segment.lengths.tolist() == [long.length, 2]
    often = a_document("a", *["会"] * 70_000)
    held = a_segment(tmp_path / "b", often)
    assert held.lengths.tolist() == [70_000]
    assert held.pairs.occurrences("会").size == 70_000
    norm = K1 * (1 - B + B * 70_000 / PIVOT)
    expected = round(SCALE * 70_000 * (K1 + 1) / (70_000 + norm))
    assert held.fields[WORDS].postings("会").weights.tolist() == [expected]


def test_a_weight_is_never_nothing(tmp_path: Path) -> None:
    inversion = Inversion(0.0001)
    inversion.add(a_document("a", "工会 " * 2000, "劳模"))
    inversion.write(tmp_path / "a")
    assert Segment(tmp_path / "a").fields[WORDS].postings("劳模").weights.tolist() == [1]
    with pytest.raises(ValueError, match="pivot"):
        Inversion(0)


def test_small_and_odd_documents(tmp_path: Path) -> None:
    odd = [
        a_document("empty"),
        a_document("blank", "\u3000"),
        a_document("one", "\U00020000", day=20200101),
        a_document("many", "集体", author=tuple(f"作者{n}" for n in range(300))),
        a_document("long" * 20, "长编号"),
        a_document("nul", "甲\0乙"),
    ]
    segment = a_segment(tmp_path / "a", *odd)
    names = ["blank", "empty", "long" * 20, "many", "nul", "one"]
    assert [segment.id(number) for number in range(6)] == names
    assert segment.numbers(names).tolist() == [0, 1, 2, 3, 4, 5]
    assert segment.days.tolist() == [0, 0, 0, 0, 0, 20200101]
    assert found("\U00020000", segment) == [(5, 0, 0)]
    assert found("甲\0乙", segment) == [(4, 0, 0)]
    assert found("乙集", segment) == []
    assert segment.values["author"].of(3) == odd[3].values["author"]
    assert segment.values["author"].of(2) == ()
    column = segment.values["author"]
    assert column.documents(np.array([column.values.find("作者299")])).tolist() == [3]
    assert segment.pairs.counts("甲乙", np.array([0, 5])).tolist() == [0, 0]


def test_a_segment_of_nothing(tmp_path: Path) -> None:
    segment = a_segment(tmp_path / "a")
    assert segment.count == 0
    assert segment.number("a") is None
    assert segment.fields[WORDS].postings("工会").count == 0
    assert segment.fields[WORDS].terms.prefix("") == range(0)
    assert segment.pairs.occurrences("工会").tolist() == []
    assert segment.pairs.occurrences("工").tolist() == []
    assert list(segment.titles) == []


def test_columns_find_documents_by_value(tmp_path: Path) -> None:
    segment = a_segment(
        tmp_path / "a",
        a_document("a", site=("x",), author=("张三", "李四")),
        a_document("b", site=("y",), author=("李四",)),
        a_document("c", container=("工人日報",)),
    )
    site, author = segment.values["site"], segment.values["author"]
    assert list(site.values) == ["x", "y"]
    assert site.codes.tolist() == [0, 1, -1]
    assert site.documents(np.array([0, 1])).tolist() == [0, 1]
    assert site.documents(np.array([], np.int64)).tolist() == []
    assert author.documents(np.array([author.values.find("李四")])).tolist() == [0, 1]
    assert segment.values["container"].folded[0] == "工人日报"
    assert segment.values["container"].values[0] == "工人日報"


def test_more_documents_than_16_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With shelves of few documents, lists that span several say the same documents."""
    monkeypatch.setattr(postings, "SHELF", 64)
    segment = a_segment(tmp_path / "a", *DOCUMENTS)
    ordered = in_order(DOCUMENTS)
    table = segment.fields[WORDS]
    for number, term in enumerate(table.terms):
        expected = [n for n, document in enumerate(ordered) if term in document.words]
        assert table.numbered(number).documents.tolist() == expected
        documents, _, _ = table.between(number, number + 1)
        assert documents.tolist() == expected


def test_really_more_documents_than_16_bits(tmp_path: Path) -> None:
    def rare(number: int) -> tuple[str, ...]:
        return ("甲",) if number % 1000 == 0 else ("乙",) if number % 2 else ()

    documents = [
        IndexDocument(f"{n:06}", 0, (), ((), (), (), rare(n)), "", {}, "") for n in range(70_000)
    ]
    segment = a_segment(tmp_path / "a", *documents)
    assert segment.fields[WORDS].postings("甲").documents.tolist() == list(range(0, 70_000, 1000))
    assert segment.fields[WORDS].postings("乙").documents.tolist() == list(range(1, 70_000, 2))


def test_the_order_of_adding_does_not_matter(tmp_path: Path) -> None:
    one = write_segment(tmp_path / "one", DOCUMENTS)
    other = write_segment(tmp_path / "other", DOCUMENTS[::-1])
    assert one.read_bytes() == other.read_bytes()


def test_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inversion = Inversion(PIVOT)
    for document in DOCUMENTS[:40]:
        inversion.add(document)
    monkeypatch.setattr(pairs, "MOST_ADDRESSES", inversion.addresses - 1)
    with pytest.raises(ValueError, match="too much text"):
        inversion.write(tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_addresses_at_the_very_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found by running over the last address or before the first."""
    segment = a_segment(tmp_path / "a", a_document("a", "甲乙"))
    table = segment.pairs
    top = np.array([2**32 - 1, 2**32 - 2], np.uint32)  # 乙 at an end sorts before 甲乙
    monkeypatch.setattr(table, "addresses", top)
    monkeypatch.setattr(table, "block_documents", np.broadcast_to(np.uint32(0), (1 << 25,)))
    assert table.occurrences("甲乙").tolist() == [2**32 - 2]
    assert table.occurrences("甲乙甲乙").tolist() == []


def test_an_article_gives_its_units_words_and_values() -> None:
    article = an_article(
        "職工 之家。",
        "　",
        title="【要闻】劳模精神",
        authors=("张三", "李四", "张三"),
        container_title="工人日报",
        channel="",
    )
    document = index_document(article, "g")
    assert [(FIELDS[field].value, section) for field, section, _ in document.units] == [
        ("title", 0),
        ("body", 1),
    ]
    assert document.units[1][2] == "职工之家。"
    assert document.words["劳模"] == 3
    assert document.words["职工"] == 1
    assert document.length == sum(document.words.values())
    assert document.fields["title"] >= {"劳模", "精神"}
    assert "职工" not in document.fields["title"]
    assert document.title == "【要闻】劳模精神"
    assert (document.day, document.group) == (0, "g")
    assert document.values == {
        "site": ("ftqgh",),
        "container": ("工人日报",),
        "author": ("张三", "李四"),
    }
    assert index_document(article).group == article.id


def test_unit_words_do_not_cross_lines() -> None:
    article = an_article("丰台区总", "工会", "pm", "2.5")
    document = index_document(article)
    assert "总工会" not in document.words
    assert "pm2.5" not in document.words
    for (_, _, before), (_, _, after) in pairwise(document.units):
        assert before + after not in document.words
