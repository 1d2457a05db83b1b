"""`/sets/<uid>/files/…`: the files of a finished training set, whole or in part."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from browse.models import SetBuild
from browse.requests.readers import read_nothing
from browse.sets.errors import TakenDownError
from browse.sets.manifest import SUMS
from browse.sets.site_builds import files_folder, taken_down_since
from browse.views.responses import VERSION_HEADER, page

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
}


@page
def set_file(request: HttpRequest, uid: UUID, name: str) -> HttpResponseBase:
    """One file, with its length, its SHA-256 as ETag, and the part of it that is asked for."""
    read_nothing(request.GET)
    build = SetBuild.objects.filter(training_set__uid=uid, state=SetBuild.State.DONE).first()
    digest = "" if build is None else _sums(files_folder(uid)).get(name, "")
    if build is None or not digest:
        raise Http404
    if number := taken_down_since(uid):
        raise TakenDownError(number)
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag) or _sent(request, files_folder(uid) / name, etag)
    for header, value in _headers(name, etag, build.version).items():
        response.headers[header] = value
    return response


def _sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a set, by name; of the list of them its own place stands for it."""
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except OSError:
        return {}
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    return sums | {SUMS: sums["manifest.json"][:32]}


def _headers(name: str, etag: str, version: str) -> dict[str, str]:
    return {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{Path(name).name}"',
        "X-Robots-Tag": "noindex",
        VERSION_HEADER: version,
    }


def _sent(request: HttpRequest, file: Path, etag: str) -> HttpResponseBase:
    """The file, or the part that a Range asks for where If-Range still holds."""
    size = file.stat().st_size
    kind = _TYPES.get(file.suffix, "application/octet-stream")
    wanted = request.headers.get("Range", "")
    if_range = request.headers.get("If-Range")
    if not wanted or (if_range is not None and etag not in parse_etags(if_range)):
        return FileResponse(file.open("rb"), content_type=kind)
    bounds = _bounds(wanted, size)
    if bounds is None:
        return FileResponse(file.open("rb"), content_type=kind)
    first, last = bounds
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = file.open("rb")
    part.seek(first)
    response = FileResponse(_Part(part, last - first + 1), status=206, content_type=kind)
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bounds(wanted: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a single range, the first beyond the last where there are none; None for others."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


class _Part:
    """So many bytes of an open file, from where it stands."""

    def __init__(self, file: object, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        number = self._left if size < 0 else min(size, self._left)
        data: bytes = self._file.read(number)  # type: ignore[attr-defined]
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()  # type: ignore[attr-defined]


set_file_urls = [path("sets/<uuid:uid>/files/<path:name>", set_file, name="set-file")]
