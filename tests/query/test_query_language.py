"""docs/query-language.md says what the code does: parameters, addresses, states, terms, facets, spellings, details."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client

from browse.api.openapi import OPERATIONS
from browse.domain.comparison import MIN_VERIFIED, SILENT_STRENGTH, strength
from browse.openimages.reading.parse_labels import hundredths
from browse.query.pairs import AUTHORITY, YES_FROM, state_of
from browse.query.spelling import format_term, parse_confidence, parse_term
from browse.query.values import DEFAULT_STATES, MAX_TERMS, STATES, State
from browse.requests import definitions
from browse.requests.readers import canonical_from_form
from browse.rights import license_from_url
from browse.search import current_engine
from tests.datasets import BEACH, DOG, ONE
from tests.html import tree

DOCUMENT = (Path(__file__).parents[2] / "docs/query-language.md").read_text(encoding="utf-8")
QUERY = definitions.QUERY_PARAMETERS
OTHERS = (
    definitions.EXTRA_PARAMETERS
    | definitions.COMPARISON_PARAMETERS
    | definitions.LABEL_PAGE_PARAMETERS
    | definitions.COMPARE_PAGE_PARAMETERS
    | definitions.DISAGREEMENT_PARAMETERS
    | definitions.STATISTICS_PARAMETERS
    | definitions.DUPLICATE_PARAMETERS
    | definitions.RELATION_PARAMETERS
)


def table(*header: str) -> list[list[str]]:
    """The rows of the table with this header, each as its cells."""
    lines = iter(DOCUMENT.splitlines())
    wanted = f"| {' | '.join(header)} |"
    assert wanted in lines, wanted
    next(lines)
    rows = []
    while (line := next(lines)).startswith("|"):
        rows.append([cell.strip() for cell in line[1:-1].split("|")])
    return rows


def code(cell: str) -> list[str]:
    """What a cell has in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def test_the_parameters_of_a_query_are_those_there_are_in_canonical_order() -> None:
    rows = table("parameter", "meaning", "may repeat", "default")
    assert [code(row[0]) for row in rows] == [[name] for name in QUERY]
    assert [row[2] == "yes" for row in rows] == [parameter.repeats for parameter in QUERY.values()]
    defaults = {code(row[0])[0]: row[3] for row in rows}
    assert set(code(defaults["state"])) == DEFAULT_STATES
    assert f"at most {MAX_TERMS} terms" in DOCUMENT


def test_the_other_parameters_are_those_there_are() -> None:
    rows = {code(row[0])[0]: row for row in table("parameter", "values", "default")}
    assert rows.keys() == OTHERS.keys() - QUERY.keys()
    defaults = {
        "per_page": definitions.DEFAULT_PER_PAGE,
        "top": definitions.DEFAULT_TOP,
        "top_authors": definitions.DEFAULT_TOP_AUTHORS,
    }
    assert {name: int(rows[name][2]) for name in defaults} == defaults
    seed = table("parameter", "meaning", "may repeat", "default")[-1]
    for name, row in (*rows.items(), ("seed", seed)):
        schema = (OTHERS | QUERY)[name].kind.schema
        low, high = (next(iter(schema.get("oneOf", [schema]))).get(end) for end in ("minimum", "maximum"))  # type: ignore[attr-defined]
        for said in re.findall(r"(\d[\d.]*) to (\d[\d.]*)", row[1]):
            assert said == (str(low), str(high)), name


def addresses() -> list[tuple[str, set[str]]]:
    rows = table("address", "a query", "besides")
    return [(code(row[0])[0], {*code(row[2])} | ({*QUERY} if row[1] == "yes" else set())) for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "takes"), addresses())
def test_an_address_takes_the_parameters_named_and_no_others(
    client: Client, generation: str, address: str, takes: set[str]
) -> None:
    real = address.replace("<ImageID>", ONE).replace("<MID>", DOG.removeprefix("/"))
    real = real.replace("<figure>", "all").replace("<name>", "v4-v5")
    answer = client.get(f"{real}?nosuch=1")
    assert answer.status_code == 400
    words = tree(answer.text).words
    told = re.search(r"Allowed are ([a-z_]+(?:, [a-z_]+)*)|there are no parameters here", words)
    assert told is not None
    assert set(told[1].split(", ") if told[1] else []) == takes


def test_every_parameter_and_every_address_of_the_api_is_named() -> None:
    named = dict(addresses())
    assert set().union(*named.values()) == QUERY.keys() | OTHERS.keys()
    api = {one.path.replace("{image_id}", "<ImageID>").replace("{mid}", "<MID>") for one in OPERATIONS}
    of_sets = {path for path in api if path.startswith("/api/sets")}  # docs/training-sets.md has them
    assert {path for path in api if path.startswith("/api/")} - of_sets <= named.keys()


def test_states_follow_from_machine_and_human() -> None:
    rows = table("state", "machine", "human", "meaning")
    assert [State(code(row[0])[0]) for row in rows] == list(STATES)
    human = {"yes": True, "no": False, "–": None}
    for state, machine, says, _ in rows:
        assert state_of(machine=machine == "yes", human=human[says]) == code(state)[0]
    assert f"a confidence of {Decimal(YES_FROM) / 100} or more says yes" in DOCUMENT
    assert ",\n  ".join(f"`{source}`" for source in AUTHORITY).replace(",\n  ", ", ") in " ".join(DOCUMENT.split())


def test_terms_are_read_as_they_stand() -> None:
    rows = table("term", "holds for an image that has")
    assert [format_term(parse_term(code(row[0])[0])) for row in rows] == [code(row[0])[0] for row in rows]
    assert len(rows) == 6


@pytest.mark.django_db
def test_facets_are_those_of_the_api(client: Client, generation: str) -> None:
    facets = client.get(f"/api/facets?label={DOG}").json()
    rows = {code(row[0])[0]: row for row in table("facet", "choosing a value means", "values")}
    assert list(rows) == [*(name for name in facets if name not in ("count", "query")), "hierarchy"]
    assert set(code(rows["terms"][2])) == facets["terms"][0].keys() | {"label", "any", "not"}


SPELLINGS = table("text", "query string", "form (`/go`)", "imported file")


@pytest.mark.django_db
@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: code(row[0])[0])
def test_confidences_are_spelt_as_the_table_says(generation: str, row: list[str]) -> None:
    text = code(row[0])[0]
    form = QueryDict(mutable=True)
    form["confidence_low"] = text

    def is_taken(read: object) -> bool:
        try:
            assert callable(read)
            read()
        except ValueError:
            return False
        return True

    known = current_engine()
    assert is_taken(lambda: parse_confidence(text)) == (row[1] == "yes")
    assert is_taken(lambda: canonical_from_form(form, known=known)) == (row[2] == "yes")
    read = hundredths(text)
    expected = {"no": None, "yes": text}.get(row[3], row[3])
    assert read == (expected and (round(Decimal(expected) * 100), row[3] != "yes"))


def test_unknown_licenses_keep_their_spelling() -> None:
    spellings = [f"{scheme}://example.org/terms{end}" for scheme in ("http", "https") for end in ("", "/")]
    found = [license_from_url(url) for url in spellings]
    assert [one.name for one in found] == spellings
    assert len({one.slug for one in found}) == 4
    assert all(re.fullmatch(r"other-[0-9a-f]{8}", one.slug) for one in found)


@pytest.mark.django_db
def test_a_chosen_entry_of_the_panel_shows_its_own_count(client: Client, generation: str) -> None:
    panel = tree(client.get("/facets?subset=train&subset=validation").text)
    for subset in ("train", "validation"):
        alone = client.get(f"/api/images?subset={subset}").json()["count"]
        assert panel.one(f"#subset-{subset} .n").words == str(alone), subset
    chosen = tree(client.get(f"/facets?label={DOG}:rejected&not={BEACH}").text)
    count = client.get(f"/api/images?label={DOG}:rejected&not={BEACH}").json()["count"]
    assert chosen.one("#chosen-label-0 .n").words == str(count)
    assert not chosen.one("#chosen-not-0").has(".n")


def test_the_score_of_disagreement_and_the_rule_of_thirty_are_as_told() -> None:
    assert [strength(state, 80) for state in STATES] == [0, 80, 0, SILENT_STRENGTH, 0]
    assert f"a missed pair {Decimal(SILENT_STRENGTH) / 100}" in DOCUMENT
    assert f"fewer than {MIN_VERIFIED} verified pairs" in DOCUMENT
