"""OAI-PMH 2.0 at ``/oai``: library systems copy the records and come back for what changed.

A record is an article in Dublin Core, a set is a site, a datestamp is the time of the commit that
changed the record last. Withdrawn articles stay as records that are deleted, without their text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request

from archive.last_changes import LastChange
from web.harvest.blueprint import blueprint, public
from web.harvest.dublin_core import dublin_core
from web.harvest.oai_requests import (
    NOT_ECHOED,
    PREFIX,
    TOKEN,
    OaiError,
    check_format,
    read_arguments,
    read_window,
)
from web.harvest.resumption import Place, read_token, token
from web.harvest.xml_answers import instant, xml_answer
from web.holdings import holdings

PAGE = 100
"""Records in one answer."""
_MAIL = re.compile(r"[^\s@/]+@(?:[^\s@/.]+\.)+[^\s@/.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it is told."""

    identifier: str
    datestamp: str
    set_spec: str | None
    elements: tuple[tuple[str, str], ...] | None
    """Of Dublin Core; ``None`` where the record is deleted."""


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """Answer a request of a harvester."""
    facts: dict[str, Any] = {"arguments": {}, "answered_at": instant(datetime.now(UTC))}
    try:
        arguments = read_arguments(request.form if request.method == "POST" else request.args)
        facts["arguments"] = arguments
        facts |= _ANSWERS[arguments["verb"]](arguments)
    except OaiError as error:
        facts["error"] = error
        if error.code in NOT_ECHOED:
            facts["arguments"] = {}
    return xml_answer("oai.xml", "text/xml", base_url=public("harvest.oai"), **facts)


def _identify(_: Mapping[str, str]) -> dict[str, Any]:
    settings = holdings().settings
    first = holdings().store.first_changed_at()
    return {
        "repository_name": settings.archive_name,
        "admin_email": admin_email(settings.contact, _host()),
        "earliest": instant(first or datetime.now(UTC)),
    }


def _list_metadata_formats(arguments: Mapping[str, str]) -> dict[str, Any]:
    if "identifier" in arguments:
        _change(arguments["identifier"])
    return {"prefix": PREFIX}


def _list_sets(arguments: Mapping[str, str]) -> dict[str, Any]:
    if TOKEN in arguments:
        raise OaiError("badResumptionToken", "the list of sets is told at once; ask without it")
    held = holdings()
    sets = [(site, held.site_name(site)) for site in held.store.sites()]
    if not sets:
        raise OaiError("noSetHierarchy", "the archive holds no report of any site yet")
    return {"sets": sets}


def _get_record(arguments: Mapping[str, str]) -> dict[str, Any]:
    check_format(arguments["metadataPrefix"])
    return {"record": _record(_change(arguments["identifier"]))}


def _list_records(arguments: Mapping[str, str]) -> dict[str, Any]:
    store = holdings().store
    place = _place(arguments)
    check_format(place.prefix)
    window = read_window(place.arguments())
    if not place.cursor:
        place = replace(place, size=store.count_last_changes(window))
    # One more than is told says whether the list goes on.
    changes = store.last_changes(window, since=place.revision, limit=PAGE + 1)
    if not changes:
        raise OaiError("noRecordsMatch", "no record changed then, or there is no such set")
    told = changes[:PAGE]
    following = None
    if len(changes) > PAGE:
        onwards = replace(place, revision=told[-1].revision, cursor=place.cursor + PAGE)
        following = token(onwards, store.id)
    return {
        "records": [_record(change) for change in told],
        "place": place if following or place.cursor else None,
        "following": following or "",
    }


def _place(arguments: Mapping[str, str]) -> Place:
    if TOKEN in arguments:
        return read_token(arguments[TOKEN], holdings().store.id)
    return Place(
        prefix=arguments["metadataPrefix"],
        changed_from=arguments.get("from"),
        changed_until=arguments.get("until"),
        set_spec=arguments.get("set"),
    )


_ANSWERS: Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list_records,
    "ListRecords": _list_records,
    "GetRecord": _get_record,
}


def _change(identifier: str) -> LastChange:
    """The last change of the article with an OAI identifier. Raises ``OaiError``."""
    prefix = _identifier("")
    found = None
    if identifier.startswith(prefix):
        found = holdings().store.last_change(identifier.removeprefix(prefix))
    if found is None:
        raise OaiError("idDoesNotExist", f"the archive has no record {identifier}")
    return found


def _record(change: LastChange) -> Record:
    article = change.article
    return Record(
        identifier=_identifier(change.article_id),
        datestamp=instant(change.at),
        set_spec=change.site,
        elements=None if article is None else dublin_core(article, holdings().page_url(article)),
    )


def _identifier(article_id: str) -> str:
    return f"oai:{_host()}:{article_id}"


def _host() -> str:
    return urlsplit(holdings().settings.public_url).hostname or "localhost"


def admin_email(contact: str, host: str) -> str:
    """The mail address that the protocol demands: the archive's contact, if it is one.

    Otherwise that of whoever keeps the web server (RFC 2142); the protocol wants a dot in it.
    """
    mail = contact.removeprefix("mailto:")
    if _MAIL.fullmatch(mail):
        return mail
    return f"webmaster@{host}" if "." in host else f"webmaster@{host}.invalid"
