"""Examples of what could not be told, and of telling it again."""

from typing import Any

from app.care_api.formats import example

PUBLIC_KEY = "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
BOTH: dict[str, Any] = {**example.CALLBACK, "signatures": ["hmac", "ed25519"]}
SHOWN: dict[str, Any] = {name: value for name, value in example.CALLBACK_SET.items() if name != "secret"}
FAILURES: dict[str, Any] = {
    "failures": [
        {
            **example.CHANGES["changes"][0],
            "attempts": 10,
            "fault": "server-failed",
            "failed_at": "2026-11-26T19:37:20Z",
        }
    ],
    "next": None,
}
REPLAY: dict[str, Any] = {"since": 4710}
REPLAYED: dict[str, Any] = {"changes": 1, "next": 4711, "more": False}
TEST_ASKED: dict[str, Any] = {"id": "019ab2c0-7f10-7a44-9d3e-1b5c8f2a6e70", "state": "waiting"}
TESTED: dict[str, Any] = {
    **TEST_ASKED,
    "state": "accepted",
    "created_at": "2026-11-23T08:05:00Z",
    "finished_at": "2026-11-23T08:05:01Z",
    "status": 204,
    "fault": None,
}
CALLED_TEST: dict[str, Any] = {
    "type": "callback.test",
    "timestamp": "2026-11-23T08:05:01Z",
    "data": {"test_id": TEST_ASKED["id"]},
}
ENABLED: dict[str, Any] = {"enabled_at": "2026-11-27T08:00:00Z"}
