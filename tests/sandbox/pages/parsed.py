"""A page as a browser would take it in: its parts, its forms, and whether it is well-formed."""

import re
from html.parser import HTMLParser
from typing import Final

from attrs import define, field

VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})
SVG_EMPTY: Final = frozenset({"circle", "path", "rect"})
UNSEEN: Final = frozenset({"script", "style", "title", "noscript"})


@define
class Button:
    text: str
    name: str
    value: str


@define
class Form:
    """A form: where it goes, what stands in its fields, and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(factory=dict[str, str])
    buttons: list[Button] = field(factory=list[Button])


@define
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


class Page(HTMLParser):
    """Reads a page, and fails on what is not well-formed.

    Attributes:
        elements: All of them in order, each with the text that it holds.
        forms: Its forms.
        texts: The text that is seen, piece by piece.
        title: What stands in the tab.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.elements: list[Element] = []
        self.forms: list[Form] = []
        self.texts: list[str] = []
        self._open: list[Element] = []
        self._select = ""
        self._options = 0
        self.feed(source)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"
        self.title: Final = self.one("title").text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute twice: <{tag} {names}>"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        self._note_form(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_EMPTY, f"<{tag}/> closes nothing in HTML"
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        element = self._open.pop()
        element.text = " ".join(element.text.split())
        if tag == "button":
            attributes = element.attributes
            self.forms[-1].buttons.append(Button(element.text, attributes.get("name", ""), attributes.get("value", "")))

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data
        text = " ".join(data.split())
        if text and not any(element.tag in UNSEEN for element in self._open):
            self.texts.append(text)

    def _note_form(self, element: Element) -> None:
        attributes = element.attributes
        match element.tag:
            case "form":
                self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get")))
            case "input":
                kind = attributes.get("type")
                if kind not in ("radio", "checkbox") or "checked" in attributes:
                    self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")
            case "select":
                self._select, self._options = attributes["name"], 0
            case "option":
                # As in a browser, the first one is chosen until another one is.
                if "selected" in attributes or self._options == 0:
                    self.forms[-1].fields[self._select] = attributes["value"]
                self._options += 1
            case _:
                pass

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def one(self, tag: str) -> Element:
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} <{tag}>"
        return found[0]

    def with_id(self, id_: str) -> Element:
        return next(element for element in self.elements if element.attributes.get("id") == id_)

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def text(self) -> str:
        """All that is seen."""
        return " ".join(self.texts)

    @property
    def problem(self) -> str:
        """What the page says is wrong, if it does."""
        summaries = [element for element in self.elements if element.attributes.get("class") == "summary"]
        return summaries[0].text if summaries else ""

    @property
    def links(self) -> dict[str, str]:
        """The addresses of links, by their text."""
        return {element.text: element.attributes["href"] for element in self.all("a")}

    @property
    def reload(self) -> tuple[int, str] | None:
        """After how many seconds a browser without JavaScript asks again, and where."""
        for element in self.all("meta"):
            if element.attributes.get("http-equiv") == "refresh":
                matched = re.fullmatch(r"(\d+); url=(\S+)", element.attributes["content"])
                assert matched is not None
                return int(matched[1]), matched[2]
        return None
