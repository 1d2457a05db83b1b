"""Whether files are as they were."""

from __future__ import annotations

from pathlib import Path

from browse.domain.file_fingerprint import fingerprint_of


def test_a_fingerprint_changes_with_its_files(tmp_path: Path) -> None:
    file = tmp_path / "site.css"
    file.write_text("a {}")
    before = fingerprint_of([file])
    assert fingerprint_of([file]) == before
    file.write_text("a { color: red }")
    assert fingerprint_of([file]) != before
    assert fingerprint_of([]) != before
