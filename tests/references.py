"""References that must be printed: three of our own, and those of the folder beside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

STYLES = ("2015-numeric", "2015-author-date", "2025-numeric", "2025-author-date")
_FILE = Path(__file__).parents[2] / "shared" / "citations" / "gbt7714.json"

Case = dict[str, Any]
"""``csl``: an item of CSL-JSON; ``expected``: how each style prints it."""

JUDGED: list[Case] = json.loads(_FILE.read_text("utf-8")) if _FILE.exists() else []
"""What citeproc-js prints under the community's styles."""
needs_judged = pytest.mark.skipif(not JUDGED, reason=f"needs the shared references {_FILE}")


def _case(
    item: dict[str, Any], numeric: tuple[str, str], author_date: tuple[str, str]
) -> dict[str, Any]:
    printed = zip(STYLES, (numeric[0], author_date[0], numeric[1], author_date[1]), strict=True)
    return {"csl": item, "expected": dict(printed)}


OWN: list[Case] = [
    _case(
        {
            "id": "reading-room",
            "type": "webpage",
            "title": "职工书屋开进车间",
            "author": [{"literal": "李文"}],
            "issued": {"date-parts": [[2024, 3, 5]]},
            "accessed": {"date-parts": [[2024, 4, 1]]},
            "URL": "https://news.example/a.html",
            "language": "zh-CN",
        },
        (
            "李文. 职工书屋开进车间[EB/OL]. (2024-03-05)[2024-04-01]. https://news.example/a.html.",
            "李文. 职工书屋开进车间[EB/OL]. （2024-03-05）[2024-04-01]. https://news.example/a.html.",
        ),
        (
            "李文, 2024. 职工书屋开进车间[EB/OL]. (2024-03-05)[2024-04-01]. "
            "https://news.example/a.html.",
            "李文，2024. 职工书屋开进车间[EB/OL]. （2024-03-05）[2024-04-01]. "
            "https://news.example/a.html.",
        ),
    ),
    _case(
        {
            "id": "night-school",
            "type": "article-newspaper",
            "title": "夜校点亮“打工人”的晚上",
            "author": [{"literal": name} for name in ("周敏", "吴桐", "郑一", "王二")],
            "container-title": "示例工人报",
            "issued": {"date-parts": [[2023, 11, 9]]},
            "page": "4",
            "language": "zh-CN",
        },
        (
            "周敏, 吴桐, 郑一, 等. 夜校点亮“打工人”的晚上[N]. 示例工人报, 2023-11-09(4).",
            "周敏，吴桐，郑一，等. 夜校点亮“打工人”的晚上[N]. 示例工人报，2023-11-09（4）.",
        ),
        (
            "周敏, 吴桐, 郑一, 等, 2023. 夜校点亮“打工人”的晚上[N]. 示例工人报, 2023-11-09(4).",
            "周敏，吴桐，郑一，等，2023. 夜校点亮“打工人”的晚上[N]. 示例工人报，2023-11-09（4）.",
        ),
    ),
    _case(
        {
            "id": "charter",
            "type": "webpage",
            "title": "工会志愿服务章程",
            "author": [{"literal": "某市总工会"}],
            "accessed": {"date-parts": [[2025, 3, 6]]},
            "URL": "https://union.example/charter",
            "language": "zh-CN",
        },
        (
            "某市总工会. 工会志愿服务章程[EB/OL]. [2025-03-06]. https://union.example/charter.",
            "某市总工会. 工会志愿服务章程[EB/OL]. [2025-03-06]. https://union.example/charter.",
        ),
        (
            "某市总工会, [2025]. 工会志愿服务章程[EB/OL]. [2025-03-06]. "
            "https://union.example/charter.",
            "某市总工会，[2025]. 工会志愿服务章程[EB/OL]. [2025-03-06]. "
            "https://union.example/charter.",
        ),
    ),
]
