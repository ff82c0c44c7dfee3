"""One Jinja environment per language, its texts folded into the compiled templates when they are loaded."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app.language import Language, day, day_and_time, dial, machine_time, plural, translate
from app.web.escaping import Template

_FILL = "_fill"


class Translated(Environment):
    """`_("…")` becomes a constant, `_("… %(name)s", name=…)` a format whose values are escaped."""

    template_class = Template

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.language = language
        self.filters |= {
            "day": partial(_in, day, language),
            "day_and_time": partial(_in, day_and_time, language),
            "machine_time": machine_time,
            "dial": dial,
        }
        self.globals |= {"_n": partial(plural, language), _FILL: _fill}

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        # Jinja's documented hook between parsing and generating code.
        return super()._generate(_Folded(self.language, name).visit(source), name, filename, defer_init)


class _Folded(NodeTransformer):
    def __init__(self, language: Language, name: str | None) -> None:
        self._language = language
        self._name = name

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja calls it by the node's name
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_"):
            return node
        text = self._constant(node)
        if not node.kwargs:
            return nodes.Const(translate(self._language, text), lineno=node.lineno)
        return self._format(node, escape(translate(self._language, text)))

    def _constant(self, node: nodes.Call) -> str:
        match node.args:
            case [nodes.Const(value=str() as text)]:
                return text
        raise TemplateSyntaxError("_() takes one text in quotes.", node.lineno, self._name)

    def _format(self, node: nodes.Call, text: Markup) -> nodes.Call:
        fill = nodes.Name(_FILL, "load", lineno=node.lineno)
        return nodes.Call(fill, [nodes.Const(text)], node.kwargs, None, None, lineno=node.lineno)


def _fill(text: Markup, **values: object) -> Markup:
    return text % values


def _in(said: Any, language: Language, when: Any) -> str:
    return str(said(when, language))
