"""How fast a crawl is: ``python -m benchmarks.crawl [--pages N] [--rounds N] [--json FILE]``.

Crawls a site of real-sized pages from loopback, politeness off, in four ways by turns: Scrapy
alone, Jianbao with and without reading, and what one would write instead.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.big_site import serving
from benchmarks.crawlers import CRAWLS, SEEN
from benchmarks.watch import MARKS

GOAL_CAPTURE = 0.5
"""Of bare Scrapy's pages a second."""
GOAL_READING = 2.0
"""Times the pages a second of Scrapy with trafilatura."""
GOAL_GAP = 0.150
_CORES = 2

Seen = dict[str, Any]


class CrawlFailed(Exception):
    """A crawl ended in a way that measures nothing; says how."""


def measure(name: str, base: str, pages: int) -> Seen:
    """Crawl the site once in a process of its own. Raises ``CrawlFailed``."""
    with tempfile.TemporaryDirectory(prefix="jianbao-crawl-") as folder:
        words = [sys.executable, "-m", "benchmarks.crawlers", name, base, str(pages), folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        report = Path(folder, SEEN)
        if done.returncode or not report.exists():
            raise CrawlFailed(f"{name}: exit code {done.returncode}\n{done.stderr}")
        seen: Seen = json.loads(report.read_text("utf-8"))
    if seen["pages"] < pages:
        raise CrawlFailed(f"{name}: {seen['pages']} of {pages} pages\n{done.stderr}")
    return seen


def measure_all(pages: int, rounds: int) -> dict[str, Seen]:
    """The best round of each way, and the longest gap of all its rounds."""
    best: dict[str, Seen] = {}
    with serving(pages) as base:
        for _ in range(rounds):
            for name in CRAWLS:
                if name == "trafilatura" and not importlib.util.find_spec(name):
                    continue
                seen, known = measure(name, base, pages), best.get(name)
                if known is not None:
                    gap = max(known["longest_gap"], seen["longest_gap"])
                    seen = max(seen, known, key=lambda each: each["pages_a_second"])
                    seen["longest_gap"] = gap
                best[name] = seen
    return best


def show(best: dict[str, Seen]) -> None:
    """The figures for people."""
    marks = ", ".join(f"{mark} %" for mark in MARKS)
    print(f"pages a second · longest gap of the event loop · peak memory at {marks} of the pages")
    for name, words in CRAWLS.items():
        if name not in best:
            print(f"{words}: not installed")
            continue
        seen = best[name]
        held = ", ".join(f"{megabytes:.0f}" for megabytes in seen["memory"])
        rate, gap = seen["pages_a_second"], seen["longest_gap"]
        print(f"{words}: {rate:.1f} · {gap * 1000:.0f} ms · {held} MB")
    rates = {name: seen["pages_a_second"] for name, seen in best.items()}
    share = rates["capture"] / rates["scrapy"]
    print(f"\ncapture alone, against Scrapy alone: {share:.2f} (goal {GOAL_CAPTURE})")
    if "trafilatura" in rates:
        times = rates["jianbao"] / rates["trafilatura"]
        print(f"Jianbao, against Scrapy with trafilatura: {times:.2f} (goal {GOAL_READING})")
    gap = max(best[name]["longest_gap"] for name in ("capture", "jianbao"))
    print(f"Jianbao's longest gap: {gap * 1000:.0f} ms (goal {GOAL_GAP * 1000:.0f})")


def main() -> None:
    """Measure on two cores, however many there are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl")
    parser.add_argument("--pages", type=int, default=3000, metavar="N", help="articles on the site")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="the best one counts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    given = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    best = measure_all(given.pages, given.rounds)
    show(best)
    if given.json:
        given.json.write_text(json.dumps(best, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
