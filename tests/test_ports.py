from __future__ import annotations

import errno
import socket

import pytest

from tests.ports import MOST, reserved_port


def test_a_server_listens_on_a_reserved_port_again_and_again() -> None:
    port = reserved_port()
    for _ in range(2):
        with socket.create_server(("127.0.0.1", port)) as server, socket.create_connection(server.getsockname()):
            pass


def test_nobody_answers_on_a_reserved_port_before_its_server() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", reserved_port()))


def test_no_connection_on_its_way_out_and_no_search_for_a_free_port_takes_a_reserved_one() -> None:
    reserved = {reserved_port() for _ in range(MOST)}
    taken = set()
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(3000):
            with socket.create_connection(server.getsockname()) as client, server.accept()[0]:
                taken.add(client.getsockname()[1])
            with socket.create_server(("127.0.0.1", 0)) as free:
                taken.add(free.getsockname()[1])
    assert len(taken) > 1000
    assert not taken & reserved


def test_another_that_does_not_share_the_address_cannot_take_a_reserved_port() -> None:
    with socket.socket() as other, pytest.raises(OSError, match="in use") as refused:
        other.bind(("127.0.0.1", reserved_port()))
    assert refused.value.errno == errno.EADDRINUSE
