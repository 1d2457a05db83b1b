"""What is sent after signing out, or with a page older than the last sign-in: said in words, and not lost."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client

from browse.models import Flag, Verdict
from tests.curation.people import ANONYMOUS, client_of
from tests.datasets import DOG, ONE
from tests.html import tree

pytestmark = pytest.mark.django_db

VERDICT = {"image": ONE, "label": DOG, "says": "no", "next": f"/image/{ONE}"}
FLAG = {"reason": "other", "why": "The dog is a <wolf>.\nLook at its ears."}
OURS = {"Origin": "http://testserver"}
AS_SCRIPTS = {"Accept": "application/json"}
PASSWORD = "password of a test"
FORM = "application/x-www-form-urlencoded"


def strict(client: Client) -> Client:
    checking = Client(enforce_csrf_checks=True)
    checking.cookies = client.cookies
    return checking


def post(client: Client, address: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
    """Post a form as browsers do; gives status and page."""
    answer = client.post(address, urlencode(fields), content_type=FORM, headers={**OURS, **headers})
    return answer.status_code, answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form: the last ones of each name."""
    return {field["name"]: field["value"] for field in tree(page).all('input[type="hidden"]')}


@pytest.mark.parametrize("address", ["/verdicts", f"/image/{ONE}/flag", "/verdicts/undo", "/collections"])
def test_scripts_are_told_in_words_that_the_page_is_old_or_the_session_ended(generation: str, address: str) -> None:
    old = strict(client_of("curator")).post(address, VERDICT, headers=AS_SCRIPTS)
    assert old.status_code == 403
    assert "reload it" in old.json()["errors"][0]["message"]
    out = client_of(ANONYMOUS).post(address, VERDICT, headers=AS_SCRIPTS)
    assert out.status_code == 403
    assert "signed out" in out.json()["errors"][0]["message"]


def test_scripts_get_json_for_every_other_refusal(generation: str) -> None:
    client = client_of("viewer")
    assert "permission" in client.post("/verdicts", VERDICT, headers=AS_SCRIPTS).json()["errors"][0]["message"]
    assert client.get("/no-such-page", headers=AS_SCRIPTS).json()["errors"][0]["message"]


def test_a_form_older_than_the_last_sign_in_is_shown_and_sent_again(generation: str) -> None:
    client = strict(client_of("curator"))
    status, page = post(client, f"/image/{ONE}/flag", FLAG)
    assert status == 403
    assert "The dog is a &lt;wolf&gt;." in page
    assert not Flag.objects.exists()
    fields = hidden(page)
    assert fields["why"] == FLAG["why"]
    assert post(client, f"/image/{ONE}/flag", fields)[0] == 303
    assert Flag.objects.get().why == FLAG["why"]


def test_what_is_sent_after_the_session_ended_is_carried_through_the_sign_in(generation: str) -> None:
    client_of("curator")  # makes the account
    client = Client()
    status, page = post(client, f"/image/{ONE}/flag", FLAG)
    assert status == 403
    assert "You were signed out" in page
    credentials = {"username": "curator", **hidden(page)}
    status, page = post(client, "/sign-in", credentials | {"password": "wrong"})
    assert status == 400
    status, page = post(client, "/sign-in", {**credentials, **hidden(page), "password": PASSWORD})
    assert status == 200
    assert "You are signed in as curator" in page
    assert not Flag.objects.exists()
    assert post(client, f"/image/{ONE}/flag", hidden(page))[0] == 303
    assert (Flag.objects.get().why, Flag.objects.get().by) == (FLAG["why"], "curator")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_of_another_site_is_never_offered_to_be_sent(generation: str, origin: str) -> None:
    for client in (strict(client_of("curator")), Client()):
        answer = client.post("/verdicts", urlencode(VERDICT), content_type=FORM, headers={"Origin": origin})
        assert answer.status_code in (303, 403)
        assert ONE not in answer.content.decode()
    assert not Verdict.objects.exists()


def test_passwords_and_files_are_not_kept(generation: str) -> None:
    status, page = post(strict(Client()), "/sign-in", {"username": "curator", "password": "a secret"})
    assert status == 403
    assert "a secret" not in page
    answer = strict(client_of("curator")).post("/verdicts", VERDICT, headers=OURS)  # multipart
    assert answer.status_code == 403
    assert "Submit now" not in answer.content.decode()


@pytest.mark.parametrize(
    "held",
    ["", "x", "e30:1abc:def", signing.dumps({"path": "/verdicts", "fields": []}, salt="another")],
    ids=["empty", "no signature", "another signature", "another salt"],
)
def test_what_we_did_not_sign_is_left(generation: str, held: str) -> None:
    User.objects.create_user("vera", password=PASSWORD)
    answer = Client().post("/sign-in", {"username": "vera", "password": PASSWORD, "next": "/labels", "unsent": held})
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/labels")
