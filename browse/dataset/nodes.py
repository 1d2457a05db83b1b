"""This node among those that serve one PostgreSQL database, and what it knows of the others.

A node is a machine with a data folder. SQLite is served by one node, so there nothing is kept.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from browse.domain.file_modes import INDEX_FOLDER, make_folder
from browse.models import NodeWorker
from browse.openimages.errors import ImportProblemError

FOLDER_ID = "folder_id"


def node_name() -> str:
    """What this node is called: NODE_NAME, or host name and data folder."""
    return settings.NODE_NAME or f"{socket.gethostname()}:{settings.DATA_DIR}"


def are_several() -> bool:
    """Whether there may be other nodes."""
    return connection.vendor == "postgresql"


def key_fingerprint() -> str:
    """The same where secret keys are the same; says nothing of the key."""
    return hashlib.sha256(b"fingerprint of a secret key\0" + settings.SECRET_KEY.encode()).hexdigest()[:12]


def index_token() -> str:
    """What nodes with one secret key let each other read index files by."""
    return salted_hmac("browse.dataset.nodes", "index files", algorithm="sha256").hexdigest()


def index_id() -> str:
    """Names the index folder: nodes that share one have the same."""
    folder = Path(settings.INDEX_DIR)
    path = folder / FOLDER_ID
    if not path.exists():
        make_folder(folder, INDEX_FOLDER)
        beside = path.with_name(f".{FOLDER_ID}-{secrets.token_hex(8)}")
        beside.write_text(secrets.token_hex(8), encoding="ascii")
        try:
            path.hardlink_to(beside)
        except FileExistsError:
            pass  # another process made it meanwhile
        finally:
            beside.unlink()
    return path.read_text(encoding="ascii")


def other_nodes() -> list[str]:
    """The other nodes that live."""
    if not are_several():
        return []
    return names(NodeWorker.objects.live().exclude(node=node_name()))


def names(workers: Iterable[NodeWorker]) -> list[str]:
    """Their nodes, each once."""
    return sorted({worker.node for worker in workers})


def require_way_to_others() -> None:
    """Raise ImportProblemError where a new index could not get to nodes that live."""
    if not are_several():
        return
    apart = names(NodeWorker.objects.live().exclude(index_id=index_id()))
    if not apart:
        return
    nodes = ", ".join(apart)
    if not settings.INDEX_SOURCE:
        raise ImportProblemError(
            f"other nodes serve this database with index folders of their own ({nodes}): set INDEX_SOURCE on all "
            "nodes, so that they get the new index, or stop them"
        )
    if settings.INDEX_SOURCE.startswith(("http://", "https://")):
        raise ImportProblemError(
            f"INDEX_SOURCE is another node's address, to which nothing can be published: "
            f"run this on that node, or stop the other nodes ({nodes})"
        )


def other_keys() -> list[str]:
    """The nodes that live with another secret key than this one's: who signs in on one is unknown to the other."""
    if not are_several():
        return []
    return names(NodeWorker.objects.live().exclude(key_fingerprint=key_fingerprint()))


def keys_differ(nodes: Iterable[str]) -> str:
    """What is wrong where nodes have another secret key, and what to do."""
    return (
        f"SECRET_KEY is another one on {', '.join(nodes)}: who signs in on one is unknown on others; set one for all."
    )
