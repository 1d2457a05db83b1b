"""Signing in: for everybody with an account, back to where one came from, and not endlessly often."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings

from browse.admin.login_throttle import ACCOUNTS
from browse.requests.client_address import client_address, network_around, network_of

pytestmark = pytest.mark.django_db

PASSWORD = "password of a test"


@pytest.fixture
def vera(generation: str) -> User:
    return User.objects.create_user("vera", password=PASSWORD)


def try_to_sign_in(client: Client, password: str = PASSWORD, **extra: str) -> int:
    return client.post("/sign-in", {"username": "vera", "password": password}, **extra).status_code


def test_anybody_with_an_account_signs_in_and_out_and_comes_back(vera: User, client: Client) -> None:
    page = client.get("/labels?q=dog").content.decode()
    assert '<a href="/sign-in?next=%2Flabels%3Fq%3Ddog"' in page
    fields = {"username": "vera", "password": PASSWORD, "next": "/labels?q=dog"}
    answer = client.post("/sign-in", fields)
    assert (answer.status_code, answer["Location"]) == (303, "/labels?q=dog")
    assert "vera" in client.get("/labels").content.decode()
    assert client.get("/sign-in")["Location"] == "/"
    answer = client.post("/sign-out", {"next": "/labels"})
    assert answer["Location"] == "/labels"
    assert "vera" not in client.get("/labels").content.decode()


def test_it_leads_nowhere_else(vera: User, client: Client) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = client.post("/sign-in", {"username": "vera", "password": PASSWORD, "next": address})
        assert answer["Location"] == "/", address


def test_a_wrong_password_is_said_and_not_whether_the_name_exists(vera: User, client: Client) -> None:
    wrong = client.post("/sign-in", {"username": "vera", "password": "x"})
    unknown = client.post("/sign-in", {"username": "nobody", "password": "x"})
    for answer in (wrong, unknown):
        assert answer.status_code == 400
        assert "Please enter a correct username and password" in answer.content.decode()


def test_too_many_failures_close_the_door_for_that_name_from_there(vera: User, settings: Settings) -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert try_to_sign_in(client, "wrong") == 400
    assert try_to_sign_in(client, "wrong") == 429
    assert try_to_sign_in(client) == 429
    admin = client.post("/admin/login/", {"username": "vera", "password": PASSWORD})
    assert admin.status_code == 429
    assert try_to_sign_in(Client(), REMOTE_ADDR="192.0.2.1") == 303


def test_an_address_that_tries_many_accounts_is_shut_out_of_all(vera: User, settings: Settings) -> None:
    def try_name(name: str, address: str) -> int:
        fields = {"username": name, "password": "Spring2026"}
        return Client().post("/sign-in", fields, REMOTE_ADDR=address).status_code

    most = settings.AXES_FAILURE_LIMIT * ACCOUNTS
    said = [try_name(f"user{number}", f"2001:db8::{number:x}") for number in range(most)]
    assert said == [400] * (most - 1) + [429]
    assert try_to_sign_in(Client(), REMOTE_ADDR="2001:db8::ffff") == 429
    assert try_to_sign_in(Client(), REMOTE_ADDR="2001:db8:0:1::1") == 303


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_sender_is_an_address_or_a_network_of_64_bits(address: str, sender: str) -> None:
    assert network_of(address) == sender


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("192.0.2.1, 198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1:2::"),
        ('"[2001:db8:1:2::7]:4711"', "2001:db8:1:2::"),
        ("[fe80::7%eth0]:4711", "fe80::"),
        ("fe80::7%eth0", "fe80::"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("[::ffff:198.51.100.7]:4711", "198.51.100.7"),
        ("unknown", "127.0.0.1"),
        ("198.51.100.256:4711", "127.0.0.1"),
        ("198.51.100.7, ", "127.0.0.1"),
        ("é'; --", "127.0.0.1"),
        (":4711", "127.0.0.1"),
    ],
)
def test_what_a_web_server_passes_on_is_an_address_or_counts_as_its_own(
    vera: User, rf: RequestFactory, said: str, sender: str
) -> None:
    assert client_address(rf.get("/", HTTP_X_FORWARDED_FOR=said)) == sender
    assert try_to_sign_in(Client(), "wrong", HTTP_X_FORWARDED_FOR=said) == 400


def test_a_new_port_is_no_new_sender(vera: User, settings: Settings) -> None:
    said = [
        try_to_sign_in(Client(), "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.7:{4711 + number}")
        for number in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert said == [400] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert try_to_sign_in(Client(), HTTP_X_FORWARDED_FOR="198.51.100.8:4711") == 303


@pytest.mark.parametrize(
    ("allowed", "near", "sender"),
    [
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.7"),
        (["10.0.0.0/8"], "192.0.2.9", "192.0.2.9"),
        (["fd00::/8", "10.0.0.1"], "fd00::1", "198.51.100.7"),
        (["*"], "192.0.2.9", "198.51.100.7"),
    ],
)
def test_web_servers_in_front_are_named_by_address_or_network(
    settings: Settings, rf: RequestFactory, allowed: list[str], near: str, sender: str
) -> None:
    settings.FORWARDED_ALLOW_IPS = allowed
    assert client_address(rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.7", REMOTE_ADDR=near)) == sender


@pytest.mark.parametrize(
    ("address", "around"), [("192.0.2.7", "192.0.2.0"), ("2001:db8:1:2::", "2001:db8:1::"), ("", "")]
)
def test_a_network_is_24_or_48_bits(address: str, around: str) -> None:
    assert network_around(address) == around


def test_a_sign_in_without_its_token_is_refused(vera: User) -> None:
    assert try_to_sign_in(Client(enforce_csrf_checks=True)) == 403


def test_no_page_gives_a_visitor_a_cookie_but_those_with_forms(generation: str, client: Client) -> None:
    for address in ("/", "/labels", "/facets", "/collections", "/image/0000000000000001"):
        assert not client.get(address).cookies, address
    assert set(client.get("/sign-in").cookies) == {"csrftoken"}
