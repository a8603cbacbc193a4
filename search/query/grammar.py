"""What a reader types, as a tree. Pure: no index, no segmenter; raises nothing but ``QueryError``.

Spaces join with AND, which binds tighter than ``OR``, ``或``, ``|``. ``-词``, ``NOT``, ``非``
exclude. ``"…"`` and ``“…”`` are exact; ``"A B"~10`` asks for the parts within ten further
characters; ``词*`` for words that begin so. ``within:section``, ``同节`` keep what their group asks
for to one section. ``title:…`` and the other names of ``FIELDS`` ask one field; an unknown name
is words. Full-width signs count as their half-width twins.
"""

from __future__ import annotations

from archive.errors import QueryError
from archive.words import N_
from search.analysis import fold
from search.query.days import parse_days
from search.query.tokens import FIELDS, Token, tokens
from search.query.tree import (
    EVERYTHING,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    joined,
    limited,
    together,
)

MAX_LENGTH = 1_000
"""Characters a query may have."""
MAX_PARTS = 100
"""Words, strings and conditions a query may have."""
MAX_DEPTH = 20
"""Parentheses and negations that may stand inside each other."""
MAX_DISTANCE = 1_000


def parse(text: str) -> Node:
    """The tree of a query; a blank one asks for everything. Raises ``QueryError``."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            position=MAX_LENGTH,
            reason=N_("it is longer than 1,000 characters; search for a part of it"),
        )
    tree = _Parser(tokens(text)).everything()
    if text.strip() and tree == EVERYTHING:
        raise QueryError(position=0, reason=N_("it holds no word to search for"))
    return tree


class _Parser:
    """Recursive descent over the tokens; ``depth`` keeps it far from Python's own limit."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._parts = 0

    def everything(self) -> Node:
        found: list[Node] = []
        while self._at < len(self._tokens):
            node = self._alternatives()
            found += [] if node is None else [node]
            if self._peek() == "close":  # a parenthesis that was never opened
                self._at += 1
        return joined(found)

    def _peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index].kind if index < len(self._tokens) else "end"

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _alternatives(self) -> Node | None:
        found: list[Node] = []
        while True:
            group = self._group()
            found += [] if group is None else [group]
            if self._peek() != "or":
                break
            self._at += 1
        if not found:
            return None
        return found[0] if len(found) == 1 else Or(tuple(dict.fromkeys(found)))

    def _group(self) -> Node | None:
        """What is joined by spaces."""
        found: list[Node] = []
        in_section = False
        while (kind := self._peek()) not in {"end", "close"}:
            if kind == "or" and self._is_operator(bool(found)):
                break
            if kind == "together" and len(self._tokens) > 1:
                in_section = True
                self._at += 1
                continue
            node = self._operand(None)
            found += [] if node is None else [node]
        if not found:
            return None
        return joined(together(found) if in_section else found)

    def _is_operator(self, has_left: bool) -> bool:
        """Whether the ``OR`` or ``或`` here stands between two operands; the sign always does."""
        if self._tokens[self._at].text == "|":
            return True
        return has_left and self._peek(1) not in {"end", "close", "or"}

    def _operand(self, field: str | None) -> Node | None:
        token = self._next()
        match token.kind:
            case "open":
                return self._parenthesis(token, field)
            case "not" | "and" if self._peek() in {"end", "close", "or"}:
                return None if token.text == "-" else self._part(token, Chunk(fold(token.text)))
            case "not":
                return self._excluded(token, field)
            case "and":
                return None
            case "field":
                return self._in_field(token)
            case "quoted":
                return self._quoted(token, field)
            case "near":
                return None
            case _:
                return self._words(token, field)

    def _excluded(self, token: Token, field: str | None) -> Node | None:
        with _Deeper(self, token.position):
            node = self._operand(field)
        if isinstance(node, Not):
            return node if token.text == "-" else node.node
        return None if node is None else Not(node)

    def _parenthesis(self, token: Token, field: str | None) -> Node | None:
        with _Deeper(self, token.position):
            node = self._alternatives()
        if self._peek() == "close":
            self._at += 1
        return node if node is None or field is None else limited(node, field)

    def _in_field(self, token: Token) -> Node | None:
        if self._peek() not in {"word", "quoted", "open", "not"}:
            return self._part(token, Chunk(fold(token.text)))
        if FIELDS[token.text] == "date":
            value = self._next()
            days = parse_days(value.text) if value.kind in {"word", "quoted"} else None
            if days is None:
                raise QueryError(
                    position=value.position,
                    reason=N_(
                        "this is not a day; write 2019, 2019-11 or 2019-11-29, "
                        "or a range such as 2019-11..2020-01"
                    ),
                )
            return self._part(token, Days(*days))
        return self._operand(FIELDS[token.text])

    def _quoted(self, token: Token, field: str | None) -> Node | None:
        distance = self._next() if self._peek() == "near" else None
        text = fold(token.text)
        if not text:
            return None
        # Spaces between Chinese characters close in folding, so parts are split before it.
        parts = tuple(dict.fromkeys(filter(None, map(fold, token.text.split()))))
        if distance is None or len(parts) < 2:
            return self._part(token, Exact(text, field))
        return self._part(token, Near(parts, min(int(distance.text), MAX_DISTANCE), field))

    def _words(self, token: Token, field: str | None) -> Node | None:
        text = token.text.strip("*")
        folded = fold(text)
        if not any(character.isalnum() for character in folded):
            return None
        if token.text.endswith("*"):
            return self._part(token, Prefix(folded, field))
        return self._part(token, Chunk(folded, field))

    def _part(self, token: Token, node: Node) -> Node:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise QueryError(
                position=token.position,
                reason=N_("it has more than 100 parts; search for fewer at a time"),
            )
        return node


class _Deeper:
    """One step down, refused beyond ``MAX_DEPTH``."""

    def __init__(self, parser: _Parser, position: int) -> None:
        self._parser = parser
        self._position = position

    def __enter__(self) -> None:
        self._parser._depth += 1
        if self._parser._depth > MAX_DEPTH:
            raise QueryError(
                position=self._position,
                reason=N_("too many parentheses stand inside each other here"),
            )

    def __exit__(self, *_: object) -> None:
        self._parser._depth -= 1
