"""Fixtures: a sample site on loopback, an archive crawled from it, and the command itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from archive.opening import open_store
from archive.settings import Settings
from archive.store import ArticleStore
from sample.server import serving
from tests.commands import Jianbao, write_sites
from tests.web_archive import an_app, held_by

# A busy machine is no failure: how long an example takes is for the benchmarks.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sample_base() -> Iterator[str]:
    """Address of the sample site."""
    with serving() as base:
        yield base


@pytest.fixture(scope="session")
def crawled_once(tmp_path_factory: pytest.TempPathFactory, sample_base: str) -> Jianbao:
    """An archive of the whole sample site, indexed. Only read it; ``crawled`` may be changed."""
    folder = tmp_path_factory.mktemp("crawled")
    jianbao = Jianbao(folder / "data", write_sites(folder / "sites", sample_base))
    jianbao.ok("crawl", "sample")
    jianbao.ok("index", "rebuild")
    return jianbao


@pytest.fixture
def crawled(tmp_path: Path, crawled_once: Jianbao) -> Jianbao:
    """A copy of that archive of the test's own."""
    shutil.copytree(crawled_once.data, tmp_path / "data")
    shutil.copytree(crawled_once.sites, tmp_path / "sites")
    return Jianbao(tmp_path / "data", tmp_path / "sites")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", sites=tmp_path / "sites")


@pytest.fixture
def store(settings: Settings) -> Iterator[ArticleStore]:
    opened = open_store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    """The application over the small archive, which only reads it."""
    with an_app(tmp_path_factory.mktemp("web")) as app:
        held_by(app).follow(patience=30)
        yield app


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
