"""OAI-PMH, as a harvester sees it that library systems use, and the errors of the protocol."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch
from werkzeug.serving import make_server

from archive.outcome import Withdrawal
from tests.builders import an_article
from tests.web_archive import (
    ARTICLES,
    HOSTILE,
    REPORT,
    WITHDRAWN,
    an_app,
    held_by,
    settings_in,
)
from web.app import create_app
from web.harvest import oai
from web.harvest.oai_requests import OaiError
from web.harvest.resumption import Place, read_token, token

HOST = "archive.example"
SPACES = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
LIST = {"metadataPrefix": "oai_dc"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    with an_app(tmp_path_factory.mktemp("oai")) as app:
        yield app


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "PAGE", 7)


@contextmanager
def harvester(app: APIFlask) -> Iterator[Sickle]:
    """Sickle, over a real server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Sickle(f"http://127.0.0.1:{server.server_port}/oai", timeout=30)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def sickle(app: APIFlask) -> Iterator[Sickle]:
    with harvester(app) as opened:
        yield opened


def identifier(article_id: str) -> str:
    return f"oai:{HOST}:{article_id}"


def ask(client: FlaskClient, verb: str, **arguments: str) -> Any:
    """The answer's root, parsed strictly."""
    arguments = {name.strip("_"): value for name, value in arguments.items()}
    response = client.get("/oai", query_string={"verb": verb, **arguments})
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    return etree.fromstring(response.data)


def found(root: Any, path: str) -> list[Any]:
    return list(root.xpath(path, namespaces=SPACES))


# -- a harvester ---------------------------------------------------------------------------------


def test_it_says_what_it_is(sickle: Sickle) -> None:
    about = sickle.Identify()
    assert about.repositoryName == "剪报"
    assert about.baseURL == f"https://{HOST}/oai"
    assert about.protocolVersion == "2.0"
    assert about.adminEmail == f"webmaster@{HOST}"
    assert about.deletedRecord == "persistent"
    assert about.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert [each.metadataPrefix for each in sickle.ListMetadataFormats()] == ["oai_dc"]
    assert [(each.setSpec, each.setName) for each in sickle.ListSets()] == [
        ("bjzgh", "北京工会网"),
        ("ftqgh", "ftqgh"),
    ]


@pytest.mark.usefixtures("short_pages")
def test_everything_is_harvested_once_with_deletions(sickle: Sickle) -> None:
    records = list(sickle.ListRecords(**LIST))
    assert len(records) == len(ARTICLES)
    titles = {
        each.header.identifier: each.metadata["title"] for each in records if not each.deleted
    }
    shown = {identifier(each.id): [each.title] for each in ARTICLES if each is not WITHDRAWN}
    assert titles == shown
    gone = [each.header for each in records if each.deleted]
    assert [(each.identifier, each.setSpecs) for each in gone] == [
        (identifier(WITHDRAWN.id), ["ftqgh"])
    ]
    headers = list(sickle.ListIdentifiers(**LIST))
    assert [each.identifier for each in headers] == [each.header.identifier for each in records]


@pytest.mark.usefixtures("short_pages")
def test_a_set_is_a_site(sickle: Sickle) -> None:
    headers = list(sickle.ListIdentifiers(**LIST, set="bjzgh"))
    ours = {identifier(each.id) for each in ARTICLES if each.site == "bjzgh"}
    assert {each.identifier for each in headers} == ours
    assert len(headers) == len(ours)


def test_a_record_in_dublin_core(sickle: Sickle) -> None:
    record = sickle.GetRecord(identifier=identifier(REPORT.id), **LIST)
    assert record.header.setSpecs == ["ftqgh"]
    assert record.metadata == {
        "title": [REPORT.title],
        "creator": ["丰台区总工会"],
        "subject": ["先锋走廊", "党建"],
        "description": [REPORT.sections[0].paragraphs[0]],
        "publisher": ["丰台区总工会"],
        "contributor": ["责编甲"],
        "date": ["2019-11-29"],
        "type": ["Text"],
        "format": ["text/html"],
        "identifier": [f"https://{HOST}/articles/{REPORT.id}", REPORT.url],
        "source": ["丰台区总工会网站"],
        "language": ["zh-CN"],
        "rights": ["版权归丰台区总工会所有"],
    }


def test_who_comes_back_gets_what_changed_since(tmp_path: Path) -> None:
    with an_app(tmp_path) as app, harvester(app) as sickle:
        store = held_by(app).store
        (last,) = {each.datestamp for each in sickle.ListIdentifiers(**LIST, set="bjzgh")}
        with pytest.raises(NoRecordsMatch):
            sickle.ListIdentifiers(**LIST, **{"from": "2099-01-01"})
        new = an_article("新到的报道。", site="bjzgh")
        store.put(new)
        store.put(replace(REPORT, title="改过的题目"))
        store.withdraw(Withdrawal(article_id=HOSTILE.id, reason="误发", at=datetime.now(UTC)))
        since = list(sickle.ListRecords(**LIST, **{"from": last}))
        assert [(each.header.identifier, each.deleted) for each in since[-3:]] == [
            (identifier(new.id), False),
            (identifier(REPORT.id), False),
            (identifier(HOSTILE.id), True),
        ]
        assert since[-2].metadata["title"] == ["改过的题目"]


@pytest.mark.usefixtures("short_pages")
def test_what_changes_during_a_harvest_is_told_before_its_end(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        client, store = app.test_client(), held_by(app).store
        root = ask(client, "ListIdentifiers", **LIST)
        first = [each.text for each in found(root, "//oai:identifier")]
        moved, new = ARTICLES[-1], an_article("中途来的报道。")
        store.put(replace(moved, title="中途改了"))
        store.put(new)
        later = []
        while following := found(root, "//oai:resumptionToken/text()"):
            root = ask(client, "ListIdentifiers", resumptionToken=following[0])
            later += [each.text for each in found(root, "//oai:identifier")]
        told = first + later
        assert len(told) == len(set(told)) == len(ARTICLES) + 1
        assert told[-2:] == [identifier(moved.id), identifier(new.id)]


@pytest.mark.parametrize(
    ("contact", "host", "mail"),
    [
        ("archive@union.example", "x.example", "archive@union.example"),
        ("mailto:archive@union.example", "x.example", "archive@union.example"),
        ("https://union.example/@archive", "x.example", "webmaster@x.example"),
        ("", "127.0.0.1", "webmaster@127.0.0.1"),
        ("archive@localhost", "localhost", "webmaster@localhost.invalid"),
    ],
)
def test_the_protocol_wants_a_mail_address(contact: str, host: str, mail: str) -> None:
    assert oai.admin_email(contact, host) == mail


# -- tokens --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short_pages")
def test_tokens_say_how_far_the_list_was_told(client: FlaskClient) -> None:
    root, told = ask(client, "ListRecords", **LIST), []
    for _ in range(10):
        (element,) = found(root, "//oai:resumptionToken")
        told.append((element.get("cursor"), element.get("completeListSize")))
        if not element.text:
            break
        root = ask(client, "ListRecords", resumptionToken=element.text)
    assert told == [(str(number), str(len(ARTICLES))) for number in range(0, len(ARTICLES), 7)]


def test_a_list_told_at_once_has_no_token(client: FlaskClient) -> None:
    assert not found(ask(client, "ListRecords", **LIST), "//oai:resumptionToken")


@pytest.mark.usefixtures("short_pages")
def test_a_token_may_be_sent_again(client: FlaskClient) -> None:
    (following,) = found(ask(client, "ListRecords", **LIST), "//oai:resumptionToken/text()")
    once, twice = (
        etree.tostring(ask(client, "ListRecords", resumptionToken=following)) for _ in range(2)
    )
    date = re.compile(rb"<responseDate>.*?</responseDate>")
    assert date.sub(b"", once) == date.sub(b"", twice)


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-2] + "AA", lambda text: text[1:], lambda _: "工"]
)
def test_a_token_that_was_changed_is_refused(client: FlaskClient, spoil: Any) -> None:
    (following,) = found(ask(client, "ListRecords", **LIST), "//oai:resumptionToken/text()")
    (code,) = found(ask(client, "ListRecords", resumptionToken=spoil(following)), "//@code")
    assert code == "badResumptionToken"


def test_a_token_is_of_one_store_and_of_one_form() -> None:
    place = Place(prefix="oai_dc", changed_from="2020-01-01", changed_until=None, set_spec="工")
    assert read_token(token(place, "store"), "store") == place
    for made_up in (token(place, "other"), token(replace(place, revision=2**63), "store"), "", "="):
        with pytest.raises(OaiError, match="badResumptionToken"):
            read_token(made_up, "store")


# -- errors --------------------------------------------------------------------------------------

ERRORS = [
    ("", "badVerb"),
    ("verb=Nothing", "badVerb"),
    ("verb=Identify&verb=Identify", "badVerb"),
    ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
    ("verb=ListRecords", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&page=2", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2020", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-30", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=%EF%BC%92020-01-01", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00:00", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-02&until=2020-01-01", "badArgument"),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-01T00:00:00Z",
        "badArgument",
    ),
    ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
    ("verb=ListRecords&metadataPrefix=oai_dc&until=2000-01-01", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31&until=9999-12-31", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=nosuchsite", "noRecordsMatch"),
    ("verb=ListIdentifiers&resumptionToken=x", "badResumptionToken"),
    ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
    ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&metadataPrefix=marc&identifier=x", "cannotDisseminateFormat"),
    ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x", "idDoesNotExist"),
    (f"verb=GetRecord&metadataPrefix=oai_dc&identifier={REPORT.id}", "idDoesNotExist"),
    ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
]


@pytest.mark.parametrize(("query", "code"), ERRORS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_error_is_one_of_the_protocol(
    client: FlaskClient, query: str, code: str, method: str
) -> None:
    if method == "GET":
        response = client.get(f"/oai?{query}")
    else:
        form = "application/x-www-form-urlencoded"
        response = client.post("/oai", data=query, content_type=form)
    assert response.status_code == 200
    root = etree.fromstring(response.data)
    (error,) = found(root, "/oai:OAI-PMH/oai:error")
    assert error.get("code") == code
    assert error.text
    (asked,) = found(root, "/oai:OAI-PMH/oai:request")
    assert asked.text == f"https://{HOST}/oai"
    assert bool(asked.attrib) is (code not in ("badVerb", "badArgument"))


def test_an_empty_archive_has_nothing_to_tell(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path))
    with closing(held_by(app)):
        client = app.test_client()
        assert found(ask(client, "Identify"), "//oai:earliestDatestamp/text()")
        assert found(ask(client, "ListSets"), "//@code") == ["noSetHierarchy"]
        assert found(ask(client, "ListRecords", **LIST), "//@code") == ["noRecordsMatch"]


NAMES = ("metadataPrefix", "identifier", "set", "from", "until", "resumptionToken", "verb", "x")
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["oai_dc", "bjzgh", "2020-01-01", "9999-12-31T23:59:59Z", "0000-00-00"]),
)


@given(
    verb=st.sampled_from(["Identify", "ListSets", "ListIdentifiers", "ListRecords", "GetRecord"]),
    arguments=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
)
@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_sent_breaks_an_answer(
    client: FlaskClient, verb: str, arguments: dict[str, str]
) -> None:
    response = client.get("/oai", query_string={"verb": verb, **arguments})
    assert response.status_code == 200
    assert len(etree.fromstring(response.data)) == 3


# -- the form of answers -------------------------------------------------------------------------


def test_answers_have_the_elements_of_the_schema_in_its_order(client: FlaskClient) -> None:
    def names(path: str, *verb: str, **arguments: str) -> list[str]:
        (element,) = found(ask(client, *verb, **arguments), path)
        return [etree.QName(child).localname for child in element]

    assert names("/oai:OAI-PMH", "Identify") == ["responseDate", "request", "Identify"]
    assert names("//oai:Identify", "Identify") == (
        "repositoryName baseURL protocolVersion adminEmail earliestDatestamp deletedRecord "
        "granularity".split()
    )
    formats = ["metadataPrefix", "schema", "metadataNamespace"]
    assert names("//oai:metadataFormat", "ListMetadataFormats") == formats
    one = {"identifier": identifier(REPORT.id), **LIST}
    assert names("//oai:record", "GetRecord", **one) == ["header", "metadata"]
    assert names("//oai:header", "GetRecord", **one) == ["identifier", "datestamp", "setSpec"]
    gone = {"identifier": identifier(WITHDRAWN.id), **LIST}
    assert names("//oai:record", "GetRecord", **gone) == ["header"]
    assert found(ask(client, "GetRecord", **gone), "//oai:header/@status") == ["deleted"]


def test_times_are_utc_to_the_second(client: FlaskClient) -> None:
    root = ask(client, "ListRecords", **LIST)
    times = found(root, "//oai:responseDate | //oai:datestamp")
    assert len(times) == 1 + len(ARTICLES)
    for each in times:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each.text)


def test_a_request_is_echoed_with_its_arguments(client: FlaskClient) -> None:
    root = ask(client, "ListRecords", set='"<&', **LIST)
    (asked,) = found(root, "//oai:request")
    assert dict(asked.attrib) == {"verb": "ListRecords", "set": '"<&', **LIST}


def test_text_that_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        article = an_article(title="控\x00制\x0b符\ufffe和]]>&amp;<b>\U00020000")
        held_by(app).store.put(article)
        client = app.test_client()
        one = {"identifier": identifier(article.id), **LIST}
        (title,) = found(ask(client, "GetRecord", **one), "//dc:title/text()")
        assert title == "控制符和]]>&amp;<b>\U00020000"
        assert found(ask(client, "ListRecords", set="\x08", **LIST), "//@code") == [
            "noRecordsMatch"
        ]
