"""Synonyms: words that mean the same, and the wider question that a query becomes with them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice, product
from pathlib import Path
from types import MappingProxyType

from archive.errors import WordListInvalid
from archive.words import N_
from search.analysis import fold, words
from search.index import Widening
from search.query.tokens import TEXT_FIELDS
from search.query.tree import And, Chunk, Exact, Node, Or, Together, Widened, Word

SHIPPED = Path(__file__).parents[1] / "synonyms.toml"
LONGEST_CHUNK = 20
"""Characters. A longer chunk is a pasted sentence and is searched as it stands."""
MOST_OTHERS = 8
"""Other chunks beside one, where several words in it have synonyms."""
MOST_IN_QUERY = 24
"""Others in one query; what comes later in it is not widened."""
SHORT = 3
"""Characters up to which a synonym is an index term: so short it stands inside other words."""

Span = tuple[int, int]
Other = Chunk | Exact | Word
_TEXT = {None, *TEXT_FIELDS.values()}
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Synonyms:
    """Groups of words that mean the same; a word stands in one group."""

    others: Mapping[str, tuple[str, ...]]
    """Of a folded word: the other words of its group, as written."""

    def words(self) -> tuple[str, ...]:
        """Every word, folded."""
        return tuple(self.others)

    def within(self, text: str) -> bool:
        """Whether any word stands in a folded text, be it across others: mostly not, in 1 µs."""
        return self._any.search(text) is not None

    @cached_property
    def longest(self) -> int:
        """Characters of the longest word."""
        return max(map(len, self.others), default=0)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self.others)) or "(?!)")


@cache
def shipped() -> Synonyms:
    """Those of ``search/synonyms.toml``."""
    return load(SHIPPED)


def listed(own: Path | None) -> Synonyms:
    """The shipped ones, and those of an archivist's own file. Raises ``WordListInvalid``."""
    return shipped() if own is None else load(own, shipped())


def load(path: Path, beside: Synonyms | None = None) -> Synonyms:
    """The synonyms of a file, and those of ``beside`` except where the file has the word.

    The file holds ``groups = [["劳模", "劳动模范"], …]``. Raises ``WordListInvalid``.
    """
    try:
        text = path.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(path, _line_in(str(error)), N_("it is not TOML")) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(path, 1, N_("the file cannot be read as UTF-8 text")) from error
    groups = given.get("groups")
    if not isinstance(groups, list) or set(given) != {"groups"}:
        raise _invalid(path, 1, N_('a file of synonyms says groups = [["…", "…"], …] and no more'))
    others: dict[str, tuple[str, ...]] = {}
    for number, group in enumerate(groups):
        line = _line_of(text, number)
        if fault := _fault(group, others):
            raise _invalid(path, line, fault)
        for word in group:
            others[fold(word)] = tuple(one for one in group if one != word)
    return Synonyms(MappingProxyType({**(beside.others if beside else {}), **others}))


def _fault(group: object, known: Mapping[str, object]) -> str | None:
    """What is wrong with a group, as a message id."""
    if not isinstance(group, list) or not all(isinstance(word, str) for word in group):
        return N_("a group is a list of words in quotation marks")
    folded = [fold(word) for word in group]
    if len(folded) < 2:
        return N_("a group has at least two words")
    if any(len(word) < 2 or not words(word) for word in folded):
        return N_("every word has at least two characters")
    if len(set(folded)) < len(folded) or any(word in known for word in folded):
        return N_("a word stands twice in the file; join the two groups, or leave one out")
    return None


def _invalid(path: Path, line: int, reason: str) -> WordListInvalid:
    return WordListInvalid(file=str(path), line=line, reason=reason)


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 1


_STEP = re.compile(r'#[^\n]*|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[\[\]]')


def _line_of(text: str, number: int) -> int:
    """The line on which the group with a number begins, or what stands in its place."""
    depth = 0
    for step in _STEP.finditer(text):
        if depth == 1 and step.group()[0] in "[\"'":
            if not number:
                return text.count("\n", 0, step.start()) + 1
            number -= 1
        depth += {"[": 1, "]": -1}.get(step.group(), 0)
    return 1


def widen(node: Node, synonyms: Synonyms | None = None) -> tuple[Node, tuple[Widening, ...]]:
    """The query with its unquoted chunks widened, and what was widened, in the query's order.

    Whole chunks and known words inside a chunk; never what is quoted or excluded. Short synonyms
    are left out where one section is asked, because strings alone decide there.
    """
    widener = _Widener(shipped() if synonyms is None else synonyms)
    widened = widener.node(node)
    return widened, tuple(widener.widenings.values())


class _Widener:
    """One walk over a tree."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._left = MOST_IN_QUERY
        self._in_section = False
        self.widenings: dict[str, Widening] = {}

    def node(self, node: Node) -> Node:
        match node:
            case Chunk(text, field) if field in _TEXT and len(text) <= LONGEST_CHUNK:
                others = tuple(self._beside(node))
                return Widened(node, others) if others else node
            case And(nodes):
                return And(tuple(map(self.node, nodes)))
            case Or(nodes):
                return Or(tuple(map(self.node, nodes)))
            case Together(nodes):
                self._in_section = True
                widened = Together(tuple(map(self.node, nodes)))
                self._in_section = False
                return widened
            case _:
                return node

    def _beside(self, chunk: Chunk) -> list[Other]:
        if not self._left or not self._synonyms.within(chunk.text):
            return []
        places = list(self._known(chunk.text))
        made: list[Other]
        if places == [(0, len(chunk.text))]:
            made = [_fixed(other, chunk.field) for other in self._useful(chunk.text)]
        else:
            made = list(self._replaced(chunk, places))
        made = made[: min(MOST_OTHERS, self._left)]
        self._left -= len(made)
        for start, end in places:
            word = chunk.text[start:end]
            self.widenings[word] = Widening(text=word, others=self._useful(word))
        return made

    def _known(self, text: str) -> Iterator[tuple[int, int]]:
        """Known words of a chunk, the longest first at every place, none within another word."""
        if self._useful(text):
            yield 0, len(text)
            return
        spans = {(token.start, token.end) for token in words(text)}
        at = 0
        while at < len(text):
            ends = range(min(len(text), at + self._synonyms.longest), at, -1)
            end = next((end for end in ends if self._is_word(text, at, end, spans)), None)
            if end is not None:
                yield at, end
            at = end or at + 1

    def _is_word(self, text: str, start: int, end: int, spans: set[Span]) -> bool:
        word = text[start:end]
        known = word in self._synonyms.others and bool(self._useful(word))
        return known and _stands_alone(start, end, spans)

    def _useful(self, word: str) -> tuple[str, ...]:
        """The others of a word but those which hold it: it finds these anyway."""
        return tuple(
            other
            for other in self._synonyms.others.get(word, ())
            if word not in fold(other) and not (self._in_section and _is_term(fold(other)))
        )

    def _replaced(self, chunk: Chunk, places: list[tuple[int, int]]) -> Iterator[Chunk]:
        """The chunk with its known words replaced, in every way there is, the chunk left out."""
        choices, at = [], 0
        for start, end in places:
            word = chunk.text[start:end]
            choices += [[chunk.text[at:start]], [word, *map(fold, self._useful(word))]]
            at = end
        for parts in islice(product(*choices, [chunk.text[at:]]), 1, 1 + MOST_OTHERS):
            yield replace(chunk, text="".join(parts))


def _stands_alone(start: int, end: int, spans: set[Span]) -> bool:
    """Whether the analysis cuts a word there: 劳模 in 全国劳模, whole as that is, not in 勤劳模范.

    Of words in words the longest count; one that holds the stretch must have words at its sides.
    """
    for first, last in spans:
        if last <= start or end <= first or (start <= first and last <= end):
            continue
        if any(one != (first, last) and one[0] <= first and last <= one[1] for one in spans):
            continue
        sides = {(first, start), (end, last)}
        if any(one[0] > one[1] or (one[0] < one[1] and one not in spans) for one in sides):
            return False
    return True


def _is_term(text: str) -> bool:
    """Whether a folded synonym is asked as an index term; ``12351`` stands in numbers, too."""
    return len(text) <= SHORT or not _HAN.search(text)


def _fixed(synonym: str, field: str | None) -> Exact | Word:
    """A synonym as a fixed expression."""
    text = fold(synonym)
    return Word(text, field) if _is_term(text) else Exact(text, field)
