"""A database that is full, locked, away, hung or broken: 503, when to come again, one line in the log, nothing lost."""

from __future__ import annotations

import logging
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from browse.curation import actions
from browse.domain.database_trouble import Trouble
from browse.models import Flag, SavedView, Verdict
from tests.curation.people import client_of
from tests.curation.test_unsent import FLAG, FORM, OURS, hidden
from tests.curation.test_writes_in_the_site import FORMS, address, written
from tests.datasets import DOG, ONE
from tests.trouble import database_in, failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation")]

AS_SCRIPTS = {"Accept": "application/json"}
READ = ["/", "/labels", f"/image/{ONE}", "/stats", "/collections", "/admin/", f"/thumb/{ONE}/m", "/export/images.csv"]
API = ["/api/images", f"/api/images/{ONE}", "/api/facets", "/api/labels", "/api/compare", "/api/nothing"]


def telling(client: Client) -> Client:
    """A client that gets the page for an error, as browsers do."""
    client.raise_request_exception = False
    return client


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    formatter = logging.Formatter()
    return [line for record in caplog.records for line in formatter.format(record).splitlines()]


@pytest.mark.parametrize("trouble", Trouble, ids=lambda trouble: trouble.name.lower())
def test_every_form_says_that_it_was_not_saved(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    client = telling(client_of("reviewer"))
    for form in FORMS if trouble is Trouble.FULL else FORMS[:1]:
        target, fields = address(form, "reviewer"), urlencode(form.fields("reviewer"), doseq=True)
        before = written()
        for headers in ({}, AS_SCRIPTS):
            caplog.clear()
            with database_in(trouble, only_writes=True) as failed:
                answer = client.post(target, fields, FORM, headers={**OURS, **headers})
            assert failed, form.name
            assert (answer.status_code, answer["Retry-After"]) == (503, str(trouble.retry_after_s)), form.name
            [line] = lines_of(caplog)
            assert re.search(f"{trouble.words} .*DETAIL: much more.*{target}", line)
            told = answer.json()["errors"][0]["message"] if headers else unescape(answer.text)
            assert told == trouble.words if headers else "was not saved" in told, form.name
            assert "secret" not in answer.text, form.name
        assert written() == before, form.name


def test_what_was_typed_stands_on_the_page_and_is_sent_again() -> None:
    client = telling(client_of("curator"))
    with database_in(Trouble.FULL, only_writes=True):
        answer = client.post(f"/image/{ONE}/flag", urlencode(FLAG), FORM, headers=OURS)
    assert "The dog is a &lt;wolf&gt;." in answer.text
    assert not Flag.objects.exists()
    assert client.post(f"/image/{ONE}/flag", urlencode(hidden(answer.text)), FORM, headers=OURS).status_code == 303
    assert Flag.objects.get().why == FLAG["why"]


@pytest.mark.parametrize("address", [*READ, *API])
def test_every_page_and_the_api_answer_503_while_the_database_is_away(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = telling(client_of("reviewer"))
    with database_in(Trouble.AWAY) as failed:
        answer = client.get(address)
    assert len(failed) <= 2, "a database that is away is not asked again"
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    [line] = lines_of(caplog)
    assert "cannot be reached" in line
    assert "X-Dataset-Version" not in answer.headers
    if address in API:
        assert answer.json() == {"errors": [{"message": "the database cannot be reached"}]}
    else:
        assert f'href="{address}">Try again' in answer.text
    assert "secret" not in answer.text


def test_a_page_that_is_not_there_is_404_also_without_a_database() -> None:
    with database_in(Trouble.AWAY):
        answer = telling(Client()).get("/no-such-page")
    assert answer.status_code == 404


@pytest.mark.parametrize("door", ["/sign-in", "/admin/login/"])
def test_who_cannot_sign_in_is_told_why_and_their_password_is_kept_nowhere(door: str) -> None:
    User.objects.create_superuser("vera", password="a secret word")
    with database_in(Trouble.LOCKED, only_writes=True):
        fields = {"username": "vera", "password": "a secret word"}
        answer = telling(Client()).post(door, urlencode(fields), FORM, headers=OURS)
    assert answer.status_code == 503
    assert "a secret word" not in answer.text
    assert "Go back and submit it again" in answer.text


def test_an_action_on_several_flags_is_done_to_all_or_to_none() -> None:
    flags = [actions.flag_image(image_id=ONE, reason="privacy") for _ in range(3)]
    client = telling(client_of("reviewer"))
    fields = {"action": "dismissed", "confirmed": "1", "_selected_action": [flag.pk for flag in flags]}

    def fail_at_the_last(run, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT") and str(flags[-1].pk) in map(str, params or ()) and "decision" in sql:
            raise failure(Trouble.FULL)
        return run(sql, params, many, context)

    with connection.execute_wrapper(fail_at_the_last):
        answer = client.post("/admin/browse/flag/", urlencode(fields, doseq=True), FORM, headers=OURS)
    assert answer.status_code == 503
    assert not any(flag.decisions.exists() for flag in flags)
    again = client.post("/admin/browse/flag/", urlencode(fields, doseq=True), FORM, headers=OURS)
    assert again.status_code == 302
    assert all(flag.decisions.exists() for flag in flags)


def test_a_wrong_statement_is_a_fault_of_ours_and_logged_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(SavedView._meta, "db_table", "no_such_table")
    answer = telling(client_of("viewer")).get("/views")
    assert answer.status_code == 500
    assert any(re.match("Traceback", line) for line in lines_of(caplog))


def test_a_verdict_is_saved_once_whatever_became_of_the_first_answer() -> None:
    client, fields = client_of("curator"), {"image": ONE, "label": DOG, "says": "no"}
    first, second = (client.post("/verdicts", fields, headers=AS_SCRIPTS).json() for _ in range(2))
    assert first["verdict"] == second["verdict"]
    assert Verdict.objects.count() == 1
