"""Batches of digitisation on both engines: formed, sampled, inspected, judged, reworked, and never without sample."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from etl.check_run import CheckRequest, run_checks
from graph.decide import DecisionRequest, ReversalRequest, decide
from graph.decisions import DecisionRow, decisions
from graph.digitisation.acts import FormRequest, InspectRequest, JudgeRequest, SampleBatchRequest
from graph.digitisation.batches import Batch, batch, batches
from graph.digitisation.history import Defect
from graph.digitisation.house import SampleRule, read_acceptance
from graph.errors import NotFound, UnreadableInput, UsageError
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.graphs import link, write

WHO = {"who": "验收员", "why": "合同第三批"}
HOUSE = """
source: 本馆数字化成果验收办法
sample: {rate: 0.4, size: 2}
limit: 0.25
defects: [漏页, 倒置, 模糊]
"""
IDS = [f"m{n:02d}" for n in range(10)]


def filled(store: Store, settings: Settings) -> None:
    """Ten paper records in a volume, of which m09 has no copy; the copy of m00 is a record that digitises it."""
    records = [{"id": id_, "title": id_, "archive_no": f"A-{id_}", "medium": "paper", "pages": 2} for id_ in IDS]
    records.append({"id": "e00", "title": "e00", "medium": "electronic"})
    own = [(id_, "e00" if id_ == "m00" else id_) for id_ in IDS[:9]]
    files = [{"id": f"f{holder}", "uri": f"e/{holder}.pdf", "pages": 2} for _, holder in own]
    links = {
        "FILED_IN": [link(f"Material {id_}", "Volume v", position=n) for n, id_ in enumerate(IDS, 1)],
        "HAS_FILE": [link(f"Material {holder}", f"File f{holder}") for _, holder in own],
        "DIGITISES": [link("Material e00", "Material m00")],
    }
    write(store, settings, {"Volume": [{"id": "v", "code": "A-V"}], "Material": records, "File": files}, links)
    rebuild(store, settings)


@contextmanager
def opened(uri: str, folder: Path) -> Iterator[tuple[Store, Settings]]:
    house = folder / "house.yaml"
    house.write_text(HOUSE, encoding="utf-8")
    with archive(uri, digitisation=house) as (store, settings):
        filled(store, settings)
        yield store, settings


def decided(store: Store, settings: Settings, request: DecisionRequest) -> DecisionRow:
    return decide(store, settings, LOCAL_OPERATOR, request).decision


def sampled(store: Store, settings: Settings, seed: str, size: int | None = None) -> list[str]:
    row = decided(store, settings, SampleBatchRequest(batch="P1", seed=seed, size=size, **WHO))
    return [one.id for one in row.about]


def inspected(store: Store, settings: Settings, ids: list[str], *defects: Defect) -> DecisionRow:
    request = InspectRequest(batch="P1", materials=ids, defects=list(defects), **WHO)
    return decided(store, settings, request)


def checked(store: Store, settings: Settings, ids: list[str]) -> None:
    """A run of the checks at filing over records and the copy that is a record, in which nothing failed."""
    every = [*ids, "e00"]
    nth = len(store.read("clock/loads"))
    runs = [{"id": f"GD:{nth}|{id_}", "run_id": f"GD:{nth}", "phase": "GD", "counts": "{}"} for id_ in every]
    links = [link(f"CheckRun GD:{nth}|{id_}", f"Material {id_}") for id_ in every]
    write(store, settings, {"CheckRun": runs}, {"CHECKED": links})


def shown(store: Store) -> Batch:
    return batch(store, LOCAL_OPERATOR, "P1", limit=100)


def test_a_batch_is_returned_reworked_and_accepted_by_its_samples(store_uri: str, tmp_path: Path) -> None:
    with opened(store_uri, tmp_path) as (store, settings):
        assert batches(store, LOCAL_OPERATOR).items == []
        formed = decided(store, settings, FormRequest(batch="P1", volumes=["A-V"], **WHO))
        assert [one.id for one in formed.about] == IDS
        answer = shown(store)
        assert (answer.batch.state, answer.batch.records, answer.pages, answer.with_copy) == ("formed", 10, 20, 9)
        assert {one.id: one.copies for one in answer.records}["m00"] == ["e00"]
        drawn = sampled(store, settings, "2024-1")
        lowest = sorted(IDS, key=lambda id_: hashlib.sha256(f"2024-1\n{id_}".encode()).hexdigest())[:4]
        assert drawn == sorted(lowest)
        assert shown(store).batch.last is not None and shown(store).batch.last.frame == 10
        with pytest.raises(UsageError, match="not complete"):
            decided(store, settings, JudgeRequest(batch="P1", **WHO))
        checked(store, settings, IDS)
        inspected(store, settings, drawn[:1], Defect(material=drawn[0], kind="模糊", page=2))
        with pytest.raises(UsageError, match="was not inspected and 2 more"):
            decided(store, settings, JudgeRequest(batch="P1", **WHO))
        inspected(store, settings, drawn[1:], *(Defect(material=id_, kind="漏页") for id_ in drawn[1:3]))
        before = content(store)
        judged = decided(store, settings, JudgeRequest(batch="P1", **WHO))
        wrong = len(set(drawn[:3]) | ({"m09"} & set(drawn)))
        assert (judged.what["outcome"], judged.what["defective"], judged.what["sampled"]) == ("returned", wrong, 4)
        assert {name for name, held in content(store).items() if held != before[name]} == {"Decision", "DECIDES"}
        assert (shown(store).batch.state, shown(store).batch.reworks) == ("returned", 1)
        with pytest.raises(UsageError, match="by this seed before"):
            sampled(store, settings, "2024-1")
        again = sampled(store, settings, "2024-2", 5)
        assert len(again) == 5
        inspected(store, settings, again, *(Defect(material=id_, kind="倒置") for id_ in again))
        inspected(store, settings, again)
        answer = shown(store)
        none = [id_ for id_ in again if id_ == "m09"]
        assert [one.id for one in answer.sample if one.wrong] == none and answer.missing == []
        last = decided(store, settings, JudgeRequest(batch="P1", **WHO))
        assert (last.what["round"], last.what["outcome"]) == (2, "accepted")
        assert [(one.round, one.outcome) for one in shown(store).rounds] == [(1, "returned"), (2, "accepted")]
        with pytest.raises(UsageError, match="accepted already"):
            sampled(store, settings, "2024-3")
        with pytest.raises(UsageError, match="no sample that waits"):
            decided(store, settings, JudgeRequest(batch="P1", **WHO))
        held = content(store)
        rebuild(store, settings)
        assert content(store) == held
        made = decisions(store, LOCAL_OPERATOR, about="P1").items
        assert len(made) == 9 and {one.kind for one in made} == {
            *("batch formed", "batch sampled", "batch inspected", "batch judged")
        }


def test_what_the_archive_can_tell_counts_as_a_defect(store_uri: str, tmp_path: Path) -> None:
    with opened(store_uri, tmp_path) as (store, settings):
        write(store, settings, {"File": [{"id": "fm01", "uri": "e/m01.pdf", "pages": 3}]})
        decided(store, settings, FormRequest(batch="P1", materials=["A-m00", "m01", "m09"], **WHO))
        run_checks(store, settings, LOCAL_OPERATOR, CheckRequest("GD", ["e00", "m01", "m09"]))
        drawn = sampled(store, settings, "x", 3)
        inspected(store, settings, drawn)
        found = {one.id: one.wrong for one in shown(store).sample}
        assert found["m09"][0] == "no copy" and "pages differ" in found["m01"]
        assert found["m00"] == ([] if not shown(store).sample[0].record.failed else ["check failed"])  # type: ignore[union-attr]
        assert decided(store, settings, JudgeRequest(batch="P1", **WHO)).what["outcome"] == "returned"


def test_what_cannot_be_decided_of_a_batch_is_refused(duckdb_uri: str, tmp_path: Path) -> None:
    with opened(duckdb_uri, tmp_path) as (store, settings):

        def refused(request: DecisionRequest, said: str, kind: type[Exception] = UsageError) -> None:
            with pytest.raises(kind, match=said):
                decided(store, settings, request)

        refused(FormRequest(batch="P1", **WHO), "no record")
        refused(FormRequest(batch="P1", volumes=["none"], **WHO), "no Volume", NotFound)
        refused(SampleBatchRequest(batch="P1", seed="x", **WHO), "no batch 'P1'", NotFound)
        formed = decided(store, settings, FormRequest(batch="P1", materials=IDS[:5], **WHO))
        refused(FormRequest(batch="P1", materials=IDS[5:], **WHO), "a batch 'P1' already")
        refused(FormRequest(batch="P2", materials=IDS[4:], **WHO), "m04 is in the batch 'P1'")
        decided(store, settings, ReversalRequest(decision=formed.id, **WHO))
        refused(SampleBatchRequest(batch="P1", seed="x", **WHO), "no batch 'P1'", NotFound)
        formed = decided(store, settings, FormRequest(batch="P1", materials=IDS[:5], **WHO))
        refused(JudgeRequest(batch="P1", **WHO), "no sample that waits")
        for size in (1, 6):
            refused(SampleBatchRequest(batch="P1", seed="x", size=size, **WHO), "not between the 2")
        drawn = sampled(store, settings, "x")
        refused(SampleBatchRequest(batch="P1", seed="y", **WHO), "not judged yet")
        refused(ReversalRequest(decision=formed.id, **WHO), "sampled already")
        left = next(id_ for id_ in IDS if id_ not in drawn)
        refused(InspectRequest(batch="P1", materials=[left], **WHO), "not in the sample")
        refused(InspectRequest(batch="P1", materials=[], **WHO), "No record is named")
        bad = Defect(material=drawn[0], kind="破损")
        refused(InspectRequest(batch="P1", materials=drawn, defects=[bad], **WHO), "no kind of defect")
        other = Defect(material=drawn[1], kind="漏页")
        refused(InspectRequest(batch="P1", materials=drawn[:1], defects=[other], **WHO), "not inspected")
        plain = settings.model_copy(update={"digitisation": None})
        with pytest.raises(UsageError, match="Nothing says how the house samples"):
            decide(store, plain, LOCAL_OPERATOR, JudgeRequest(batch="P1", **WHO))


def test_the_rule_of_the_house_says_how_many(tmp_path: Path) -> None:
    assert [SampleRule(rate=0.05).least(n) for n in (1, 20, 21, 1000)] == [1, 1, 2, 50]
    assert [SampleRule(rate=0.05, size=30).least(n) for n in (10, 100, 1000)] == [10, 30, 50]
    path = tmp_path / "house.yaml"
    path.write_text(HOUSE, encoding="utf-8")
    house = read_acceptance(path)
    assert [house.accepts(n, 4) for n in (0, 1, 2)] == [True, True, False]
    for wrong in ("", HOUSE.replace("rate: 0.4, size: 2", ""), HOUSE.replace("source", "sauce"), "a: ["):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(UnreadableInput, match="rules of acceptance"):
            read_acceptance(path)


def test_the_commands_form_sample_inspect_and_judge(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(duckdb_uri, tmp_path) as (store, settings):
        checked(store, settings, IDS)
    monkeypatch.setenv("DOSSIER_DIGITISATION", str(tmp_path / "house.yaml"))
    listed = tmp_path / "list.csv"
    listed.write_text("\n".join(("档号,批次", *(f"A-{id_},{'P1' if id_ < 'm05' else 'P2'}" for id_ in IDS))) + "\n")

    def run(*words: str) -> str:
        ended = CliRunner().invoke(app, ["batches", *words, "--store", duckdb_uri])
        assert ended.exit_code == 0, (ended.output, ended.exception)
        return ended.stdout

    why = ("--why", "第一批")
    assert "batch formed" in run("form", "P1", "--catalogue", str(listed), *why)
    run("sample", "P1", "--seed", "7", *why)
    sample = [one["id"] for one in json.loads(run("show", "P1", "--json"))["sample"]]
    assert len(sample) == 2
    named = [word for id_ in sample for word in ("--material", f"A-{id_}")]
    run("inspect", "P1", *named, "--defect", f"A-{sample[0]}=模糊@2", *why)
    assert "模糊 (page 2)" in run("show", "P1")
    assert "returned" in run("judge", "P1", *why)
    assert json.loads(run("list", "--json"))["items"][0]["reworks"] == 1
    for words in (
        ["inspect", "P1", "--material", "m00", "--defect", "m00", *why],
        ["inspect", "P1", "--material", "m00", "--defect", "m00=漏页@0", *why],
        ["form", "P3", "--catalogue", str(listed), *why],
        ["form", "P3", "--catalogue", str(tmp_path / "house.yaml"), *why],
    ):
        ended = CliRunner().invoke(app, ["batches", *words, "--store", duckdb_uri])
        assert isinstance(ended.exception, UsageError), words
