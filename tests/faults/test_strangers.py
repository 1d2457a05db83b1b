"""What strangers send: addresses of pictures, pictures, requests of every kind, and guesses at passwords."""

from __future__ import annotations

import ipaddress
import random
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from browse.models import HISTORY
from browse.thumbnails.addresses import is_public
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import BlockedError, GoneError
from browse.thumbnails.outcomes import NoThumbnail, Thumbnail
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture
from browse.thumbnails.urls import parse_picture_url
from browse.urls import urlpatterns
from tests.curation.people import EVERYBODY, client_of
from tests.curation.test_writes_in_the_site import SAMPLES, written
from tests.faults.switches import installation
from tests.faults.tally import SCALE, Tally, drawing, times
from tests.faults.test_files import damaged
from tests.thumbnails.conftest import host  # noqa: F401 -- a fixture
from tests.thumbnails.fake_host import Answer, PictureHost
from tests.thumbnails.hostile import ANY, GOOD
from tests.thumbnails.spellings import SPECIAL_ADDRESSES, forbidden_urls
from tests.thumbnails.test_hostile import TILE, assert_alive, folder, service  # noqa: F401 -- fixtures
from tests.thumbnails.test_ssrf import RULES, URL, Canary, canary, resolving  # noqa: F401 -- fixtures

SPECIAL = [ipaddress.ip_network(one) for one in ("127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16")]


def spelled(draw: random.Random) -> str:
    """An address where nobody may go, in one of the ways in which libraries read numbers."""
    network = draw.choice(SPECIAL)
    number = int(network[draw.randrange(network.num_addresses)])
    parts = number.to_bytes(4, "big")
    write = draw.choice((str, hex, lambda one: f"0{one:o}", lambda one: f"{one:03d}", lambda one: f"0x{one:02X}"))
    match draw.randrange(5):
        case 0:
            return write(number)
        case 1:
            return f"{write(parts[0])}.{write(number & 0xFFFFFF)}"
        case 2:
            return f"[::ffff:{ipaddress.IPv4Address(number)}]"
        case 3:
            return f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]"
        case _:
            return ".".join(write(part) for part in parts)


def test_spellings_of_addresses(
    canary: Canary,  # noqa: F811
    tally: Tally,
) -> None:
    draw = drawing("spellings")
    urls = forbidden_urls(canary.port)
    urls += [f"https://{spelled(draw)}{draw.choice(('', f':{canary.port}'))}/a.jpg" for _ in range(times(1000))]
    for url in urls:
        try:
            taken = parse_picture_url(url, RULES)
        except BlockedError:
            tally.tried(url, holds=True)
        else:
            tally.tried(f"{url} is taken as {taken}", holds=False)


def test_answers_of_name_servers(canary: Canary, resolving, tally: Tally) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    draw = drawing("name servers")
    said = [*SPECIAL_ADDRESSES]
    for network in SPECIAL:
        said += [str(network[draw.randrange(network.num_addresses)]) for _ in range(times(200))]
    downloader = Downloader()
    for address in said:
        resolving(draw.sample(["8.8.8.8", address], 2))
        try:
            downloader.fetch(URL, max_bytes=1000)
        except BlockedError:
            tally.tried(address, holds=not is_public(address))
        else:
            tally.tried(f"{address} is asked", holds=False)


def test_redirects(host: PictureHost, tally: Tally) -> None:  # noqa: F811
    downloader, listening, draw = Downloader(fake_host=host.address), Canary(), drawing("redirects")
    locations = [url for url in forbidden_urls(listening.port) if url.isascii() and url.isprintable()]
    for location in draw.sample(locations, min(len(locations), times(len(locations)))):
        host.answers["/a.jpg"] = Answer(302, headers={"Location": location})
        with pytest.raises(GoneError):
            downloader.fetch(URL, max_bytes=1000)
        tally.tried(location, holds=listening.visits == 0)
    listening.close()


def test_mutated_pictures(service: ThumbnailService, folder: Path, tally: Tally) -> None:  # noqa: F811
    draw = drawing("pictures")
    whole = [data for make in (*GOOD.values(), *ANY.values()) if len(data := make()) < 100_000]
    for number in range(times(2000)):
        data = draw.choice(whole)
        for _ in range(draw.randint(1, 4)):
            data = damaged(draw, data) or b"\0"
        image_id = f"{number:016x}"
        (folder / f"{image_id}.jpg").write_bytes(data)
        outcome = service.obtain(Picture(image_id, "train"), TILE, wait_s=20)
        tally.tried(f"{image_id}: {outcome}", holds=isinstance(outcome, Thumbnail | NoThumbnail))
        if number % 20 == 0:
            assert_alive(service, folder, f"after {number}")


METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST")


@pytest.mark.django_db
def test_nothing_is_written_without_a_forms_token(generation: str, tally: Tally) -> None:
    """Every address by everybody with every method: no fault of ours, and nothing written."""
    for role in EVERYBODY:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies = client_of(role).cookies
        before = (written(), [model.objects.count() for model in HISTORY])
        for pattern in urlpatterns:
            if not isinstance(pattern, URLPattern) or pattern.name in (None, "sign-out"):
                continue
            names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
            address = reverse(f"browse:{pattern.name}", kwargs={name: SAMPLES[name] for name in names})
            for method in METHODS:
                status = client.generic(method, address).status_code
                after = (written(), [model.objects.count() for model in HISTORY])
                held = (status < 500 or status == 503) and after == before
                tally.tried(f"{role} {method} {address}: {status}", holds=held)


@pytest.mark.django_db
def test_guesses_at_a_password(generation: str, settings: Settings, tally: Tally) -> None:
    """From each address the right one comes too late; from another it signs in."""
    client_of("curator", "vera")
    guesses = settings.AXES_FAILURE_LIMIT * 2
    for number in range(times(60)):
        sender = f"198.51.{100 + number // 200}.{number % 200 + 1}"
        for guess in range(guesses):
            password = "password of a test" if guess >= settings.AXES_FAILURE_LIMIT else f"guess {guess}"
            fields = {"username": "vera", "password": password}
            status = Client(REMOTE_ADDR=sender).post("/sign-in", fields).status_code
            tally.tried(f"{sender} guess {guess}: {status}", holds=status in (400, 429))
    fields = {"username": "vera", "password": "password of a test"}
    status = Client(REMOTE_ADDR="192.0.2.77").post("/sign-in", fields).status_code
    tally.tried(f"who knows it: {status}", holds=status == 303)


TOKEN = """
from django.contrib.auth.models import User
from browse.curation.tokens import make_token, allowed_scopes
account = User.objects.get()
print(make_token(account=account, name="fuzz", scopes=allowed_scopes(account), days=7)[1])
"""
PATIENCE_S = 60.0
"""A query that compiles on a busy machine takes longer than the ten seconds that Schemathesis waits."""
KNOWN = (429, 503)
"""Statuses that the document need not name for each address: too many requests."""


def test_requests_drawn_from_the_apis_own_description(tmp_path: Path, tally: Tally) -> None:
    """Schemathesis: no answer is a fault of ours, and each is as the document says."""
    site = installation(tmp_path, "")
    token = site.manage("shell", "--no-imports", "-c", TOKEN).split()[-1]
    with site.served() as url:
        schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
        operations = [found.ok() for found in schema.get_all_operations()]
        for operation in operations:

            @hypothesis.seed(drawing(operation.label).getrandbits(32))
            @hypothesis.settings(
                max_examples=max(5, round(5000 * SCALE / len(operations))),
                deadline=None,
                database=None,
                suppress_health_check=list(hypothesis.HealthCheck),
            )
            @hypothesis.given(case=operation.as_strategy())
            def asked(case: schemathesis.Case) -> None:
                answer = case.call(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)
                wrong = ""
                if answer.status_code not in KNOWN:
                    try:
                        case.validate_response(answer, excluded_checks=EXCLUDED)
                    except Exception as error:  # noqa: BLE001 -- whatever it finds is a line of the report
                        wrong = f"{case.method} {case.formatted_path} {answer.status_code}: {error}"
                tally.tried(wrong, holds=not wrong)

            asked()
    tally.notes["operations"] = len(operations)


checks = schemathesis.checks
EXCLUDED = [
    checks.negative_data_rejection,  # parameters without a value are taken as not given
    checks.positive_data_acceptance,  # values that the data set does not have are refused
    checks.ignored_auth,
]
