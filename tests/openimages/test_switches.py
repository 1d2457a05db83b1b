"""Switches under readers of a running site; tests.faults.switches does 200."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.switches import faults_in, installation, switch_under_readers
from tests.postgres import ON_POSTGRESQL


@pytest.mark.deep
def test_nobody_gets_a_fault_while_data_sets_are_put_in_place(tmp_path: Path, fresh_database_url: str) -> None:
    site = installation(tmp_path, fresh_database_url if ON_POSTGRESQL else "")
    answers = switch_under_readers(site, switches=4, readers=4)
    assert answers.total() > 4
    assert faults_in(answers) == {}
