"""Reading pages by the profile of the sample site."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crawler.pages.decode import decode
from crawler.pages.reading import Page, read_page
from crawler.profile import Profile, load_profile
from tests.builders import a_capture

ROOT = Path(__file__).parent.parent
PROFILE = load_profile(ROOT / "sample" / "sites", "sample")
HOST = "http://127.0.0.1:8917"
NOW = datetime(2025, 1, 6, 4, tzinfo=UTC)


def read(
    data: bytes, url: str = f"{HOST}/gzyw/202301/t20230105_1021.html", profile: Profile = PROFILE
) -> Page:
    return read_page(decode(data).text, profile, a_capture(url=url, captured_at=NOW))
