"""Where the server goes for a picture: nowhere but to public addresses of known hosts, whatever a row, a name server
or a picture host says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import viewer.settings
from browse.domain.picture_status import PictureStatus
from browse.thumbnails import network
from browse.thumbnails.addresses import is_public
from browse.thumbnails.config import Config
from browse.thumbnails.download import Downloader
from browse.thumbnails.errors import BlockedError, GoneError, HostDownError
from browse.thumbnails.network import BoundedResolver
from browse.thumbnails.outcomes import NoThumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture
from browse.thumbnails.urls import HostRules, PictureURL, parse_picture_url
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.ledger import MemoryLedger
from tests.thumbnails.spellings import (
    ALLOWED_HOST,
    IPV4_SPELLINGS,
    IPV6_SPELLINGS,
    PUBLIC_ADDRESSES,
    SPECIAL_ADDRESSES,
    forbidden_urls,
)

RULES = HostRules()
URL = PictureURL(ALLOWED_HOST, "/a.jpg")
TILE = Output(64, "jpeg")


class Canary:
    """Listens on loopback, IPv4 and IPv6 at one port, and notes who comes; so does every call of connect."""

    def __init__(self) -> None:
        self.visits = 0
        self.attempts: list[object] = []
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        if socket.has_ipv6:
            with suppress(OSError):  # No IPv6 here.
                self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for listening in self._sockets:
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return
            self.visits += 1

    def close(self) -> None:
        for listening in self._sockets:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()


@pytest.fixture(scope="module")
def downloader() -> Downloader:
    """As in production."""
    return Downloader()


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    """Fails the test when anything was connected to."""
    canary = Canary()
    real = socket.socket.connect

    def noted(self: socket.socket, address: object) -> None:
        canary.attempts.append(address)
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", noted)
    yield canary
    canary.close()
    assert canary.attempts == []
    assert canary.visits == 0


@pytest.fixture
def resolving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes the system's name service answer so, one answer after the other; returns the names asked for."""

    def install(*answers: list[str]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, *args: object, **options: object) -> list[tuple[object, ...]]:
            addresses = answers[min(len(asked), len(answers) - 1)]
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        monkeypatch.setattr(network.socket, "getaddrinfo", getaddrinfo)
        return asked

    return install


def test_the_tables_are_large_enough() -> None:
    assert len(forbidden_urls(1)) >= 150
    assert len(set(SPECIAL_ADDRESSES)) >= 150
    assert len({*IPV4_SPELLINGS, *IPV6_SPELLINGS}) >= 110


@pytest.mark.parametrize("address", SPECIAL_ADDRESSES)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_no_spelling_in_a_url_is_taken(canary: Canary) -> None:
    taken = []
    for url in forbidden_urls(canary.port):
        try:
            taken.append(parse_picture_url(url, RULES))
        except BlockedError:
            continue
    assert taken == []


def test_rows_with_such_urls_end_in_a_neutral_tile_without_a_connection(canary: Canary, tmp_path: Path) -> None:
    config = Config(
        cache_folder=tmp_path, sources=tuple(s for s in Config.sources if s.value in ("thumbnail", "original"))
    )
    service = ThumbnailService(config, MemoryLedger())
    for number, url in enumerate(forbidden_urls(canary.port)):
        picture = Picture(f"{number:016x}", "train", thumbnail_url=url, original_url=url)
        outcome = service.obtain(picture, TILE, wait_s=5)
        assert isinstance(outcome, NoThumbnail), url
        assert outcome.status is PictureStatus.BLOCKED, url
    service.close()


@pytest.mark.parametrize("address", SPECIAL_ADDRESSES)
def test_a_name_that_leads_to_a_special_address_is_not_followed(
    address: str, canary: Canary, resolving: Callable[..., list[str]], downloader: Downloader
) -> None:
    resolving([address])
    with pytest.raises(BlockedError):
        downloader.fetch(URL, max_bytes=1000)


@pytest.mark.parametrize("address", SPECIAL_ADDRESSES[::7])
def test_one_special_address_among_public_ones_blocks_all(
    address: str, canary: Canary, resolving: Callable[..., list[str]], downloader: Downloader
) -> None:
    resolving(["8.8.8.8", address, "1.1.1.1"])
    with pytest.raises(BlockedError):
        downloader.fetch(URL, max_bytes=1000)


def test_no_answer_of_the_name_service_is_no_connection(canary: Canary, resolving: Callable[..., list[str]]) -> None:
    resolving([])
    with pytest.raises(HostDownError):
        Downloader().fetch(URL, max_bytes=1000)


def test_a_slow_name_service_ends_in_time(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(network, "CONNECT_TIMEOUT_S", 0.1)
    resolver = BoundedResolver(lambda host, port: [str(release.wait(5))])
    with pytest.raises(HostDownError, match="DNS lookup of"):
        Downloader(resolver=resolver).fetch(URL, max_bytes=1000)
    release.set()


def test_a_name_that_is_rebound_gains_nothing(
    host: PictureHost, resolving: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name answers with a public address first and with loopback ever after; the connection goes to the first."""
    host.answers["/a.jpg"] = Answer(body=photo())
    asked = resolving(["93.184.216.34"], ["127.0.0.1"])
    connected: list[object] = []
    real = socket.socket.connect

    def towards_the_fake_host(self: socket.socket, address: object) -> None:
        connected.append(address)
        real(self, ("127.0.0.1", host.port))

    monkeypatch.setattr(socket.socket, "connect", towards_the_fake_host)
    downloader = Downloader()
    downloader._tls.load_verify_locations(cafile=host.address.certificate_authority)
    assert downloader.fetch(URL, max_bytes=100_000) == photo()
    assert asked == [ALLOWED_HOST]
    assert connected == [("93.184.216.34", 443)]
    assert (host.requests[0].host, host.requests[0].sni) == (ALLOWED_HOST, ALLOWED_HOST)
    with pytest.raises(BlockedError):
        downloader.fetch(URL, max_bytes=100_000)
    assert len(connected) == 1


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_no_redirect_is_followed(status: int, host: PictureHost) -> None:
    host.answers["/a.jpg"] = Answer(status, headers={"Location": "https://live.staticflickr.com/b.jpg"})
    with pytest.raises(GoneError):
        Downloader(fake_host=host.address).fetch(URL, max_bytes=1000)
    assert host.paths() == ["/a.jpg"]


def test_no_spelling_in_a_redirect_is_followed(host: PictureHost) -> None:
    downloader = Downloader(fake_host=host.address)
    canary = Canary()
    locations = [url for url in forbidden_urls(canary.port) if url.isascii() and url.isprintable()]
    for location in locations:
        host.answers["/a.jpg"] = Answer(302, headers={"Location": location})
        with pytest.raises(GoneError):
            downloader.fetch(URL, max_bytes=1000)
    canary.close()
    assert canary.visits == 0
    assert host.paths() == ["/a.jpg"] * len(locations)
    assert len(locations) >= 150


def test_a_certificate_for_another_name_is_refused(host: PictureHost) -> None:
    host.answers["/a.jpg"] = Answer(body=photo())
    with pytest.raises(HostDownError, match="certificate"):
        Downloader(fake_host=host.address).fetch(PictureURL("example.org", "/a.jpg"), max_bytes=1000)
    assert host.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    host: PictureHost, resolving: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(["93.184.216.34"])
    real = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, _: real(self, ("127.0.0.1", host.port)))
    with pytest.raises(HostDownError, match="certificate"):
        Downloader().fetch(URL, max_bytes=1000)
    assert host.requests == []


GOOD_URLS = (
    ("https://c1.staticflickr.com/6/5129/1_2_z.jpg?zz=1", "https://c1.staticflickr.com/6/5129/1_2_z.jpg?zz=1"),
    ("http://c8.staticflickr.com/1/2_o.jpg", "https://c8.staticflickr.com/1/2_o.jpg"),
    ("https://farm66.staticflickr.com/1/2_o.jpg", "https://farm66.staticflickr.com/1/2_o.jpg"),
    ("HTTPS://LIVE.StaticFlickr.com/1/2_O.jpg", "https://live.staticflickr.com/1/2_O.jpg"),
    ("https://farm1.staticflickr.com:443/1/2_o.jpg", "https://farm1.staticflickr.com/1/2_o.jpg"),
    (
        "https://open-images-dataset.s3.amazonaws.com/train/0000.jpg",
        "https://open-images-dataset.s3.amazonaws.com/train/0000.jpg",
    ),
)


@pytest.mark.parametrize(("given", "goes_to"), GOOD_URLS)
def test_the_data_sets_own_urls_are_taken(given: str, goes_to: str) -> None:
    assert str(parse_picture_url(given, RULES)) == goes_to


def test_more_hosts_by_exact_name_or_anchored_pattern() -> None:
    rules = HostRules(["pictures.example.org", r"^p[0-9]\.example\.net$"])
    assert parse_picture_url("https://pictures.example.org/a.jpg", rules).host == "pictures.example.org"
    assert parse_picture_url("https://p7.example.net/a.jpg", rules).host == "p7.example.net"
    for host in ("x.pictures.example.org", "picturesXexample.org", "p77.example.net", "example.org"):
        with pytest.raises(BlockedError):
            parse_picture_url(f"https://{host}/a.jpg", rules)


@pytest.mark.parametrize("rule", ["*.example.org", "example", "Example.org", "^open", "closed$", "^[$", "a b.org", ""])
def test_a_host_rule_that_is_neither_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"Neither|Not a pattern"):
        HostRules([rule])


def test_an_address_as_a_rule_lets_no_address_through() -> None:
    rules = HostRules(["127.0.0.1", r"^.*$"])
    for host in ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "a.1", "a.0x1"):
        with pytest.raises(BlockedError):
            parse_picture_url(f"https://{host}/a.jpg", rules)


def test_no_variable_of_the_environment_sets_the_fake_host() -> None:
    """Only a settings module that says so, such as a test's, has it."""
    root = Path(network.__file__).resolve().parents[2]
    for file in (root / "viewer").rglob("*.py"):
        assert "FAKE_HOST" not in file.read_text(encoding="utf-8")
    users = [file.name for file in (root / "browse").rglob("*.py") if "FAKE_HOST" in file.read_text(encoding="utf-8")]
    assert users == ["current.py"]
    assert not hasattr(viewer.settings, "THUMBNAIL_FAKE_HOST")


def test_the_limits_are_those_of_the_rules() -> None:
    limits = (network.CONNECT_TIMEOUT_S, network.FIRST_BYTE_TIMEOUT_S, network.TOTAL_TIMEOUT_S)
    assert limits == (3, 5, 8)
