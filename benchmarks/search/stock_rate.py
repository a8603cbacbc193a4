"""How fast Whoosh indexes as its users have it: jieba's analyser, one process."""

from __future__ import annotations

import logging
import tempfile
import time
import warnings
from itertools import islice
from typing import Any

from whoosh import fields, index

from benchmarks.search.corpus import Corpus

_DOCUMENTS = 1000
_LIMIT_MEGABYTES = 512


def stock_rate(corpus: Corpus, documents: int = _DOCUMENTS) -> float:
    """Documents per CPU second, title and body; jieba's dictionary is loaded before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        from jieba.analyse import ChineseAnalyzer
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    analyzer: Any = ChineseAnalyzer()
    schema = fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=fields.TEXT(analyzer=analyzer),
        body=fields.TEXT(analyzer=analyzer),
        day=fields.NUMERIC(int, bits=32, sortable=True),
    )
    texts = list(islice(corpus.documents(), documents))
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        writer = index.create_in(folder, schema).writer(limitmb=_LIMIT_MEGABYTES)
        for each in texts:
            body = "\n".join(each.paragraphs)
            writer.add_document(id=each.id, title=each.title, body=body, day=each.day_number)
        writer.commit()
        return len(texts) / (time.process_time() - began)
