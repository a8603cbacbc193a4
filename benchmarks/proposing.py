"""What ``jianbao site new --yes`` and ``jianbao site try`` do, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.article import Article
from archive.outcome import OutcomeKind
from benchmarks.scores import Found
from crawler.pages.tree import TooMuchMarkup
from crawler.profile import Profile
from crawler.proposal.propose import propose
from crawler.proposal.specimen import Specimen
from crawler.sites.given import GivenPage, complaint, saved_page
from crawler.sites.trying import attempt

KEY = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of a page."""

    outcome: str
    """An outcome, or why no profile could be proposed."""
    detail: str = ""
    found: Found = field(default_factory=Found)

    @property
    def is_read(self) -> bool:
        return self.outcome == OutcomeKind.NEW


def proposed(paths: Sequence[Path]) -> Profile | Reading:
    """The profile that is proposed from saved pages, or what they all are for want of one."""
    try:
        specimens = [each for path in paths if (each := _specimen(path))]
        proposal = propose(KEY, specimens)
        if not proposal.layouts:
            return Reading(outcome="nothing_to_read")
        return Profile.model_validate({**proposal.data, "key": KEY})
    except Exception as error:  # a benchmark tells of faults and goes on
        return _raised(error)


def _specimen(path: Path) -> Specimen | None:
    given = saved_page(path)
    if not isinstance(given, GivenPage) or complaint(given):
        return None
    specimen = Specimen(name=given.name, url=given.address, text=given.text)
    try:
        specimen.markup  # noqa: B018
    except TooMuchMarkup:
        return None
    return specimen


def read(path: Path, profile: Profile | Reading) -> Reading:
    """What a profile reads on a saved page."""
    if isinstance(profile, Reading):
        return profile
    try:
        trial = attempt(saved_page(path), profile)
    except Exception as error:
        return _raised(error)
    found = found_in(trial.article) if trial.article else Found()
    return Reading(outcome=trial.outcome.value, detail=trial.detail, found=found)


def _raised(error: Exception) -> Reading:
    return Reading(outcome="raised", detail=f"{type(error).__name__}: {error}")


def found_in(article: Article) -> Found:
    """The fields of an article that there are truths for."""
    return Found(
        title=article.title,
        day=article.published.isoformat() if article.published else None,
        source=article.reprinted_from or article.container_title,
        body=body_text(article),
    )


def body_text(article: Article) -> str:
    """Headings and paragraphs in printed order, a line each; without the captions of figures."""
    lines: list[str] = []
    for section in article.sections:
        lines += [words for words in (section.heading, section.subheading) if words]
        lines += section.paragraphs
    return "\n".join(lines)
