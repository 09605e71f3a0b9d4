"""What a person signs: the whole text of a document as plain data, and its digest.

A document is made from this content alone, so that it comes out word for word whatever is recorded,
renamed or moved later. The parts that all contents share (`data.documents.frozen` makes them):

    {"heading": "Tình hình chung", "paragraphs": ["…"],
     "tables": [{"columns": [{"heading": "Việc", "width": 0.5, "align": "left"}],
                 "rows": [["12. …", "…"], …],
                 "total": false}],
     "sections": [sections below this one, where there are any],
     "annex": true of a section of the annex}

A section's paragraphs come before its tables, its tables before the sections below it; columns are
those of `data.documents.content.Column`; a table's `total` says that its last row is a sum.
"""

import hashlib
import json
from typing import Any

Content = dict[str, Any]
"""A content, or a part of one, as it is stored: what JSON can hold."""


def digest_of(content: Content) -> str:
    """SHA-256 of the content's JSON with sorted names."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8")).hexdigest()
