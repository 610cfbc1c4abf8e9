"""`dossier batches`: batches of digitisation (数字化批次), their samples, and acceptance."""

from __future__ import annotations

import csv
import getpass
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answered, path_part
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption
from cli.decisions import Who, Why, decide_and_show
from cli.printing import out, say, show_json, show_table
from graph.digitisation.acts import FormRequest, InspectRequest, JudgeRequest, SampleBatchRequest
from graph.digitisation.batches import Batch, BatchList, BatchRow, batch, batches
from graph.digitisation.history import Defect
from graph.errors import UsageError
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, help="Batches of digitisation: given away, sampled, inspected, accepted.")
Code = Annotated[str, typer.Argument(help="Code of the batch.")]
_BATCH = ("批次", "批次号", "数字化批次", "batch")
_RECORD = ("档号", "archive_no", "id")


def _who(given: str | None) -> str:
    return given or getpass.getuser()


@app.command()
def form(
    code: Code,
    why: Why,
    who: Who = None,
    volume: Annotated[list[str] | None, typer.Option(help="Volume, by id or code. Several times.")] = None,
    material: Annotated[list[str] | None, typer.Option(help="Record, by id or 档号. Several times.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="CSV with the columns 档号 and 批次: its rows of this batch.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Volumes and records are given to digitisation as one batch."""
    listed = _listed(catalogue, code) if catalogue else []
    materials = [*(material or ()), *listed]
    asked = FormRequest(who=_who(who), why=why, batch=code, volumes=volume or [], materials=materials)
    decide_and_show(asked, store, as_json)


@app.command()
def sample(
    code: Code,
    seed: Annotated[str, typer.Option(help="What the draw depends on: the same seed gives the same sample.")],
    why: Why,
    who: Who = None,
    size: Annotated[int | None, typer.Option(min=1, help="More records than the house asks for.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a batch that was formed, or came back from rework."""
    asked = SampleBatchRequest(who=_who(who), why=why, batch=code, seed=seed, size=size)
    decide_and_show(asked, store, as_json)


@app.command()
def inspect(
    code: Code,
    material: Annotated[list[str], typer.Option(help="Record of the sample that was looked at. Several times.")],
    why: Why,
    who: Who = None,
    defect: Annotated[
        list[str] | None, typer.Option(help="RECORD=KIND or RECORD=KIND@PAGE: what is wrong. Several times.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what was found in records of the sample; what is said of one replaces what was said of it before."""
    defects = [_defect(text) for text in defect or ()]
    asked = InspectRequest(who=_who(who), why=why, batch=code, materials=material, defects=defects)
    decide_and_show(asked, store, as_json)


@app.command()
def judge(code: Code, why: Why, who: Who = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Accept a batch, or return it for rework, as its sample and the limit of the house say."""
    decide_and_show(JudgeRequest(who=_who(who), why=why, batch=code), store, as_json)
    if not as_json:
        answer = answered(store, lambda s: batch(s, LOCAL_OPERATOR, code), Batch, f"/batches/{path_part(code)}")
        _say_state(answer.batch)


@app.command(name="list")
def list_batches(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the batches and where each stands."""
    answer = answered(store, lambda s: batches(s, LOCAL_OPERATOR), BatchList, "/batches")
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [
        [
            *(one.code, one.state, one.records, one.reworks),
            *((one.last.sampled, one.last.inspected, one.last.defective) if one.last else (None, None, None)),
        ]
        for one in answer.items
    ]
    names = ["batch", "state", "records", "reworks", "sampled", "inspected", "defective"]
    show_table(f"Batches, as of load {answer.as_of_load}", names, rows)


@app.command()
def show(
    code: Code,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one batch: its sample, what was found, its records, pages and copies."""
    answer = answered(
        store,
        lambda s: batch(s, LOCAL_OPERATOR, code, limit=limit, cursor=cursor),
        Batch,
        f"/batches/{path_part(code)}",
        {"limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(answer)
        return
    _say_state(answer.batch)
    say(
        out,
        f"{answer.pages} pages ({answer.unpaged} records state none), {answer.with_copy} records with a copy, "
        f"{answer.gone} stand no more.",
    )
    found: list[list[object]] = []
    for one in answer.sample:
        said = [*one.wrong, *(d.kind if d.page is None else f"{d.kind} (page {d.page})" for d in one.defects)]
        found.append([one.id, one.record.archive_no if one.record else None, one.who, "; ".join(said)])
    show_table("Sample", ["record", "档号", "inspected by", "what is wrong"], found)
    for text in answer.missing:
        say(out, f"Missing: {text}.")
    listed: list[list[object]] = [
        [one.id, one.archive_no, one.pages, one.files, one.file_pages] for one in answer.records
    ]
    show_table("Records", ["record", "档号", "pages", "files", "their pages"], listed)
    if answer.next:
        say(out, f"More: --cursor {answer.next}")


def _say_state(one: BatchRow) -> None:
    last = one.last
    rate = f", {last.defective} of {last.sampled} sampled records defective" if last else ""
    say(out, f"Batch {one.code}: {one.state}, {one.records} records, {one.reworks} reworks{rate}.")


def _defect(text: str) -> Defect:
    """RECORD=KIND or RECORD=KIND@PAGE."""
    material, equals, said = text.partition("=")
    kind, at, page = said.partition("@")
    if not equals or not kind or (at and not page.isdecimal()) or (at and int(page) < 1):
        raise UsageError(f"'{text}' is no defect.", "Write it as RECORD=KIND or RECORD=KIND@PAGE.")
    return Defect(material=material, kind=kind, page=int(page) if at else None)


def _listed(path: Path, code: str) -> list[str]:
    """The records of a batch in a catalogue with a column of batches. Raises UsageError where it has none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            rows = list(reader)
    except (OSError, UnicodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    of = next((name for name in names if name in _BATCH), None)
    record = next((name for name in _RECORD if name in names), None)
    if of is None or record is None:
        raise UsageError(f"{path} has no columns of records and batches.", "It needs the columns 档号 and 批次.")
    named = [((row[of] or "").strip(), (row[record] or "").strip()) for row in rows]
    mine = [(place, text) for place, (batch_of, text) in enumerate(named, 1) if batch_of == code]
    unnamed = [place for place, text in mine if not text]
    if unnamed or not mine:
        what = f"record {unnamed[0]} has no {record}" if unnamed else f"no record is of the batch '{code}'"
        raise UsageError(f"{path}: {what}.", "Mend the file.")
    return [text for _, text in mine]
