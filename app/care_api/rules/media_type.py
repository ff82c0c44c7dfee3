"""Which bodies the API reads: JSON in UTF-8, not compressed, nothing a form could send (ASVS 3.5.2)."""

import re
from collections.abc import Mapping

from app.care_api.rules.refusals import NotJson

_JSON = re.compile(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)


def ensure_json(headers: Mapping[str, str]) -> None:
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity" or not _JSON.fullmatch(headers.get("content-type", "").strip()):
        raise NotJson
