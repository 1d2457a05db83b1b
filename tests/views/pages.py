"""Asking for pages: what the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client

from tests.html import Element, tree

Get = Callable[..., HttpResponse]
"""GET an address; checks the status, 200 unless another is given. Keywords are headers."""


def getter(client: Client) -> Get:
    def fetch(address: str, status: int = 200, **headers: str) -> HttpResponse:
        response = client.get(address, headers=headers)
        assert response.status_code == status, response.content[:500]
        return response

    return fetch


def page_of(response: HttpResponse) -> Element:
    """The page that an answer holds."""
    return tree(response.text)


def images_on(page: Element) -> list[str]:
    """ImageIDs of the tiles on a page, in order."""
    return page.each("[data-image]", "data-image")


def whole(number: str) -> int:
    """A whole number as pages write it."""
    return int(number.replace(",", ""))
