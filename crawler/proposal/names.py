"""What a site and its publisher are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from archive.words import _
from crawler.proposal.specimen import Specimen
from crawler.proposal.titles import parts_of, printed_head

_METAS = ("SiteName", "og:site_name", "application-name")
_PUBLISHER = re.compile(
    r"(?:主\s*办(?:单位|方)?|版\s*权\s*所\s*有|主管(?:单位)?)\s*[:：©]?\s*"
    r"(?P<name>[\u4e00-\u9fff（）()]{2,24}(?:会|局|委|府|厅|部|办|院|社|报|中心|公司|大学|学院|工会))"
)


def name_of(articles: Sequence[Specimen], lists: Sequence[Specimen], host: str) -> tuple[str, str]:
    """The site's name and the evidence: a meta element, or what ends most title elements."""
    pages = [*articles, *lists]
    for page in pages:
        for name in _METAS:
            if said := page.markup.meta(name):
                return said, _("meta %(name)s on %(page)s") % {"name": name, "page": page.name}
    heads = [parts for page in pages if len(parts := parts_of(printed_head(page.markup))) > 1]
    if heads:
        counted = Counter(part for parts in heads for part in dict.fromkeys(parts))
        # The name stands on every page, and behind the channel's; on one page beside the title.
        first = [part for part in heads[0] if len(heads) > 1 or part != max(heads[0], key=len)]
        name = max(reversed(first), key=lambda part: counted[part], default=heads[0][-1])
        facts = {"count": counted[name], "all": len(pages)}
        return name, _("stands in %(count)d of %(all)d title elements") % facts
    if published_by := publisher_of(pages):
        return published_by
    return host, _("no page says the site's name: write it here")


def publisher_of(pages: Sequence[Specimen]) -> tuple[str, str] | None:
    """The body that publishes the site, as the foot of a page names it."""
    for page in pages:
        words = page.markup.root.get_text(" ", strip=True)[-3000:]
        if match := _PUBLISHER.search(words):
            facts = {"words": match[0], "page": page.name}
            return match["name"].strip("（）()"), _("“%(words)s” on %(page)s") % facts
    return None
