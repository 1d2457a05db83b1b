"""HTML as a tree of elements: tests look at pages through this, never by patterns on markup.

`tree(page).all('li.tile[data-image] a[href^="/image/"]')`: selectors as in CSS, of tags, `.class`, `#id`, `[name]`,
`[name="value"]` (also `^=`, `$=`, `*=`), and blanks for "somewhere inside". Values stand in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SELECTOR = re.compile(r'([a-z][\w-]*)|([.#])([\w-]+)|\[([\w-]+)(?:([\^$*]?=)"([^"]*)")?\]|( +)')


@dataclass(eq=False)
class Element:
    """An element: its tag, attributes, children and texts in order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    content: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        """An attribute that it must have."""
        return self.attributes[name]

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

    def all(self, selector: str) -> list[Element]:
        """The elements below this one that a selector finds, in order."""
        *outer, wanted = _parsed(selector)
        return [one for one in self.walk() if one is not self and wanted.fits(one) and _is_inside(one, outer)]

    def one(self, selector: str) -> Element:
        """The only element that a selector finds; fails where there is none or another."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector}"
        return found[0]

    def has(self, selector: str) -> bool:
        """Whether a selector finds any."""
        return bool(self.all(selector))

    def each(self, selector: str, attribute: str) -> list[str]:
        """An attribute of all that a selector finds, which each of them must have."""
        return [element[attribute] for element in self.all(selector)]

    def words_of(self, selector: str) -> list[str]:
        """The words of all that a selector finds."""
        return [element.words for element in self.all(selector)]

    @property
    def text(self) -> str:
        """All text in it, letter by letter."""
        return "".join(child if isinstance(child, str) else child.text for child in self.content)

    @property
    def words(self) -> str:
        """All text in it, with single blanks, also where one element ends and the next begins."""
        parts = (child if isinstance(child, str) else child.words for child in self.content)
        return " ".join(word for part in parts for word in part.split())

    @property
    def addresses(self) -> set[str]:
        """Where the links in it lead to."""
        return set(self.each("a[href]", "href"))


@dataclass(frozen=True)
class _Part:
    """What a selector wants of one element."""

    tag: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    """Name, operator, value; without an operator it only has to be there."""

    def fits(self, element: Element) -> bool:
        return (
            self.tag in ("", element.tag)
            and self.classes <= {*element.attributes.get("class", "").split()}
            and all(
                name in element.attributes and _agrees(element[name], operator, value)
                for name, operator, value in self.attributes
            )
        )


def _agrees(given: str, operator: str, value: str) -> bool:
    return {
        "": True,
        "=": given == value,
        "^=": given.startswith(value),
        "$=": given.endswith(value),
        "*=": value in given,
    }[operator]


@cache
def _parsed(selector: str) -> tuple[_Part, ...]:
    """The parts of a selector, from outside in. Raises ValueError where it cannot be read."""
    parts: list[list[re.Match[str]]] = [[]]
    position = 0
    while position < len(selector):
        found = SELECTOR.match(selector, position)
        if not found or (found[1] and parts[-1]):
            raise ValueError(f"{selector!r} cannot be read from {selector[position:]!r} on")
        if found[7]:
            parts.append([])
        else:
            parts[-1].append(found)
        position = found.end()
    if not all(parts):
        raise ValueError(f"{selector!r} has a part without anything")
    return tuple(
        _Part(
            tag="".join(one[1] or "" for one in part),
            classes=frozenset(one[3] for one in part if one[2] == "."),
            attributes=tuple(
                ("id", "=", one[3]) if one[2] else (one[4], one[5] or "", one[6] or "")
                for one in part
                if one[2] == "#" or one[4]
            ),
        )
        for part in parts
    )


def _is_inside(element: Element, outer: list[_Part]) -> bool:
    around = element.around()
    return all(any(part.fits(one) for one in around) for part in reversed(outer))


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
