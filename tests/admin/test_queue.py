"""The flag queue: who waits longest comes first, decisions are rows, and two reviewers see each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from browse.curation import actions
from browse.curation.queue import pending_flags, unsettled_checks
from browse.domain.image_ids import key_from_image_id
from browse.models import Decision, Flag, FlagLook, Hiding, LicenseCheck, Verdict
from browse.models.curation import is_hidden
from browse.models.roles import ADMIN, REVIEWER
from tests.admin.conftest import As
from tests.datasets import BEACH, DOG, FIVE, FOUR, IDS, ONE, TWO
from tests.drawn import drawn
from tests.html import tree

pytestmark = pytest.mark.django_db
QUEUE = "/admin/browse/flag/"


def flag(image_id: str = ONE, *, days_ago: int = 0, **given: Any) -> Flag:
    """A flag, perhaps an old one."""
    at = timezone.now() - dt.timedelta(days=days_ago)
    row = Flag(image_key=key_from_image_id(image_id), at=at, **{"reason": "privacy", **given})
    row.save(force_insert=True)
    return row


def shown(client: Client, **query: object) -> list[int]:
    return [card.flag.pk for card in client.get(QUEUE, query).context["cards"]]


def decide(client: Client, row: Flag, outcome: str, **more: object) -> Any:
    return client.post(f"{QUEUE}{row.pk}/decide", {"outcome": outcome, **more}, follow=True)


def test_pending_flags_come_first_and_the_longest_waiting_of_them_before_others(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    new, old, done, again = flag(), flag(TWO, days_ago=3), flag(days_ago=9), flag(days_ago=5)
    for row, outcome in ((done, "upheld"), (again, "dismissed"), (again, "reopened")):
        decide(client, row, outcome)
    assert shown(client) == [again.pk, old.pk, new.pk]
    assert [card.flag.pk for card in client.get(QUEUE).context["lately"]] == [done.pk]
    assert shown(client, reason="license") == []


def test_the_queue_has_pages_for_all_that_waits(signed_in: As) -> None:
    at, key = timezone.now(), key_from_image_id(ONE)
    rows = Flag.objects.bulk_create([Flag(image_key=key, at=at, reason="privacy") for _ in range(1009)])
    page = signed_in(REVIEWER).get(QUEUE, {"p": 85})
    assert [card.flag.pk for card in page.context["cards"]] == [rows[-1].pk]
    assert tree(page.content.decode()).one("p.count b").text == "1,009"


@drawn(quick=25, deep=200)
@given(outcomes=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(Decision.Outcome.values)), max_size=12))
def test_a_flag_waits_where_its_newest_decision_does_not_close_it(outcomes: list[tuple[int, str]]) -> None:
    flags = [flag(days_ago=number) for number in range(5)]
    for place, outcome in outcomes:
        Decision(flag=flags[place], outcome=outcome, by="x", at=timezone.now()).save(force_insert=True)
    newest = dict(outcomes)
    expected = [row.pk for n, row in reversed([*enumerate(flags)]) if newest.get(n, "reopened") == "reopened"]
    mine = {row.pk for row in flags}
    assert [pk for pk in pending_flags().values_list("pk", flat=True) if pk in mine] == expected


def test_a_picture_is_blurred_until_asked_and_stands_beside_its_credit(signed_in: As) -> None:
    row = flag(ONE, why="<script>alert(1)</script>", mid=DOG, contact="me@example.org")
    for address in (QUEUE, f"{QUEUE}{row.pk}/change/"):
        page = signed_in(REVIEWER).get(address).content.decode()
        read = tree(page)
        assert read.each('img[src^="/thumb/"]', "src") == read.each(".veiled img", "src") != []
        assert len(read.all('input.unveil[type="checkbox"]')) == len(read.all(".veiled"))
        for text in ("Ann Other", "CC BY 2.0", "https://www.flickr.com/photos/ann/1", "me@example.org", "dog"):
            assert text in page, text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_decisions_are_rows_and_hiding_comes_with_one(signed_in: As) -> None:
    client, row = signed_in(REVIEWER), flag(ONE)
    decide(client, row, "hide", why="asked by the parents")
    decision, hiding = Decision.objects.get(), Hiding.objects.get()
    assert (decision.outcome, decision.by, decision.why) == ("upheld", REVIEWER, "asked by the parents")
    assert (hiding.hidden, hiding.by, hiding.why) == (True, REVIEWER, "asked by the parents")
    assert client.get(f"/image/{ONE}").status_code == 404
    assert "Hidden: no picture is served" in client.get(f"{QUEUE}{row.pk}/change/").content.decode()


def test_of_two_who_decide_both_rows_stay_and_the_second_learns_of_the_first(signed_in: As) -> None:
    one, other, row = signed_in(REVIEWER), signed_in(ADMIN), flag()
    decide(one, row, "upheld", seen="")
    answer = decide(other, row, "dismissed", seen="")
    assert [d.outcome for d in Decision.objects.in_order()] == ["upheld", "dismissed"]
    assert f"Meanwhile, {REVIEWER} decided on flag {row.pk}: upheld" in answer.content.decode()
    assert "Meanwhile" not in decide(other, row, "reopened", seen=Decision.objects.newest().get().pk).content.decode()


def test_who_looks_is_seen_by_others_until_the_look_lapses_or_they_decide(signed_in: As) -> None:
    one, other, row = signed_in(REVIEWER), signed_in(ADMIN), flag()
    look = f"{QUEUE}{row.pk}/look"
    assert one.post(look, headers={"accept": "application/json"}).json() == {"by": REVIEWER, "mine": True}
    assert other.post(look, headers={"accept": "application/json"}).json() == {"by": REVIEWER, "mine": False}
    assert [card.looker for card in other.get(QUEUE).context["cards"]] == [REVIEWER]
    assert [card.looker for card in one.get(QUEUE).context["cards"]] == [""]
    FlagLook.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert [card.looker for card in other.get(QUEUE).context["cards"]] == [""]
    assert other.post(look).headers["Location"].endswith(f"/flag/{row.pk}/change/")
    decide(other, row, "dismissed")
    assert not FlagLook.objects.exists()


def test_a_decision_that_is_none_changes_nothing_and_says_so(signed_in: As) -> None:
    answer = decide(signed_in(REVIEWER), flag(), "perhaps")
    assert "Nothing was changed" in answer.content.decode()
    assert not Decision.objects.exists()
    assert signed_in(REVIEWER).post(f"{QUEUE}999/decide", {"outcome": "upheld"}).status_code == 404
    assert signed_in(REVIEWER).get(f"{QUEUE}999/change/").status_code == 404


def test_a_form_leads_back_into_the_administration_only(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    for wanted, leads in (
        ("/admin/browse/flag/?p=2", "/admin/browse/flag/?p=2"),
        ("https://evil.example/", QUEUE),
        ("//evil.example/admin/", QUEUE),
        ("/admin\\@evil.example", QUEUE),
    ):
        form = {"outcome": "upheld", "next": wanted}
        assert client.post(f"{QUEUE}{flag().pk}/decide", form).headers["Location"] == leads


def test_several_are_counted_and_asked_for_before_anything_happens(signed_in: As) -> None:
    client, rows = signed_in(REVIEWER), [flag(image_id) for image_id in IDS[:3]]
    form = {"action": "dismissed", "_selected_action": [row.pk for row in rows]}
    page = client.post(QUEUE, form).content.decode()
    assert "Dismiss 3 flags?" in page
    assert not Decision.objects.exists()
    decide(client, rows[0], "upheld")
    answer = client.post(QUEUE, form | {"confirmed": "1", "why": "spam"}, follow=True).content.decode()
    assert "Done: 2 of 3." in answer
    assert "it is already upheld" in answer
    assert sorted((d.flag_id, d.outcome) for d in Decision.objects.all()) == [
        (rows[0].pk, "upheld"),
        (rows[1].pk, "dismissed"),
        (rows[2].pk, "dismissed"),
    ]


def test_a_flag_on_an_image_that_left_the_data_set_can_be_decided(signed_in: As) -> None:
    row = flag("00000000deadbeef")
    assert "No longer in the data set" in signed_in(REVIEWER).get(QUEUE).content.decode()
    decide(signed_in(REVIEWER), row, "dismissed")
    assert Decision.objects.get().outcome == "dismissed"


def test_a_longer_queue_costs_no_more_queries(signed_in: As) -> None:
    client = signed_in(REVIEWER)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(QUEUE)
        return len(captured)

    flag(ONE)
    client.get(QUEUE)
    few = queries()
    for image_id in IDS:
        flag(image_id)
    assert queries() == few <= 22


def test_licenses_in_doubt_are_the_newest_checks_that_differ_on_images_still_shown(signed_in: As) -> None:
    for image_id, results in (
        (ONE, ["as-listed", "other"]),
        (TWO, ["gone", "as-listed"]),
        (FOUR, ["unclear"]),
        (FIVE, ["gone"]),
    ):
        for result in results:
            seen = "All rights reserved" if result == "other" else ""
            actions.check_license(image_id=image_id, result=result, observed=seen, by="x")
    actions.hide_image(image_id=FIVE, by="x", why="gone")
    assert is_hidden(key_from_image_id(FIVE))
    assert {row.image_id for row in unsettled_checks()} == {ONE, FOUR}
    tiles = {tile.name: tile.number for tile in signed_in(REVIEWER).get("/admin/").context["tiles"]}
    assert (tiles["Licenses in doubt"], tiles["Pending flags"]) == ("2", "0")


def test_an_upheld_flag_proposes_what_follows_from_it_and_each_is_one_click(signed_in: As) -> None:
    client = signed_in(REVIEWER)

    def steps(row: Flag) -> dict[str, Any]:
        page = tree(decide(client, row, "upheld").content.decode())
        assert page.one(".one-flag")
        forms = {form.one("button").words: form for form in page.all(".steps form")}
        return {**forms, **{link.words: link for link in page.all(".steps a")}}

    named = flag(reason="wrong-label", mid=DOG)
    assert [*steps(named)] == ["No on “dog”"]
    for form in steps(flag(reason="wrong-label")).values():
        fields = {box["name"]: box["value"] for box in form.all("input[name][value]")}
        client.post(form["action"], fields)
    given = Verdict.objects.filter(image_key=key_from_image_id(ONE))
    assert {(row.mid, row.says) for row in given} == {(DOG, "no"), (BEACH, "no")}
    checks = steps(flag(reason="license"))
    assert [*checks] == ["Check: No longer there", "Check: Unclear", "Another license…"]
    form = checks["Check: Unclear"]
    client.post(form["action"], {box["name"]: box["value"] for box in form.all("input[name][value]")})
    assert LicenseCheck.objects.get().result == "unclear"
    assert [*steps(flag(reason="duplicate", why=f"as {TWO}, and {TWO}"))] == [f"Open image {TWO}"]
    assert "What follows" not in decide(client, flag(), "upheld").content.decode()
