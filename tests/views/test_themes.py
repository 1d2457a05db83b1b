"""The theme, chosen without scripts: a cookie, and pages that follow it."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def shown_theme(client: Client) -> str:
    """What `<html>` and the button of a page say, where they say the same."""
    page = client.get("/labels").text
    for theme in ("light", "dark"):
        if f'<html lang="en" data-theme="{theme}">' in page:
            assert f'aria-label="Theme: {theme}"' in page
            return theme
    assert '<html lang="en">' in page
    assert 'aria-label="Theme: system"' in page
    return "system"


def test_a_theme_lasts_until_another_is_chosen(client: Client, generation: str) -> None:
    assert shown_theme(client) == "system"
    for theme in ("dark", "light", "system"):
        answer = client.post("/theme", {"theme": theme, "next": "/labels?q=dog"})
        assert (answer.status_code, answer["Location"]) == (303, "/labels?q=dog")
        assert shown_theme(client) == theme


def test_it_needs_no_token_and_leads_nowhere_else(generation: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/theme", {"theme": "dark", "next": "https://example.org/"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert set(answer.cookies) == {"theme"}
    assert answer.cookies["theme"]["samesite"] == "Lax"


def test_a_theme_that_is_none_is_named(client: Client, generation: str) -> None:
    answer = client.post("/theme", {"theme": "<b>"})
    assert answer.status_code == 400
    assert "must be one of system, light, dark" in answer.text
    assert not answer.cookies
    client.cookies["theme"] = "purple"
    assert shown_theme(client) == "system"
