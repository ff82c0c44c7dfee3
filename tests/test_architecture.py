"""The house keeps its shape (design.md §5, §8)."""

import re
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from app.piccolo_app import APP_CONFIG

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
FRAGMENTS = [path for path in PAGES if path.name.startswith("_")]
SHARED = {"layout.html", "errors", "shared"}

# Who may ask for each address. A new one is added here on purpose, with who it is for.
ADDRESSES = {
    "GET /": "anyone",
    "GET /.well-known/jwks.json": "anyone",
    "GET /.well-known/openid-federation": "anyone",
    "POST /api/v1/attachments": "care system",
    "GET /api/v1/attachments/{attachment_id}": "care system",
    "POST /api/v1/batches": "care system",
    "GET /api/v1/batches/{batch_id}": "care system",
    "GET /api/v1/batches/{batch_id}/result": "care system",
    "DELETE /api/v1/callback": "care system",
    "GET /api/v1/callback": "care system",
    "PUT /api/v1/callback": "care system",
    "POST /api/v1/callback/activation": "care system",
    "GET /api/v1/callback/failures": "care system",
    "POST /api/v1/callback/replay": "care system",
    "POST /api/v1/callback/test": "care system",
    "GET /api/v1/callback/test/{test_id}": "care system",
    "GET /api/v1/changes": "care system",
    "GET /api/v1/threads/{thread_id}": "care system",
    "GET /api/v1/messages/{message_id}": "care system",
    "POST /api/v1/messages/{message_id}/answer": "care system",
    "POST /api/v1/messages": "care system",
    "POST /api/v1/messages/{message_id}/correction": "care system",
    "GET /api/v1/messages/{message_id}/replies": "care system",
    "POST /api/v1/messages/{message_id}/withdrawal": "care system",
    "POST /api/v1/oauth/token": "anyone",
    "POST /api/v1/reachability": "care system",
    "GET /api/v1/slots": "care system",
    "POST /api/v1/slots": "care system",
    "POST /api/v1/slots/change": "care system",
    "POST /api/v1/slots/withdrawal": "care system",
    "DELETE /api/v1/slots/{slot_id}": "care system",
    "GET /api/v1/appointments": "care system",
    "POST /api/v1/appointments": "care system",
    "GET /api/v1/appointments/{appointment_id}": "care system",
    "POST /api/v1/appointments/{appointment_id}/cancellation": "care system",
    "POST /api/v1/appointments/{appointment_id}/rebooking": "care system",
    "POST /api/v1/summonses": "care system",
    "GET /api/v1/summonses/{summons_id}": "care system",
    "POST /api/v1/summonses/{summons_id}/booking": "care system",
    "POST /api/v1/summonses/{summons_id}/cancellation": "care system",
    "POST /api/v1/summonses/{summons_id}/rebooking": "care system",
    "GET /api/v1/test-recipients": "care system",
    "GET /api/v1/time-types": "care system",
    "PUT /api/v1/time-types": "care system",
    "GET /api/v1/openapi.json": "anyone",
    "GET /att-gora": "resident",
    "POST /csp-report": "anyone",
    "GET /favicon.ico": "anyone",
    "GET /inkorg": "resident",
    "GET /inkorg/meddelanden/{message_id}": "resident",
    "GET /inkorg/meddelanden/{message_id}/bilagor/{attachment_id}": "resident",
    "GET /inkorg/meddelanden/{message_id}/radering": "resident",
    "POST /inkorg/meddelanden/{message_id}/radering": "resident",
    "POST /inkorg/meddelanden/{message_id}/bekraftelse": "resident",
    "GET /inkorg/meddelanden/{message_id}/svar": "resident",
    "POST /inkorg/meddelanden/{message_id}/svar": "resident",
    "GET /inkorg/{thread_id}": "resident",
    "POST /inkorg/{thread_id}/olast": "resident",
    "GET /inloggning": "anyone",
    "POST /inloggning/forlangning": "anyone",
    "GET /installningar": "resident",
    "POST /installningar/papper": "resident",
    "GET /integritet": "anyone",
    "GET /kallelser/{summons_id}": "resident",
    "GET /kallelser/{summons_id}/utskrift": "resident",
    "GET /kallelser/{summons_id}/avbokning": "resident",
    "POST /kallelser/{summons_id}/avbokning": "resident",
    "POST /kallelser/{summons_id}/bekraftelse": "resident",
    "GET /kallelser/{summons_id}/bokning": "resident",
    "POST /kallelser/{summons_id}/bokning": "resident",
    "GET /kallelser/{summons_id}/bokning/granska": "resident",
    "POST /kallelser/{summons_id}/bokning/tid": "resident",
    "GET /kallelser/{summons_id}/ombokning": "resident",
    "POST /kallelser/{summons_id}/ombokning": "resident",
    "GET /kallelser/{summons_id}/ombokning/granska": "resident",
    "POST /kallelser/{summons_id}/ombokning/tid": "resident",
    "POST /kallelser/{summons_id}/samma-tid": "resident",
    "GET /logga-in": "anyone",
    "POST /logga-in/{key}": "anyone",
    "GET /logga-in/{key}/retur": "anyone",
    "POST /logga-in/{key}/bakvagsutloggning": "anyone",
    "POST /logga-ut": "anyone",
    "GET /om": "anyone",
    "GET /personal": "clinician",
    "GET /personal/kallelser": "clinician",
    "GET /personal/kallelser/{summons_id}": "clinician",
    "GET /personal/kallelser/{summons_id}/avbokning": "clinician",
    "POST /personal/kallelser/{summons_id}/avbokning": "clinician",
    "GET /personal/kallelser/{summons_id}/bokning": "clinician",
    "POST /personal/kallelser/{summons_id}/bokning": "clinician",
    "GET /personal/kallelser/{summons_id}/flytt": "clinician",
    "POST /personal/kallelser/{summons_id}/flytt": "clinician",
    "GET /personal/logga-in": "anyone",
    "POST /personal/logga-in/{key}": "anyone",
    "GET /personal/logga-in/{key}/retur": "anyone",
    "GET /personal/logga-in/{key}/uppdrag": "anyone",
    "POST /personal/logga-in/{key}/uppdrag": "anyone",
    "POST /personal/logga-in/{key}/bakvagsutloggning": "anyone",
    "POST /personal/logga-ut": "anyone",
    "GET /personal/utloggad": "anyone",
    "GET /sprak/{language}": "anyone",
    "GET /static/{name}": "anyone",
    "GET /synpunkter": "anyone",
    "POST /synpunkter": "anyone",
    "GET /synpunkter/tack": "anyone",
    "GET /tider": "resident",
    "GET /tider/{name}": "resident",
    "GET /tillganglighet": "anyone",
    "POST /utkast": "anyone",
    "GET /utloggad": "anyone",
    "GET /utvecklare": "anyone",
    "GET /utvecklare/felkoder": "anyone",
    "GET /utvecklare/guide": "anyone",
    "GET /utvecklare/nationella-kontrakt": "anyone",
    "GET /utvecklare/problem/{code}": "anyone",
    "GET /utvecklare/referens": "anyone",
    "GET /utvecklare/referens/{name}": "anyone",
}
ACTORS = {
    "resident": "resident",
    "claim": "resident",
    "clinician": "clinician",
    "care_system": "care system",
}
HX = re.compile(r"<(\w+)([^<>]*\bhx-[a-z-]+=[^<>]*)>")
FORBIDDEN = re.compile(r'style="|\son[a-z]+="|hx-on|hx-boost|<script>|js:|hx-trigger="[^"]*\[')


def addresses(app: Litestar) -> dict[str, str]:
    """Each address and the principal its handler asks for."""
    found = {}
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is no plain HTTP route"
        for method, (handler, _) in route.route_handler_map.items():
            if method in ("HEAD", "OPTIONS"):
                continue
            asked = [ACTORS[name] for name in handler.parsed_fn_signature.parameters if name in ACTORS]
            found[f"{method} {route.path_format}"] = asked[0] if asked else "anyone"
    return found


@pytest.fixture(scope="session")
def litestar(composed: object) -> Litestar:
    app = getattr(composed, "app", None)
    assert isinstance(app, Litestar)
    return app


def test_the_list_of_addresses_changes_only_on_purpose(litestar: Litestar) -> None:
    """ASVS 8.2.1: every route asks for its actor, or is on the public list."""
    assert addresses(litestar) == ADDRESSES


def test_every_template_folder_is_a_package() -> None:
    folders = {path.name for path in TEMPLATES.iterdir()} - SHARED

    assert folders == {name for name in folders if _has_pages(ROOT / "app" / name)}


def _has_pages(package: Path) -> bool:
    return (package / "pages.py").is_file() or (package / "pages" / "__init__.py").is_file()


def test_every_stylesheet_of_a_feature_is_a_package() -> None:
    own = {"tokens", "base", "layout", "forms"}
    names = {path.stem for path in (ROOT / "static" / "css").rglob("*.css")} - own

    assert {name for name in names if (ROOT / "app" / name).is_dir()} == names


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fragment_says_what_it_takes_and_uses_nothing_else(path: Path) -> None:
    text = path.read_text()
    first = text.splitlines()[0]
    match = re.fullmatch(r"\{# takes: ([a-z_, ]+) #\}", first)
    assert match, f"{path} begins with {first!r}"
    assert "{% extends" not in text

    assert _undeclared(text) <= {name.strip() for name in match[1].split(",")}


def _undeclared(text: str) -> set[str]:
    from jinja2 import Environment, meta  # noqa: PLC0415

    names = meta.find_undeclared_variables(Environment(autoescape=True).parse(text))
    return names - {"_", "_n", "_fill"}


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fragment_is_one_element_named_as_its_file(path: Path) -> None:
    name = path.stem[1:].replace("_", "-")
    body = path.read_text().split("\n", 1)[1]
    opening = re.search(r"<(section|article|form|div|ul|ol|p|tr|li)\b[^>]*>", body)

    assert opening, path
    assert re.search(rf'id="{name}(-\{{\{{|")', opening[0]), opening[0]
    assert re.search(rf'class="{name}[ "]', opening[0]), opening[0]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_htmx_stands_only_on_links_and_forms_with_the_same_address(path: Path) -> None:
    for tag, attributes in HX.findall(path.read_text()):
        assert tag in ("a", "form"), f"{path}: hx-* on <{tag}>"
        plain = re.search(r'\b(?:href|action)="([^"]+)"', attributes)
        asked = re.search(r'\bhx-(?:get|post)="([^"]+)"', attributes)
        assert plain, f"{path}: nothing without JavaScript"
        assert asked, f"{path}: hx-* without an address"
        assert plain[1] == asked[1], f"{path}: two addresses"
        assert "hx-target=" in attributes, path
        assert "hx-swap=" in attributes, path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_inline_that_the_policy_would_stop(path: Path) -> None:
    """ASVS 3.4.3."""
    assert not FORBIDDEN.findall(path.read_text())


def test_every_table_belongs_to_the_one_app() -> None:
    known = {table.__module__ for table in APP_CONFIG.table_classes}
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "app").rglob("tables.py")
    }

    assert modules == known


def test_piccolos_raw_is_called_nowhere() -> None:
    """Rows go through typed functions; no checker sees a wrong column name (design.md §4)."""
    for path in (ROOT / "app").rglob("*.py"):
        assert ".raw(" not in path.read_text(), path


def test_no_drawer_to_throw_things_in() -> None:
    drawers = re.compile(r"(manager|service|helper|util|handler|info|process|misc)s?$")
    for path in (ROOT / "app").rglob("*.py"):
        if path.relative_to(ROOT) != Path("app/web/service.py"):
            assert not drawers.search(path.stem), path


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")

    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([a-z0-9-]+\.md)\)", index)) == pages
