"""Files that look like others, or are of no kind that is read: which are taken, and what is said of the rest."""

from __future__ import annotations

import pytest

from browse.openimages.recognition import recognize_file
from tests.openimages.files import LABELS, V1

TRIPLET = "LabelName1,LabelName2,RelationshipLabel"
BOX = "XMin,XMax,YMin,YMax"
ATTRIBUTES = "/m/02gy9n,Transparent\n/m/05z87,Plastic\n/m/083vt,Wooden\n"


def recognized(text: str | bytes, name: str = "set/file.csv") -> tuple[str | None, str]:
    line, _, rest = (text if isinstance(text, bytes) else text.encode()).partition(b"\n")
    found = recognize_file(line, rest, name)
    return found.kind and found.kind.name, found.note


@pytest.mark.parametrize(
    "text",
    [
        "/m/01,dog\n/m/02,cat\n",
        "/m/01,dog\n/m/02,1984\n/m/03,747\n",
        '"/m/01","dog, big"\n',
        "LabelName,DisplayName\n/m/01,dog\n",
        "LabelName,DisplayName\n",
        "id,name\n/m/01,dog\n",
        "/m/01;dog\n/m/02;cat, big\n",
    ],
)
def test_names_of_mids_are_a_dictionary(text: str) -> None:
    assert recognized(text)[0] == "dictionary"


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("/m/01,/m/02\n/m/01,/m/03\n", "parents.csv", "its second column has MIDs, not names"),
        ("/m/01,12\n/m/02,3.5\n/m/03,1e6\n/m/04,\n", "counts.csv", "its second column has numbers, not names"),
        ("LabelName,DisplayName\n/m/01,12\n", "counts.csv", "its second column has numbers, not names"),
        ("id,name\n1,Anna\n2,Bo\n", "people.csv", "its first column has no label MIDs"),
        ("/m/083vt,Wooden\n", "oidv6-attributes-description.csv", "descriptions of attributes, which this version"),
        ("/m/01,red\n/m/02,soft\n", "a/my-attributes.csv", "descriptions of attributes, which this version"),
        (ATTRIBUTES, "renamed.csv", "descriptions of attributes, which this version"),
        ("at,at\nholds,holds\n", "oidv6-relationships-description.csv", "descriptions of relationships"),
        (f"{TRIPLET}\n/m/01,/m/02,is\n", "x.csv", "relationship triplets"),
        ("/m/01,/m/02,is\n", "x.csv", "relationship triplets"),
    ],
)
def test_what_only_looks_like_a_dictionary_is_not_one(text: str, name: str, why: str) -> None:
    kind, note = recognized(text, name)
    assert kind is None
    assert note.startswith(why)


def test_a_whole_dictionary_may_hold_the_row_of_an_attribute() -> None:
    rows = [f"/m/0{number},name {number}" for number in range(60)]
    assert recognized("\n".join([*rows, "/m/083vt,Wooden"]))[0] == "dictionary"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (f"ImageID,LabelName,{BOX},IsGroupOf", "boxes of a challenge, without `Source`"),
        (f"ImageID,LabelName,Confidence,{BOX},GenderPresentation,AgePresentation", "MIAP boxes"),
        ("ImageID,LabelName,Confidence", "image-level labels of a challenge, without `Source`"),
        ("image_name,image_url", "a list of image URLs"),
    ],
)
def test_kinds_of_the_releases_that_are_not_read_are_named(header: str, kind: str) -> None:
    assert recognized(f"{header}\n") == (None, f"{kind}, which this version does not read")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ImageID,Source,LabelName,Condidence\n", "has `Condidence`, expected `Confidence` (image-level labels)"),
        (
            "image_id,source,label_name,confidence\n",
            "has `image_id`, expected `ImageID`; has `label_name`, expected `LabelName` (i",
        ),
        ("ImageID,LabelName,Confidence,Split\n", "is missing `Source` (image-level labels)"),
        (V1.replace(",License", "") + "\n", "is missing `License` (images)"),
        (V1 + ",a,b\n", "has more than one unknown column: `a`, `b` (images)"),
        (LABELS + ",Source\n", "its header names `Source` twice"),
        (LABELS.replace(",", "|") + "\n", "its fields seem to be separated by `|`"),
        ("ImageID;Source;LabelName;Condidence\n", "its fields seem to be separated by `;`; has `Condidence`, expected"),
        ("0000000000000001,machine,/m/01,0.9\n", f"it has no header; expected `{LABELS}`"),
        ("when,where\n", "unknown header: when,where"),
        (LABELS.encode("utf-16-le") + b"\n\0", "it seems to be UTF-16 without a byte order mark"),
        (f"{LABELS}\r0000000000000001,machine,/m/01,0.9\r", "its lines seem to end with carriage returns alone"),
        (b"PK\x03\x04\0\xff\n", "not text"),
        (b"Im\xe4geID,Source\n", "its first line is not UTF-8"),
        ("", "empty"),
    ],
)
def test_it_is_said_why_a_file_is_not_recognized(text: str | bytes, why: str) -> None:
    kind, note = recognized(text)
    assert kind is None
    assert note.startswith(why)


@pytest.mark.parametrize(
    ("header", "note"),
    [
        (LABELS, ""),
        (LABELS.replace(",", ";"), "fields separated by `;`"),
        (LABELS.replace(",", "\t") + "\tNote", "fields separated by tabs, column `Note` ignored"),
        ("," + LABELS, "a column without a name ignored"),
    ],
)
def test_it_is_said_in_which_unusual_way_a_file_is_read(header: str, note: str) -> None:
    assert recognized(f"{header}\n") == ("labels", note)


def test_a_header_of_endless_names_is_told_from_its_beginning() -> None:
    kind, note = recognized(",".join(f"Confidence{number}" * 100 for number in range(10_000)))
    assert kind is None
    assert len(note) < 1000
