"""The description of the API: it is valid, and the server does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from bs4 import BeautifulSoup
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from tests.commands import Jianbao
from tests.test_web import CHINESE
from web.app import create_app
from web.holdings import EXTENSION

PAGE_BYTES = 60_000
SPECIFICATION = "/api/openapi.json"
REFUSED = ["400", "401", "404", "405", "410", "414", "429"]
"""What is wrong with the request. No schema can say which words a query may hold, or which cursor
belongs to it; so a request that fits the schema may be refused, too.
"""
CONFIGURATION: dict[str, Any] = {
    "continue-on-failure": True,
    "generation": {"database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "302", *REFUSED]},
        # What breaks the schema may fit it once it stands in an address: an object becomes an empty
        # value, which counts as absent, and a number a word. ``test_api`` names what is refused.
        "negative_data_rejection": {"enabled": False},
    },
}
EXAMPLES, SECONDS = 2, 45
MANY_EXAMPLES, LONG_SECONDS = 1_000, 20 * 60


@pytest.fixture(scope="module")
def app(crawled_once: Jianbao) -> Iterator[APIFlask]:
    settings = crawled_once.settings.model_copy(
        update={"requests_per_minute": 0, "public_url": "http://localhost"}
    )
    app = create_app(settings)
    with closing(app.extensions[EXTENSION]):
        yield app


def test_the_description_is_valid(app: APIFlask) -> None:
    OPENAPI_31_VALIDATOR.validate(app.test_client().get(SPECIFICATION).get_json())


@pytest.mark.parametrize(
    ("seed", "examples", "seconds"),
    [
        pytest.param(1, EXAMPLES, SECONDS, id="short"),
        pytest.param(None, MANY_EXAMPLES, LONG_SECONDS, id="long", marks=pytest.mark.prove),
    ],
)
def test_the_server_does_what_the_description_says(
    app: APIFlask, seed: int | None, examples: int, seconds: int
) -> None:
    configuration = SchemathesisConfig.from_dict(
        {
            **CONFIGURATION,
            **({"seed": seed} if seed else {}),
            "max-time": seconds,
            "generation": {**CONFIGURATION["generation"], "max-examples": examples},
        }
    )
    schema = schemathesis.openapi.from_wsgi(SPECIFICATION, app, config=configuration)
    asked, failures = 0, []
    for event in from_schema(schema).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), event
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.cases)
            failures += [
                f"{event.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            ]
    assert asked > 100
    assert not failures, "\n\n".join([f"seed {configuration.seed}", *failures[:10]])


# -- as a page -----------------------------------------------------------------------------------


def test_the_description_is_a_page(app: APIFlask) -> None:
    client = app.test_client()
    response = client.get("/api/", headers=CHINESE)
    assert response.mimetype == "text/html"
    assert len(response.data) < PAGE_BYTES
    page = BeautifulSoup(response.text, "lxml")
    shown = {each.get_text() for each in page.select(".operation h3")}
    assert shown == {f"GET {path}" for path in client.get(SPECIFICATION).get_json()["paths"]}
    assert not page.select("script:not([src]), style, [style]")
    ids = [str(each["id"]) for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for link in page.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids


def test_its_examples_can_be_followed(app: APIFlask) -> None:
    client = app.test_client()
    page = BeautifulSoup(client.get("/api/").text, "lxml")
    examples = [str(link["href"]) for link in page.select(".example a")]
    assert len(examples) >= 10
    for address in examples:
        with client.get(address, follow_redirects=True) as response:
            assert response.status_code == 200, address
