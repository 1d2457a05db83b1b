"""Documents say what is there: settings, commands, addresses, files, names, links, pictures."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
LONGEST_README = 120
LARGEST_PICTURE = 250_000

LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
BLOCK = re.compile(r"(?<=\n\n)(?:(?: {4}.*)?\n)+")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_in(text: str) -> list[str]:
    """What a document gives as code: spans, and the lines of its blocks."""
    lines = [line.strip() for block in BLOCK.findall(text) for line in block.splitlines()]
    return [*SPAN.findall(text), *filter(None, lines)]


def anchors_in(text: str) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= LONGEST_README


def test_operations_lists_exactly_the_settings_that_are_read() -> None:
    source = "".join(path.read_text() for path in (ROOT / "viewer").glob("*.py"))
    read = set(re.findall(r'(?:env\.\w+|choice_of_host|whole_number)\(\s*"([A-Z_]+)"', source))
    table = text_of("docs/operations.md").partition("## Settings")[2].partition("\n## ")[0]
    named = {
        name
        for line in table.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([A-Z_]{4,})`", line.split("|")[1])
    }
    assert len(read) > 20
    assert named == read


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    broken = []
    for _, target in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists() or (anchor and anchor not in anchors_in(path.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_the_readme_leads_to_every_document() -> None:
    linked = {target for _, target in LINK.findall(text_of("README.md"))}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= linked


def test_pictures_are_shown_described_and_small() -> None:
    pictures = set((ROOT / "docs" / "pictures").iterdir())
    shown = {
        (document.parent / target).resolve(): text
        for document in DOCUMENTS
        for text, target in LINK.findall(document.read_text(encoding="utf-8"))
        if "pictures/" in target
    }
    assert len(pictures) >= 5
    assert set(shown) == pictures
    assert all(len(text) > 20 for text in shown.values())
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_are_there(document: Path) -> None:
    code = code_in(document.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    made = {name for text in code for name in re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", text)}
    managed = {name for text in code for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    programs = {name for text in code for name in re.findall(r"python ((?:bench|docs|tests)/\S+\.py)", text)}
    assert made - targets == set()
    assert managed - get_commands().keys() == set()
    assert [name for name in programs if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md", "docs/glossary.md", "docs/operations.md"])
def test_addresses_of_the_site_are_there(name: str) -> None:
    pages = [span for span in SPAN.findall(text_of(name)) if re.fullmatch(r"/(?!m/|g/|_)[a-z/.]*[a-z]", span)]
    for page in pages:
        resolve(page)  # raises Resolver404


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_of_the_project_are_there(document: Path) -> None:
    spans = SPAN.findall(document.read_text(encoding="utf-8"))
    whole = r"(?:browse|viewer|templates|static|tests|bench|docs)/[\w./-]+"
    named = {span for span in spans if re.fullmatch(rf"{whole}|\w[\w./-]*\.(?:py|js|css|html)", span)}
    bases = [folder for folder in (ROOT, ROOT / "browse", *(ROOT / "browse").iterdir()) if folder.is_dir()]
    missing = {path for path in named if not any((base / path).exists() for base in bases)}
    assert missing == set()


def test_the_rooms_are_drawn_as_the_layers_of_imports() -> None:
    contract = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    layers = [set(re.findall(r"\w+", layer)) for layer in contract["layers"]]
    rooms = text_of("docs/architecture.md").partition("## Rooms")[2].partition("\n## ")[0]
    drawn = [set(re.findall(r"\w+", line)) for line in rooms.splitlines() if line.startswith("    ")]
    floors = [line for line in drawn if line & set().union(*layers)]
    assert len(floors) == len(layers)
    assert [layer - line for layer, line in zip(layers, floors, strict=True)] == [set()] * len(layers)
    packages = {path.parent.name for path in (ROOT / "browse").glob("*/__init__.py")}
    described = set(re.findall(r"`browse/(\w+)/`", rooms))
    assert packages - described <= {"migrations", "templatetags"}


def sections_of(text: str) -> list[tuple[str, str]]:
    """Headings of the second level with what stands below each."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("heading", "text"), sections_of(text_of("docs/extending.md")))
def test_names_stand_in_the_files_that_a_section_of_extending_gives(heading: str, text: str) -> None:
    spans = set(SPAN.findall(text))
    files = {span for span in spans if (ROOT / span).is_file()}
    source = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    names = {span for span in spans - files if re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", span)}
    words = set(re.findall(r"\w+", source))
    unknown = [name for name in names if not set(name.removesuffix("()").split(".")) <= words]
    assert len(files) >= 1
    assert unknown == []


def test_the_glossary_is_sorted_and_has_one_entry_for_each_term() -> None:
    terms = re.findall(r"^\*\*(.+?)\*\*", text_of("docs/glossary.md"), re.MULTILINE)
    assert len(terms) > 20
    assert terms == sorted(set(terms), key=str.casefold)
