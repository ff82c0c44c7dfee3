"""Texts are fixed when a template is loaded, and hostile values stay text wherever they stand."""

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import jinja2
import pytest

from app.web.templates import Translated
from tests.web.conftest import CANARY


class Facts(NamedTuple):
    url: str
    parts: tuple[str, ...]
    open: bool = True


@pytest.fixture
def environment(tmp_path: Path) -> Translated:
    (tmp_path / "macros").write_text(
        "{% macro m(frame) %}{{ frame.facts.url }}{{ _('Lämna synpunkter') }}{% endmacro %}"
    )
    (tmp_path / "_part").write_text("{% set a = 'inside' %}{{ _('Lämna synpunkter') }} {{ a }} {{ v }} ")
    (tmp_path / "_tree").write_text("({% for v in v %}{% include '_tree' %}{% endfor %})")
    (tmp_path / "_block").write_text("{% block b %}{{ v }}{% endblock %}")
    return Translated(tmp_path, "en", {"facts": Facts("/a?b&c", ("x", "y")), "language": "en"})


def generated(environment: jinja2.Environment, text: str) -> str:
    return str(environment.compile(text, raw=True))


def said(environment: jinja2.Environment, text: str, **context: Any) -> str:
    return environment.from_string(text).render(context)


def test_a_text_is_a_constant_of_the_compiled_template(environment: Translated) -> None:
    code = generated(environment, "<p>{{ _('Lämna synpunkter') }}</p>")

    assert "<p>Give feedback</p>" in code
    assert "resolve('_')" not in code


def test_a_text_with_values_escapes_them(environment: Translated) -> None:
    text = "{{ _('<i>%(name)s</i> 100 %%', name=name) }}"

    assert said(environment, text, name="<b>") == "&lt;i&gt;&lt;b&gt;&lt;/i&gt; 100 %"


def test_a_text_without_a_translation_is_swedish_and_escaped(environment: Translated) -> None:
    assert said(environment, "{{ _('<finns inte>') }}") == "&lt;finns inte&gt;"


def test_a_text_can_be_handed_on(environment: Translated) -> None:
    assert (
        said(environment, "{% set a = _('Lämna synpunkter') %}{{ a | upper }}{{ [a] | join }}")
        == "GIVE FEEDBACKGive feedback"
    )


def test_number_texts(environment: Translated) -> None:
    text = "{{ _n('En sak', '%(n)s saker', n) }}"

    assert [said(environment, text, n=n) for n in (0, 1, 2)] == ["0 saker", "En sak", "2 saker"]


@pytest.mark.parametrize(
    "text", ["{{ _(a) }}", "{{ _('a' ~ b) }}", "{{ _() }}", "{{ _('a', 'b') }}", "{{ _(1) }}"]
)
def test_a_text_that_nobody_could_find_to_translate_stops_the_start(
    environment: Translated, text: str
) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError, match="one text in quotes"):
        environment.from_string(text)


def test_what_never_changes_is_a_constant(environment: Translated) -> None:
    code = generated(environment, "{% if frame.facts.open %}<a href='{{ frame.facts.url }}'>{% endif %}")

    assert "<a href='/a?b&amp;c'>" in code
    assert "frame" not in code


def test_lists_and_unknown_names_are_asked_for_at_the_visit(environment: Translated) -> None:
    text = "{% for part in frame.facts.parts %}{{ part }}{% endfor %}{{ frame.person }}"

    assert said(environment, text, frame=SimpleNamespace(facts=Facts("", ("x", "y")), person="<")) == "xy&lt;"


def test_constants_reach_macros(environment: Translated) -> None:
    assert said(environment, "{% from 'macros' import m %}{{ m(none) }}") == "/a?b&amp;cGive feedback"


def test_a_fragment_stands_where_it_is_included(environment: Translated) -> None:
    text = "{% set a = 'outside' %}{% for v in ['<'] %}{% include '_part' %}{% endfor %}{{ a }}"

    assert "Give feedback" in generated(environment, text)
    assert said(environment, text) == "Give feedback inside &lt; outside"


@pytest.mark.parametrize(
    ("text", "whole"), [("{% include '_tree' %}", "(()(()))"), ("{% include '_block' %}", "[[], [[]]]")]
)
def test_a_fragment_that_cannot_stand_there_is_included_as_ever(
    environment: Translated, text: str, whole: str
) -> None:
    assert said(environment, text, v=[[], [[]]]) == whole


def test_a_fragment_that_is_not_there_stops_the_start(environment: Translated) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        environment.from_string("{% include '_nothing' %}")


def test_a_fault_in_a_fragment_is_told_as_of_the_line_that_includes_it(environment: Translated) -> None:
    with pytest.raises(jinja2.UndefinedError) as fault:
        said(environment, "\n\n{% include '_part' %}")

    lines = [entry.lineno + 1 for entry in fault.traceback if str(entry.path) == "<template>"]
    assert lines[-1] == 3


def test_a_name_that_is_not_there_is_a_fault(environment: Translated) -> None:
    with pytest.raises(jinja2.UndefinedError):
        said(environment, "{{ nothing }}")


class Found(HTMLParser):
    """Where the canary came out: as text, as an attribute's value, or as something worse."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.whole = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.whole += sum((value or "").count(CANARY) for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.whole += data.count(CANARY)


CONTEXTS: Mapping[str, tuple[str, int]] = {
    "text": ("<p>{{ v }}</p>", 1),
    "double quotes": ('<a title="{{ v }}">x</a>', 1),
    "single quotes": ("<a title='{{ v }}'>x</a>", 1),
    "title": ("<title>{{ v }}</title>", 1),
    "textarea": ("<textarea>\n{{ v }}</textarea>", 1),
    "a text with values": ("<p>{{ _('Hej %(v)s', v=v) }}</p>", 1),
    "loop": ("<ul>{% for w in [v, v] %}<li title='{{ w }}'>{{ w }}</li>{% endfor %}</ul>", 4),
    "set block": ("{% set a %}<b>{{ v }}</b>{% endset %}{{ a }}", 1),
    "field": (
        (
            "{% from 'shared/forms.html' import field %}"
            "{{ field('a', v, {'a': v}, {'a': v}, hint=v) }}{{ field('b', v, {}, {'b': v}, rows=3) }}"
        ),
        6,
    ),
    "error summary": ("{% from 'shared/forms.html' import error_summary %}{{ error_summary({'a': v}) }}", 1),
}


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_hostile_value_stays_text(small_templates: Path, context: str) -> None:
    """ASVS 1.1.2, 1.2.1, 1.3.7."""
    text, times = CONTEXTS[context]
    found = Found()

    found.feed(said(Translated(small_templates, "sv", {}), text, v=CANARY))

    assert found.whole == times
    assert "svg" not in found.tags
    assert "onload" not in found.names
