"""Trying a profile on a page: what it reads, what found it, and what it leaves unread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from archive.article import Article, article_to_json
from archive.outcome import OutcomeKind
from archive.words import N_
from crawler.pages.lines import lines_of
from crawler.pages.markup import Markup
from crawler.pages.reading import Page, join
from crawler.pages.tree import TooMuchMarkup
from crawler.profile import Profile
from crawler.sites.given import Given, GivenPage, judge_given

_LONG = 30
"""Characters from which a line that was left unread is worth a look."""
_SENTENCE = re.compile(r"[。！？；]|[.!?](?:\s|$)")
"""What tells text from lists of headlines and from the foot of the page."""
_MOST_LINES = 8

CURES = {
    OutcomeKind.NOT_ARTICLE: N_(
        "If it is an article, let “articles” fit its address, or correct “not_articles”."
    ),
    OutcomeKind.LIST_PAGE: N_("If it is an article, let “articles” fit its address."),
    OutcomeKind.LAYOUT_NOT_RECOGNISED: N_(
        "Add a layout whose body is on this page, or correct the one that should read it. "
        "If it is no report, name what only such pages have in “not_articles”."
    ),
    OutcomeKind.FIELD_MISSING: N_(
        "Correct that field's places in the profile, or, if the site does not print it, leave "
        "the field out of “required”."
    ),
    OutcomeKind.NEEDS_JAVASCRIPT: N_(
        "The server sends this page empty; look for a feed or a list in JSON to read instead."
    ),
    OutcomeKind.REDIRECT: N_("Name the address that it leads to."),
    OutcomeKind.FORBIDDEN_BY_ROBOTS: N_("The site does not want it fetched; leave it out."),
    OutcomeKind.FORBIDDEN_ADDRESS: N_(
        "Only networks named in JIANBAO_ALLOW_ADDRESSES may be reached besides the public ones."
    ),
    OutcomeKind.REFUSED_BY_WAF: N_("Save the page in a browser and name the file."),
    OutcomeKind.GONE: N_("Name a page that is still there."),
    OutcomeKind.FETCH_FAILED: N_("See whether the address opens in a browser, and try again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a profile makes of one page."""

    name: str
    outcome: OutcomeKind
    detail: str
    """What failed, where it was not read."""
    page: Page | None
    left: tuple[str, ...]
    """The longest lines of the page that are no part of what was read, in its order."""

    @property
    def article(self) -> Article | None:
        return None if self.page is None else join([self.page])


def attempt(given: Given, profile: Profile) -> Trial:
    """Read a page with a profile as it is; raises nothing for what a page may hold."""
    verdict = judge_given(given, profile)
    page = verdict.page
    left: tuple[str, ...] = ()
    if page is not None and isinstance(given, GivenPage):
        left = _left_unread(given.text, join([page]))
    return Trial(name=given.name, outcome=verdict.kind, detail=verdict.detail, page=page, left=left)


def _left_unread(text: str, article: Article) -> tuple[str, ...]:
    """The longest sentences that stand in no field of the article."""
    try:
        markup = Markup(text, article.url)
    except TooMuchMarkup:
        return ()
    read = _packed(" ".join(_texts(json.loads(article_to_json(article)))))
    lines = dict.fromkeys(line.text for line in lines_of(markup.root))
    long = (each for each in lines if len(each) >= _LONG and _SENTENCE.search(each))
    unread = [each for each in long if _packed(each) not in read]
    longest = set(sorted(unread, key=len, reverse=True)[:_MOST_LINES])
    return tuple(line for line in unread if line in longest)


def _texts(value: Any) -> Iterable[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _packed(text: str) -> str:
    return "".join(text.split())


def as_json(trial: Trial) -> dict[str, Any]:
    """One line of ``site try --json``."""
    article = trial.article
    fields = json.loads(article_to_json(article.without_captures())) if article else None
    evidence: dict[str, Any] = {"detail": trial.detail}
    if trial.page is not None:
        evidence |= {
            "layout": trial.page.layout,
            "found": trial.page.found,
            "witnesses": [
                {**asdict(witness), "day": witness.day.isoformat()}
                for witness in trial.page.published_evidence
            ],
            "next_page": trial.page.next_page,
            "left_unread": list(trial.left),
        }
    return {
        "name": trial.name,
        "outcome": trial.outcome.value,
        "article": fields,
        "evidence": evidence,
    }
