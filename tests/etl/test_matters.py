"""Joint cases (联办) of several systems: what their logs state of a matter, and the matter as one chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from etl.export.export import export, form_of
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import Mapping
from graph.chain import chain
from graph.duckdb_store import DuckDBStore
from graph.errors import NotFound
from graph.matters import matter_chain
from graph.rebuild import rebuild
from graph.selection import SelectionRequest
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content

HEADER = "办件编号,环节,时间,经办人,科室,事项,区域,联办编号"
STAGES = {"受理": "acceptance", "审核": "review", "办结": "completion"}
# Birth as one matter: the certificate, the household register and the insurance of a child, in three departments.
LOGS = {
    "hospital": (
        "B1,受理,2024-05-01 09:00:00,赵,出生医学科,出生证,东区,生-1",
        "B1,办结,2024-05-01 11:00:00,赵,出生医学科,出生证,东区,生-1",
        "B2,受理,2024-05-02 09:00:00,赵,出生医学科,出生证,东区,生-2",
    ),
    "police": (
        "H1,受理,2024-05-01 10:00:00,钱,户政科,落户,西区,生-1",
        "H1,审核,,钱,户政科,落户,西区,生-1",
        "H1,办结,2024-05-03 10:00:00,孙,户政科,落户,西区,生-1",
    ),
    "insurance": (
        "Y1,受理,2024-05-01 11:00:00,李,参保科,参保,西区,生-1",
        "Y2,受理,2024-05-01 11:00:00,李,参保科,参保,西区,",
    ),
}


def loaded(store: Store, settings: Settings, folder: Path, name: str, *rows: str, part: str = "") -> LoadReport:
    path = folder / f"{name}{part}.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    columns = dict(
        zip(
            ("case", "activity", "instant", "actor", "unit", "item", "region", "matter"),
            HEADER.split(","),
            strict=True,
        )
    )
    mapping = Mapping.model_validate({"system": name, "columns": columns, "stages": STAGES})
    return load_file(store, settings, LoadRequest(path, mapping, "test"))


def of(store: Store, matter: str, as_known_at: int | None = None) -> list[tuple[list[str], str | None]]:
    told = matter_chain(store, LOCAL_OPERATOR, matter, as_known_at)
    return [(one.cases, one.event.activity) for one in told.events]


def test_joint_cases_are_one_chain_across_systems(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        for name, rows in LOGS.items():
            loaded(store, settings, tmp_path, name, *rows)
        told = matter_chain(store, LOCAL_OPERATOR, "生-1")
        assert (told.id, told.name, told.status, told.seconds) == ("matter:生-1", "生-1", "open", 49 * 3600)
        assert [(one.id, one.region, one.item_id, one.status) for one in told.cases] == [
            ("hospital:B1", "东区", "出生证", "closed"),
            ("police:H1", "西区", "落户", "closed"),
            ("insurance:Y1", "西区", "参保", "open"),
        ]
        assert [(one.cases[0], one.event.activity) for one in told.events] == [
            ("hospital:B1", "受理"),
            ("police:H1", "受理"),
            ("police:H1", "审核"),
            *sorted([("hospital:B1", "办结"), ("insurance:Y1", "受理")], key=lambda one: _id(told, one)),
            ("police:H1", "办结"),
        ]
        assert [one.waited for one in told.events] == [None, 3600, None, None, 0, 47 * 3600]
        own = chain(store, LOCAL_OPERATOR, "police:H1")
        assert [(one.id, one.cases) for one in own.matters] == [("matter:生-1", ["hospital:B1", "insurance:Y1"])]
        assert chain(store, LOCAL_OPERATOR, "insurance:Y2").matters == []
        assert matter_chain(store, LOCAL_OPERATOR, told.id) == told
        with pytest.raises(NotFound, match="no matter"):
            matter_chain(store, LOCAL_OPERATOR, "生-9")
        before = content(store)
        rebuild(store, settings)
        assert content(store) == before


@pytest.mark.parametrize("name", ["police.xes", "police.json"])
def test_an_export_brings_the_matter_in_again(duckdb_uri: str, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    with archive(duckdb_uri) as (store, settings):
        loaded(store, settings, tmp_path, "police", *LOGS["police"])
        held = content(store)
        report = export(store, settings, LOCAL_OPERATOR, SelectionRequest(), form_of(out), out)
        assert report.left_out == {}
    with archive(f"duckdb:///{tmp_path / 'again.duckdb'}") as (store, settings):
        load_file(store, settings, LoadRequest(out, Mapping(), "test"))
        again = content(store)
        assert {name: again[name] for name in ("Case", "Matter", "PART_OF")} == {
            name: held[name] for name in ("Case", "Matter", "PART_OF")
        }


def test_a_matter_is_sealed_and_a_change_of_it_is_found(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        loaded(store, settings, tmp_path, "police", *LOGS["police"])
    ask = ["verify", "--store", duckdb_uri, "--json"]
    monkeypatch.setenv("DOSSIER_LEDGER", str(tmp_path / "ledger"))
    assert CliRunner().invoke(app, ask).exit_code == 0
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        assert isinstance(store, DuckDBStore)
        store.cursor().execute("""UPDATE "PART_OF" SET to_id = 'matter:生-2'""")
    found = CliRunner().invoke(app, ask)
    assert found.exit_code != 0 and "police:H1" in found.output


def _id(told: object, one: tuple[str, str]) -> str:
    return next(e.event.id for e in told.events if (e.cases[0], e.event.activity) == one)  # type: ignore[attr-defined]


def test_a_matter_that_is_corrected_is_taken_back_and_the_past_stays(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        first = LOGS["police"]
        loaded(store, settings, tmp_path, "police", *first)
        assert loaded(store, settings, tmp_path, "police", *first, part="again").loaded == 0
        # A later event that names no matter says nothing of it.
        more = "H1,电话,2024-05-04 10:00:00,孙,户政科,落户,西区,"
        loaded(store, settings, tmp_path, "police", more, part="more")
        assert [event for _, event in of(store, "生-1")][-1] == "电话"
        corrected = [row.replace("生-1", "生-7") for row in first]
        loaded(store, settings, tmp_path, "police", *corrected, more, part="corrected")
        assert [one.name for one in chain(store, LOCAL_OPERATOR, "H1").matters] == ["生-7"]
        with pytest.raises(NotFound):
            matter_chain(store, LOCAL_OPERATOR, "生-1")
