"""What became of every address of a run, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.outcome import MEANINGS, Outcome, OutcomeKind
from archive.words import N_

NEEDS_REVIEW = frozenset(
    (OutcomeKind.LAYOUT_NOT_RECOGNISED, OutcomeKind.FIELD_MISSING, OutcomeKind.NEEDS_JAVASCRIPT)
)
_ELSEWHERE = frozenset((OutcomeKind.REDIRECT, OutcomeKind.NOT_ARTICLE))
_ASTRAY = NEEDS_REVIEW | _ELSEWHERE | {OutcomeKind.GONE}
USABLE = frozenset(
    (OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.UNCHANGED, OutcomeKind.LIST_PAGE)
)


_WIDTH = 140
"""Columns where no terminal says how wide it is."""
_MOST_ASTRAY = 20
"""Held reports that are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of outcome, how often, and one example."""

    kind: OutcomeKind
    count: int
    sample: Outcome


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """The outcomes counted, in the order of ``OutcomeKind``."""
    by_kind: dict[OutcomeKind, list[Outcome]] = {}
    for outcome in outcomes:
        by_kind.setdefault(outcome.kind, []).append(outcome)
    return [
        Row(kind=kind, count=len(by_kind[kind]), sample=by_kind[kind][0])
        for kind in OutcomeKind
        if kind in by_kind
    ]


def astray(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What became of held articles whose addresses do not show them any more."""
    return [outcome for outcome in outcomes if outcome.article_id and outcome.kind in _ASTRAY]


def needs_review(outcomes: Iterable[Outcome]) -> bool:
    """Whether a person should look: at pages that were not read, at held articles led elsewhere."""
    return any(
        outcome.kind in NEEDS_REVIEW or (outcome.article_id and outcome.kind in _ELSEWHERE)
        for outcome in outcomes
    )


def as_json(run: str, outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """The report for programs."""
    return {
        "run": run,
        "site": outcomes[0].site if outcomes else None,
        "urls": len(outcomes),
        "outcomes": [
            {
                "kind": row.kind.value,
                "count": row.count,
                "sample": row.sample.url,
                "detail": row.sample.detail,
            }
            for row in rows(outcomes)
        ],
        "astray": [
            {
                "article_id": outcome.article_id,
                "kind": outcome.kind.value,
                "url": outcome.url,
                "detail": outcome.detail,
            }
            for outcome in astray(outcomes)
        ],
    }


def show(
    console: Console, run: str, outcomes: tuple[Outcome, ...], translate: Callable[[str], str]
) -> None:
    """The report for people."""
    site = outcomes[0].site if outcomes else ""
    title = translate(N_("Run %(run)s of %(site)s; addresses: %(urls)s"))
    table = Table(
        title=title % {"run": run, "site": site, "urls": len(outcomes)}, title_justify="left"
    )
    if not console.is_terminal:
        console.width = _WIDTH
    table.add_column(translate(N_("outcome")), no_wrap=True)
    table.add_column(translate(N_("count")), justify="right")
    table.add_column(translate(N_("meaning")))
    table.add_column(translate(N_("one of them")), overflow="fold")
    for row in rows(outcomes):
        sample = row.sample.url + (f"\n{row.sample.detail}" if row.sample.detail else "")
        table.add_row(row.kind.value, str(row.count), translate(MEANINGS[row.kind]), sample)
    console.print(table)
    _show_astray(console, astray(outcomes), translate)


def _show_astray(console: Console, found: list[Outcome], translate: Callable[[str], str]) -> None:
    if not found:
        return
    words = translate(N_("Held articles that their addresses do not show any more: %(count)s"))
    console.print(words % {"count": len(found)})
    for outcome in found[:_MOST_ASTRAY]:
        words = f"{outcome.article_id} {outcome.kind} {outcome.url} {outcome.detail}"
        console.print(words, markup=False, soft_wrap=True)
    if len(found) > _MOST_ASTRAY:
        console.print(translate(N_("… and more; “jianbao report --json” lists them all.")))
