"""How index generations get from the node that builds them to all others, and how a node gets the one that is named."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings

from browse.dataset.index_build import (
    Built,
    Report,
    build_index,
    dataset_write_lock,
    set_generation,
)
from browse.dataset.index_place import index_source, source_place
from browse.dataset.nodes import are_several, names, other_nodes, require_way_to_others
from browse.dataset.state import current_state
from browse.facets.errors import REBUILD, SourceError
from browse.facets.index.source import fetch
from browse.facets.index.store import is_intact, remove_generations
from browse.facets.registry import keep_generation
from browse.models import DatasetState, NodeWorker
from browse.models.curated import Curated
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading import database, shadow_tables

log = logging.getLogger(__name__)


def rebuild_index(report: Report) -> Built:
    """Build the index anew from the database, have all nodes open it, and make it current."""
    with dataset_write_lock():
        require_way_to_others()
        arrays = database.load_arrays()
        state = current_state()
        built = build_index(arrays, state.generation or "rebuilt", report)
        hand_over(built.generation, report)
        shadow_tables.put_in_place([], lambda: set_generation(built, is_sample=state.is_sample))
        shadow_tables.let_go(state.generation)
        remove_others(built.generation)
        return built


def place_index(report: Report) -> str:
    """Put the generation that the database names into this node's index folder: fetched, or built from the database.

    Changes nothing for other nodes. Where this version of the program builds another one of the same data, as after
    an upgrade, that one becomes current, unless other nodes live. Raises ImportProblemError.
    """
    name = current_state().generation
    if not name or is_intact(Path(settings.INDEX_DIR), name):
        return name
    source_fault = _fetch_fault(name, report)
    if not source_fault:
        return name
    log.info("%s; building the index from the database", source_fault)
    return _build_named(report)


def fetch_index(report: Report) -> str:
    """Fetch the generation that the database names from INDEX_SOURCE. Raises ImportProblemError."""
    name = current_state().generation
    if not name:
        raise ImportProblemError("there is no data set yet")
    if is_intact(Path(settings.INDEX_DIR), name):
        return name
    if fault := _fetch_fault(name, report):
        raise ImportProblemError(fault)
    return name


def publish_index(report: Report) -> str:
    """Put the generation that the database names where INDEX_SOURCE says. Raises ImportProblemError."""
    name = current_state().generation
    if not name:
        raise ImportProblemError("there is no data set yet")
    if not settings.INDEX_SOURCE:
        raise ImportProblemError("INDEX_SOURCE is not set")
    if not is_intact(Path(settings.INDEX_DIR), name):
        raise ImportProblemError(f"generation {name} is not in {settings.INDEX_DIR}, or damaged; run build_index")
    _publish(name, report, needs_to=True)
    return name


def hand_over(name: str, report: Report) -> None:
    """Publish a generation of this node and wait until all live nodes have it open, at most INDEX_WAIT_S.

    Then it can be made current without a visitor noticing. Raises ImportProblemError where it cannot be published.
    """
    if not current_state().generation:
        _publish(name, report)
        return  # nobody serves anything yet
    _publish(name, report)
    if not are_several() or not NodeWorker.objects.live().exists():
        time.sleep(settings.SWITCH_GRACE_S)  # workers open what lies in the index folder before it is needed
        return
    DatasetState.objects.update(announced=name)
    late = _wait_for_nodes(name, report)
    if late:
        log.warning("Index %s becomes current although these have not opened it: %s", name, "; ".join(late))


def remove_others(name: str) -> None:
    """Remove what this node and INDEX_SOURCE have beside the current generation."""
    remove_generations(settings.INDEX_DIR, {name})
    keep_generation(name)
    try:
        if source := index_source():
            source.remove_all_but({name})
    except SourceError as error:
        log.warning("%s; older generations stay there", error)


def _publish(name: str, report: Report, *, needs_to: bool = False) -> None:
    """Where that can be, or has to be."""
    try:
        source = index_source()
        if source is not None and (source.takes or needs_to):
            source.publish(Path(settings.INDEX_DIR), name, report)
    except SourceError as error:
        raise ImportProblemError(str(error)) from error


def _wait_for_nodes(name: str, report: Report) -> list[str]:
    """Who has not opened it in the end, and why as far as they say. Nodes that come meanwhile are waited for too."""
    ends_at = time.monotonic() + settings.INDEX_WAIT_S
    while True:
        workers = list(NodeWorker.objects.live().in_order())
        missing = [worker for worker in workers if name not in worker.opened]
        if not missing or time.monotonic() > ends_at:
            return [f"{worker}{worker.fault and f' ({worker.fault})'}" for worker in missing]
        nodes = ", ".join(names(missing))
        report(f"waiting for {nodes} to open index {name}", len(workers) - len(missing), len(workers))
        time.sleep(min(1.0, settings.NODE_SILENT_S / 10))


def _fetch_fault(name: str, report: Report) -> str:
    """Fetch a generation; why that cannot be, or nothing."""
    try:
        source = index_source()
        if source is None:
            return "INDEX_SOURCE is not set"
        fetch(source, source_place(), Path(settings.INDEX_DIR), name, report)
    except SourceError as error:
        return str(error)
    return ""


def _build_named(report: Report) -> str:
    with dataset_write_lock():
        state = current_state()
        named = state.generation
        arrays = database.load_arrays()
        built = build_index(arrays, state.dataset or named or "rebuilt", report, Curated.as_built(state))
        if built.generation == named:
            return named
        if others := other_nodes():
            remove_generations(settings.INDEX_DIR, {named})
            raise ImportProblemError(
                f"this version builds index {built.generation} where the database names {named}, which other nodes "
                f"serve ({', '.join(others)}): bring all nodes to one version, then run `{REBUILD}` on one"
            )
        set_generation(built, is_sample=state.is_sample)
        remove_others(built.generation)
        return built.generation
