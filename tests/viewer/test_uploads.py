"""Files in forms: read where a form takes one, in memory, and refused everywhere else."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path

from browse.requests.posted import takes_file
from viewer import errors

MIB = 1024 * 1024


@takes_file
def taking(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    return JsonResponse(
        {"size": file.size, "in_memory": isinstance(file, InMemoryUploadedFile), "note": request.POST["note"]}
    )


def plain(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"note": request.POST["note"]})


urlpatterns = [path("taking", taking), path("plain", plain), path("", include("browse.urls"))]
handler400 = errors.bad_request


@pytest.fixture
def nothing_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A temporary folder in which nothing can be made."""
    monkeypatch.setattr(tempfile, "tempdir", f"{tmp_path}/missing")


def form(size: int) -> dict[str, object]:
    """A file of so many bytes, after another field."""
    file = io.BytesIO(b"x" * size)
    file.name = "file.csv"
    return {"note": "é", "file": file}


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("nothing_on_disk", "db")
class TestForms:
    @pytest.mark.parametrize("size", [0, 1, 70_000, MIB])
    def test_a_form_that_takes_a_file_gets_it_in_memory(self, client: Client, size: int) -> None:
        assert client.post("/taking", form(size)).json() == {"size": size, "in_memory": True, "note": "é"}

    def test_a_file_above_a_mebibyte_is_refused(self, client: Client) -> None:
        response = client.post("/taking", form(MIB + 1))
        assert response.status_code == 400
        assert "at most 1,048,576 bytes" in response.text

    def test_a_body_above_its_bound_is_refused_unread(self, client: Client) -> None:
        response = client.post("/taking", form(2 * MIB))
        assert response.status_code == 413
        assert "1,114,112 bytes" in response.text
        assert response.wsgi_request._stream.read(1) == b"-"  # type: ignore[attr-defined]  # its first byte still

    @pytest.mark.parametrize("size", [0, 1, 70_000])
    def test_a_form_that_takes_no_file_refuses_one(self, client: Client, size: int) -> None:
        response = client.post("/plain", form(size))
        assert response.status_code == 400
        assert "does not accept files" in response.text

    def test_a_form_without_a_file_may_come_in_parts(self, client: Client) -> None:
        assert client.post("/plain", {"note": "é"}).json() == {"note": "é"}

    def test_a_body_without_a_length_is_refused(self, client: Client) -> None:
        assert client.post("/plain", {"note": "é"}, headers={"Transfer-Encoding": "chunked"}).status_code == 413


@pytest.mark.usefixtures("nothing_on_disk", "db")
def test_no_address_of_the_site_reads_a_file() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    client.force_login(User.objects.create_superuser("admin", password="a long enough one"))
    for address in ("/sign-in", "/sign-out", "/theme", "/collections/add", "/verdicts", "/admin/auth/user/add/"):
        assert client.post(address, form(70_000)).status_code == 400, address
