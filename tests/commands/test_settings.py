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
        ("LARKPOST_SAME_TEXT_WARN", "0"),
        ("LARKPOST_SAME_TEXT_MOST", "249"),
        ("LARKPOST_SAME_TEXT_HOURS", "169"),
        ("LARKPOST_SESSION_ABSOLUTE_HOURS", "48"),
        ("LARKPOST_STAFF_SESSION_IDLE_MINUTES", "1"),
        ("LARKPOST_FEDERATION_KEY", "/etc/larkpost/federation.pem"),
        ("LARKPOST_FEDERATION_AUTHORITIES", "https://federation.example.se"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(Unconfigured, match=name):
        read(GOOD | {name: value})


def test_plain_http_is_for_loopback_only() -> None:
    assert not read(GOOD | {"LARKPOST_BASE_URL": "http://127.0.0.1:8000"}).secure


def test_a_federation_is_off_or_has_a_key_and_authorities() -> None:
    assert (read(GOOD).federation_key, read(GOOD).federation_authorities) == (None, ())

    key = {"LARKPOST_FEDERATION_KEY": "/etc/larkpost/federation.pem"}
    set_to = read(
        GOOD | key | {"LARKPOST_FEDERATION_AUTHORITIES": "https://a.example.se/x, https://b.example.se"}
    )
    assert set_to.federation_key == Path("/etc/larkpost/federation.pem")
    assert set_to.federation_authorities == ("https://a.example.se/x", "https://b.example.se")

    for wrong in ("http://a.example.se", "a.example.se", "https://a.example.se?b", "https://"):
        with pytest.raises(Unconfigured, match="LARKPOST_FEDERATION_AUTHORITIES has"):
            read(GOOD | key | {"LARKPOST_FEDERATION_AUTHORITIES": f"https://a.example.se,{wrong}"})
