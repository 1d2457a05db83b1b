"""Headers for every answer, whoever gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class AnswerHeaders:
    """Sets what an answer lacks of settings.ANSWER_HEADERS.

    Outermost, so that answers have them too that end before Django's own security middleware, such as
    the page for a wrong Host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.ANSWER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response
