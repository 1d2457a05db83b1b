"""The About page: what it explains, where it leads, and that it is always there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from browse.domain.comparison import MIN_VERIFIED
from browse.models import DatasetState
from browse.presentation.parts.values import STATE_MEANINGS, STATE_WORDS
from browse.query.values import STATES, State
from tests.datasets import ONE, SIX, TWO
from tests.html import Element
from tests.views.pages import images_on, page_of

pytestmark = pytest.mark.django_db


def about(client: Client) -> Element:
    """The page without what stands around it."""
    return page_of(client.get("/about")).one("main")


@pytest.mark.parametrize("address", ["/", "/labels", "/stats", f"/image/{ONE}", "/api/docs", "/about", "/sign-in"])
def test_every_footer_leads_there(client: Client, generation: str, address: str) -> None:
    assert page_of(client.get(address)).one('footer a[href="/about"]').words == "About"


def test_it_is_there_before_there_is_a_data_set(client: Client) -> None:
    response = client.get("/about")
    assert response.status_code == 200
    assert page_of(response).words_of("h1") == ["About this site"]


def test_it_names_the_version_that_the_site_has(client: Client, generation: str) -> None:
    response = client.get("/about")
    assert response["X-Dataset-Version"] == f"{generation}.0"
    page = page_of(response)
    assert f"{generation}.0" in page.one("footer").words
    assert page.one('link[rel="canonical"]')["href"] == f"http://testserver{reverse('browse:about')}"


def test_it_takes_no_parameters(client: Client, generation: str) -> None:
    response = client.get("/about?page=2")
    assert response.status_code == 400
    assert "/about" in page_of(response).one("main").addresses


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_explained_as_elsewhere_on_the_site(client: Client, state: State) -> None:
    meaning = STATE_MEANINGS[state].partition(": ")[2]
    assert len(meaning) > 10
    assert f"{STATE_WORDS[state]} {meaning}" in about(client).words


def test_limits_are_those_that_the_site_applies(client: Client) -> None:
    words = about(client).words
    assert "In the rule of V1, these are at least 50 validation and 20 training images, in any state." in words
    assert "do not tell which release they are of" in words
    assert f"fewer than {MIN_VERIFIED} verified" in words


def test_the_release_and_its_rule_are_named(client: Client, generation: str) -> None:
    DatasetState.objects.update(release="v6")
    words = about(client).words
    assert "In the rule of V4 and later, these are at least 100 training images, on which raters saw it." in words
    assert "files are of release V6" in words


def test_the_list_of_contents_leads_to_every_section(client: Client) -> None:
    page = about(client)
    contents = [(link["href"], link.words) for link in page.all('li a[href^="#"]')]
    assert contents == [(f"#{section['id']}", section.words) for section in page.all("h2[id]")] != []


def test_licenses_of_photos_and_annotations_are_linked(client: Client) -> None:
    licenses = {f"https://creativecommons.org/licenses/by/{version}/" for version in ("2.0", "4.0")}
    assert licenses <= about(client).addresses


def test_an_author_finds_their_photos_and_the_form_for_reports(client: Client, generation: str) -> None:
    form = about(client).one("form.label-search")
    there = client.get(form["action"], {form.one("input")["name"]: "ann"})["Location"]
    assert there == "/?author=ann"
    assert images_on(page_of(client.get(there))) == [ONE, TWO, SIX]
    assert page_of(client.get(f"/image/{ONE}")).has(f'a[href="/image/{ONE}/report"]')
