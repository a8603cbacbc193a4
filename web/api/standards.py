"""Addresses whose answers follow standards of their own, as the API's description names them.

They belong to plain blueprints, of which APIFlask tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.api.description import Described
from web.citations.formats import FILES
from web.evidence.cdx_parameters import LIMIT, LIMIT_MAX, MatchType, Order, Output
from web.evidence.links import LINK_FORMAT
from web.harvest.atom import ATOM, FeedParameters
from web.harvest.opensearch import DESCRIPTION, SUGGESTIONS
from web.harvest.signposting import LINKSET
from web.params import SuggestParameters

_EVIDENCE, _HARVEST, _CITING = "evidence", "harvesting and discovery", "citations as files"


def _query(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": {"type": "string", **schema},
    }


_CDX = (
    _query("url", "The address.", required=True),
    _query("matchType", "What it stands for.", enum=[*MatchType], default=MatchType.EXACT),
    _query("from", "First instant (UTC), 4 to 14 digits of YYYYMMDDhhmmss."),
    _query("to", "Last instant, the same."),
    _query("limit", "Lines.", type="integer", minimum=1, maximum=LIMIT_MAX, default=LIMIT),
    _query("sort", "Order.", enum=[*Order], default=Order.OLDEST),
    _query("closest", "The instant that the first line is nearest to, with `sort=closest`."),
    {
        **_query("filter", "Such as status:200, =mime:text/html or !status:404."),
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    _query("output", "Form.", enum=[*Output], default=Output.CDXJ),
    _query("cursor", "Where the page before ended; the header `Link` has it."),
)
_IDENTIFY: dict[str, Any] = {"required": True, "examples": ["Identify"]}
_OAI = (
    _query("verb", "What is asked; mistakes are answered as the protocol says.", **_IDENTIFY),
    _query("metadataPrefix", "`oai_dc`"),
    _query("identifier", "Of a record."),
    _query("from", "First day or instant of change (UTC)."),
    _query("until", "Last day or instant of change (UTC)."),
    _query("set", "A site."),
    _query("resumptionToken", "Where the list before ended."),
)

STANDARDS: Mapping[str, Described] = {
    **{
        f"pages.citation{suffix.replace('.', '_')}": Described(
            tag=_CITING,
            summary=f"Citation ({suffix})",
            description=f"The reference to an article, or to one section of it, as {form.label}.",
            media_types=(form.media_type,),
            errors=(400, 404, 410, 503),
            parameters=(
                _query("section", "Anchor of the section that is cited.", pattern="^s[0-9]+$"),
            ),
        )
        for suffix, form in FILES.items()
    },
    "evidence.captured": Described(
        tag=_EVIDENCE,
        summary="Captured page",
        description="The capture of a second (UTC, YYYYMMDDhhmmss) as it came, in a sandbox; "
        "302 to the nearest one.",
        media_types=("*/*",),
        status="default",
        errors=(400, 404, 410, 503),
    ),
    "evidence.timegate": Described(
        tag=_EVIDENCE,
        summary="Time gate",
        description="302 to the capture nearest to `Accept-Datetime` (Memento, RFC 7089).",
        media_types=("text/html",),
        status="302",
        errors=(400, 404, 410, 503),
    ),
    "evidence.timemap": Described(
        tag=_EVIDENCE,
        summary="Time map",
        description="Every capture of an address (Memento, RFC 7089).",
        media_types=(LINK_FORMAT,),
        errors=(400, 404, 410, 503),
    ),
    "evidence.cdx": Described(
        tag=_EVIDENCE,
        summary="CDX",
        description="Captures, one a line, for programs such as pywb.",
        media_types=("text/x-cdxj", "application/x-ndjson", LINK_FORMAT),
        errors=(400, 404, 410, 503),
        parameters=_CDX,
    ),
    "harvest.feed": Described(
        tag=_HARVEST,
        summary="Feed",
        description="A search as a feed (Atom, RFC 4287), the newest articles first.",
        media_types=(ATOM,),
        errors=(400, 503),
        parameters=(FeedParameters,),
        without=("page", "facet"),
    ),
    "harvest.oai": Described(
        tag=_HARVEST,
        summary="OAI-PMH",
        description="The archive for harvesters (OAI-PMH 2.0); POST is taken, too.",
        takes_posts=True,
        media_types=("text/xml",),
        errors=(503,),
        parameters=_OAI,
    ),
    "harvest.description": Described(
        tag=_HARVEST,
        summary="OpenSearch",
        description="How browsers ask the archive (OpenSearch 1.1).",
        media_types=(DESCRIPTION,),
    ),
    "harvest.suggest": Described(
        tag=_HARVEST,
        summary="Suggestions for browsers",
        description="What was typed and what it may become (OpenSearch Suggestions).",
        media_types=(SUGGESTIONS,),
        errors=(400, 503),
        parameters=(SuggestParameters,),
    ),
    "harvest.linkset": Described(
        tag=_HARVEST,
        summary="Signposts",
        description="The links of an article's page (RFC 9264).",
        media_types=(LINKSET,),
        errors=(404, 410, 503),
    ),
    "harvest.robots": Described(
        tag=_HARVEST,
        summary="Robots",
        description="What robots may read.",
        media_types=("text/plain",),
    ),
    "harvest.sitemap": Described(
        tag=_HARVEST,
        summary="Sitemap",
        description="Every article's page, and when it changed.",
        media_types=("application/xml",),
        errors=(503,),
    ),
    "harvest.sitemap_part": Described(
        tag=_HARVEST,
        summary="Part of the sitemap",
        description="The articles of one part of a large archive.",
        media_types=("application/xml",),
        errors=(404, 503),
    ),
}
"""By endpoint."""
