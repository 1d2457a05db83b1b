"""Reads settings from environment variables; a wrong value ends in one line that names its variable."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import available_timezones

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from browse.domain.held_data import why_missing
from browse.domain.https_place import place_of

if TYPE_CHECKING:
    from environs import Env

T = TypeVar("T")

HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
ORIGIN = re.compile(r"https?://(\*\.)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
PICTURE_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
SHORTEST_SECRET = 50


def refuse(name: str, why: str) -> ImproperlyConfigured:
    """The error for a variable with a wrong value."""
    return ImproperlyConfigured(f"{name}: {why}")


def _read(reader: Callable[[Env], Callable[[str], T]], name: str, default: T, allowed: str) -> T:
    """A variable through one of environs' readers; unset and empty both mean the default."""
    if not os.environ.get(name):
        return default
    from environs import Env, EnvError  # noqa: PLC0415 - takes a tenth of a second, and often nothing is set

    try:
        return reader(Env())(name)
    except EnvError:
        raise refuse(name, f"{os.environ[name]!r} is not {allowed}.") from None


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no: 1, 0, true, false, yes, no, on, off."""
    return _read(lambda env: env.bool, name, default, "a yes or no value; use 1 or 0")


def whole_number(name: str, *, default: int, low: int, high: int) -> int:
    """A whole number from low to high."""
    allowed = f"a whole number from {low} to {high}"
    number = _read(lambda env: env.int, name, default, allowed)
    if not low <= number <= high:
        raise refuse(name, f"{number} is not {allowed}.")
    return number


def seconds(name: str, *, default: float, low: float, high: float) -> float:
    """A duration in seconds from low to high."""
    allowed = f"a number of seconds from {low:g} to {high:g}"
    number = _read(lambda env: env.float, name, default, allowed)
    if not low <= number <= high:
        raise refuse(name, f"{number:g} is not {allowed}.")
    return number


def choice(name: str, *, default: str, choices: Iterable[str]) -> str:
    """One of a few words."""
    allowed = tuple(choices)
    value = _read(lambda env: env.str, name, default, "a word")
    if value not in allowed:
        raise refuse(name, f"{value!r} is not one of {', '.join(allowed)}.")
    return value


def choices(name: str, *, default: Iterable[str], choices: Iterable[str]) -> list[str]:
    """Some of a few words, in the order given, each once."""
    allowed = tuple(choices)
    values = words(name, default=default)
    for value in values:
        if value not in allowed:
            raise refuse(name, f"{value!r} is not one of {', '.join(allowed)}.")
    if len(set(values)) < len(values):
        raise refuse(name, "repeats a word.")
    return values


def words(name: str, *, default: Iterable[str] = ()) -> list[str]:
    """A list with commas between its items."""
    items = _read(lambda env: env.list, name, list(default), "a comma-separated list")
    return [str(item).strip() for item in items if str(item).strip()]


def hosts(name: str, *, default: Iterable[str]) -> list[str]:
    """Host names for ALLOWED_HOSTS: no scheme, port or path."""
    values = words(name, default=default)
    for value in values:
        if not HOST.fullmatch(value):
            raise refuse(name, f"{value!r} is not a host name; write it without scheme, port and path.")
    return values


def listening_address() -> tuple[str, int]:
    """HOST and PORT that the web server listens on."""
    host = choice_of_host("HOST", default="127.0.0.1")
    return host, whole_number("PORT", default=8000, low=1, high=65535)


def web_processes() -> tuple[int, int]:
    """WEB_WORKERS and WEB_THREADS: how many processes answer requests, and with how many threads each."""
    workers = whole_number("WEB_WORKERS", default=2, low=1, high=64)
    return workers, whole_number("WEB_THREADS", default=4, low=1, high=64)


def choice_of_host(name: str, *, default: str) -> str:
    """One host name or address."""
    values = hosts(name, default=[default])
    if len(values) != 1 or values[0].startswith(("*", ".")):
        raise refuse(name, "must be one name or address, such as 127.0.0.1, 0.0.0.0 or [::].")
    return values[0]


def picture_hosts(name: str) -> list[str]:
    """Exact names of hosts that pictures may come from."""
    values = [value.lower() for value in words(name)]
    for value in values:
        if not PICTURE_HOST.fullmatch(value) or value.rpartition(".")[2].isdigit():
            raise refuse(name, f"{value!r} is not the full name of a host; wildcards and addresses are not allowed.")
    return values


def internal_location(name: str) -> str:
    """A location of the web server in front, such as /_thumbnails/, or nothing."""
    value = os.environ.get(name, "")
    if value and not re.fullmatch(r"/([A-Za-z0-9_.-]+/)+", value):
        raise refuse(name, f"{value!r} is not a location; write it with a slash at both ends: /_thumbnails/")
    return value


def node_name(name: str) -> str:
    """What this node is called among others, or nothing."""
    value = os.environ.get(name, "")
    if not re.fullmatch(r"[A-Za-z0-9_.:/-]{0,100}", value):
        raise refuse(name, "may have up to 100 letters, digits, and any of _ . : / -")
    return value


def index_source(name: str) -> str:
    """A folder, or the address of one that fsspec or http reaches, or nothing. It may hold a password."""
    value = os.environ.get(name, "").rstrip("/")
    if value and not value.startswith("/") and not re.match(r"[a-z][a-z0-9+]+://.", value):
        raise refuse(name, "must be an absolute folder or an address such as s3://bucket/index or https://host/path.")
    return value


def shards(name: str, *, needed: bool) -> list[str]:
    """ClickHouse servers over HTTP: one shard after the other, with | between replicas. They may hold passwords."""
    found = words(name)
    for address in (one.strip() for shard in found for one in shard.split("|")):
        if not re.fullmatch(r"https?://[^\s/]+(/)?", address):
            raise refuse(name, "must be addresses such as http://user:password@clickhouse-1:8123")
    if needed and not found:
        raise refuse(name, "must name at least one server, since FACET_ENGINE is clickhouse")
    return found


def origins(name: str) -> list[str]:
    """Origins such as https://images.example.org."""
    values = words(name)
    for value in values:
        if not ORIGIN.fullmatch(value):
            raise refuse(name, f"{value!r} is not an origin; write it like https://images.example.org.")
    return values


def addresses(name: str, *, default: Iterable[str]) -> list[str]:
    """IP addresses and networks, or `*` for all."""
    values = words(name, default=default)
    for value in values:
        if not _is_network(value):
            raise refuse(name, f"{value!r} is not an IP address or network, such as 10.0.0.0/8.")
    return values


def _is_network(text: str) -> bool:
    try:
        return text == "*" or bool(ip_network(text, strict=False))
    except ValueError:
        return False


def time_zone(name: str, *, default: str) -> str:
    """A name of the time-zone database, such as Europe/Berlin."""
    value = os.environ.get(name) or default
    if value not in available_timezones():
        raise refuse(name, f"{value!r} is not a time zone; write it like Europe/Berlin.")
    return value


def new_folder(name: str, *, default: Path) -> Path:
    """A folder that is made if it does not exist and that can be written to."""
    folder = _folder(name, os.environ.get(name) or default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(name, f"the folder {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise refuse(name, f"the folder {folder} cannot be written to.")
    return folder


def state_folder(name: str, *, default: Path) -> Path:
    """A folder that need not be there, and is made once something is to be kept."""
    return _folder(name, os.environ.get(name) or default)


def data_folder(name: str, *, default: Path, state: Path) -> Path:
    """A new_folder whose names nobody else sees; from now on what this process makes is its owner's alone.

    Refuses a folder that is known, by what `state` remembers, to have held data, and does not hold it now.
    """
    given = _folder(name, os.environ.get(name) or default)
    if missing := why_missing(given, state):
        raise refuse(name, missing)
    is_new = not os.path.lexists(given)
    folder = new_folder(name, default=default)
    if is_new:
        folder.chmod(0o711)
    os.umask(0o077)
    return folder


def existing_folder(name: str) -> Path | None:
    """A folder that is there, or None where the variable is not set."""
    if not os.environ.get(name):
        return None
    folder = _folder(name, os.environ[name])
    if not os.path.isdir(folder):  # noqa: PTH112 -- a name that is too long is none, too
        raise refuse(name, f"there is no folder {folder}.")
    return folder


def _folder(name: str, given: str | Path) -> Path:
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:
        raise refuse(name, f"the home folder in {str(given)!r} is not known.") from None


def database(name: str, *, default: str) -> dict[str, Any]:
    """Django's entry for a database URL. The URL itself may hold a password and stays out of messages."""
    url = os.environ.get(name) or default
    if url.partition("://")[0] not in DATABASE_SCHEMES or re.match("sqlite://[^/]", url):
        raise refuse(name, "must start with sqlite:/// or postgres://.")
    try:
        entry: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise refuse(name, "cannot be read; write postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:///PATH.") from None
    if not entry["NAME"] or entry["NAME"] == ":memory:":
        raise refuse(name, "names no database; a database in memory would not outlive its process.")
    return entry


def token(name: str) -> str:
    """A secret that others send, or nothing."""
    value = os.environ.get(name, "")
    if value and not re.fullmatch(r"[!-~]{20,}", value):
        raise refuse(name, "is too short or has blanks; use at least 20 random characters.")
    return value


def text(name: str, *, default: str = "") -> str:
    """Any text."""
    return os.environ.get(name) or default


def webhook(name: str) -> str:
    """An https address that something is sent to, or nothing."""
    value = os.environ.get(name, "")
    if value:
        try:
            place_of(value)
        except ValueError as error:
            raise refuse(name, f"{error}.") from error
    return value


def mail_addresses(name: str) -> list[str]:
    """Addresses of e-mail with commas between, or none."""
    values = words(name)
    if wrong := [value for value in values if not re.fullmatch(r"[^@\s,<>]+@[^@\s,<>]+", value)]:
        raise refuse(name, f"{wrong[0]!r} is not an address such as ann@example.org.")
    return values


def secret_key(name: str, *, folder: Path) -> str:
    """The key from the environment, else from a file in the folder that is made once, readable by its owner only."""
    value = os.environ.get(name)
    if not value:
        return _kept_secret(name, folder / "secret_key")
    if len(value) < SHORTEST_SECRET or len(set(value)) < 5:
        raise refuse(name, f"is too weak; use at least {SHORTEST_SECRET} random characters.")
    return value


def _kept_secret(name: str, path: Path) -> str:
    """The secret in the file. Written beside and linked into place: of processes that start at once, one wins."""
    if not path.exists():
        beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        beside.touch(mode=0o600, exist_ok=False)
        beside.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise refuse(name, f"its file {path} can be read by others; run: chmod 600 {path}")
    value = path.read_text(encoding="ascii").strip()
    if len(value) < SHORTEST_SECRET:
        raise refuse(name, f"its file {path} is damaged; delete it to have a new one made (this signs everyone out).")
    return value
