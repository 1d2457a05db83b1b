"""Verdicts, flags, license checks and items of collections from scripts, with tokens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from browse.api.openapi import document
from browse.curation import actions, tokens
from browse.curation.tokens import MOST_IN_A_MINUTE, SCOPES, make_token
from browse.models import HISTORY, AccessToken, Batch, CollectionItem, DatasetState, Flag, LicenseCheck, Verdict
from tests.api.schema import assert_conforms
from tests.curation.people import ANONYMOUS, EVERYBODY, client_of
from tests.datasets import BEACH, DOG, ONE, SIX, TWO

pytestmark = pytest.mark.django_db
CURATORS, VIEWERS = {"curator", "reviewer"}, {"viewer", "curator", "reviewer"}
COLLECTION = "collection"
WRITES: dict[str, tuple[str, set[str], list[dict[str, Any]]]] = {
    "/api/verdicts": ("verdicts", CURATORS, [{"image_id": ONE, "mid": DOG, "says": "no", "why": "seen"}]),
    "/api/flags": ("flags", CURATORS, [{"image_id": ONE, "reason": "privacy", "mid": DOG}]),
    "/api/license-checks": ("license-checks", CURATORS, [{"image_id": ONE, "result": "gone"}]),
    COLLECTION: ("collections", VIEWERS, [{"image_id": ONE}, {"image_id": TWO, "added": True}]),
}
"""Address, what the token is for, who may, and rows."""


def account(role: str, name: str = "") -> User:
    client_of(role, name)
    user: User = User.objects.get(username=name or role)
    return user


def token_of(user: User, *scopes: str) -> str:
    """A token for these, or for all that the account may."""
    wanted = scopes or tuple(tokens.allowed_scopes(user))
    return make_token(account=user, name="test", scopes=wanted, days=7)[1]


def bare_token(user: User, *scopes: str) -> str:
    """A token as it would be from a time when its account could do more."""
    maker = User.objects.filter(username="maker").first() or account("reviewer", "maker")
    token, text = make_token(account=maker, name="x", scopes=["verdicts"], days=7)
    AccessToken.objects.filter(pk=token.pk).update(account=user, scopes=" ".join(scopes))
    return text


def send(token: str, address: str, rows: object, *, key: str = "k") -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    strict = Client(enforce_csrf_checks=True, headers=headers)
    return strict.post(address, {"rows": rows}, content_type="application/json")


def where(address: str, by: str) -> str:
    if address != COLLECTION:
        return address
    return f"/api/collections/{actions.create_collection(name='dogs', by=by).uid}/items"


def written() -> list[int]:
    return [model.objects.count() for model in HISTORY]


@pytest.mark.parametrize("role", [role for role in EVERYBODY if role != ANONYMOUS])
def test_rows_are_taken_from_those_who_may_write_them_on_pages_and_from_nobody_else(generation: str, role: str) -> None:
    user = account(role)
    every = bare_token(user, *SCOPES)
    for address, (scope, may, rows) in WRITES.items():
        target = where(address, role)
        before = written()
        answer = send(every, target, rows, key=address)
        assert answer.status_code == (200 if role in may else 403), (address, answer.content)
        assert (written() != before) == (role in may), address
        assert send(bare_token(user, *(set(SCOPES) - {scope})), target, rows, key=f"no {scope}").status_code == 403


def test_without_a_valid_token_nothing_is_written(generation: str) -> None:
    user = account("reviewer")
    good = token_of(user)
    [row] = AccessToken.objects.all()
    session = client_of("reviewer", "rita")
    for address, (_, _, rows) in WRITES.items():
        target = where(address, "reviewer")
        for token in ("", "x", good[:-1], good + "x"):
            answer = send(token, target, rows)
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), (address, token)
        assert session.post(target).status_code == 401, "a session is no token"
    for change in ({"revoked": timezone.now()}, {"revoked": None, "expires": timezone.now()}):
        AccessToken.objects.filter(pk=row.pk).update(**change)
        assert send(good, "/api/verdicts", WRITES["/api/verdicts"][2]).status_code == 401
    AccessToken.objects.filter(pk=row.pk).update(expires=timezone.now() + dt.timedelta(days=1))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert send(good, "/api/verdicts", WRITES["/api/verdicts"][2]).status_code == 401
    assert not Batch.objects.exists()


def test_no_token_works_for_pages(generation: str) -> None:
    headers = {"Authorization": f"Bearer {token_of(account('reviewer'))}"}
    for address in (f"/review?mid={DOG}&seed=1", "/account/tokens", "/views", "/admin/"):
        assert Client(headers=headers).get(address).status_code in (302, 303), address
    form = {"image": ONE, "label": DOG, "says": "no"}
    assert Client(headers=headers).post("/verdicts", form)["Location"].startswith("/sign-in")
    assert Client(headers=headers).post("/api/sets", "{}", content_type="application/json").status_code == 403
    assert not Verdict.objects.exists()


def test_a_batch_is_one_revision_and_is_written_once_under_its_key(generation: str) -> None:
    token = token_of(account("curator"))
    before = DatasetState.objects.get().revision
    rows = [{"image_id": image_id, "mid": DOG, "says": "no", "why": "model 3"} for image_id in (ONE, TWO)]
    first, again = send(token, "/api/verdicts", rows), send(token, "/api/verdicts", rows)
    assert first.json() == again.json()
    assert (first.json()["rows"], first.json()["written"]) == (2, 2)
    assert first["X-Dataset-Version"].endswith(f".{before + 1}")
    assert list(Verdict.objects.values_list("by", "says", "why")) == [("curator", "no", "model 3")] * 2
    assert send(token, "/api/verdicts", rows[:1]).status_code == 409
    assert send(token, "/api/verdicts", rows, key="2").json()["written"] == 0


def test_each_wrong_row_is_named_by_place_and_field_and_nothing_is_written(generation: str) -> None:
    token = token_of(account("curator"))
    wrong = [
        {"image_id": ONE, "mid": DOG, "says": "no"},
        {"image_id": ONE, "mid": DOG},
        "row",
        {"image_id": 5, "mid": "\ud800", "says": "x" * 201, "when": "now"},
    ]
    told = send(token, "/api/verdicts", wrong).json()
    assert [error["parameter"] for error in told["errors"]] == [
        *("rows[1].says", "rows[2]", "rows[3].when", "rows[3].image_id", "rows[3].mid", "rows[3].says")
    ]
    told = send(token, "/api/verdicts", [wrong[0], {"image_id": SIX, "mid": "/m/none", "says": "maybe"}]).json()
    assert [error["parameter"] for error in told["errors"]] == ["rows[1].mid", "rows[1].says"]
    assert told["errors"][1] == {
        "parameter": "rows[1].says",
        "value": "maybe",
        "message": "must be one of yes, no, unsure",
    }
    checks = [{"image_id": ONE, "result": "other"}, {"image_id": TWO, "result": "gone", "observed": "CC BY 2.0"}]
    told = send(token, "/api/license-checks", checks).json()
    assert [error["parameter"] for error in told["errors"]] == ["rows[0].observed", "rows[1].observed"]
    told = send(token, "/api/flags", [{"image_id": ONE, "reason": "rights-holder", "mid": "/m/none"}]).json()
    assert [error["parameter"] for error in told["errors"]] == ["rows[0].reason", "rows[0].mid"]
    assert not any(written())


@pytest.mark.parametrize("body", ["", "[]", "{", '{"rows": {}}', '{"rows": []}', '{"rows": [], "key": 1}', "[" * 10**5])
def test_a_body_without_rows_is_refused(generation: str, body: str) -> None:
    headers = {"Authorization": f"Bearer {token_of(account('curator'))}", "Idempotency-Key": "k"}
    answer = Client(headers=headers).post("/api/verdicts", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in ("body", "rows")


def test_a_key_and_a_bound_are_kept(generation: str) -> None:
    token = token_of(account("curator"))
    rows = [{"image_id": ONE, "mid": DOG, "says": "no"}]
    for key in ("", "x" * 65, "a b"):
        assert send(token, "/api/verdicts", rows, key=key).json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert "1 to 1,000 rows, not 1,001" in send(token, "/api/verdicts", rows * 1001).content.decode()


def test_items_of_ones_own_collection_go_in_and_out(generation: str) -> None:
    token = token_of(account("viewer"))
    own, other = (actions.create_collection(name="dogs", by=by) for by in ("viewer", "vera"))
    public = actions.create_collection(name="dogs", by="vera", is_public=True)
    address = f"/api/collections/{own.uid}/items"
    actions.add_to_collection(collection=own.pk, image_id=ONE, by="viewer")
    rows = [{"image_id": ONE}, {"image_id": TWO}, {"image_id": SIX, "added": False}]
    assert send(token, address, rows).json()["written"] == 1
    assert send(token, address, [{"image_id": ONE, "added": False}], key="2").json()["written"] == 1
    assert CollectionItem.objects.newest().filter(collection=own, added=True).count() == 1
    assert send(token, f"/api/collections/{other.uid}/items", rows, key="3").status_code == 404
    assert send(token, f"/api/collections/{public.uid}/items", rows, key="4").status_code == 403
    assert send(token, address, [{"image_id": ONE, "added": "no"}], key="5").status_code == 400


def test_flags_and_checks_are_written_as_on_pages(generation: str) -> None:
    token = token_of(account("curator"))
    before = DatasetState.objects.get().revision
    flags = [{"image_id": ONE, "reason": "privacy", "why": "a face"}, {"image_id": ONE, "reason": "other"}]
    assert send(token, "/api/flags", flags, key="1").json()["written"] == 2
    assert DatasetState.objects.get().revision == before
    assert send(token, "/api/license-checks", [{"image_id": ONE, "result": "gone", "where": "x"}]).status_code == 200
    assert DatasetState.objects.get().revision == before + 1
    assert (Flag.objects.first().by, LicenseCheck.objects.get().where) == ("curator", "x")


def test_an_account_sends_only_so_many_requests_in_a_minute(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    user = account("curator")
    token, other = token_of(user), token_of(user)
    rows = [{"image_id": ONE, "mid": BEACH, "says": "no"}]
    assert send(token, "/api/verdicts", rows).status_code == 200
    AccessToken.objects.filter(used__gt=0).update(used=MOST_IN_A_MINUTE - 1)
    assert send(token, "/api/verdicts", rows).status_code == 200
    for one in (token, other):
        refused = send(one, "/api/verdicts", rows)
        assert refused.status_code == 429
        assert 1 <= int(refused["Retry-After"]) <= 60
    now += dt.timedelta(minutes=1)
    assert send(other, "/api/verdicts", rows).status_code == 200
    assert AccessToken.objects.filter(last_used=None).count() == 0


def test_the_document_describes_these_addresses(generation: str) -> None:
    described = document()
    token = token_of(account("reviewer"))
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for address, (_, _, rows) in WRITES.items():
        operation = described["paths"]["/api/collections/{uid}/items" if address == COLLECTION else address]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["rows"]
        for row in rows:
            assert set(row) <= set(described["components"]["schemas"][name_in(body["items"])]["properties"])
        for status, sent in ((200, rows), (400, [{}])):
            answer = send(token, where(address, "reviewer"), sent, key=f"{status}{address}")
            assert answer.status_code == status
            schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
            assert_conforms(answer.json(), name_in(schema))


def name_in(schema: dict[str, str]) -> str:
    return schema["$ref"].rpartition("/")[2]
