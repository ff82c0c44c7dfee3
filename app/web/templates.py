"""One Jinja environment per language; what language and site decide is folded into the compiled templates."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.bccache import BytecodeCache
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app.language import Language, day, day_and_time, dial, machine_time, plural, translate
from app.web.escaping import Template, joined_as_text

_FILL = "_fill"


class Direct(CodeGenerator):
    """`letter.id` is Python's own attribute: Jinja's look-up, which takes a dict's keys too, costs thrice.

    What stands in the template itself is encoded here, once.
    """

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        if isinstance(node.node, nodes.Name) and node.node.name == "self":
            # A template's blocks are keys of it.
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """An outermost loop becomes one piece: yielding it piecewise through the layout costs half a page."""
        if frame.buffer is not None:
            super().visit_For(node, frame)
            return
        self.buffer(frame)
        super().visit_For(node, frame)
        pieces, frame.buffer = frame.buffer, None
        self.simple_write(f"b''.join({pieces})", frame)

    def visit_ScopedEvalContextModifier(  # noqa: N802
        self, node: nodes.ScopedEvalContextModifier, frame: Frame
    ) -> None:
        raise TemplateSyntaxError("Escaping is never turned off.", node.lineno, self.name)

    def start_write(self, frame: Frame, node: nodes.Node | None = None) -> None:
        """Of what is no `{{ … }}`: the text of a call, a filter or a recursive loop, a part of a template."""
        super().start_write(frame, node)
        self.write("encoded(")

    def end_write(self, frame: Frame) -> None:
        self.write(")")
        super().end_write(frame)

    def _output_const_repr(self, group: Iterable[Any]) -> str:
        return repr("".join(group).encode())


class Translated(Environment):
    """`_("…")` becomes a constant, `_("… %(name)s", name=…)` a format whose values are escaped.

    So does every text, number and truth under `frame` that is in `constants`, such as `frame.assets.css`.
    An included fragment stands in the place of its `{% include %}`.
    """

    template_class = Template
    code_generator_class = Direct
    concat = staticmethod(joined_as_text)  # type: ignore[assignment] # compiled by Direct, they yield bytes

    def __init__(
        self,
        folder: Path,
        language: Language,
        constants: Mapping[str, object],
        *,
        compiled: BytecodeCache | None = None,
    ) -> None:
        self._files = FileSystemLoader(folder)
        super().__init__(
            loader=self._files,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=compiled,
        )
        self.language = language
        self.constants = constants
        self.filters |= {
            "day": partial(_in, day, language),
            "day_and_time": partial(_in, day_and_time, language),
            "machine_time": machine_time,
            "dial": dial,
            _FILL: _fill,
        }
        self.globals |= {"_n": partial(plural, language)}

    def parsed(self, name: str) -> nodes.Template:
        """Raises `TemplateNotFound`."""
        source, filename, _ = self._files.get_source(self, name)
        return self.parse(source, name, filename)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        # Jinja's documented hook between parsing and generating code.
        names = (name,) if name else ()
        return super()._generate(_Folded(self, names).visit(source), name, filename, defer_init)


class _Folded(NodeTransformer):
    """Methods are named after Jinja's nodes, which is how it finds them."""

    def __init__(self, environment: Translated, names: tuple[str, ...]) -> None:
        """`names` lead from the template that is compiled to the fragment that is folded into it."""
        self._environment = environment
        self._language = environment.language
        self._constants = environment.constants
        self._names = names

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_"):
            return node
        text = translate(self._language, self._text(node))
        return self._format(node, escape(text)) if node.kwargs else nodes.Const(text, lineno=node.lineno)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        value = self._constant(node)
        if isinstance(value, str | int):
            return nodes.Const(value, lineno=node.lineno)
        return self.generic_visit(node)

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        """A fragment costs a context of its own each time: of ten letters, a third of the rendering."""
        match node:
            case nodes.Include(template=nodes.Const(value=str() as name), with_context=True):
                return self._folded(name, node) if name not in self._names else node
        return self.generic_visit(node)

    def _folded(self, name: str, node: nodes.Include) -> nodes.Node:
        fragment = self._environment.parsed(name)
        if fragment.find(nodes.Extends) or fragment.find(nodes.Block):
            return node
        folded = _Folded(self._environment, (*self._names, name)).visit(fragment)
        # A fault in it is told as of the line that includes it, since only that line's file is told.
        return nodes.Scope(folded.body, lineno=node.lineno).set_lineno(node.lineno, override=True)

    def _text(self, node: nodes.Call) -> str:
        match node.args:
            case [nodes.Const(value=str() as text)]:
                return text
        raise TemplateSyntaxError(
            "_() takes one text in quotes.", node.lineno, self._names[-1] if self._names else None
        )

    def _format(self, node: nodes.Call, text: Markup) -> nodes.Filter:
        """A filter, which is called as it is: Jinja first looks what kind of thing any other function is."""
        return nodes.Filter(nodes.Const(text), _FILL, [], node.kwargs, None, None, lineno=node.lineno)

    def _constant(self, node: nodes.Node) -> object:
        """None for what is not known before a visit."""
        match node:
            case nodes.Getattr(node=nodes.Name(name="frame"), attr=attr):
                return self._constants.get(attr)
            case nodes.Getattr(node=inner, attr=attr):
                return getattr(self._constant(inner), attr, None)
        return None


def _fill(text: Markup, **values: object) -> Markup:
    """As `text % values`, whose helper for each value costs five times as much."""
    escaped = {name: escape(value) for name, value in values.items()}
    return Markup(str.__mod__(text, escaped))  # noqa: S704 - ours, and values that are escaped


def _in(said: Any, language: Language, when: Any) -> str:
    return str(said(when, language))
