"""What sites are called, read from their profiles without understanding these."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


def site_name(sites: Path, key: str) -> str | None:
    """The name in the profile of the site with a key; ``None`` where there is no such profile."""
    if not _KEY.fullmatch(key):
        return None
    try:
        profile = (sites / key / "profile.toml").read_text(encoding="utf-8")
        name = tomllib.loads(profile).get("name")
    except (OSError, ValueError):
        return None
    return None if name is None else str(name)
