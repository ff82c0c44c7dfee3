"""Our fast escape writes what markupsafe writes, whatever a template does (ASVS 1.1.2)."""

import sys
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import jinja2
import markupsafe
import pytest
from markupsafe import Markup

from app.web import escaping
from app.web.templates import Translated
from tests.web.conftest import CANARY

PARENT = "<title>{% block title %}p{{ v }}{% endblock %}</title>{% block main %}{% endblock %}{{ v }}"
MACROS = (
    "{% macro m(a, b='') %}<b title='{{ a }}'>{{ a }}{{ b }}"
    "{{ caller() if caller is defined else '' }}</b>{% endmacro %}"
)
LIST = "{% for c in [v] %}{{ c }}{% endfor %}"
PART = "<i>{{ v }}</i>"

CONSTRUCTS = {
    "output": "{{ v }}",
    "attribute": '<a title="{{ v }}">',
    "extends, block and super": "{% extends 'parent' %}{% block title %}{{ super() }}{{ v }}{% endblock %}",
    "block of itself": "{% extends 'parent' %}{% block main %}{{ v }}{{ self.title() }}{% endblock %}",
    "include": "{% include 'part' %}",
    "import and macro": "{% from 'macros' import m %}{{ m(v) }}{{ m(m(v)) }}{{ m(v, v ~ m(v)) }}",
    "call": "{% from 'macros' import m %}{% call m(v) %}{{ v }}{% endcall %}",
    "own macro": "{% macro n(a) %}{{ a }}{% endmacro %}{{ n(v) }}{{ n(v) | upper }}",
    "set": "{% set a = v %}{{ a }}",
    "set block": "{% set a %}<u>{{ v }}</u>{% endset %}{{ a }}{{ a | length }}",
    "set block with a filter": "{% set a | upper %}<u>{{ v }}</u>{% endset %}{{ a }}",
    "safe": "{{ '<b>' | safe }}{{ v | safe }}",
    "escape": "{{ v | e }}{{ v | e | e }}{{ v | forceescape }}",
    "join": "{{ [v, v] | join('<br>') }}{{ [v, '<b>' | safe] | join('<br>' | safe) }}",
    "format": "{{ '<b>%s</b>' | format(v) }}{{ ('<b>%s</b>' | safe) | format(v) }}",
    "tilde": "{{ v ~ '<' ~ v }}{{ ('<b>' | safe) ~ v }}",
    "plus": "{{ v + v }}{{ ('<b>' | safe) + v }}",
    "filter block": "{% filter upper %}<b>{{ v }}</b>{% endfilter %}",
    "filters": "{{ v | upper }}{{ v | replace('<', '>') }}{{ v | truncate(5) }}{{ v | title }}{{ v | trim }}",
    "html filters": "{{ v | urlencode }}{{ v | tojson }}{{ {'a': v} | xmlattr }}{{ v | striptags }}",
    "loop": "{% for c in v %}{{ c }}{{ loop.index }}{{ loop.last }}{% else %}-{% endfor %}",
    "loop in a loop": "{% for c in [v, v] %}{% for d in [c] %}{{ d }}{{ loop.last }}{% endfor %}{% endfor %}",
    "recursive loop": "{% for c in [[v]] recursive %}{{ c if c is string else loop(c) }}{% endfor %}",
    "loop with a block": "{% for c in [v] %}{% block b scoped %}{{ c }}{% endblock %}{% endfor %}",
    "loop that sets": "{% set n = namespace(a='') %}{% for c in [v] %}{% set n.a = c %}{% endfor %}{{ n.a }}",
    "loop in an if": "{% if v %}{% for c in [v] %}{{ c }}{% endfor %}{% else %}{{ v }}{% endif %}",
    "loop in a call": "{% from 'macros' import m %}{% call m(v) %}" + LIST + "{% endcall %}",
    "loop in a filter": "{% filter upper %}{% for c in [v] %}{{ c }}{% endfor %}{% endfilter %}",
    "loop with an include": "{% for v in [v] %}{% include 'part' %}{% endfor %}",
    "loops outside the blocks": "{% extends 'parent' %}{% for c in [v] %}{{ c }}{% endfor %}",
    "condition": "{{ v if v else v }}{{ v or '<' }}{{ v == v }}",
    "with": "{% with a = v %}{{ a }}{% endwith %}",
    "constants": "{{ '<' }}{{ '<' ~ 1 }}{{ 1.5 }}{{ none }}{{ true }}",
    "raw": "{% raw %}{{ v }}{% endraw %}{{ v }}",
    "map": "{{ [v, v] | map('upper') | join }}{{ [v] | list }}{{ {'a': v} }}",
}


class Html:
    def __html__(self) -> str:
        return "<em>html</em>"

    def __str__(self) -> str:
        return CANARY


class Text(str):
    __slots__ = ()


VALUES: dict[str, Any] = {
    "hostile": CANARY,
    "empty": "",
    "plain": "Åsa Öberg",
    "quotes": "\"'`&amp;<>",
    "control": "a\x00b\u2028c\ud7ff",
    "markup": Markup("<b>&amp;</b>"),
    "subclass": Text(CANARY),
}
OTHER_VALUES: dict[str, Any] = {
    "none": None,
    "int": -12,
    "big": 10**30,
    "float": 1.5,
    "bool": True,
    "list": [CANARY],
    "tuple": (CANARY, 1),
    "bytes": b"<b>",
    "date": date(2026, 11, 23),
    "html": Html(),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[jinja2.Environment, jinja2.Environment]:
    folder = tmp_path_factory.mktemp("constructs")
    for name, text in {"parent": PARENT, "macros": MACROS, "part": PART}.items():
        (folder / name).write_text(text)
    stock = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return stock, Translated(folder, "sv", {})


@pytest.mark.parametrize("construct", CONSTRUCTS)
@pytest.mark.parametrize("value", VALUES)
def test_every_construct_gives_the_same_text(
    both: tuple[jinja2.Environment, jinja2.Environment], construct: str, value: str
) -> None:
    stock, ours = (each.from_string(CONSTRUCTS[construct]).render(v=VALUES[value]) for each in both)

    assert ours == stock


@pytest.mark.parametrize("value", VALUES | OTHER_VALUES)
def test_every_kind_of_value_gives_the_same_text(
    both: tuple[jinja2.Environment, jinja2.Environment], value: str
) -> None:
    known = VALUES | OTHER_VALUES
    stock, ours = (each.from_string("<a title='{{ v }}'>{{ v }}</a>").render(v=known[value]) for each in both)

    assert ours == stock
    assert escaping.escape(known[value]).decode() == markupsafe.escape(known[value])


def test_the_fast_way_is_taken(both: tuple[jinja2.Environment, jinja2.Environment]) -> None:
    """Not a matter of safety: else the other tests compare markupsafe with itself."""
    template = both[1].from_string("{{ v }}")

    assert template.root_render_func.__globals__["escape"] is escaping.escape
    assert type(escaping.escape("<")) is bytes


def test_escaping_is_never_turned_off(both: tuple[jinja2.Environment, jinja2.Environment]) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError, match="never turned off"):
        both[1].from_string("{% autoescape false %}{{ v }}{% endautoescape %}")


def test_without_the_private_name_markupsafes_own_escape_is_used(
    monkeypatch: pytest.MonkeyPatch, fresh: Callable[[str], Any]
) -> None:
    monkeypatch.setitem(sys.modules, "markupsafe", SimpleNamespace(escape=markupsafe.escape))

    slow = fresh("app.body.escaping").escape(CANARY)

    assert slow == markupsafe.escape(CANARY)
    assert type(slow) is str


ENCODED = {
    "output": "<p>{{ v }}</p>",
    "loop": "{% for c in [v, '<', v] %}<i>{{ c }}</i>{% endfor %}{{ v }}",
    "macro": "{% from 'macros' import m %}{{ m('<', v) }}",
    "unused": "{% set a %}{{ v }}{% endset %}<p></p>",
    "twice": "{% set a %}{{ v }}{% endset %}{{ a }}-{{ a }}",
}


@pytest.mark.parametrize("construct", ENCODED)
def test_what_is_encoded_already_stands_where_it_is_printed(
    both: tuple[jinja2.Environment, jinja2.Environment], construct: str
) -> None:
    html = "<p>Åsa ” \0 0\0</p>"
    stock = both[0].from_string(ENCODED[construct]).render(v=Markup(html))  # noqa: S704

    ours = escaping.rendered(both[1].from_string(ENCODED[construct]), {"v": escaping.Encoded(html.encode())})

    assert ours.decode() == stock


def test_each_stands_in_its_own_place(both: tuple[jinja2.Environment, jinja2.Environment]) -> None:
    """Of several letters none is shown under another's heading, in whatever order they are printed."""
    first, second = escaping.Encoded(b"<b>1</b>"), escaping.Encoded(b"<b>2</b>")
    template = both[1].from_string("{% set a %}{{ second }}{% endset %}{{ first }}{{ a }}{{ first }}")

    assert escaping.rendered(template, {"first": first, "second": second}) == b"<b>1</b><b>2</b><b>1</b>"


def test_outside_a_template_it_is_a_text_like_others() -> None:
    assert markupsafe.escape(escaping.Encoded("<b>Å</b>".encode())) == "<b>Å</b>"
