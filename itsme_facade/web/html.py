"""HTML that templates take as it is."""

from __future__ import annotations

from html import escape


class Html(str):
    """HTML that is ready: Jinja's and Django's templates do not escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def attribute(name: str, value: str) -> str:
    """One attribute, escaped, with a space before it."""
    return f' {name}="{escape(value)}"'


def hidden(name: str, value: str) -> Html:
    """A field of a form that nobody sees."""
    return Html(f'<input type="hidden"{attribute("name", name)}{attribute("value", value)}>')
