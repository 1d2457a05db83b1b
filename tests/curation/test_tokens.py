"""Personal tokens: made for what one may, shown once, kept as hashes, listed with their last use, revoked."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from browse.curation import actions
from browse.curation.tokens import MOST_TOKENS, find_token, make_token, revoke_token, use_token
from browse.models import AccessToken
from tests.curation.people import client_of
from tests.html import tree

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_kept_as_a_hash(generation: str) -> None:
    client = client_of("viewer")
    made = client.post("/account/tokens", {"name": "my script", "scope": ["collections"], "days": "30"})
    assert "no-store" in made.headers["Cache-Control"]
    text = tree(made.content.decode()).one("#secret").text
    assert len(text) > 40
    row = AccessToken.objects.get()
    assert text not in {str(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    assert find_token(text) == row
    listed = tree(client.get("/account/tokens").content.decode())
    assert text not in listed.text
    assert "my script" in listed.words
    assert "never used" in listed.words
    use_token(row)
    assert "last used" in tree(client.get("/account/tokens").content.decode()).words
    client.post(f"/account/tokens/{row.uid}/revoke")
    assert find_token(text) is None
    page = tree(client.get("/account/tokens").content.decode())
    assert "revoked" in page.words
    assert not page.has('form[action$="/revoke"]')


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"scope": ["verdicts"]}, "your account may do"),
        ({"scope": []}, "your account may do"),
        ({"scope": ["all"]}, "your account may do"),
        ({"days": "36500"}, "valid for"),
        ({"name": " "}, "is required"),
    ],
)
def test_a_token_is_for_what_one_may_and_for_a_while(generation: str, fields: dict[str, object], fault: str) -> None:
    given = {"name": "x", "scope": ["collections"], "days": "30"} | fields
    answer = client_of("viewer").post("/account/tokens", given)
    assert answer.status_code == 400
    assert fault in tree(answer.content.decode()).words
    assert not AccessToken.objects.exists()


def test_tokens_of_others_are_neither_listed_nor_revoked(generation: str) -> None:
    client_of("curator")
    token, text = make_token(account=User.objects.get(), name="secret plan", scopes=["flags"], days=7)
    other = client_of("reviewer")
    assert "secret plan" not in other.get("/account/tokens").content.decode()
    assert other.post(f"/account/tokens/{token.uid}/revoke").status_code == 404
    assert find_token(text) == token


def test_an_account_has_a_bound_of_valid_tokens(generation: str) -> None:
    client_of("curator")
    account = User.objects.get()
    tokens = [make_token(account=account, name="x", scopes=["flags"], days=7)[0] for _ in range(MOST_TOKENS)]
    with pytest.raises(actions.CurationError, match="at most 20"):
        make_token(account=account, name="x", scopes=["flags"], days=7)
    revoke_token(account=account, uid=tokens[0].uid)
    make_token(account=account, name="x", scopes=["flags"], days=7)
