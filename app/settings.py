"""What the operator decides, read once from the environment (prefix LARKPOST_)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from app.errors import Unconfigured

ENVIRONMENTS = ("production", "demo", "test")
EMBEDDED_DATABASE = "sqlite:///var/larkpost.sqlite"
EMBEDDED_ATTACHMENTS = "var/attachments"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Limits:
    """So much for each care system that has no limits of its own: see app/limits/rules.py for the windows.

    `tokens` is for each client id, `feedback` for everybody together, `at_once` in each process.
    """

    sends: int
    reads: int
    reachability: int
    items: int
    tokens: int
    feedback: int
    at_once: int

    @property
    def by_name(self) -> dict[str, int]:
        return {name.replace("_", "-"): quota for name, quota in asdict(self).items()}


@dataclass(frozen=True)
class Settings:
    environment: str
    database: str
    base_url: str
    host: str
    port: int
    keys: Path
    service: Path
    browser_code: Path
    providers: Path
    session_idle: timedelta
    session_absolute: timedelta
    staff_session_idle: timedelta
    rehearsal_pace: int
    federation_key: Path | None
    federation_authorities: tuple[str, ...]
    limits: Limits
    same_text: tuple[int, int, timedelta]
    attachments: str
    clamd: str

    @property
    def secure(self) -> bool:
        """Cookies are `__Host-` and Secure. Off https only on loopback, where browsers refuse them."""
        return self.base_url.startswith("https://")

    @property
    def demo(self) -> bool:
        return self.environment == "demo"

    @property
    def calls_loopback(self) -> bool:
        """Whether care systems on this machine may be called, without TLS."""
        return self.environment in ("demo", "test")


def read(environ: Mapping[str, str]) -> Settings:
    """Raises `Unconfigured` with a sentence that names the variable and what to set it to."""
    root = Path(__file__).resolve().parent.parent
    base_url = _base_url(environ)
    return Settings(
        environment=_environment(environ),
        database=database(environ),
        base_url=base_url,
        host=environ.get("LARKPOST_HOST", "127.0.0.1"),
        port=_whole(environ, "LARKPOST_PORT", 8000, least=1, most=65535),
        keys=keys_folder(environ),
        service=Path(
            _needed(environ, "LARKPOST_SERVICE", "your copy of docs/service.example.toml, filled in")
        ),
        browser_code=Path(environ.get("LARKPOST_BROWSER_CODE", root / "node_modules" / "htmx.org" / "dist")),
        providers=Path(
            _needed(environ, "LARKPOST_PROVIDERS", "your copy of docs/providers.example.toml, filled in")
        ),
        session_idle=timedelta(
            minutes=_whole(environ, "LARKPOST_SESSION_IDLE_MINUTES", 60, least=5, most=240)
        ),
        session_absolute=timedelta(
            hours=_whole(environ, "LARKPOST_SESSION_ABSOLUTE_HOURS", 8, least=1, most=24)
        ),
        staff_session_idle=timedelta(
            minutes=_whole(environ, "LARKPOST_STAFF_SESSION_IDLE_MINUTES", 30, least=5, most=240)
        ),
        rehearsal_pace=_whole(environ, "LARKPOST_REHEARSAL_PACE", 1, least=1, most=3600),
        federation_key=_federation_key(environ),
        federation_authorities=_authorities(environ),
        limits=_limits(environ),
        same_text=_same_text(environ),
        attachments=environ.get("LARKPOST_ATTACHMENTS", "").strip() or EMBEDDED_ATTACHMENTS,
        clamd=environ.get("LARKPOST_CLAMD", "").strip(),
    )


def _limits(environ: Mapping[str, str]) -> Limits:
    def quota(name: str, usual: int, *, least: int = 1) -> int:
        return _whole(environ, f"LARKPOST_LIMIT_{name}", usual, least=least, most=10_000_000)

    return Limits(
        # Every send waits for the disk in turn on SQLite: it has less to share out.
        sends=quota("SENDS", 200 if database(environ).startswith("sqlite") else 500),
        reads=quota("READS", 1000),
        reachability=quota("REACHABILITY", 20_000, least=10_000),
        items=quota("ITEMS", 90_000, least=45_000),
        tokens=quota("TOKENS", 20),
        feedback=quota("FEEDBACK", 60),
        at_once=quota("AT_ONCE", 32),
    )


def _same_text(environ: Mapping[str, str]) -> tuple[int, int, timedelta]:
    """Beyond how many letters with one text a sender is warned, and needs an approval, within how long."""
    warn = _whole(environ, "LARKPOST_SAME_TEXT_WARN", 250, least=1, most=10_000_000)
    most = _whole(environ, "LARKPOST_SAME_TEXT_MOST", 1000, least=warn, most=10_000_000)
    return warn, most, timedelta(hours=_whole(environ, "LARKPOST_SAME_TEXT_HOURS", 24, least=1, most=168))


def keys_folder(environ: Mapping[str, str]) -> Path:
    """Apart from the rest, since keys are made before anything else is set."""
    return Path(_needed(environ, "LARKPOST_KEYS", "the folder that `python -m app keys make` has filled"))


def _needed(environ: Mapping[str, str], name: str, what: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise Unconfigured(f"{name} is not set. Set it to {what}. docs/operating.md lists every setting.")
    return value


def _environment(environ: Mapping[str, str]) -> str:
    value = environ.get("LARKPOST_ENVIRONMENT", "production")
    if value not in ENVIRONMENTS:
        raise Unconfigured(f"LARKPOST_ENVIRONMENT is {value!r}. Set it to one of {', '.join(ENVIRONMENTS)}.")
    return value


def database(environ: Mapping[str, str]) -> str:
    """Raises `Unconfigured`: any other address would be the name of a file, and a new database in it."""
    value = environ.get("LARKPOST_DATABASE", EMBEDDED_DATABASE)
    if not value.startswith(("sqlite:///", "postgresql://")):
        raise Unconfigured("LARKPOST_DATABASE must begin with postgresql:// or sqlite:///.")
    return value


def _federation_key(environ: Mapping[str, str]) -> Path | None:
    value = environ.get("LARKPOST_FEDERATION_KEY", "").strip()
    if bool(value) != bool(environ.get("LARKPOST_FEDERATION_AUTHORITIES", "").strip()):
        raise Unconfigured(
            "LARKPOST_FEDERATION_KEY and LARKPOST_FEDERATION_AUTHORITIES go together. Set both, or neither."
        )
    return Path(value) if value else None


def _authorities(environ: Mapping[str, str]) -> tuple[str, ...]:
    found = environ.get("LARKPOST_FEDERATION_AUTHORITIES", "").split(",")
    authorities = tuple(value.strip() for value in found if value.strip())
    for value in authorities:
        parts = urlsplit(value)
        if not parts.hostname or not _trustworthy(parts) or parts.query or parts.fragment:
            raise Unconfigured(
                f"LARKPOST_FEDERATION_AUTHORITIES has {value!r}. Set it to https addresses of entities above "
                "you in the federation, with commas between."
            )
    return authorities


def _base_url(environ: Mapping[str, str]) -> str:
    value = _needed(
        environ, "LARKPOST_BASE_URL", "the address residents type, such as https://post.example.se"
    )
    parts = urlsplit(value)
    if not _is_origin(parts):
        raise Unconfigured(
            "LARKPOST_BASE_URL must be an address without path, such as https://post.example.se."
        )
    if not _trustworthy(parts):
        raise Unconfigured(
            "LARKPOST_BASE_URL is http, which is safe on 127.0.0.1 only. Use https anywhere else."
        )
    return value.rstrip("/")


def _is_origin(parts: SplitResult) -> bool:
    return bool(parts.hostname) and parts.path in ("", "/") and not parts.query and not parts.fragment


def _trustworthy(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _whole(environ: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Unconfigured(f"{name} is {text!r}. Set it to a whole number from {least} to {most}.")
    return int(text)
