"""Similar images in the API: their order and likeness by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.datasets import FIVE, FOUR, ONE, SIX, THREE, TWO

pytestmark = pytest.mark.django_db


def test_similar_images_are_those_with_labels_alike(client: Client, generation: str) -> None:
    def get(address: str, status: int = 200) -> Any:
        response = client.get(f"/api/{address}")
        assert response.status_code == status, response.text
        return response.json()

    dog, rare = 336, 847  # ln(7 / 5) and ln(7 / 3): four of six images have a dog; a beach and the sea two each
    own = dog**2 + rare**2
    expected = [
        (FIVE, rare**2 / (own * 2 * rare**2) ** 0.5),
        (THREE, dog**2 / (own * dog**2) ** 0.5),
        (FOUR, dog**2 / (own * dog**2) ** 0.5),
        (TWO, dog**2 / own),
    ]
    found = get(f"images/{ONE}/similar")["results"]
    assert [(one["image_id"], one["likeness"]) for one in found] == [(key, round(like, 6)) for key, like in expected]
    assert [{name: value for name, value in one.items() if name != "likeness"} for one in found] == [
        get(f"images/{image_id}") for image_id, _ in expected
    ]
    assert get(f"images/{SIX}/similar") == {"results": []}
    get("images/0123456789abcdef/similar", status=404)
    get(f"images/{ONE}/similar?page=1", status=400)
