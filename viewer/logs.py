"""What the log says of a request: its id, lines as JSON where LOG_FORMAT=json, and queries that took long."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from gunicorn.glogging import Logger

from browse.domain.happenings import Happening, QueryAnswered, listeners

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger("viewer.slow")


class RequestIds:
    """Gives each request an id, the one of a web server in front where it is well-formed, and its answer too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if tell_slow not in listeners:
            listeners.append(tell_slow)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        name = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        _request_id.set(name)  # until this thread's next request: some lines are written after the answer
        response = self.get_response(request)
        response.headers[HEADER] = name
        return response


def tell_slow(happening: Happening) -> None:
    """A listener: one line for a query that took longer than SLOW_QUERY_MS."""
    if not isinstance(happening, QueryAnswered) or not settings.SLOW_QUERY_MS:
        return
    took_ms = happening.took_s * 1000
    if took_ms >= settings.SLOW_QUERY_MS:
        extra = {"query": happening.query, "kind": happening.kind, "took_ms": round(took_ms)}
        _log.warning("slow query: %s of ?%s took %d ms", happening.kind, happening.query, took_ms, extra=extra)


class WithRequestId(logging.Filter):
    """Adds `request_id` to each record; `-` outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get() or "-"
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time in UTC, level, logger, message, request_id, and what else the record has."""

    _MORE = ("query", "kind", "took_ms", "status_code")

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            "process": record.process,
        }
        said |= {name: getattr(record, name) for name in self._MORE if hasattr(record, name)}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own lines as JSON too, its log of requests included."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn's."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(JsonFormatter())
