"""The sample site's reports as saved pages with their truth, as far as they are in the project."""

from __future__ import annotations

from pathlib import Path

from benchmarks.scores import Truth
from benchmarks.truths import TruePage
from sample.report import Report
from sample.site import SITE, blocks, load_reports, pages

HOST = "the sample site"


def sample_pages(folder: Path) -> list[TruePage]:
    """Save the pages of all reports in a folder."""
    answers = pages()
    saved = []
    for report in load_reports():
        path = folder / f"{report.slug}.html"
        path.write_bytes(answers[report.path].body)
        saved.append(TruePage(file=path.name, path=path, host=HOST, truth=_truth(report)))
    return saved


def _truth(report: Report) -> Truth:
    printed = (block.text for block in blocks(report) if block.kind != "figure")
    return Truth(
        title=report.title,
        day=report.published.isoformat(),
        source=report.reprinted_from or SITE,
        body="\n".join(printed),
    )
