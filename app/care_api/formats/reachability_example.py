"""The example of asking whom one reaches: made-up recipients. docs/care-systems.md shows it too."""

from typing import Any

from app.care_api.formats.example import LETTER

ASKED: dict[str, Any] = {
    "clinic": LETTER["clinic"],
    "recipients": [LETTER["recipient"], "201912242383", "990000000001"],
}
ANSWERED: dict[str, Any] = {
    "recipients": [
        {"status": "digital", "code": None, "paper": None, "sms": False, "email": False},
        {"status": "guardian", "code": None, "paper": None, "sms": False, "email": False},
        {
            "status": "not-digital",
            "code": "recipient.reserve-number",
            "paper": None,
            "sms": False,
            "email": False,
        },
    ]
}
