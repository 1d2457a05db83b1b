"""One POST to an address of the operator's choice, guarded as fetches of pictures are: public addresses, in time."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing

import httpcore

from browse.domain.https_place import Place
from browse.thumbnails.errors import PictureError
from browse.thumbnails.network import TOTAL_TIMEOUT_S, BoundedResolver, Deadline, FakeHost, SafeBackend

_AGENT = b"OpenImagesViewer (notifications)"


class NotSentError(OSError):
    """It did not arrive, or was not taken; the text says why."""


def post(
    place: Place,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolver: BoundedResolver | None = None,
    fake_host: FakeHost | None = None,
    timeout_s: float = TOTAL_TIMEOUT_S,
) -> None:
    """Send it; any 2xx answer will do, and none is read. No redirect is followed. Raises NotSentError."""
    tls = ssl.create_default_context()
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    if fake_host is not None:
        tls.load_verify_locations(cafile=fake_host.certificate_authority)
    backend = SafeBackend(Deadline(timeout_s), resolver=resolver or BoundedResolver(), fake_host=fake_host)
    origin = httpcore.Origin(b"https", place.host.encode("ascii"), 443)
    address = httpcore.URL(scheme=b"https", host=origin.host, port=443, target=place.target.encode("ascii"))
    sent = [
        (b"Host", origin.host),
        (b"User-Agent", _AGENT),
        (b"Connection", b"close"),
        (b"Content-Length", str(len(body)).encode("ascii")),
        *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()),
    ]
    try:
        with (
            closing(httpcore.HTTPConnection(origin, ssl_context=tls, network_backend=backend)) as connection,
            connection.stream("POST", address, headers=sent, content=body) as response,
        ):
            status = response.status
    except (PictureError, httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise NotSentError(str(error).replace("picture's host", "host")) from error
    if not 200 <= status < 300:
        raise NotSentError(f"the host answered with status {status}")
