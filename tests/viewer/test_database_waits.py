"""A database that is away or hangs: how long anybody waits for it, and what commands say."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from browse.dataset.checks import check_connection
from browse.domain.database_trouble import Trouble, trouble_of
from browse.domain.deadlines import seconds_left, until
from tests.patience import PATIENCE_S
from tests.trouble import database_in, failure
from viewer import commands, start
from viewer.postgresql.base import DatabaseWrapper
from viewer.postgresql.driver import PatientConnection


class Proxy:
    """Passes on what goes between clients and the server, unless told to stall."""

    def __init__(self, server: Path) -> None:
        self.server = server
        self.is_stalled, self.accepted = False, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.is_over = False
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.is_over = True
        self.thread.join()

    def _serve(self) -> None:
        pairs: dict[socket.socket, socket.socket] = {}
        while not self.is_over:
            with suppress(OSError, ValueError):
                for one in wait([self.listener, *({} if self.is_stalled else pairs)], 0.05):
                    if one is self.listener:
                        client, _ = self.listener.accept()
                        self.accepted += 1
                        behind = socket.socket(socket.AF_UNIX)
                        behind.connect(str(self.server))
                        pairs |= {client: behind, behind: client}
                    elif data := one.recv(65536):
                        pairs[one].sendall(data)
                    else:
                        other = pairs.pop(one)
                        pairs.pop(other)
                        one.close()
                        other.close()
        for one in (self.listener, *pairs):
            one.close()


@pytest.fixture
def proxy(
    postgres_url: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Proxy, DatabaseWrapper]]:
    """A proxy before a database, and Django's connection through it, open. Afterwards no server has been silent."""
    monkeypatch.setattr(DatabaseWrapper, "silent_until", 0.0)
    given = psycopg.conninfo.conninfo_to_dict(postgres_url)
    between = Proxy(Path(str(given["host"])) / f".s.PGSQL.{given.get('port', 5432)}")
    entry = {"ENGINE": "viewer.postgresql", "NAME": given["dbname"], "USER": given["user"], "HOST": "127.0.0.1"}
    options = {"connect_timeout": round(PATIENCE_S), "sslmode": "disable", "gssencmode": "disable"}
    wrapper: Any = ConnectionHandler({"default": entry | {"PORT": between.port, "OPTIONS": options}})["default"]
    with django_db_blocker.unblock():
        wrapper.ensure_connection()
        wrapper.settings_dict["OPTIONS"]["connect_timeout"] = 2
        yield between, wrapper
        wrapper.close()
        between.close()


def ask(wrapper: DatabaseWrapper, statement: str = "SELECT 1") -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_a_statement_waits_for_a_hung_server_until_the_deadline_and_the_next_connects_anew(
    proxy: tuple[Proxy, DatabaseWrapper],
) -> None:
    between, wrapper = proxy
    between.is_stalled = True
    with until(time.monotonic() + 0.3), pytest.raises(OperationalError) as failed:
        ask(wrapper)
    assert trouble_of(failed.value) is Trouble.SLOW
    assert wrapper.connection.closed
    between.is_stalled = False
    wrapper.close_if_unusable_or_obsolete()  # as between requests
    assert ask(wrapper) == 1
    assert between.accepted == 2


def test_without_a_deadline_a_statement_waits_as_long_as_the_process_lets_it(
    proxy: tuple[Proxy, DatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    between, wrapper = proxy
    monkeypatch.setattr(PatientConnection, "statement_s", 0.1)
    between.is_stalled = True
    with pytest.raises(OperationalError) as failed:
        ask(wrapper)
    assert trouble_of(failed.value) is Trouble.SLOW


def test_the_server_ends_a_long_statement_and_the_connection_stays(
    proxy: tuple[Proxy, DatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, wrapper = proxy
    assert ask(wrapper, "SHOW statement_timeout") == "0"
    wrapper.close()
    monkeypatch.setattr(PatientConnection, "statement_s", 1.0)
    assert ask(wrapper, "SHOW statement_timeout") == "1s"
    with pytest.raises(OperationalError) as failed:
        ask(wrapper, "SELECT pg_sleep(60)")
    assert trouble_of(failed.value) is Trouble.SLOW
    assert ask(wrapper) == 1


def test_a_server_that_is_silent_is_not_tried_by_everybody(
    proxy: tuple[Proxy, DatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    between, wrapper = proxy
    between.is_stalled = True
    assert not wrapper.is_usable()
    wrapper.close()
    monkeypatch.setattr("viewer.postgresql.base.SILENT_S", 30.0)
    for _ in range(3):
        with pytest.raises(OperationalError) as failed:
            wrapper.ensure_connection()
        assert trouble_of(failed.value) is Trouble.AWAY
    assert between.accepted == 2
    between.is_stalled = False
    DatabaseWrapper.silent_until = 0.0
    assert ask(wrapper) == 1


def test_deadlines_end_with_their_block() -> None:
    assert seconds_left() is None
    with until(time.monotonic() - 1):
        left = seconds_left()
        assert left is not None
        assert left < 0
    assert seconds_left() is None


@pytest.mark.django_db
def test_the_check_says_in_one_line_that_the_database_is_away() -> None:
    assert check_connection() == []
    with database_in(Trouble.AWAY):
        [warning] = check_connection()
    assert warning.msg == "The database cannot be reached: /srv/secret.sqlite3 failed DETAIL: much more"


@pytest.mark.django_db
def test_commands_say_in_one_line_that_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise failure(Trouble.AWAY)

    said = "Error: The database cannot be reached: /srv/secret.sqlite3 failed DETAIL: much more"
    monkeypatch.setattr(commands, "execute_from_command_line", away)
    with pytest.raises(SystemExit, match=said):
        commands.manage([])
    monkeypatch.setattr(start, "check_address", lambda *_: None)
    monkeypatch.setattr(start, "call_command", away)
    with pytest.raises(SystemExit) as ended:
        start.main([])
    assert ended.value.code == 1
    assert capfd.readouterr().err == f"{said}\n"  # by the process that makes all ready


def test_a_wrong_statement_of_a_command_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(commands, "execute_from_command_line", wrong)
    with pytest.raises(OperationalError):
        commands.manage([])
