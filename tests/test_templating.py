"""Templates as they are compiled say and show the same as Jinja's."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from web.language import LANGUAGES
from web.templating import Templates, written


@given(st.text() | st.text().map(Markup) | st.integers() | st.none() | st.lists(st.text()))
def test_what_is_written_is_what_is_escaped(value: object) -> None:
    assert str(written(value)) == str(escape(value))


def test_what_says_that_it_is_safe_is_written_as_it_stands() -> None:
    class Safe:
        def __html__(self) -> str:
            return "<b>工会</b>"

    assert written(Safe()) == "<b>工会</b>"


@pytest.mark.parametrize("value", ["<i>", Markup("<i>"), 3, None])
def test_a_template_escapes_values_and_no_words(app: APIFlask, value: object) -> None:
    source = "{% macro again(value) %}{{ value }}{% endmacro %}<p>{{ value }}{{ again(value) }}</p>"
    with app.test_request_context():
        template = app.jinja_env.overlay(autoescape=True).from_string(source)
        assert template.render(value=value) == f"<p>{escape(value)}{escape(value)}</p>"


def test_languages_do_not_mix(client: FlaskClient) -> None:
    for wanted, words in (("en", "Search"), ("zh-CN", "检索"), ("en", "Search")):
        page = client.get("/", headers={"Accept-Language": wanted}).get_data(as_text=True)
        assert f'<html lang="{wanted}">' in page
        assert f'<button type="submit">{words}</button>' in page


def test_every_template_is_compiled_in_every_language(app: APIFlask) -> None:
    templates = app.jinja_env
    assert isinstance(templates, Templates)
    templates.load_all()
    for name in LANGUAGES:
        spoken = templates.in_language(name)
        assert spoken.cache is not None
        assert len(spoken.cache) == len(spoken.list_templates())
