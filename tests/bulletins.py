"""Texts for the benchmarks' own tests: invented bulletins in the form that they read."""

from __future__ import annotations

import json
import random
import re
from datetime import date, timedelta
from pathlib import Path

from sample.report import load_reports


def write_bulletins(path: Path) -> Path:
    """Lines of JSON, each some sentences of the sample site."""
    chance = random.Random(0)
    texts = "".join(text for each in load_reports() for text in each.paragraphs)
    sentences = re.findall(r"[^。]+。", texts)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(120):
            row = {
                "id": f"b{number}",
                "title": chance.choice(sentences)[:20],
                "date": (date(2019, 1, 1) + timedelta(days=7 * number)).isoformat(),
                "body": "\n".join("".join(chance.choices(sentences, k=3)) for _ in range(3)),
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path
