"""Templates as Jinja compiles them, with less work around each of the values that a page shows.

A page of hits writes five hundred values. Jinja makes an object of each, to say that it is escaped;
they only become one string, which needs no such word. And the globals of its templates are a chain
of mappings, which every import of a macro walks through.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, _escape_inner, escape


class _Code(CodeGenerator):
    """Has values written by ``Templates.written``."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """Set all globals before the first template is loaded."""

    code_generator_class = _Code

    @staticmethod
    def written(value: object) -> str:
        """The same characters as ``escape`` gives."""
        kind = type(value)
        if kind is str:
            return _escape_inner(value)  # type: ignore[arg-type]
        return value if kind is Markup else escape(value)  # type: ignore[return-value]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}
