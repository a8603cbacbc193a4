"""Templates, compiled once for each language with its words in them.

A page of hits says sixty words and writes five hundred values. To look the words up, and to make of
each value an object that says it is escaped, took a tenth of the time that the page took.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

from web.language import LANGUAGES, in_html, language, words


def written(value: object) -> str:
    """The characters of ``escape(value)``, for what only becomes part of a page."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)  # type: ignore[arg-type]
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


class _Words(NodeTransformer):
    """Puts the words of a language where a template asks for them."""

    def __init__(self, language: str) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and not node.kwargs:
            match node.node.name, node.args:
                case "_", [nodes.Const(value=message)]:
                    return nodes.Const(words(self._language, message))
                case "html_language", []:
                    return nodes.Const(in_html(self._language))
        return node


class _Code(CodeGenerator):
    environment: Templates

    def visit_Template(  # noqa: N802 - Jinja's name
        self, node: nodes.Template, frame: Any = None
    ) -> None:
        if self.environment.language:
            _Words(self.environment.language).visit(node)
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """Those of all languages. Set globals and filters before the first template is loaded."""

    code_generator_class = _Code
    written = staticmethod(written)
    language = ""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._spoken: dict[str, Templates] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        if self.language:
            return super().get_template(name, parent, globals)
        return self.in_language(language()).get_template(name, parent, globals)

    def in_language(self, name: str) -> Templates:
        """The templates that speak a language."""
        if name not in self._spoken:
            spoken: Templates = self.overlay(cache_size=-1)  # all stay
            spoken.language = name
            self._spoken[name] = spoken
        return self._spoken[name]

    def load_all(self) -> None:
        """Compile every template in every language."""
        for name in LANGUAGES:
            spoken = self.in_language(name)
            for template in spoken.list_templates():
                spoken.get_template(template)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping: the usual chain of two is walked through by every import of a macro."""
        return {**self.globals, **(d or {})}
