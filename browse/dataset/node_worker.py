"""What a worker process does for its node beside answering: say that it lives, and get the index that it will need.

When the database announces a generation, or names one that is not here, one worker of the node fetches it and all open
it; so an import on another node can wait until everybody has it. Older generations are removed once no import is under
way.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from browse.dataset.index_place import index_source, source_place
from browse.dataset.nodes import (
    are_several,
    index_id,
    key_fingerprint,
    keys_differ,
    node_name,
    other_keys,
)
from browse.domain.deadlines import until
from browse.domain.file_lock import FileLockedError, file_lock
from browse.facets.errors import (
    EngineUnavailableError,
    GenerationMissingError,
    IndexUnusableError,
    QueryTimeoutError,
    SourceError,
)
from browse.facets.index.source import fetch
from browse.facets.index.store import is_intact, remove_generations
from browse.models import DatasetState, NodeWorker
from browse.openimages.loading.lock import ADVISORY_KEY
from browse.search.engines import Engines, engines
from browse.search.overlays import keep_overlays_of

log = logging.getLogger(__name__)

BEATS = 5
"""So many times within NODE_SILENT_S a worker says that it lives: one that is slow once is not taken for dead."""
LONGEST_RETRY_S = 60.0
FORGOTTEN_AFTER_SILENCES = 20
AWAY = (GenerationMissingError, EngineUnavailableError, QueryTimeoutError)
"""Faults that may be over a moment later: of an engine that asks servers of its own, or of a folder being written."""


class Fetching:
    """Gets generations into the index folder, by a thread of its own; failures wait longer each time."""

    def __init__(self) -> None:
        self.fault = ""
        self._thread: Thread | None = None
        self._retry_at = 0.0
        self._wait_s = 1.0

    def ask_for(self, name: str) -> None:
        """Begin to fetch a generation, unless that is under way, or failed a moment ago."""
        if not settings.INDEX_SOURCE:
            self.fault = f"generation {name} is not here, and INDEX_SOURCE is not set"
            return
        if (self._thread is not None and self._thread.is_alive()) or time.monotonic() < self._retry_at:
            return
        self._thread = Thread(target=self._fetch, args=(name,), name="index-fetcher", daemon=True)
        self._thread.start()

    def _fetch(self, name: str) -> None:
        index_dir = Path(settings.INDEX_DIR)
        try:
            with file_lock(index_dir / ".fetching"):
                if not is_intact(index_dir, name):
                    source = index_source()
                    assert source is not None
                    fetch(source, source_place(), index_dir, name, lambda *_: None)
        except FileLockedError:
            return  # another worker of this node is at it
        except (SourceError, OSError) as error:
            self._failed(str(error))
        else:
            self.fault, self._wait_s, self._retry_at = "", 1.0, 0.0
            log.info("fetched index %s", name)

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("%s", fault)
        self.fault = fault
        self._retry_at = time.monotonic() + self._wait_s
        self._wait_s = min(2 * self._wait_s, LONGEST_RETRY_S)


class NodeKeeper:
    """One worker's part in its node."""

    def __init__(self) -> None:
        self._node, self._pid = node_name(), os.getpid()
        self._fetching = Fetching()
        self._unusable: dict[int, str] = {}
        self._warned_of: list[str] = []

    def beat(self) -> None:
        """Open what is wanted, say how things are, and tidy up. Raises what the database raises."""
        state = DatasetState.objects.filter(pk=1).first() or DatasetState()
        room = engines()
        wanted = [name for name in (state.generation, state.announced) if name]
        room.keep_only(set(wanted))
        keep_overlays_of(room.opened)
        fault = "; ".join(filter(None, (self._open(room, name) for name in wanted)))
        row = {
            "seen": Now(),
            "index_id": index_id(),
            "opened": room.opened,
            "fault": fault,
            "key_fingerprint": key_fingerprint(),
        }
        if not NodeWorker.objects.filter(node=self._node, pid=self._pid).update(**row):
            NodeWorker.objects.create(node=self._node, pid=self._pid, **row)
        self._warn_of_keys()
        self._tidy(set(wanted))

    def leave(self) -> None:
        """Say that this worker ends."""
        NodeWorker.objects.filter(node=self._node, pid=self._pid).delete()

    def _open(self, room: Engines, name: str) -> str:
        """Why a generation is not open here yet, or nothing."""
        if name in room.opened:
            return ""
        try:
            folder = (Path(settings.INDEX_DIR) / name).stat().st_ino
        except OSError:
            self._fetching.ask_for(name)
            return self._fetching.fault
        if folder not in self._unusable:  # looking again at the same files would say the same
            try:
                with until(time.monotonic() + settings.NODE_SILENT_S / BEATS):
                    room.prepare(name)
            except AWAY as error:
                return str(error)
            except IndexUnusableError as error:
                self._unusable = {folder: str(error)}
            else:
                return ""
        if settings.INDEX_SOURCE:
            self._fetching.ask_for(name)
        return self._unusable[folder]

    def _warn_of_keys(self) -> None:
        nodes = other_keys()
        if nodes and nodes != self._warned_of:
            log.warning("%s", keys_differ(nodes))
        self._warned_of = nodes

    def _tidy(self, wanted: set[str]) -> None:
        """Remove generations that nobody wants, while no import or build holds its lock, and rows of the dead."""
        folders = {path.name for path in Path(settings.INDEX_DIR).glob("[0-9a-f]" * 12)}
        if folders - wanted:
            gc.collect()  # an engine that an error's traceback holds would keep its generation from being removed
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_KEY])
                if cursor.fetchone()[0]:
                    now = DatasetState.objects.values_list("generation", "announced").get(pk=1)
                    remove_generations(settings.INDEX_DIR, wanted | set(now))
        forgotten = dt.timedelta(seconds=FORGOTTEN_AFTER_SILENCES * settings.NODE_SILENT_S)
        NodeWorker.objects.filter(seen__lt=Now() - forgotten).delete()


_keeper: NodeKeeper | None = None


def keep_node_forever() -> None:
    """Begin to do so again and again, in a thread of its own; nothing where there is one node only."""
    global _keeper  # noqa: PLW0603 - the one keeper of the process
    if not are_several():
        return
    _keeper = keeper = NodeKeeper()

    def repeat() -> None:
        is_away = False
        while _keeper is keeper:
            try:
                keeper.beat()
                is_away = False
            except (DatabaseError, OSError) as error:
                if not is_away:
                    log.warning("this node cannot say how it is: %s", " ".join(str(error).split()))
                is_away = True
                connection.close()
            except Exception:  # without this thread no later index is opened here
                log.exception("this node could not tidy up or open what is wanted")
            time.sleep(settings.NODE_SILENT_S / BEATS)

    Thread(target=repeat, name="node-keeper", daemon=True).start()


def leave_nodes() -> None:
    """This process ends, and nobody need wait for it."""
    global _keeper
    keeper, _keeper = _keeper, None
    if keeper is not None:
        with suppress(DatabaseError):
            keeper.leave()
