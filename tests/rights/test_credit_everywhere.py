"""Wherever a picture appears, in any page, answer or export, its credit is with it.

Walks every address of the site, so that a new page is looked at too, and every template that has pictures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.domain.plans import Plan, PlanLevel
from browse.models import Claim, Collection, CollectionDetails, Image, Opinion, Task, TaskItem
from browse.query.values import State
from browse.rights import Credit
from tests import datasets
from tests.boxed import box
from tests.curation.people import client_of
from tests.datasets import BEACH, CAT, DOG, FIVE, FOUR, IDS, ONE, SIX, THREE, TWO
from tests.rights.credit_check import csv_faults, faults, html_faults, json_faults
from tests.rights.hostile import HOSTILE

ROOT = Path(django_settings.BASE_DIR)
PICTURE_MARKUP = re.compile(r"<(?:img|picture|image|video|source)\b")
PICTURE_SCRIPT = re.compile(
    r"<(?:img|picture|image)\b|new Image\(|createElement\(.(?:img|image)\b|\.src\s*=|\.srcset\s*="
)
# A picture that is in the page already, asked for once more under its own address.
SAME_PICTURE_AGAIN = "picture.src = fresh.href;"
A_SCRIPT = "script.src = field.dataset.charts;"

COLLECTION = "00000000-0000-4000-8000-00000000c011"
ARGUMENTS = {
    "image_id": ONE,
    "size": "m",
    "mid": DOG.removeprefix("/"),
    "rest": "nothing",
    "figure": "precision",
    "histogram": "authors",
    "uid": COLLECTION,
    "key": "ann",
    "view": COLLECTION,
    "ending": "csv",
    "name": "images.csv",
    "uidb64": "MQ",
    "token": "set-password",
    "status": "dead",
    "number": "1",
    "comparison": "v3-v7",
}
"""What to put for the variable parts of addresses."""

QUERIES = (
    *("", f"?label={DOG}", "?sort=random&seed=1", "?author=ann", f"?label={BEACH}&any={DOG}&not=/m/06npx", "?q=o"),
    *(f"?mid={DOG}&seed=1", f"?mid={DOG}&id={ONE}"),
)
PARTS = {"browse/look.html"}
"""Templates that stand in no page by themselves."""
SHAPES = {"browse/_mask_overlay.html"}
"""Templates whose pictures are no photos: they lie over one that has its credit."""
WITHOUT_PICTURES_OF_OTHERS = {"thumbnail", "no-picture", "box", "mask"}
"""Pictures themselves: they carry no text."""


@pytest.fixture
def credits_by_id(settings: Settings, tmp_path: Path, db: None) -> Callable[[str], Credit]:
    """A small data set in which every kind of credit occurs; gives the credit of an image."""
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, boxes={image_id: (box(DOG),) for image_id in IDS})
    for number, image_id in enumerate(IDS):
        datasets.update_image(
            image_id,
            title=f"Title {number}",
            landing_url=f"https://www.flickr.com/photos/x/{number}",
            original_url=f"https://farm1.staticflickr.com/{number}/1_2_o.jpg",
            thumbnail_url=f"https://c1.staticflickr.com/{number}/1_3_z.jpg",
        )
    datasets.update_image(TWO, title=HOSTILE["script"], author_name=HOSTILE["attribute"])
    datasets.update_image(THREE, title="", thumbnail_url="")
    datasets.update_image(FIVE, landing_url="javascript:alert(1)", original_md5="AAECAwQFBgcICQoLDA0ODw==")
    datasets.update_image(SIX, title="שלום", author_name="محمد")
    return lambda image_id: _credit(Image.objects.with_credit().get(pk=key_from_image_id(image_id)))


def _credit(image: Image) -> Credit:
    return Credit(
        title=image.title,
        author=image.credited_name,
        author_url=image.author.profile_url if image.author else "",
        landing_url=image.landing_url,
        license_url=image.license.url,
        image_id=image.image_id,
        original_url=image.original_url,
    )


def _judge_in_a_task() -> None:
    """A task of all images, which the reviewer has before them, and one of another label on which others differ."""
    plan = Plan("", (State.UNVERIFIED,), (PlanLevel("all", len(IDS), len(IDS)),), 1, opinions=3)
    task = Task.objects.create(uid=COLLECTION, name="all", mid=CAT, plan=plan.text)
    judged = Task.objects.create(name="judged", mid=DOG, plan=plan.text)
    for image_id in IDS:
        TaskItem.objects.create(task=task, image_key=key_from_image_id(image_id))
        item = TaskItem.objects.create(task=judged, image_key=key_from_image_id(image_id))
        for by, says in (("ann", "yes"), ("bob", "no"), ("carl", "unsure")):
            Opinion.objects.create(item=item, image_key=item.image_key, mid=DOG, by=by, says=says)
    until = timezone.now() + dt.timedelta(hours=1)
    Claim.objects.bulk_create(Claim(item=item, by="reviewer", until=until) for item in task.items.all())


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address of the site but the admin's."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.namespace != "admin":
            yield from patterns(pattern)


def addresses(queries: Iterable[str] = ("",)) -> Iterator[tuple[str, str]]:
    """Each address with sample arguments and each query string; where it is about an image, all images instead."""
    for pattern in patterns(get_resolver()):
        if pattern.name is None or pattern.name in WITHOUT_PICTURES_OF_OTHERS:
            continue
        names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
        unknown = set(names) - set(ARGUMENTS)
        assert not unknown, f"say in ARGUMENTS what to put for {unknown} in the address {pattern.name}"
        arguments = {name: ARGUMENTS[name] for name in names}
        if "image_id" in names:
            for image_id in IDS:
                yield reverse(f"browse:{pattern.name}", kwargs=arguments | {"image_id": image_id}), image_id
        else:
            for query in queries:
                yield reverse(f"browse:{pattern.name}", kwargs=arguments) + query, ""


@pytest.fixture
def visit(credits_by_id: Callable[[str], Credit]) -> Callable[..., Any]:
    """GET an address as somebody who sees all of it; gives the answer, what in it lacks credit, and its pictures."""
    client = client_of("reviewer")
    made = Collection.objects.create(uid=COLLECTION, by="reviewer")
    CollectionDetails.objects.create(collection=made, name="all", by="reviewer", is_public=True)
    for image_id in IDS:
        actions.add_to_collection(collection=made.pk, image_id=image_id, by="reviewer")
    _judge_in_a_task()

    def go(address: str, image_id: str, **headers: str) -> tuple[Any, list[str], int]:
        response = client.get(address, headers=headers)
        text = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
        return response, *faults(response.get("Content-Type", ""), text, credits_by_id, image_id=image_id)

    return go


@pytest.mark.parametrize("thumbnails", ["proxy", "direct", "local"])
def test_every_picture_at_every_address_has_its_credit(visit, settings: Settings, thumbnails: str):
    settings.THUMBNAILS = thumbnails
    seen: set[str] = set()
    looked_at: set[str] = set()
    wrong = []
    for address, image_id in addresses(QUERIES if thumbnails == "proxy" else (QUERIES[0], *QUERIES[-2:])):
        response, without_credit, pictures = visit(address, image_id)
        assert response.status_code < 500, address
        wrong += [f"{address}: {fault}" for fault in without_credit]
        if pictures:
            seen.add(address)
            looked_at |= {template.name for template in response.templates}
    assert not wrong, "\n".join(wrong)
    assert seen >= {
        "/",
        f"/label{DOG}",
        "/compare",
        "/compare/disagreements",
        f"/image/{FOUR}",
        f"/boxes?label={DOG}" if thumbnails == "proxy" else "/boxes",
        "/export/images.csv",
        "/api/images",
        f"/api/images/{FOUR}",
        f"/api/images/{FOUR}/similar",
    }
    assert seen >= {f"/collections/{COLLECTION}", "/collections", f"/review?mid={DOG}&seed=1"}
    assert looked_at >= {name for name in templates_with_pictures() - PARTS - SHAPES if not name.startswith("admin/")}


def test_every_picture_in_the_administration_has_its_credit(visit, client: Client):
    client.force_login(User.objects.create_superuser("root"))
    flags = [actions.flag_image(image_id=image_id, reason="other") for image_id in IDS]
    actions.decide_flag(flag=flags[0].pk, outcome="upheld", by="root")
    collection = actions.create_collection(name="C", by="root", is_public=True).pk
    for image_id in IDS:
        actions.add_to_collection(collection=collection, image_id=image_id, by="root")
    paths = ["flag/", f"collection/{collection}/change/"]
    paths += [f"flag/{flag.pk}/change/" for flag in flags]
    paths += [f"image/{flag.image_key}/change/" for flag in flags]
    looked_at: set[str] = set()
    for path in paths:
        response, without_credit, pictures = visit(f"/admin/browse/{path}", "")
        assert pictures, path
        assert not without_credit, path
        looked_at |= {template.name for template in response.templates}
    assert looked_at >= {name for name in templates_with_pictures() if name.startswith("admin/")}


def templates_with_pictures() -> set[str]:
    """The templates that put pictures into pages."""
    found = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if PICTURE_MARKUP.search(path.read_text())
    }
    assert "browse/_tile.html" in found
    return found


def test_every_picture_in_a_part_of_a_page_has_its_credit(visit):
    looked_at: set[str] = set()
    for address, image_id in addresses():
        response, without_credit, pictures = visit(address, image_id, **{"HX-Request": "true"})
        assert response.status_code < 500, address
        assert not without_credit, address
        looked_at |= {template.name for template in response.templates} if pictures else set()
    assert looked_at >= PARTS


def test_pictures_are_put_into_pages_by_templates_only():
    files = [*(ROOT / "browse").rglob("*.py"), *(ROOT / "static").rglob("*.js")]
    assert len(files) > 50
    texts = {path: path.read_text() for path in files}
    for name, harmless in (("pictures.js", SAME_PICTURE_AGAIN), ("plots.js", A_SCRIPT)):
        path = ROOT / "static" / "js" / name
        texts[path] = texts[path].replace(harmless, "", 1)
    assert not [str(path) for path, text in texts.items() if PICTURE_SCRIPT.search(text)]


class TestTheCheckItself:
    """What it calls a fault, and what not."""

    CREDIT = Credit(
        title="Sunset",
        author="Jane",
        author_url="https://www.flickr.com/people/jane/",
        landing_url="https://www.flickr.com/photos/jane/1",
        license_url="https://creativecommons.org/licenses/by/2.0/",
        image_id=ONE,
    )
    PICTURE = f'<img src="/thumb/{ONE}/m">'
    OTHER = f'<img src="/thumb/{TWO}/m">'
    TITLE = '<a href="https://www.flickr.com/photos/jane/1">Sunset</a>'
    AUTHOR = '<a href="https://www.flickr.com/people/jane/">Jane</a>'
    LICENSE = '<a href="https://creativecommons.org/licenses/by/2.0/">CC BY 2.0</a>'

    def found(self, html: str) -> tuple[int, int]:
        wrong, pictures = html_faults(html, lambda image_id: self.CREDIT)
        return len(wrong), pictures

    def test_a_picture_with_its_credit_beside_it_is_right(self):
        assert self.found(f"<li><p>{self.PICTURE}</p><p>{self.TITLE} {self.AUTHOR} {self.LICENSE}</p></li>") == (0, 1)

    @pytest.mark.parametrize("missing", ["TITLE", "AUTHOR", "LICENSE"])
    def test_a_missing_part_is_a_fault(self, missing):
        parts = [getattr(self, name) for name in ("TITLE", "AUTHOR", "LICENSE") if name != missing]
        assert self.found(f"<li>{self.PICTURE}{''.join(parts)}</li>") == (1, 1)

    @pytest.mark.parametrize(("linked", "plain"), [("TITLE", "Sunset"), ("AUTHOR", "Jane"), ("LICENSE", "CC BY 2.0")])
    def test_a_missing_link_is_a_fault(self, linked, plain):
        parts = [plain if name == linked else getattr(self, name) for name in ("TITLE", "AUTHOR", "LICENSE")]
        assert self.found(f"<li>{self.PICTURE}{''.join(parts)}</li>") == (1, 1)

    def test_the_credit_beside_another_picture_does_not_count(self):
        credited = f"<li>{self.OTHER}{self.TITLE}{self.AUTHOR}{self.LICENSE}</li>"
        assert self.found(f"<ul><li>{self.PICTURE}</li>{credited}</ul>") == (1, 2)

    def test_words_in_place_of_a_picture_need_credit_too(self):
        assert self.found(f'<li data-image="{ONE}"><span class="none">gone</span></li>') == (1, 1)

    def test_our_own_drawings_need_none(self):
        assert self.found('<p><img src="/static/mark.svg"></p>') == (0, 0)

    def test_json_needs_every_part_with_the_right_words(self):
        wrong, images = json_faults({"results": [{"image_id": ONE, "title": "Sunset"}]}, lambda image_id: self.CREDIT)
        assert images == 1
        assert {fault.rpartition("].")[2] for fault in wrong} == {
            *("author", "author_url", "landing_url"),
            *("license.name", "license.url", "attribution.text", "attribution.html"),
        }

    def test_an_address_of_a_picture_alone_is_a_fault_in_json_and_csv(self):
        address = f"/thumb/{ONE}/m"
        assert json_faults({"samples": [address]}, lambda image_id: self.CREDIT)[0]
        assert csv_faults(f"Label,Example\ndog,{address}\n")[0]
        assert csv_faults(f"ImageID,OriginalURL\n{ONE},https://farm1.staticflickr.com/1\n")[0]
