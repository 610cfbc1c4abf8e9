"""A selection into a file of a form: written under another name first, so that no half of it is ever seen."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel

from etl.export.ocel import ocel_log
from etl.export.ocel_files import write_ocel_json, write_ocel_sqlite
from etl.export.tables import write_graphml, write_parquet, write_parquet_zip
from etl.export.xes import XesLog
from graph.errors import UsageError, WrongIdKey
from graph.identifiers import id_key
from graph.selection import Selection, SelectionRequest, selection
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer

Form = Literal["xes", "ocel-json", "ocel-sqlite", "graphml", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
_ENDINGS: tuple[tuple[str, Form], ...] = (
    (".xes", "xes"),
    (".xes.gz", "xes"),
    (".json", "ocel-json"),
    (".json.gz", "ocel-json"),
    (".jsonocel", "ocel-json"),
    (".sqlite", "ocel-sqlite"),
    (".graphml", "graphml"),
    (".parquet", "parquet"),
    (".parquet.zip", "parquet"),
)


class ExportReport(BaseModel):
    """What was written: `records` and `links` of the selection. `left_out` counts, by what it is, what the form or
    the selection leaves out."""

    form: Form
    as_of_load: int
    records: dict[str, int]
    links: dict[str, int]
    left_out: dict[str, int]
    remarks: list[str]


def form_of(path: Path) -> Form:
    """The form that a file's name asks for. Raises UsageError for a name that asks for none."""
    for ending, form in _ENDINGS:
        if path.name.lower().endswith(ending):
            return form
    endings = ", ".join(ending for ending, _ in _ENDINGS)
    raise UsageError(f"The name '{path.name}' says no form.", f"Let it end with one of {endings}, or give --form.")


def export(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    wanted: SelectionRequest,
    form: Form,
    path: Path,
    *,
    overwrite: bool = False,
) -> ExportReport:
    """Writes a selection to `path`, whole or not at all.

    XES has one system: that of `wanted.system`, or the only one of the cases. Parquet is a folder, or one ZIP where
    the name ends with `.zip`; other files are packed where it ends with `.gz`. Raises UsageError where the file is
    there and is not to be overwritten, or several systems are asked for, ExportFailed for what a form cannot hold.
    """
    with replacing(path, overwrite=overwrite) as temporary:
        selected = selection(store, viewer, wanted)
        report = ExportReport(
            form=form,
            as_of_load=selected.as_of_load,
            records={label: table.num_rows for label, table in selected.nodes.items()},
            links={type_: table.num_rows for type_, table in selected.links.items()},
            left_out=dict(selected.left_out),
            remarks=[],
        )
        packed = path.name.lower().endswith(".gz")
        if form == "xes":
            _write_xes(store, selected, wanted, temporary, report, packed=packed)
        elif form == "graphml":
            write_graphml(selected, temporary)
        elif form == "parquet":
            (write_parquet_zip if path.name.lower().endswith(".zip") else write_parquet)(selected, temporary)
        else:
            log = ocel_log(selected, _key(settings, store))
            if form == "ocel-json":
                write_ocel_json(log, temporary, packed=packed)
            else:
                write_ocel_sqlite(log, temporary)
    return report


@contextmanager
def replacing(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A name beside `path` to write to, which takes its place when all went well and is removed otherwise.

    Raises UsageError where something is there that is not to be overwritten, or a folder is, or there is no folder
    to write into.
    """
    if path.exists() and (path.is_dir() or not overwrite):
        raise UsageError(f"{path} is there already.", "Give another name, or --overwrite for a file.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", "Make it, or give another name.")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield temporary
        for file in [temporary, *temporary.rglob("*")] if temporary.is_dir() else [temporary]:
            if file.is_file():
                with file.open("rb") as written:
                    os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.", "Give another name.") from error
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def _key(settings: Settings, store: Store) -> bytes | None:
    try:
        return id_key(settings, store, make=False)
    except (UsageError, WrongIdKey):
        return None


def _write_xes(
    store: Store, selected: Selection, wanted: SelectionRequest, path: Path, report: ExportReport, *, packed: bool
) -> None:
    log = XesLog(selected, wanted.system or _system(store, selected))
    log.write(path, packed=packed)
    for what, count in log.left_out.items():
        report.left_out[what] = report.left_out.get(what, 0) + count
    report.remarks += log.precision_remarks()


def _system(store: Store, selected: Selection) -> str:
    """The one system of the cases."""
    cases = selected.nodes["Case"]["id"].to_pylist() if "Case" in selected.nodes else []
    known = [row[0] for row in store.read("find/systems")]
    found = {next((s for s in known if id_.startswith(f"{s}:")), id_.partition(":")[0]) for id_ in cases}
    if len(found) > 1:
        raise UsageError(
            f"The cases are of several systems: {', '.join(sorted(found))}.", "XES has one: name it with --system."
        )
    return found.pop() if found else ""
