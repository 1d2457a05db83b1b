"""`/index-files/<generation>/<file>`: this node's index, for other nodes that have the same secret key.

They fetch it with `INDEX_SOURCE=http://HOST:PORT/index-files`. Like probes it is answered under any host name.
"""

from __future__ import annotations

import re
from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from browse.dataset.nodes import index_token
from browse.facets.index.layout import FILES, MANIFEST, file_name

INDEX_FILES = "/index-files/"
_PATH = re.compile(f"{INDEX_FILES}([0-9a-f]{{12}})/([a-z0-9_]+\\.(?:bin|json))")
_NAMES = {MANIFEST, *map(file_name, FILES)}


@require_safe
def index_file(request: HttpRequest) -> HttpResponseBase:
    """One file of a generation."""
    if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {index_token()}".encode()):
        return _refused(HTTPStatus.FORBIDDEN, "only nodes with this node's SECRET_KEY may read its index")
    found = _PATH.fullmatch(request.path_info)
    if found is None or found[2] not in _NAMES:
        return _refused(HTTPStatus.NOT_FOUND, "no such file of an index")
    try:
        file = (Path(settings.INDEX_DIR) / found[1] / found[2]).open("rb")
    except OSError:
        return _refused(HTTPStatus.NOT_FOUND, f"this node does not have index generation {found[1]}")
    return FileResponse(file, content_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def _refused(status: HTTPStatus, reason: str) -> HttpResponse:
    return JsonResponse({"reason": reason}, status=status, headers={"Cache-Control": "no-store"})
