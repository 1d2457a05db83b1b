"""A hidden image is gone from everything public, and comes back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse import search
from browse.curation import actions, reports
from browse.dataset.index_exchange import rebuild_index
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Flag, Hiding, Image
from browse.models.curation import is_hidden
from browse.models.roles import REVIEWER
from browse.presentation.parts.figures import FIGURES
from browse.query.values import Query, Term
from browse.thumbnails.current import current_service
from tests.curation.people import client_of
from tests.datasets import BEACH, DOG, FOUR, ONE, SEA, SIX, THREE, TWO

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/",
    "/?sort=random&seed=1",
    f"/?label={DOG}",
    f"/?label={DOG}&sort=-confidence",
    "/?author=ann",
    f"/image/{SIX}",
    "/facets",
    "/labels",
    "/labels.csv",
    "/author/ann",
    "/search?q=0000",
    "/api/suggest?q=0000",
    "/credits",
    "/credits.csv",
    "/credits.md",
    "/credits.txt",
    "/export/images.csv",
    "/export/labels.csv",
    f"/label{DOG}",
    "/compare",
    "/compare/disagreements",
    "/compare/disagreements.csv",
    "/duplicates",
    "/duplicates.csv",
    "/stats",
    *(f"/stats/{figure}" for figure in FIGURES),
    *(f"/stats/{figure}.csv" for figure in FIGURES),
    "/api/images",
    "/api/facets",
    "/api/labels",
)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def hide(image_id: str = ONE) -> Hiding:
    return actions.hide_image(image_id=image_id, by="rita", why="asked by its author")


def test_no_answer_names_a_hidden_image(generation: str, client: Client) -> None:
    listing = ("image", "credits", "label/", "disagreements")
    assert all(ONE in text_of(client, address) for address in ADDRESSES if any(word in address for word in listing))
    hide()
    for address in ADDRESSES:
        assert ONE not in text_of(client, address), address


def test_its_own_addresses_answer_404(
    generation: str, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    own = (f"/image/{ONE}", f"/api/images/{ONE}", f"/thumb/{ONE}/m", f"/thumb/{ONE}/m?v=0123456789abcdef")
    assert client.get(own[0]).status_code == client.get(own[1]).status_code == 200
    assert client.get(f"/search?q={ONE}").headers["Location"] == f"/image/{ONE}"
    hide()
    assert [client.get(address).status_code for address in own] == [404] * 4
    assert client.get(f"/search?q={ONE}").status_code == 200
    actions.unhide_image(image_id=ONE, by="rita", why="a mistake")
    assert [client.get(address).status_code for address in own] == [200] * 4


def test_no_form_of_the_site_tells_it_from_an_image_that_never_was(
    generation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_ON_ONE_IMAGE", 1)
    actions.flag_image(image_id=ONE, reason="rights-holder")
    hide()
    anyone, rita = Client(), client_of(REVIEWER, "rita")
    mine = f"/collections/{actions.create_collection(name='C', by='rita').uid}"
    forms: list[tuple[Client, str, dict[str, str]]] = [
        (anyone, "/image/IMAGE/report", {"why": "mine"}),
        (rita, "/image/IMAGE/report", {"why": "mine"}),
        (rita, "/image/IMAGE/flag", {"reason": "privacy"}),
        (rita, "/image/IMAGE/license-check", {"result": "gone"}),
        (rita, "/verdicts", {"image": "IMAGE", "label": DOG, "says": "yes"}),
        (rita, f"{mine}/add", {"image": "IMAGE"}),
        (rita, f"{mine}/cover", {"image": "IMAGE"}),
        (rita, "/collections", {"name": "D", "image": "IMAGE"}),
    ]

    def said(client: Client, address: str, form: dict[str, str], image_id: str) -> tuple[int, str]:
        given = {name: value.replace("IMAGE", image_id) for name, value in form.items()}
        answer = client.post(address.replace("IMAGE", image_id), given, headers={"accept": "application/json"})
        return answer.status_code, answer.content.decode().replace(image_id, "IMAGE")

    for client, address, form in forms:
        unknown = said(client, address, form, "00000000deadbeef")
        assert unknown[0] == 404, address
        assert said(client, address, form, ONE) == unknown, address
    assert [row.why for row in Flag.objects.all()] == [""]


def test_its_page_is_that_of_an_image_that_never_was(generation: str, client: Client) -> None:
    unknown = "0" * 16
    hide()
    hidden_page, unknown_page = (client.get(f"/image/{image_id}").text for image_id in (ONE, unknown))
    assert hidden_page.replace(ONE, unknown) == unknown_page


def test_it_counts_nowhere(generation: str) -> None:
    before = search.facets(Query()).counts
    hide()
    after = search.facets(Query()).counts
    assert (before.count, after.count) == (6, 5)
    assert (dict(before.labels)[DOG], dict(after.labels)[DOG]) == (4, 3)
    assert (before.values["subsets"]["train"], after.values["subsets"]["train"]) == (4, 3)
    assert {label.mid: label.count for label in search.consistently(search.find_labels)}[DOG] == 3
    assert search.search_images(Query(label=(Term(DOG),))).count == 3


def test_a_subset_or_license_whose_images_are_all_hidden_stays_in_its_facet_with_0(
    generation: str, client: Client
) -> None:
    for image_id in (THREE, FOUR):
        hide(image_id)

    def values(facet: str, query: str = "") -> dict[str, int]:
        return {value["value"]: value["count"] for value in client.get(f"/api/facets?{query}").json()[facet]}

    assert values("subsets") == {"train": 4, "validation": 0}
    assert values("subsets", f"label={DOG}") == {"train": 2, "validation": 0}
    assert values("licenses") == {"cc-by-2.0": 4, "cc-by-2.0-fr": 0}
    assert client.get("/api/images?subset=validation").json()["count"] == 0
    assert rebuild_index(lambda *_: None) != ""
    assert values("subsets") == {"train": 4, "validation": 0}


def test_its_pictures_leave_the_disk(
    generation: str, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    cache = current_service().cache
    kept = cache.rendering_path(ONE, "0123456789abcdef", "384", "webp")
    other = cache.rendering_path(TWO, "0123456789abcdef", "384", "webp")
    assert cache.write(kept, b"picture")
    assert cache.write(other, b"picture")
    with django_capture_on_commit_callbacks(execute=True):
        hide()
    assert (kept.exists(), other.exists()) == (False, True)


def test_taking_down_needs_a_reason_and_is_done_once(generation: str) -> None:
    with pytest.raises(actions.CurationError):
        actions.hide_image(image_id=ONE, by="rita", why=" ")
    hide()
    with pytest.raises(actions.AlreadyDoneError):
        hide()
    with pytest.raises(actions.CurationError, match="needs a reason"):
        actions.unhide_image(image_id=ONE, by="rita", why=" ")
    with pytest.raises(actions.AlreadyDoneError):
        actions.unhide_image(image_id=TWO, by="rita", why="a mistake")
    with pytest.raises(actions.UnknownError):
        hide("00000000000000ff")


def test_it_stays_hidden_when_the_index_is_built_anew(generation: str, settings: Settings, client: Client) -> None:
    hide()
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="ann")
    assert rebuild_index(lambda *_: None).generation != ""
    assert search.find_image(ONE) is None
    assert search.search_images(Query(label=(Term(DOG),))).count == 2


def figures() -> tuple[list[tuple[str, int]], dict[int, int], search.AuthorSizes, dict[str, dict[int, int]]]:
    """What is counted with the index: partners of beach, labels per image, authors, confidences by source."""
    return search.consistently(
        lambda snapshot: (
            [(partner.mid, partner.both) for partner in search.co_occurring_labels_of(snapshot, BEACH)],
            search.labels_per_image_of(snapshot),
            search.author_sizes_of(snapshot),
            search.confidences_of(snapshot),
        )
    )


def test_figures_counted_with_the_index_follow_when_it_is_built_anew_and_say_so(
    generation: str, settings: Settings, client: Client
) -> None:
    before = figures()
    hide()
    actions.give_verdict(image_id=TWO, mid=BEACH, says="yes", by="ann")
    actions.give_verdict(image_id=THREE, mid=DOG, says="no", by="ann")
    assert figures() == before
    rebuild_index(lambda *_: None)
    partners, labels, authors, sources = figures()
    assert partners == [(SEA, 2), (DOG, 1)]
    assert labels == {0: 2, 1: 1, 2: 1, 3: 1}
    assert authors == search.AuthorSizes({2: 2}, nobody=1)
    assert sources == {
        "curator": {0: 1, 100: 1},
        "human": {0: 2, 100: 1},
        "machine": {50: 1, 70: 1, 80: 1, 90: 1, 100: 1},
        "verification": {100: 1},
    }
    state = DatasetState.objects.get()
    assert state.curation_revision == state.revision == 3
    assert state.curation_read is not None
    words = f'As of <time datetime="{state.curation_read.isoformat()}">{state.curation_read:%-d %B %Y, %H:%M} UTC'
    assert text_of(client, f"/label{BEACH}").count(words) == 1
    assert text_of(client, "/stats").count(words) == 3


def test_links_whose_count_may_have_moved_on_name_the_date_of_their_number(generation: str, client: Client) -> None:
    rebuild_index(lambda *_: None)
    read = DatasetState.objects.get().curation_read
    assert read is not None
    date = f'on <time datetime="{read.isoformat()}">{read:%-d %b %Y}</time>'
    before = text_of(client, f"/label{BEACH}")
    assert date not in before
    actions.give_verdict(image_id=TWO, mid=BEACH, says="yes", by="ann")
    after = text_of(client, f"/label{BEACH}")
    partners = after[after.index('aria-label="Table of co-occurring labels"') :]
    assert partners.count(date) == partners.count("&amp;label=") == len(figures()[0]) > 0
    rebuild_index(lambda *_: None)
    assert date not in text_of(client, f"/label{BEACH}")


def test_a_hidden_image_may_leave_the_data_set_and_be_shown_again(generation: str) -> None:
    hide()
    Image.objects.filter(pk=key_from_image_id(ONE)).delete()
    actions.unhide_image(image_id=ONE, by="rita", why="no longer ours")
    assert not is_hidden(key_from_image_id(ONE))
