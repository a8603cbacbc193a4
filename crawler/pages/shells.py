"""Answers that hold no page but a script: a firewall's challenge, or a shell to be filled."""

from __future__ import annotations

import re

from crawler.pages.lines import clean, lines_of
from crawler.pages.markup import Markup, attribute

FEW_CHARACTERS = 100
"""A page with scripts and less text than this shows nothing without JavaScript."""
_CHALLENGES = {
    "瑞数": re.compile(r"\$_ts\b"),
    "加速乐": re.compile(r"__jsl_clearance"),
    "阿里云": re.compile(r"acw_sc__v\d"),
    "云锁": re.compile(r"yunsuo_session"),
    "360网站卫士": re.compile(r"wzws[-_]?(?:waf|cid|confirm|session)", re.IGNORECASE),
    "安全狗": re.compile(r"safedog", re.IGNORECASE),
    "Cloudflare": re.compile(r"/cdn-cgi/challenge-platform/|_cf_chl_opt"),
}
"""What the scripts of firewalls hold, by the firewall's name."""
_ROOTS = ("app", "root", "__next", "__nuxt")
_LEADS_ON = re.compile(
    r"location(?:\.href)?\s*=\s*[\"']([^\"']{1,200})|location\.(?:replace|assign)\(\s*[\"']([^\"']{1,200})"
)
_ASKS = re.compile(r"javascript|脚本", re.IGNORECASE)
_LONGEST = 60


def challenge_of(text: str) -> str | None:
    """The firewall whose script a page holds; ask only of pages that show no text."""
    return next((name for name, sign in _CHALLENGES.items() if sign.search(text)), None)


def shows_nothing(markup: Markup) -> bool:
    """Whether a page has scripts and no text to speak of."""
    if not markup.named("script"):
        return False
    return sum(len(line.text) for line in lines_of(markup.root)) < FEW_CHARACTERS


def shell_of(markup: Markup) -> str:
    """Why a page that shows nothing does so: the place that a script would fill."""
    for name in _ROOTS:
        for node in markup.select(f"#{name}"):
            if not clean(node.get_text()):
                return f"{node.name}#{name} is empty"
    for node in markup.named("noscript"):
        if _ASKS.search(words := clean(node.get_text())):
            return f"noscript: {words[:_LONGEST]}"
    for node in markup.named("script"):
        if leads := _LEADS_ON.search(node.get_text()):
            return f"a script leads to {leads[1] or leads[2]}"
        if "location.reload" in node.get_text():
            return "a script loads the page again"
    sources = [attribute(node, "src") for node in markup.named("script")]
    return f"only scripts: {next(filter(None, sources), 'in the page')[:_LONGEST]}"
