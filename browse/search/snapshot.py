"""One version of the data set: engine and tables that belong together.

An import switches tables and index in one transaction of the database, and every write that changes what people see
raises the revision. So whoever reads the version before and after everything else, and finds it unchanged, has an
answer that mixes nothing. Whoever finds that it changed reads once more, now all of the database at one moment: so
those who write without a pause keep nobody from reading.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection

from browse.domain.database_trouble import trouble_of
from browse.domain.deadlines import until
from browse.facets.engine import Engine, NotOfferedError, QueryTimeoutError, UnknownValueError
from browse.facets.errors import EngineUnavailableError
from browse.models import DatasetState
from browse.models.curation import hidden_among
from browse.models.former_tables import former_tables, reading
from browse.search.engines import engines
from browse.search.errors import (
    ChangingError,
    DeadlineError,
    EngineDownError,
    EngineLacksError,
    NoDatasetError,
    SearchError,
)
from browse.search.moment import at_one_moment
from browse.search.overlays import engine_at_revision, is_changing

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Snapshot:
    """What a request reads from, curators' changes laid over. `deadline` is in seconds of time.monotonic().

    curation_read: up to when the figures built with the index hold what curators say; None where that is not known.
    has_moved_on: whether curators changed anything since, so that those figures may differ from what queries count.
    release: of Open Images, such as v7; empty where it is not known.
    """

    engine: Engine
    version: str
    is_sample: bool
    deadline: float
    curation_read: dt.datetime | None
    has_moved_on: bool
    release: str = ""

    @property
    def digest(self) -> str:
        """The data set digest; empty where the index was built without it."""
        return self.engine.digest


_STATE = "SELECT * FROM browse_datasetstate WHERE generation > ''"
"""Asked at least twice for each answer: without making the statement anew each time."""


def read_state() -> DatasetState:
    """The row that says which generation is current. Raises NoDatasetError where none is. One query."""
    state = next(iter(DatasetState.objects.raw(_STATE)), None)
    if state is None:
        raise NoDatasetError
    return state


def current_version() -> str:
    """The version of the data set as it is now; `none` where there is none."""
    try:
        return read_state().version
    except NoDatasetError:
        return "none"


def current_digest() -> str:
    """The digest of the data set as it is now; empty where there is none, or no index to read it from."""
    try:
        return current_engine().digest
    except SearchError:
        return ""


def current_engine() -> Engine:
    """The engine over the current generation. Raises SearchError where there is none to be had."""
    return _snapshot(read_state(), time.monotonic() + settings.QUERY_DEADLINE_S).engine


def consistently(work: Callable[[Snapshot], Answer], *, timeout_s: float | None = None) -> Answer:
    """The result of `work` on one version of the data set: done again where the version changed meanwhile.

    `timeout_s` is for work that nobody waits for; otherwise a query's deadline holds. Raises ChangingError where the
    version keeps changing until then, DeadlineError where the time is over, EngineLacksError where the engine in use
    does not offer the answer, EngineDownError where it cannot answer now, and other SearchErrors where the data set
    cannot be served.
    """
    deadline = time.monotonic() + (timeout_s or settings.QUERY_DEADLINE_S)
    can_hold = not connection.in_atomic_block  # else a transaction holds what it holds
    changing = can_hold and is_changing()
    while True:
        state = read_state()
        try:
            if changing:
                state, answer = _at_one_moment(work, deadline)
            else:
                answer = _within(deadline, work, _snapshot(state, deadline))
        except QueryTimeoutError as error:
            raise DeadlineError from error
        except NotOfferedError as error:
            raise EngineLacksError(str(error)) from error
        except (SearchError, UnknownValueError, DatabaseError) as error:
            if trouble_of(error) is not None or _holds(state, at_one_moment=changing):
                raise
        else:
            if _holds(state, at_one_moment=changing):
                return answer
        changing = can_hold
        if time.monotonic() > deadline:
            raise ChangingError


def _at_one_moment(work: Callable[[Snapshot], Answer], deadline: float) -> tuple[DatasetState, Answer]:
    """The result of `work`, and the state of the database that it read all of."""
    with at_one_moment():
        state = read_state()
        return state, _within(deadline, work, _snapshot(state, deadline))


def _within(deadline: float, work: Callable[[Snapshot], Answer], snapshot: Snapshot) -> Answer:
    with until(deadline):
        try:
            return work(snapshot)
        except EngineUnavailableError as error:
            log.error("%s", error)
            raise EngineDownError from error


def _holds(state: DatasetState, *, at_one_moment: bool) -> bool:
    """Whether what was read was of this state alone: of one moment, unless an import has put in other tables."""
    now = read_state()
    return now.generation == state.generation if at_one_moment else now.version == state.version


def read_of_version(version: str, keys: list[int], read: Callable[[], Answer]) -> tuple[Answer, list[int]]:
    """What `read` finds in the tables of a version, and which of the images are to be shown now: none hidden since.

    These are the tables in use, or those that an import has put out of use, as long as they are kept
    (`models/former_tables.py`). Raises ChangingError where they are not. Two queries where nothing changed, else few.
    """
    generation = _generation(version)
    _, tables = _tables_of(generation)
    while True:
        found, error = _tried(tables, read)
        now, still = _tables_of(generation)
        if still != tables:
            tables = still
        elif error is not None:
            raise error
        else:
            hidden = frozenset() if now == version else hidden_among(keys)
            return found[0], [key for key in keys if key not in hidden] if hidden else keys


def _tried(tables: frozenset[str], read: Callable[[], Answer]) -> tuple[list[Answer], Exception | None]:
    """What was read, or what went wrong, as where a table went meanwhile or rows are of labels not known before."""
    try:
        with reading(tables):
            return [read()], None
    except (DatabaseError, LookupError) as error:
        return [], error


def _tables_of(generation: str) -> tuple[str, frozenset[str]]:
    """The version now, and which tables of a generation have their former names. Raises ChangingError."""
    now = current_version()
    if _generation(now) == generation:
        return now, frozenset()
    tables = former_tables(generation)
    if tables is None:
        raise ChangingError
    return now, tables


def _generation(version: str) -> str:
    return version.rpartition(".")[0]


def _snapshot(state: DatasetState, deadline: float) -> Snapshot:
    engine = engines().get(state.generation, deadline=deadline)
    laid = engine_at_revision(engine, state.revision)
    has_moved_on = state.revision != state.curation_revision
    return Snapshot(
        laid, state.version, state.is_sample, deadline, state.curation_read, has_moved_on, release=state.release
    )
