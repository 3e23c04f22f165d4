"""Which mutants are set aside because nothing that a program does can tell them from the original. By this rule alone:

1. Words for people: a text with a space in it, in any literal or f-string; all that a `raise` says in a text or
   advises; what a `Problem` says is wrong; and all that is handed to a logger. Their wording is for people to judge.
2. What has no effect when the program runs: the type that `cast` is told, and `strict=` of `zip`, which is a check of
   our own on two things that are as long as each other.
3. The name of UTF-8, which is what Python takes without it, and whether `encode` and `decode` are told the name of
   an encoding in capitals.

Two functions that are the same after this is taken away differ in nothing else.
"""

import ast
import textwrap

_WORDS = ast.Constant("words")
_LOGGERS = ("log", "_log", "logger", "_logger", "_LOG", "LOG")


def is_set_aside(original: str, mutant: str) -> bool:
    """Whether the sources of two functions differ only in what the rule takes away."""
    return _bare(original) == _bare(mutant)


def _bare(source: str) -> str:
    (function,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    function.name = "f"  # a mutant has a name of its own
    return ast.dump(_TakeAway().visit(function))


class _TakeAway(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return _WORDS if isinstance(node.value, str) and " " in node.value else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        if any(isinstance(part, str) and " " in part for part in parts):
            return _WORDS
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        self.generic_visit(node)
        if isinstance(node.exc, ast.Call):
            node.exc.args = [value for value in node.exc.args if not _is_text(value)]
            node.exc.keywords = [each for each in node.exc.keywords if each.arg != "advice"]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("encode", "decode"):
            node.args[:1] = [_in_small_letters(value) for value in node.args[:1]]
        match node.func:
            case ast.Attribute(value=ast.Name(id=name)) if name in _LOGGERS:
                return _WORDS
            case ast.Name(id="cast") if len(node.args) == 2:
                node.args[0] = _WORDS
            case ast.Name(id="Problem"):
                node.args = [value for place, value in enumerate(node.args) if place == 0 or not _is_text(value)]
            case ast.Name(id="zip"):
                node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
            case _:
                node.args = [value for value in node.args if not _is_utf_8(value)]
        return node


def _in_small_letters(node: ast.expr) -> ast.expr:
    return ast.Constant(node.value.lower()) if isinstance(node, ast.Constant) and isinstance(node.value, str) else node


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | None))


def _is_utf_8(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() == "utf-8"
