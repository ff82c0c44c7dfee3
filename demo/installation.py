"""Which demo: its two ports and its folder, and what the application is told about it.

Imports nothing of the application, which reads the environment at import.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.places import ROOT, Places

HOST = "127.0.0.1"
CLIENT_ID = "larkpost-demo"
OTHER_CLIENT_ID = "larkpost-demo-other"
STAFF_CLIENT_ID = "larkpost-demo-staff"

# The settings of its ports.
PORT, PROVIDER_PORT = "LARKPOST_DEMO_PORT", "LARKPOST_DEMO_EID_PORT"
# Where demo/providers.toml says that the provider is.
USUAL_ISSUER = f"http://{HOST}:8001"


class CannotRun(Exception):
    """The message is a sentence that says what to do."""


@dataclass(frozen=True)
class Demo:
    port: int
    provider_port: int
    places: Places

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.provider_port}"


def read(environ: Mapping[str, str]) -> Demo:
    """LARKPOST_DEMO_PORT, _EID_PORT and _FOLDER move it, so that a test and a demo do not meet."""
    return Demo(
        port=_port(environ, PORT, "8000"),
        provider_port=_port(environ, PROVIDER_PORT, "8001"),
        places=Places(Path(environ.get("LARKPOST_DEMO_FOLDER", ROOT / "var")).resolve()),
    )


def for_application(demo: Demo) -> dict[str, str]:
    """The environment of the application. Ours stands over what is set: a demo never meets real data."""
    return dict(os.environ) | {
        "LARKPOST_ENVIRONMENT": "demo",
        "LARKPOST_DATABASE": f"sqlite:///{demo.places.database}",
        "LARKPOST_ATTACHMENTS": str(demo.places.attachments),
        "LARKPOST_BASE_URL": demo.base_url,
        "LARKPOST_HOST": HOST,
        "LARKPOST_PORT": str(demo.port),
        "LARKPOST_KEYS": str(demo.places.keys),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_PROVIDERS": str(demo.places.providers),
        # What made-up recipients do in minutes is done in seconds.
        "LARKPOST_REHEARSAL_PACE": "60",
        "LARKPOST_DEMO_FOLDER": str(demo.places.folder),
        "PICCOLO_CONF": "app.database",
    }


def declare_providers(demo: Demo) -> None:
    """The providers' file as this demo has it: the provider stands where it was told to."""
    text = (ROOT / "demo" / "providers.toml").read_text(encoding="utf-8")
    demo.places.folder.mkdir(parents=True, exist_ok=True)
    demo.places.providers.write_text(text.replace(USUAL_ISSUER, demo.issuer), encoding="utf-8")


def for_provider(demo: Demo) -> dict[str, str]:
    """The environment of demo/provider/server.mjs."""
    return dict(os.environ) | {
        "PORT": str(demo.provider_port),
        "ISSUER": demo.issuer,
        "CLIENT_ID": CLIENT_ID,
        "REDIRECT_URI": f"{demo.base_url}/logga-in/demo/retur",
        "OTHER_CLIENT_ID": OTHER_CLIENT_ID,
        "OTHER_REDIRECT_URI": f"{demo.base_url}/logga-in/demo-annan/retur",
        "STAFF_CLIENT_ID": STAFF_CLIENT_ID,
        "STAFF_REDIRECT_URI": f"{demo.base_url}/personal/logga-in/demo-tjanst/retur",
        "CLIENT_JWKS": str(demo.places.client_jwks),
        "PEOPLE": str(ROOT / "demo" / "people.json"),
        "STAFF": str(ROOT / "demo" / "staff.json"),
        "KEYS": str(demo.places.provider_keys),
    }


def _port(environ: Mapping[str, str], name: str, default: str) -> int:
    text = environ.get(name, default)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise CannotRun(f"{name} is {text!r}. Set it to a free port from 1024 to 65535.")
    return int(text)
