"""The tree of a query: what each part of it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Chunk:
    """Unquoted: all its words, or its characters in a row. ``text`` is folded, here as below."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """Quoted: these characters in a row within one unit."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """These characters in a row, beginning where a word may begin."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """All parts in a stretch of one unit that has at most ``distance`` characters besides them."""

    parts: tuple[str, ...]
    distance: int
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One index term exactly as the analysis cuts it. Never typed."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Widened:
    """A chunk or one of its synonyms. Never typed: ``synonyms.widen`` makes it.

    A synonym is a fixed expression, so ``Exact``, or where it is short a ``Word``: as characters
    in a row 全总 also stands in 安全总结. A ``Chunk`` is the chunk with a known word replaced.
    """

    chunk: Chunk
    others: tuple[Chunk | Exact | Word, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Published from the first to the last day, inclusive; ``None`` leaves an end open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but these."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them; with no members, everything."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """All of them (text without field names, or alternatives of it) in one section."""

    nodes: tuple[Node, ...]


Text = Chunk | Exact | Prefix | Near | Word
Node = Text | Widened | Days | Not | And | Or | Together

EVERYTHING = And(())


def texts(node: Node) -> Iterator[Text]:
    """The pieces of text that a match may hold: everything but what is excluded."""
    match node:
        case Chunk() | Exact() | Prefix() | Near() | Word():
            yield node
        case Widened(chunk, others):
            yield chunk
            yield from others
        case And(nodes) | Or(nodes) | Together(nodes):
            for child in nodes:
                yield from texts(child)
        case Not() | Days():
            return


def joined(nodes: list[Node]) -> Node:
    """One AND over all, without repetitions and without groups in groups."""
    flat: dict[Node, None] = {}
    for node in nodes:
        flat.update(dict.fromkeys(node.nodes if isinstance(node, And) else (node,)))
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def limited(node: Node, field: str) -> Node:
    """The same question put to one field; names inside the parentheses win."""
    match node:
        case Chunk() | Exact() | Prefix() | Near() | Word():
            return node if node.field else replace(node, field=field)
        case Widened(chunk, others):
            if chunk.field:
                return node
            return Widened(
                replace(chunk, field=field), tuple(replace(one, field=field) for one in others)
            )
        case Not(child):
            return Not(limited(child, field))
        case And(nodes):
            return And(tuple(limited(child, field) for child in nodes))
        case Or(nodes):
            return Or(tuple(limited(child, field) for child in nodes))
        case Together() | Days():
            return node


def together(nodes: list[Node]) -> list[Node]:
    """What can stand in a section goes into one ``Together``; the rest stays beside it."""
    flat = [child for node in nodes for child in (node.nodes if isinstance(node, And) else (node,))]
    inside = [node for node in flat if is_text(node)]
    outside = [node for node in flat if not is_text(node)]
    return [Together(tuple(inside)), *outside] if inside else outside


def is_text(node: Node) -> bool:
    """Whether a section can be asked for it."""
    match node:
        case Chunk() | Exact() | Prefix() | Near() | Word():
            return node.field is None
        case Widened(chunk):
            return chunk.field is None
        case And(nodes) | Or(nodes):
            return all(is_text(child) for child in nodes)
        case _:
            return False
