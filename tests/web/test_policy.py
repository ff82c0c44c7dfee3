"""The policy takes origins and nothing that could end a directive."""

import pytest

from app.web.headers import content_security_policy


@pytest.mark.parametrize(
    "asked",
    [
        "https://a.example; script-src *",
        "https://a.example;script-src",
        "'unsafe-inline'",
        "*",
        "https:",
        "data:",
        "javascript:alert(1)",
        "https://a.example/sti,g",
        "https://*.example",
    ],
)
def test_only_whole_origins_fit_in(asked: str) -> None:
    _, value = content_security_policy(asked)

    target = value.decode().split("form-action ")[1].split(";")[0]
    assert set(target.split()) <= {"'self'", "https://a.example"} - (
        {"https://a.example"} if ";script" in asked else set()
    )
    assert value.decode().count("script-src") == 1


@pytest.mark.parametrize(
    "asked", ["https://a.example", "http://127.0.0.1:8001", "https://a.example https://b.example:444"]
)
def test_origins_stand_after_self(asked: str) -> None:
    _, value = content_security_policy(asked)

    assert f"form-action 'self' {asked};" in value.decode()
