"""One version of the data set: engine and tables that belong together.

An import switches tables and index in one transaction of the database, and every write that changes what people see
raises the revision. So whoever reads the version before and after everything else, and finds it unchanged, has an
answer that mixes nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError

from browse.facets.embedded import EmbeddedEngine
from browse.facets.engine import QueryTimeoutError, UnknownValueError
from browse.models import DatasetState
from browse.models.curation import hidden_among
from browse.search.engines import engines
from browse.search.errors import ChangingError, DeadlineError, NoDatasetError, SearchError
from browse.search.overlays import laid_over

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Snapshot:
    """What a request reads from, curators' changes laid over. `deadline` is in seconds of time.monotonic().

    curation_read: up to when the figures built with the index hold what curators say; None where that is not known.
    """

    engine: EmbeddedEngine
    version: str
    is_sample: bool
    deadline: float
    curation_read: dt.datetime | None


def read_state() -> DatasetState:
    """The row that says which generation is current. Raises NoDatasetError where none is. One query."""
    state = DatasetState.objects.filter(generation__gt="").first()
    if state is None:
        raise NoDatasetError
    return state


def current_version() -> str:
    """The version of the data set as it is now; `none` where there is none."""
    try:
        return read_state().version
    except NoDatasetError:
        return "none"


def current_engine() -> EmbeddedEngine:
    """The engine over the current generation. Raises SearchError where there is none to be had."""
    return _snapshot(read_state(), time.monotonic() + settings.QUERY_DEADLINE_S).engine


def consistently(work: Callable[[Snapshot], Answer], *, timeout_s: float | None = None) -> Answer:
    """The result of `work` on one version of the data set: done again where the version changed meanwhile.

    `timeout_s` is for work that nobody waits for; otherwise a query's deadline holds. Raises ChangingError where the
    version keeps changing until then, DeadlineError where the time is over, and other SearchErrors where the data set
    cannot be served.
    """
    deadline = time.monotonic() + (timeout_s or settings.QUERY_DEADLINE_S)
    while True:
        state = read_state()
        try:
            answer = work(_snapshot(state, deadline))
        except QueryTimeoutError as error:
            raise DeadlineError from error
        except (SearchError, UnknownValueError, DatabaseError):
            if read_state().version == state.version:
                raise
        else:
            if read_state().version == state.version:
                return answer
        if time.monotonic() > deadline:
            raise ChangingError


def still_shown(keys: list[int], version: str) -> list[int]:
    """Of images whose rows were read for a version those to be shown now: without what was hidden since.

    To be asked after reading, before anything is made of the rows. One query where nothing changed, else two. Raises
    ChangingError where an import has put other tables in place meanwhile.
    """
    now = current_version()
    if now == version:
        return keys
    if _generation(now) != _generation(version):
        raise ChangingError
    hidden = hidden_among(keys)
    return [key for key in keys if key not in hidden]


def _generation(version: str) -> str:
    return version.rpartition(".")[0]


def _snapshot(state: DatasetState, deadline: float) -> Snapshot:
    engine = engines().get(state.generation, deadline=deadline)
    laid = laid_over(engine, state.revision)
    return Snapshot(laid, state.version, state.is_sample, deadline, state.curation_read)
