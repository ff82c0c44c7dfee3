"""What the operator decides; what is missing or weak is named in a sentence."""

from pathlib import Path

import pytest

from app.errors import Unconfigured
from app.settings import read

GOOD = {
    "LARKPOST_DATABASE": "postgresql://larkpost@db/larkpost",
    "LARKPOST_BASE_URL": "https://post.example.se",
    "LARKPOST_KEYS": "/etc/larkpost/keys",
    "LARKPOST_SERVICE": "/etc/larkpost/service.toml",
    "LARKPOST_PROVIDERS": "/etc/larkpost/providers.toml",
}


def test_a_production_setting_needs_five_things() -> None:
    settings = read(GOOD)

    assert settings.environment == "production"
    assert settings.secure
    assert settings.keys == Path("/etc/larkpost/keys")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"LARKPOST_DATABASE"}))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(Unconfigured, match=name):
        read({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LARKPOST_ENVIRONMENT", "prod"),
        ("LARKPOST_DATABASE", "mysql://x"),
        ("LARKPOST_BASE_URL", "http://post.example.se"),
        ("LARKPOST_BASE_URL", "https://post.example.se/inkorg"),
        ("LARKPOST_BASE_URL", "post.example.se"),
        ("LARKPOST_PORT", "80a"),
        ("LARKPOST_PORT", "0"),
        ("LARKPOST_SESSION_IDLE_MINUTES", "1"),
        ("LARKPOST_SESSION_ABSOLUTE_HOURS", "48"),
        ("LARKPOST_STAFF_SESSION_IDLE_MINUTES", "1"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(Unconfigured, match=name):
        read(GOOD | {name: value})


def test_plain_http_is_for_loopback_only() -> None:
    assert not read(GOOD | {"LARKPOST_BASE_URL": "http://127.0.0.1:8000"}).secure
