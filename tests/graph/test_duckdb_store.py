"""What is peculiar to the embedded store."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.clock import loads
from graph.errors import StoreError
from tests.archives import archive, load, log


def test_a_load_beyond_the_memory_names_the_setting_and_stays_open(duckdb_uri: str, tmp_path: Path) -> None:
    rows = [f"{n // 5},a,2024-01-01T09:{n % 60:02d}:00Z,actor {n % 99},,,,{n}" for n in range(5000)]
    path = log(tmp_path, "log.csv", *rows)
    with archive(duckdb_uri, duckdb_memory="6MB") as (store, settings):
        with pytest.raises(StoreError, match=r"Load 1 needs more memory .*MiB") as caught:
            load(store, settings, path)
        assert "DOSSIER_DUCKDB_MEMORY" in caught.value.remedy
        assert [one.state for one in loads(store)] == ["open"]
