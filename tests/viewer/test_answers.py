"""Error pages and the headers that every answer has."""

import logging

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from viewer import errors

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("password=hidden")


def from_an_older_program(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT renamed_since FROM browse_label")
    return HttpResponse()


urlpatterns = [
    path("broken", broken),
    path("api/broken", broken),
    path("older", from_an_older_program),
    path("api/older", from_an_older_program),
    path("", include("browse.urls")),
]
handler400 = errors.bad_request
handler404 = errors.page_not_found
handler500 = errors.server_error


def assert_safe(response: HttpResponse) -> None:
    """Our headers, and a policy without exceptions."""
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert " onclick" not in response.text


@pytest.mark.parametrize("https", [False, True])
def test_a_wrong_host_gets_a_page_that_names_the_setting(https: bool) -> None:
    with override_settings(SECURE_SSL_REDIRECT=https):
        response = Client(headers={"host": "images.example.org<b>"}).get("/")
    assert response.status_code == 400
    assert "ALLOWED_HOSTS" in response.text
    assert "images.example.org&lt;b&gt;" in response.text
    assert "Traceback" not in response.text
    assert_safe(response)


def test_wrong_hosts_do_not_fill_the_log() -> None:
    logger = logging.getLogger("django.security.DisallowedHost")
    configured = [handler for handler in logger.handlers if type(handler).__module__ == "logging"]
    assert [type(handler) for handler in configured] == [logging.NullHandler]
    assert not logger.propagate


@pytest.mark.django_db
def test_an_unknown_address_gets_a_page() -> None:
    response = Client().get("/there/is/nothing/here")
    assert response.status_code == 404
    assert "Page not found" in response.text
    assert_safe(response)


@pytest.mark.django_db
def test_an_unknown_address_of_the_api_gets_json() -> None:
    response = Client().get("/api/there/is/nothing/here")
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"]
    assert_safe(response)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("address", ["/broken", "/api/broken"])
def test_a_fault_gets_a_page_that_tells_nothing_of_the_inside(address: str) -> None:
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == 500
    assert "hidden" not in response.text
    assert "Traceback" not in response.text
    assert_safe(response)


@override_settings(
    ROOT_URLCONF=__name__, STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.ManifestStaticFilesStorage"}}
)
def test_a_fault_without_collected_assets_still_gets_an_answer() -> None:
    with override_settings(
        STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    ):
        response = Client(raise_request_exception=False).get("/broken")
    assert response.status_code == 500
    assert response.text.startswith("500\n")
    assert_safe(response)


@pytest.mark.django_db
def test_a_form_without_a_token_is_refused_with_our_own_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "CSRF_TRUSTED_ORIGINS" in response.text
    assert_safe(response)


@pytest.mark.django_db
def test_sign_in_works_on_plain_http(client: Client) -> None:
    User.objects.create_superuser("admin", password="a long enough one")
    response = client.post("/admin/login/?next=/admin/", {"username": "admin", "password": "a long enough one"})
    assert response.status_code == 302
    response = client.get("/admin/")
    assert response.status_code == 200
    assert_safe(response)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/older", "/api/older"])
@override_settings(ROOT_URLCONF=__name__)
def test_a_program_older_than_its_database_asks_to_come_back(address: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(address).status_code == 500
    MigrationRecorder(connection).record_applied("browse", "9999_of_a_newer_version")
    response = client.get(address)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "come back in a few minutes" in response.text
    assert_safe(response)
