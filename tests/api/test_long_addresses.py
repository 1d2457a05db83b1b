"""Addresses as long as servers pass on; against gunicorn, whose site has a database of its own."""

from __future__ import annotations

import httpx


def test_the_fault_of_a_long_address_is_named(live_site: str) -> None:
    answer = httpx.get(f"{live_site}/api/images?author={'x' * 8000}", trust_env=False)
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["author"]
