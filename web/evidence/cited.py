"""Which reports rest on captures, and whether they still say what was cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.article import Article
from archive.capture import Capture
from archive.words import N_
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings

_NOT_OF_THESE = N_(
    "“%(parameter)s” is none of a report that rests on these bytes; there are %(known)s. "
    "Revisions are counted anew when the archive extracts its store again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A report that rests on a capture."""

    article: Article
    """As it is held now."""
    revision: int
    """The one that was cited; otherwise that as which the capture was read."""
    held_revision: int
    is_current: bool
    """Whether both say the same."""

    @property
    def diff_path(self) -> str:
        return f"/articles/{self.article.id}/diff?from={self.revision}&to={self.held_revision}"


def cited(captures: Sequence[Capture], revision: str | None) -> tuple[Cited, ...]:
    """The reports that rest on captures; with a revision, the report whose revision it is.

    Raises ``ParametersInvalid`` where it is none of theirs.
    """
    store = holdings().store
    read_as = store.read_as(capture.id for capture in captures)
    found: list[Cited] = []
    known: list[int] = []
    owners = dict.fromkeys(owner for owner, _ in read_as.values())
    for article in store.get_many(owners).values():
        said = {each.revision: each.article for each in store.revisions(article.id)}
        known += said
        held = store.held_revision(article.id)
        wanted = [number for number in said if str(number) == revision]
        if not revision:
            wanted = [max(number for owner, number in read_as.values() if owner == article.id)]
        for number in wanted:
            is_current = number == held or said.get(number) == said.get(held)
            found.append(
                Cited(article=article, revision=number, held_revision=held, is_current=is_current)
            )
    if revision and not found:
        facts = {"known": ", ".join(map(str, known)) or "–"}
        raise ParametersInvalid((Fault("revision", _NOT_OF_THESE, facts),))
    return tuple(found)
