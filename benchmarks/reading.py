"""How well profiles read real pages: ``python -m benchmarks.reading [--json FILE] [PART...]``.

Nobody writes these profiles: each is what ``jianbao site new --yes`` proposes, unchanged. Other
readers, which need no profile, read the same pages in the same run.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.command import SAMPLE, differing
from benchmarks.peers import found_by, peers
from benchmarks.scores import Score, score, summary
from benchmarks.speed import Speed, measure_speed
from benchmarks.tries import CHOICES, CHOSEN, Try, each_alone, hosts_of, others_of_host, outcomes
from benchmarks.truths import PAGES, TruePage, true_pages
from crawler.pages.decode import decode

GOALS_ALONE = {"title": 0.95, "day": 0.98, "source": 0.90, "body": 0.96, "paragraphs": 0.93}
GOALS_SITE = {"title": 0.97, "body": 0.96, "read": 0.85}
GOAL_SPEED = 1.2
GOAL_SECONDS = 5.0
FIELDS = ("title", "day", "silent", "source", "body", "paragraphs")
PARTS = ("page", "site", "speed", "command")


def main() -> None:
    """Measure the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of each page")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if not PAGES.is_dir():
        parser.exit(1, f"The saved pages are not there: {PAGES}\n")
    parts = given.parts or PARTS
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    figures: dict[str, Any] = {}
    pages = true_pages()
    alone = each_alone(pages) if {"page", "command"} & set(parts) else []
    if "page" in parts:
        figures["page"] = _measure_alone(console, pages, alone)
    if "site" in parts:
        figures["site"] = _measure_hosts(console, pages)
    if "command" in parts:
        figures["command"] = _ask_command(console, alone)
    if "speed" in parts:
        figures["speed"] = _measure_speed(console, pages)
    if given.json:
        words = json.dumps(figures, ensure_ascii=False, indent=1)
        given.json.write_text(words + "\n", "utf-8")


def _measure_alone(
    console: Console, pages: Sequence[TruePage], alone: Sequence[Try]
) -> dict[str, Any]:
    """Each page by the profile proposed from it, and by the other readers."""
    rows = {"Jianbao": [each.score for each in alone]}
    readers, missing = peers()
    for name, reader in readers.items():
        rows[name] = [score(each.truth, found_by(reader, _text(each))) for each in pages]
    institutional = [each.score for each in alone if each.page.is_institutional]
    title = f"A page: {len(pages)} pages, each with the profile proposed from it"
    _show(console, title, rows, GOALS_ALONE, missing)
    _show(
        console,
        f"Families: the {len(institutional)} pages of offices and state media among them",
        {"Jianbao": institutional}
        | {
            name: [one for one, page in zip(scores, pages, strict=True) if page.is_institutional]
            for name, scores in rows.items()
            if name != "Jianbao"
        },
    )
    _show_outcomes(console, alone)
    return {
        "means": {name: summary(scores).means for name, scores in rows.items()},
        "counts": summary(rows["Jianbao"]).counts,
        "institutional": summary(institutional).means,
        "not_installed": missing,
        "each": [_as_json(each) for each in alone],
    }


def _measure_hosts(console: Console, pages: Sequence[TruePage]) -> dict[str, Any]:
    """The pages of a host by the profile proposed from three others of them."""
    tries = {host: others_of_host(host, own) for host, own in hosts_of(pages).items()}
    pooled = [each for own in tries.values() for each in own]
    read = [each for each in pooled if each.reading.is_read]
    console.print(
        f"\nA site: profiles proposed from {CHOSEN} pages of a host, {CHOICES} times, "
        f"read {len(read)} of {len(pooled)} other pages: {len(read) / len(pooled):.3f} "
        f"(goal {GOALS_SITE['read']})"
    )
    rows = {"all": read} | {h: [e for e in own if e.reading.is_read] for h, own in tries.items()}
    scores = {name: [each.score for each in own] for name, own in rows.items()}
    _show(console, "Of those that were read", scores, GOALS_SITE)
    for host, own in tries.items():
        console.print(f"{host}: ", end="")
        _show_outcomes(console, own)
    wrong = [each for each in pooled if each.is_wrong]
    for each in wrong:
        console.print(f"passed off as read: {each.page.file} body {each.score.body:.2f}")
    return {
        "read": len(read) / len(pooled),
        "means": {name: summary(own).means for name, own in scores.items()},
        "outcomes": {host: dict(outcomes(own)) for host, own in tries.items()},
        "wrong": [each.page.file for each in wrong],
        "each": [_as_json(each) for each in pooled],
    }


def _ask_command(console: Console, alone: Sequence[Try]) -> dict[str, Any]:
    """A few pages read by the command itself."""
    files = differing(alone)
    console.print(f"\nThe command reads {SAMPLE - len(files)} of {SAMPLE} pages the same.")
    for file in files:
        console.print(f"differs: {file}")
    return {"pages": SAMPLE, "differing": files}


def _measure_speed(console: Console, pages: Sequence[TruePage]) -> dict[str, Any]:
    speed: Speed = measure_speed(each.path for each in pages)
    beside = "trafilatura is not installed"
    if speed.theirs is not None and speed.ratio is not None:
        beside = f"trafilatura {speed.theirs:.1f}: {speed.ratio:.2f} times (goal {GOAL_SPEED})"
    console.print(f"\nPages read per CPU second: {speed.ours:.1f}; {beside}")
    console.print(f"Longest to propose from and read (goal under {GOAL_SECONDS} s):")
    for seconds, name in speed.slowest:
        console.print(f"  {seconds:.2f} s  {name}")
    held = ", ".join(f"{megabytes:.0f}" for megabytes in speed.memory)
    console.print(f"Memory after each round: {held} MB")
    return asdict(speed)


def _text(page: TruePage) -> str:
    """The page decoded by us: not every reader decodes these pages."""
    return decode(page.path.read_bytes()).text


def _show(
    console: Console,
    title: str,
    rows: dict[str, list[Score]],
    goals: dict[str, float] | None = None,
    missing: Iterable[str] = (),
) -> None:
    table = Table("", *FIELDS, title=title, title_justify="left")
    for name, scores in rows.items():
        found = summary(scores)
        table.add_row(
            name,
            *(
                f"{found.means[each]:.3f} ({found.counts[each]})" if each in found.means else "–"
                for each in FIELDS
            ),
        )
    for name in missing:
        table.add_row(name, "not installed")
    if goals:
        table.add_row("goal", *(f"{goals[each]:.2f}" if each in goals else "" for each in FIELDS))
    console.print()
    console.print(table)


def _show_outcomes(console: Console, tries: Iterable[Try]) -> None:
    counted = outcomes(tries).most_common()
    console.print(", ".join(f"{count} {kind}" for kind, count in counted))


def _as_json(each: Try) -> dict[str, Any]:
    """A page's figures without its text."""
    reading = each.reading
    told = {"file": each.page.file, "outcome": reading.outcome, "detail": reading.detail}
    return told | asdict(each.score)


if __name__ == "__main__":
    main()
