"""One GET of one picture, with every cap and deadline it needs."""

from __future__ import annotations

import ssl
from contextlib import closing

import httpcore

from browse.thumbnails.errors import FetchError, GoneError, HostDownError, HostPausedError, TooLargeError
from browse.thumbnails.network import TOTAL_TIMEOUT_S, BoundedResolver, Deadline, FakeHost, SafeBackend
from browse.thumbnails.urls import PictureURL

_PAUSE_S = 60.0
_MAX_PAUSE_S = 3600.0
_GONE = frozenset({403, 404, 410})
_AGENT = b"OpenImagesViewer (picture proxy; one request per picture)"


class Downloader:
    """Fetches pictures. Safe to use from many threads: each fetch has a connection of its own."""

    def __init__(self, *, resolver: BoundedResolver | None = None, fake_host: FakeHost | None = None) -> None:
        self._resolver = resolver or BoundedResolver()
        self._fake_host = fake_host
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if fake_host is not None:
            self._tls.load_verify_locations(cafile=fake_host.certificate_authority)

    def fetch(self, url: PictureURL, *, max_bytes: int, timeout_s: float = TOTAL_TIMEOUT_S) -> bytes:
        """The whole body of a 200 answer, at most `max_bytes` long.

        Raises BlockedError, GoneError, HostPausedError, HostDownError, TooLargeError or FetchError.
        """
        backend = SafeBackend(Deadline(timeout_s), resolver=self._resolver, fake_host=self._fake_host)
        origin = httpcore.Origin(b"https", url.host.encode("ascii"), 443)
        try:
            with (
                closing(httpcore.HTTPConnection(origin, ssl_context=self._tls, network_backend=backend)) as connection,
                connection.stream("GET", self._address(url), headers=_headers(url)) as response,
            ):
                return _body(response, max_bytes)
        except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise HostDownError(f"The picture's host sent an invalid response: {error}") from error

    @staticmethod
    def _address(url: PictureURL) -> httpcore.URL:
        return httpcore.URL(scheme=b"https", host=url.host.encode("ascii"), port=443, target=url.target.encode("ascii"))


def _headers(url: PictureURL) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", url.host.encode("ascii")),
        (b"Accept", b"image/jpeg, image/png"),
        (b"Accept-Encoding", b"identity"),
        (b"User-Agent", _AGENT),
        (b"Connection", b"close"),
    ]


def _body(response: httpcore.Response, max_bytes: int) -> bytes:
    headers = {name.lower(): value for name, value in response.headers}
    _check_status(response.status, headers)
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise FetchError("The picture came compressed although that was not requested.")
    announced = headers.get(b"content-length", b"").strip()
    if announced.isdigit() and int(announced) > max_bytes:
        raise TooLargeError(f"The picture is larger than {max_bytes} bytes.")
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > max_bytes:
            raise TooLargeError(f"The picture is larger than {max_bytes} bytes.")
    return bytes(body)


def _check_status(status: int, headers: dict[bytes, bytes]) -> None:
    """A redirect is never followed: Flickr sends one to a placeholder picture where a photo was removed."""
    if status == 200:
        return
    if 300 <= status < 400:
        raise GoneError(f"The picture's host redirects elsewhere (status {status}), as it does for removed photos.")
    if status in _GONE:
        raise GoneError(f"The picture's host no longer has it (status {status}).")
    if status == 429:
        wait_s = _retry_after_s(headers)
        raise HostPausedError("The picture's host asks to slow down.", retry_after_s=wait_s, was_asked=True)
    if status >= 500:
        raise HostDownError(f"The picture's host has a server error (status {status}).")
    raise FetchError(f"The picture's host answered with status {status}.")


def _retry_after_s(headers: dict[bytes, bytes]) -> float:
    given = headers.get(b"retry-after", b"").strip()
    if not (given.isdigit() and len(given) < 8):
        return _PAUSE_S
    return min(max(float(given), 1.0), _MAX_PAUSE_S)
