"""warm_thumbnails and prune_thumbnails."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import PictureState
from browse.thumbnails.config import Config
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture
from browse.thumbnails.warming import Warmed, warm
from tests import datasets
from tests.datasets import BEACH, IDS, ONE
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.ledger import MemoryLedger

SIX = {f"/{'train' if image_id not in IDS[2:4] else 'validation'}/{image_id}.jpg" for image_id in IDS}


@pytest.fixture
def data(proxied: PictureHost, settings: Settings, tmp_path: Path) -> PictureHost:
    """Six images, all of them in the bucket."""
    settings.INDEX_DIR = tmp_path / "index"
    datasets.load_example(settings.INDEX_DIR)
    for path in SIX:
        proxied.answers[path] = Answer(body=photo(400, 300))
    return proxied


def run(name: str, *arguments: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.mark.django_db(transaction=True)
def test_warming_fetches_all_and_the_second_time_nothing(data: PictureHost) -> None:
    assert run("warm_thumbnails", "--jobs=3") == "Pictures: 6, of which 6 fresh."
    assert {path for path in data.paths() if path in SIX} == SIX
    asked = len(data.requests)
    assert run("warm_thumbnails", "--jobs=3") == "Pictures: 6, of which 6 fresh."
    assert len(data.requests) == asked
    assert PictureState.objects.filter(state="fresh").count() == 6


@pytest.mark.django_db(transaction=True)
def test_warming_takes_a_query_as_the_browse_page_does(data: PictureHost) -> None:
    assert run("warm_thumbnails", f"?label={BEACH}&state=confirmed") == "Pictures: 1, of which 1 fresh."
    assert PictureState.objects.get().image_id == ONE


@pytest.mark.django_db(transaction=True)
def test_warming_goes_on_where_it_was(data: PictureHost) -> None:
    assert run("warm_thumbnails", "--limit=2") == "Pictures: 2, of which 2 fresh."
    before = [path for path in data.paths() if path in SIX]
    run("warm_thumbnails")
    assert sorted(path for path in data.paths() if path in SIX) == sorted(SIX)
    assert len(before) == 2


@pytest.mark.django_db(transaction=True)
def test_warming_counts_what_cannot_be_had(data: PictureHost) -> None:
    del data.answers[min(SIX)]
    assert run("warm_thumbnails", "--size=s", "--size=l", "--format=jpeg") == "Pictures: 6, of which 5 fresh, 1 dead."


@pytest.mark.django_db(transaction=True)
def test_warming_that_gets_no_picture_at_all_fails(data: PictureHost) -> None:
    data.answers.clear()
    said = StringIO()
    with pytest.raises(CommandError, match="None of these"):
        call_command("warm_thumbnails", stdout=said)
    assert said.getvalue() == "Pictures: 6, of which 6 dead.\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["label=nonsense"], "label: 'nonsense'"),
        (["label=/m/0zzzz"], "label: '/m/0zzzz'"),
        (["page=2"], "page"),
        (["--jobs=0"], "--jobs"),
        (["--jobs=65"], "--jobs"),
        (["--limit=0"], "--limit"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], message: str, data: PictureHost) -> None:
    with pytest.raises(CommandError, match=message):
        run("warm_thumbnails", *arguments)
    assert data.requests == []


@pytest.mark.django_db(transaction=True)
def test_without_data_warming_says_so(proxied: PictureHost, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path / "index"
    with pytest.raises(CommandError, match="import_openimages"):
        run("warm_thumbnails")


@pytest.fixture
def service(host: PictureHost, tmp_path: Path) -> Iterator[ThumbnailService]:
    service = ThumbnailService(Config(tmp_path / "cache", fake_host=host.address), MemoryLedger())
    yield service
    service.close()


def pictures(host: PictureHost, count: int) -> Iterator[Picture]:
    for number in range(count):
        path = f"/{number}_z.jpg"
        host.answers.setdefault(path, Answer(body=photo()))
        yield Picture(f"{number:016x}", "train", thumbnail_url=f"https://c1.staticflickr.com{path}")


def test_a_host_that_asks_for_a_pause_gets_it(host: PictureHost, service: ThumbnailService) -> None:
    host.answers["/0_z.jpg"] = Answer(429, headers={"Retry-After": "20"})
    rests: list[float] = []
    warmed = list(warm(service, pictures(host, 1), [Output(64, "jpeg")], jobs=1, sleep=rests.append))
    assert warmed == [Warmed("0" * 16, PictureStatus.PENDING, "c1.staticflickr.com is not asked for now.")]
    assert [rest == pytest.approx(20, abs=2) for rest in rests] == [True, True]
    assert host.paths().count("/0_z.jpg") == 1


def test_warming_takes_no_more_pictures_than_it_has_hands_for(host: PictureHost, service: ThumbnailService) -> None:
    taken = 0

    def noted() -> Iterator[Picture]:
        nonlocal taken
        for picture in pictures(host, 100):
            taken += 1
            yield picture

    warming = warm(service, noted(), [Output(64, "jpeg")], jobs=2)
    assert next(warming).status is PictureStatus.FRESH
    warming.close()
    assert taken <= 4
    assert len(host.requests) <= 4


@pytest.mark.django_db(transaction=True)
def test_pruning_keeps_to_the_limit_and_says_what_it_did(data: PictureHost, settings: Settings) -> None:
    run("warm_thumbnails")
    files = [path for path in Path(settings.THUMBNAIL_DIR).rglob("*") if path.is_file() and "locks" not in path.parts]
    size = sum(path.stat().st_size for path in files)
    assert len(files) == 12
    said = run("prune_thumbnails", "--max-mb=0", "--dry-run")
    megabytes = f"{size / 2**20:,.1f}"
    assert said.startswith(f"Would remove 12 of 12 files, {megabytes} of {megabytes} MB")
    assert run("prune_thumbnails").startswith("Removed 0 of 12 files")
    assert run("prune_thumbnails", "--older-than=1").startswith("Removed 0 of 12 files")
    assert run("prune_thumbnails", "--max-mb=0").startswith("Removed 12 of 12 files")
    assert not any(path.exists() for path in files)


@pytest.mark.django_db(transaction=True)
def test_pruning_forgets_states_without_an_image(data: PictureHost) -> None:
    for image_id in (ONE, "00000000deadbeef"):
        PictureState.objects.create(pk=key_from_image_id(image_id), state="dead")
    assert run("prune_thumbnails", "--dry-run").endswith("without an image: 1.")
    assert PictureState.objects.count() == 2
    assert run("prune_thumbnails").endswith("without an image: 1.")
    assert PictureState.objects.get().image_id == ONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("argument", ["--max-mb=-1", "--older-than=-1"])
def test_pruning_takes_no_negative_limits(argument: str, data: PictureHost) -> None:
    with pytest.raises(CommandError, match="must be 0 or more"):
        run("prune_thumbnails", argument)
