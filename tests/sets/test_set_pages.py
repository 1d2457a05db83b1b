"""The pages of training sets: a recipe is put together, seen through, built, shown, without any script."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.domain.comparison import Estimate
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Hiding, TrainingSet
from browse.models.roles import REVIEWER, VIEWER
from browse.presentation.pages.new_set import set_address
from browse.requests.readers import read_query
from browse.requests.set_form import form_of, read_set_form
from browse.search import current_engine
from browse.sets.formats.snippets import SHELL, SNIPPETS
from browse.sets.reading import query_reader
from browse.sets.recipe import Recipe, RecipeLabel, as_values
from browse.sets.recipe_reader import recipe_of
from browse.sets.site_builds import build_waiting, files_folder
from tests.datasets import BEACH, CAT, DOG, EXAMPLE, FIVE, NAMES, ONE, SEA
from tests.drawn import drawn
from tests.html import tree
from tests.sets.draw import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation", "small_batches", "data_folder")]

NEW = "/sets/new"
TWO = f"{NEW}?label={DOG}:0.6&label={BEACH}:0.6"


@pytest.fixture
def data_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def ann(client: Client) -> Client:
    user = User.objects.create_user("ann")
    user.groups.add(Group.objects.get(name=VIEWER))
    client.force_login(user)
    return client


def labels_on(text: str) -> list[str]:
    """What the rows of the page say of how each label is taken."""
    return re.findall(r'<option value="([^"]*)" selected>', text.partition("set-by")[0])


def posted(client: Client, data: dict[str, Any], *, status: int = 200) -> Any:
    """The page that a posted form comes to."""
    response = client.post(NEW, data)
    if response.status_code == 303:
        response = client.get(response["Location"])
    assert response.status_code == status, response.content[:400]
    return response


def test_an_empty_form_asks_for_labels(client: Client) -> None:
    page = client.get(NEW)
    assert page.status_code == 200
    assert "No labels yet" in page.text
    assert "set-build" in page.text
    assert "Build the set" not in page.text


def test_a_label_is_added_by_its_name(client: Client) -> None:
    page = posted(client, {"add": "dog", "by": "0.6"})
    assert page.request["QUERY_STRING"] == f"label={DOG}:0.6&by=0.6"
    assert labels_on(page.text) == [f"{DOG}:0.6"]
    assert tree(page.text).words_of('.set-labels th[scope="row"] a') == ["dog"]


def test_a_list_is_added_and_what_is_unclear_is_asked(client: Client) -> None:
    page = posted(client, {"label": [f"{DOG}:0.6"], "list": f"{BEACH}\nsea\nnothing like it\ne", "by": "verified"})
    assert page.request["QUERY_STRING"] == ""  # else the questions would be lost
    assert labels_on(page.text) == [f"{DOG}:0.6", f"{BEACH}:verified", f"{SEA}:verified"]
    assert "No label is called “<bdi>nothing like it</bdi>”" in page.text
    assert "Which label is “<bdi>e</bdi>”?" in page.text
    assert f'name="add" value="{BEACH}"' in page.text


def test_a_label_is_removed_and_all_are_taken_alike(client: Client) -> None:
    both = {"label": [f"{DOG}:0.6", f"{BEACH}:0.6"]}
    assert labels_on(posted(client, {**both, "without": DOG}).text) == [f"{BEACH}:0.6"]
    assert labels_on(posted(client, {**both, "do": "by", "by": "80%"}).text) == [f"{DOG}:80%", f"{BEACH}:80%"]


def test_all_labels_that_are_good_and_frequent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.sets.adding.MIN_VERIFIED", 1)
    page = posted(client, {"do": "all", "all_percent": "60", "all_images": "2"})
    assert labels_on(page.text) == [f"{DOG}:60%", f"{BEACH}:60%"]
    assert labels_on(posted(client, {"do": "all", "all_percent": "60", "all_images": "3"}).text) == [f"{DOG}:60%"]
    monkeypatch.setattr("browse.sets.adding.MIN_VERIFIED", 5)
    assert labels_on(posted(client, {"do": "all", "all_percent": "60", "all_images": "2"}).text) == []


def test_numbers_lead_to_as_many_images(client: Client) -> None:
    page = tree(client.get(TWO).text)
    links = page.each(".set-labels td a", "href")
    numbers = page.words_of(".set-labels td a")
    assert len(links) == len(numbers) >= 6
    for link, number in zip(links, numbers, strict=True):
        assert client.get(f"/api/images?{urlsplit(link).query}").json()["count"] == int(number), link


def test_counts_come_at_once_and_the_set_when_asked_for(client: Client) -> None:
    counts = client.get(TWO)
    assert "data-waiting" in counts.text
    assert "Work out splits and caps" in counts.text
    recipe = {"labels": [{"mid": mid, "at": 0.6} for mid in (DOG, BEACH)]}
    answer = client.post("/api/sets/preview", json.dumps(recipe), content_type="application/json").json()
    whole = posted(client, {"recipe": json.dumps(recipe), "part": "set"})
    assert "data-waiting" not in whole.text
    shown = tree(whole.text)
    assert shown.words_of(".set-size b") == [str(answer["set"]["images"])]
    assert shown.words_of(".set-splits dd") == [str(one["images"]) for one in answer["set"]["splits"]]


def test_labels_that_are_unlike_their_verified_pairs_are_told_of(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.sets.prepare.expected_of", lambda *args, **rest: Estimate(0.9, 0.8, 0.95))
    monkeypatch.setattr("browse.sets.prepare.is_unlike", lambda comparison, threshold, unverified: True)
    address = build(ann)
    build_waiting()
    text = " ".join(ann.get(address).text.split())
    assert text.count("unlike the verified</small>") == 2
    assert "so the interval says less than it seems to" in text
    manifest = json.loads((files_folder(TrainingSet.objects.get().uid) / "manifest.json").read_text())
    assert manifest["labels_unlike_verified"] == [BEACH, DOG]


def test_what_is_left_out_and_why(client: Client) -> None:
    Hiding.objects.create(image_key=key_from_image_id(FIVE), hidden=True)
    DatasetState.objects.update(revision=1)
    text = client.get(f"{TWO}&label={CAT}:95%25&most_images=1&part=set").text
    assert "fewer than 30 pairs are verified" in text
    said = " ".join(" ".join(tree(text).words_of(".set-left-out li")).split())
    assert "1 taken down" in said
    assert re.search(r"[1-9] over the caps", said)


def test_a_recipe_of_verified_pairs_with_official_splits_is_warned_of(client: Client) -> None:
    assert "train will be empty" in client.get(f"{NEW}?label={DOG}:verified&splits=official").text
    assert "train will be empty" not in client.get(f"{TWO}&splits=official").text


@pytest.mark.parametrize(
    ("more", "field", "message"),
    [
        ("&most_positives=x", "most_positives", "must be a whole number"),
        ("&train=50", "train", "must be 100 together"),
        ("&split_seed=-1", "split_seed", "must be a whole number"),
        ("&negatives=all", "negatives", "must be one of verified, none"),
        ("&images=subset%3Dnone", "images", "subset"),
        ("&apart=look&part=set", "apart", "needs all pictures, and"),
        ("&label=/m/none:0.8", "label", "is not the MID of a label"),
        ("&label=/m/x:1.7", "label", "from 0 to 1"),
        (f"&label={CAT}:often", "label", "must end in"),
        (f"&label={DOG}:0.8", "label", "once"),
        ("&all_percent=101", "all_percent", "percentage"),
        ("&do=everything", "do", "must be one of"),
        ("&what=ever", "what", "is not known here"),
        ("&pairs=recipe&pairs=every", "pairs", "is given twice"),
        ("&pictures=all", "pictures", "must be one of none, original, rendered"),
        ("&pictures=rendered&side=9", "side", "must be a whole number from 32"),
        ("&recipe={", "recipe", "is not JSON"),
        ('&recipe={"labels":[]}', "labels", "must be a list of 1 to 1,000"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(client: Client, more: str, field: str, message: str) -> None:
    page = client.get(TWO + more)
    assert page.status_code == 400
    (fault, *_) = tree(page.text).words_of(".faults li")
    assert fault.split()[0] == field
    assert message in " ".join(fault.split())


def test_a_recipe_of_many_labels_comes_and_goes_as_a_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.requests.set_form.MOST_IN_ADDRESS", 1)
    sent = {"labels": [{"mid": DOG, "at": 0.75}, {"mid": BEACH, "precision": 0.905}], "splits": "official"}
    file = SimpleUploadedFile("recipe.json", b"\xef\xbb\xbf" + json.dumps(sent).encode())
    page = posted(client, {"file": file})
    assert page.request["REQUEST_METHOD"] == "POST"
    assert labels_on(page.text) == [f"{BEACH}:90.5%", f"{DOG}:0.75"]
    recipe = tree(page.text).each('#set-build [name="recipe"]', "value")[0]
    saved = client.post("/sets/recipe.json", {"recipe": recipe})
    assert saved["Content-Disposition"].startswith("attachment")
    reader = query_reader(current_engine())
    assert recipe_of(json.loads(saved.content), reader) == recipe_of(sent, reader)


def test_a_file_that_is_no_recipe(client: Client) -> None:
    page = posted(client, {"file": SimpleUploadedFile("x.json", b"\xff")}, status=400)
    assert "is not UTF-8 text" in page.text


def test_a_recipe_that_cannot_be_saved_says_why(client: Client) -> None:
    for response in (client.get("/sets/recipe.json"), client.post("/sets/recipe.json", {"recipe": "[]"})):
        assert response.status_code == 400
        assert "must be a" in response.text


def test_a_form_of_a_thousand_labels_is_taken(client: Client) -> None:
    text = posted(client, {"label": [f"/m/{number}:0.5" for number in range(1000)]}, status=400).text
    assert "/m/0 is not the MID of a label" in " ".join(text.split())


@drawn(quick=20, deep=200, shares_fixtures=True)
@given(recipe=recipes(EXAMPLE), precision=st.none() | st.integers(1, 1_000_000), most=st.none() | st.integers(0, 3))
def test_every_recipe_is_the_one_that_its_form_says(recipe: Recipe, precision: int | None, most: int | None) -> None:
    first = recipe.labels[0] if precision is None else RecipeLabel(recipe.mids[0], precision=precision / 1_000_000)
    caps = replace(recipe.caps, negatives=most)
    recipe = replace(recipe, labels=(first, *recipe.labels[1:]), images="subset=train&license=cc-by-2.0", caps=caps)
    form = form_of(as_values(recipe))
    assert recipe_of(form.values(), lambda text: text).name == recipe.name
    again = read_set_form(QueryDict(form.query_string))
    assert recipe_of(again.values(), lambda text: text).name == recipe.name


def test_browse_and_label_pages_lead_to_a_set(client: Client) -> None:
    assert f'href="{NEW}?label={DOG}:95%25"' in client.get(f"/?label={DOG}").text
    query = QueryDict(f"label={DOG}@0.5-1&not={CAT}&subset=train&confidence=0.3-1")
    link = set_address(read_query(query).query)
    assert parse_qs(urlsplit(link).query)["label"] == [f"{DOG}:0.5"]
    assert labels_on(client.get(link).text) == [f"{DOG}:0.5"]
    images = parse_qs(urlsplit(link).query)["images"][0]
    assert "subset=train" in images
    assert f"not={CAT}@0.3-1" in images
    assert f'href="{NEW}?label={DOG}"' in client.get(f"/label{DOG}").text


def build(client: Client, *formats: str) -> str:
    recipe = json.dumps({"labels": [{"mid": mid, "at": 0.6} for mid in (DOG, BEACH)]})
    response = client.post("/sets", {"recipe": recipe, "format": formats or ("csv", "parquet"), "title": "Dogs {1}"})
    assert response.status_code == 303, response.content
    return str(response["Location"])


def test_a_set_is_built_from_the_page(ann: Client) -> None:
    address = build(ann)
    waiting = ann.get(address).text
    assert "Waiting for its turn" in waiting
    assert 'action="' + address + '/cancel"' in waiting
    assert "Waiting" not in ann.get("/sets").text.partition("Yours")[0]
    assert build_waiting() == 1
    page = ann.get(address)
    shown = tree(page.text)
    folder = files_folder(TrainingSet.objects.get().uid)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert shown.words_of(".figures dd")[0] == str(manifest["counts"]["images"])
    assert {*shown.words_of('.set-labels th[scope="row"] a')} == {NAMES[DOG], NAMES[BEACH]}
    assert {*shown.each("[data-image]", "data-image")} <= {*_ids(folder)}
    assert shown.each(".set-page [data-image]", "data-image")
    assert f"@misc{{trainingset-{manifest['row_hash'][:12]}," in page.text
    assert "title = {Dogs 1}" in page.text
    assert "cff-version: 1.2.0" in page.text
    sums = dict(zip(shown.words_of(".table th a[download]"), shown.words_of(".sha"), strict=True))
    assert sums["images.csv"] == hashlib.sha256((folder / "images.csv").read_bytes()).hexdigest()
    assert "What changed since" not in page.text
    assert "Dogs {1}" in ann.get("/sets").text
    assert "Dogs" not in Client().get("/sets").text


def _ids(folder: Path) -> list[str]:
    with (folder / "images.csv").open(encoding="utf-8", newline="") as file:
        return [row["image_id"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_snippets_run_as_they_stand(ann: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = build(ann)
    build_waiting()
    assert SNIPPETS[name].splitlines()[-1] in tree(ann.get(address).text).text.replace("&quot;", '"')
    monkeypatch.chdir(files_folder(TrainingSet.objects.get().uid))
    found: dict[str, Any] = {}
    exec(SNIPPETS[name], found)
    assert len(found["images"]) == len(_ids(Path.cwd()))


def test_every_snippet_can_be_parsed() -> None:
    for name, code in SNIPPETS.items():
        if name not in SHELL:
            compile(code, name, "exec")


def test_a_set_says_what_changed_since(ann: Client) -> None:
    address = build(ann)
    build_waiting()
    Hiding.objects.create(image_key=key_from_image_id(ONE), hidden=True)
    DatasetState.objects.update(revision=1)
    text = " ".join(ann.get(address).text.split())
    assert "1 image of this set was taken down since" in text
    assert "Curators changed something since.</p><p>1 image of this set is no longer in it.</p>" in text
    assert "The recipe takes the same thresholds" in text


def test_a_set_whose_files_are_gone_says_so(ann: Client) -> None:
    address = build(ann)
    build_waiting()
    (files_folder(TrainingSet.objects.get().uid) / "labels.csv").unlink()
    assert "no longer on the server" in ann.get(address).text


def test_who_may_build_and_cancel(ann: Client) -> None:
    address = build(ann)
    other = Client()
    assert other.post("/sets", {"recipe": "{}"}).status_code in (303, 403)
    assert TrainingSet.objects.count() == 1
    User.objects.create_user("bob").groups.add(Group.objects.get(name=VIEWER))
    other.force_login(User.objects.get(username="bob"))
    assert other.post(f"{address}/cancel").status_code == 404
    assert 'action="' + address + '/cancel"' not in other.get(address).text
    assert ann.post(f"{address}/resume").status_code == 303
    assert ann.post(f"{address}/cancel").status_code == 303
    assert "Canceled" in ann.get(address).text
    assert ann.get("/sets/00000000-0000-0000-0000-000000000000").status_code == 404


def test_pictures_are_for_reviewers(ann: Client) -> None:
    text = ann.get(f"{TWO}&pictures=original").text
    assert "Build the set" not in text
    assert "Only reviewers can have sets with pictures built here." in " ".join(text.split())
    assert "Accounts can have it built here" in Client().get(TWO).text
    assert "Accounts can have it built here" not in Client().get(f"{TWO}&pictures=original").text
    recipe = json.dumps({"labels": [{"mid": DOG, "at": 0.6}], "pictures": "original"})
    refused = ann.post("/sets", {"recipe": recipe})
    assert refused.status_code == 403
    assert "only reviewers can have sets with pictures" in refused.text.lower()
    User.objects.get(username="ann").groups.add(Group.objects.get(name=REVIEWER))
    ann = Client()
    ann.force_login(User.objects.get(username="ann"))
    shown = ann.get(f"{TWO}&pictures=rendered&side=256").text
    assert "Build the set" in shown
    assert tree(shown).each('[name="side"]', "value") == ["256"]
    assert ann.post("/sets", {"recipe": recipe}).status_code == 303


def test_the_form_for_building_stands_there_for_accounts_alone(ann: Client) -> None:
    assert "Build the set" in ann.get(TWO).text
    assert "Build the set" not in Client().get(TWO).text
    refused = ann.post("/sets", {"recipe": '{"labels": []}'})
    assert refused.status_code == 400
    assert "must be a list of 1 to 1,000" in refused.text
