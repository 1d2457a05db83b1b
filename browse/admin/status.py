"""`/admin/status`: what runs here, how old it is, and what needs to be looked after, for administrators."""

from __future__ import annotations

import platform
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

from browse.curation.queue import failed_pictures
from browse.dataset.backups.last import last_backup
from browse.dataset.nodes import other_keys
from browse.domain.disk_space import LEAST_FREE_BYTES
from browse.domain.plural import counted
from browse.models import DatasetState, Import, NodeWorker
from browse.models.versions import KNOWN
from browse.search import SearchError, current_engine

MAY_SEE = "auth.view_user"
"""Whoever looks after accounts looks after the site, too."""
BACKUP_DAYS = 7
"""A backup that is older is pointed out."""


@dataclass(frozen=True)
class Row:
    """One thing and how it is. wants_attention: somebody should do something about it."""

    name: str
    text: str
    note: str = ""
    href: str = ""
    wants_attention: bool = False


def status_context() -> dict[str, Any]:
    """What the page takes. Raises what the database raises."""
    return {"rows": [*_versions(), *_index(), *_nodes(), *_disks(), _pictures(), _last_import(), _last_backup()]}


def program_version() -> str:
    """Of this program, as its release says."""
    in_checkout = Path(settings.BASE_DIR) / "pyproject.toml"
    if settings.HAS_ASSETS or not in_checkout.exists():
        return version("openimages-viewer")
    said = tomllib.loads(in_checkout.read_text(encoding="utf-8"))
    return str(said["project"]["version"])


def _versions() -> Iterator[Row]:
    note = f"Python {platform.python_version()}, Django {django.get_version()}, migration {max(KNOWN)}"
    yield Row("Program", program_version(), note)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        yield Row("Database", f"{connection.display_name} {cursor.fetchone()[0]}")


def _index() -> Iterator[Row]:
    state = DatasetState.objects.filter(generation__gt="").first()
    if state is None:
        yield Row("Data set", "none", "import one with manage.py import_openimages", wants_attention=True)
        return
    yield Row("Data set", state.version, "sample data" if state.is_sample else "")
    try:
        current_engine()
    except SearchError as error:
        yield Row("Index", state.generation, str(error), wants_attention=True)
        return
    age = f"current for {timesince(state.switched)}" if state.switched else ""
    yield Row("Index", state.generation, age)


def _nodes() -> Iterator[Row]:
    """Each node with its processes: what they answer from, what they lack, and when the last was heard of."""
    others = other_keys()
    state = DatasetState.objects.filter(generation__gt="").first()
    living = set(NodeWorker.objects.live().values_list("pk", flat=True))
    for node, group in groupby(NodeWorker.objects.in_order(), key=lambda worker: worker.node):
        workers = list(group)
        seen = max(worker.seen for worker in workers)
        live = [worker for worker in workers if worker.pk in living]
        if not live:
            yield Row(f"Node {node}", "silent", f"last heard of {timesince(seen)} ago", wants_attention=True)
            continue
        ready = [worker for worker in live if state is None or state.generation in worker.opened]
        faults = sorted({worker.fault for worker in live if worker.fault})
        if node in others:
            faults.append("its SECRET_KEY is another one than this node's")
        text = f"{len(ready)} of {counted(len(live), 'process', 'processes')} ready"
        yield Row(f"Node {node}", text, "; ".join(faults), wants_attention=bool(faults) or len(ready) < len(live))


def _disks() -> Iterator[Row]:
    places = {"Disk of the data folder": Path(settings.DATA_DIR)}
    if connection.vendor == "sqlite":
        places["Disk of the database"] = Path(str(connection.settings_dict["NAME"])).parent
    seen: set[int] = set()
    for name, place in places.items():
        if (device := place.stat().st_dev) not in seen:
            seen.add(device)
            disk = shutil.disk_usage(place)
            text = f"{filesizeformat(disk.free)} free"
            yield Row(name, text, f"of {filesizeformat(disk.total)}", wants_attention=disk.free < LEAST_FREE_BYTES)


def _pictures() -> Row:
    text = ", ".join(f"{count.text} {status.value}" for status, count in failed_pictures()) or "none"
    return Row("Failed pictures", text, href=reverse("admin:browse_picturestate_changelist"))


def _last_import() -> Row:
    last = Import.objects.order_by("-pk").first()
    if last is None:
        return Row("Last import", "none")
    href = reverse("admin:browse_import_change", args=[last.pk])
    failed = last.status in (Import.Status.FAILED, Import.Status.REFUSED)
    return Row("Last import", last.get_status_display(), f"{timesince(last.started)} ago", href, failed)


def _last_backup() -> Row:
    last = last_backup()
    if last is None:
        return Row("Last backup", "none", "make one with manage.py backup", wants_attention=True)
    is_old = (timezone.now() - last.at).days >= BACKUP_DAYS
    return Row("Last backup", f"{timesince(last.at)} ago", filesizeformat(last.bytes), wants_attention=is_old)
