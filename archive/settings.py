"""Settings: environment variables ``JIANBAO_…`` over ``jianbao.toml`` over these defaults."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from archive.errors import SettingInvalid
from archive.words import N_

SETTINGS_FILE = "jianbao.toml"
PREFIX = "JIANBAO_"
WORKERS_MAX = 64
UNKNOWN = N_("there is no such setting")


def _networks(value: Any) -> Any:
    """``"127.0.0.0/8, 10.1.0.0/16"`` or a list of such words, as networks."""
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    return tuple(ip_network(word) for word in words)


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
OptionalFile = Annotated[Path | None, BeforeValidator(lambda value: value or None)]


class Settings(BaseSettings):
    """Everything an operator can set. ``docs/operator.md`` describes each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=SETTINGS_FILE, frozen=True, extra="forbid"
    )

    data: Path = Path("data")
    """Folder of the whole archive: WARC files, store, index."""
    sites: Path = Path("sites")
    """Folder of the sites' profiles."""
    store: str = ""
    """SQLAlchemy URL of the article store; empty: ``store.sqlite`` in the data folder."""
    index: str = ""
    """URL of the search index; empty: ``whoosh:`` and the folder ``index`` in the data folder."""
    contact: str = ""
    """Web page or mail address of the archive, told to every server that is crawled."""
    allow_addresses: Networks = ()
    """Networks that may be crawled although they are private or local."""
    archive_name: str = "剪报"
    """What the search page and citations call this archive."""
    public_url: str = "http://127.0.0.1:8000"
    """Address under which readers reach the archive; citations and feeds are built on it."""
    readers: int = Field(default=2, ge=1, le=64)
    """Worker processes that read pages during a crawl."""
    workers: int = Field(default=0, ge=0, le=WORKERS_MAX)
    """Processes of ``jianbao serve``; 0: one for each core that it may use."""
    requests_per_minute: int = Field(default=1200, ge=0)
    """That one address may make of one process of the server; 0: as many as it likes."""
    requests_per_minute_with_key: int = Field(default=12000, ge=0)
    """That the holder of a key may make."""
    keys: OptionalFile = None
    """File of the keys of programs that may ask more often; empty: none."""
    proxies: int = Field(default=0, ge=0, le=8)
    """Web servers in front, whose ``X-Forwarded-For`` says who asks."""
    dictionary: OptionalFile = None
    """File of the archivist's own words, which the search then takes for words; empty: none."""
    synonyms: OptionalFile = None
    """File of the archivist's own synonyms, read beside the shipped ones; empty: none."""

    @property
    def store_url(self) -> str:
        return self.store or f"sqlite:///{self.data / 'store.sqlite'}"

    @property
    def index_url(self) -> str:
        return self.index or f"whoosh:{self.data / 'index'}"

    @property
    def warc_folder(self) -> Path:
        return self.data / "warc"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """Settings from the environment and ``jianbao.toml``; ``given`` wins.

    Raises ``SettingInvalid`` naming the setting.
    """
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and name not in Settings.model_fields:
            raise SettingInvalid(name=variable, reason=UNKNOWN)
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(step) for step in first["loc"]) or SETTINGS_FILE
        reason = UNKNOWN if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingInvalid(name=name, reason=reason) from error
    except (ValueError, OSError) as error:
        raise SettingInvalid(name=SETTINGS_FILE, reason=str(error)) from error
