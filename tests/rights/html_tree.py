"""HTML as a tree of elements, for tests that ask what stands around something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass(eq=False)
class Element:
    """An element: its tag, attributes, children and texts in order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    content: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and all below it."""
        yield self
        for child in self.content:
            if isinstance(child, Element):
                yield from child.walk()

    def around(self) -> Iterator[Element]:
        """The elements around this one, the nearest first."""
        element = self.parent
        while element:
            yield element
            element = element.parent

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.content)

    @property
    def addresses(self) -> set[str]:
        """Where the links in it lead to."""
        return {
            element.attributes["href"] for element in self.walk() if element.tag == "a" and "href" in element.attributes
        }


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.here = self.root = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.content.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.content.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        opened = next((element for element in (self.here, *self.here.around()) if element.tag == tag), None)
        if opened and opened.parent:
            self.here = opened.parent

    def handle_data(self, data: str) -> None:
        self.here.content.append(data)


def tree(html: str) -> Element:
    """The root of a page or a piece of one."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
