"""Records and files in tests of the checks: what a check looks at, all right unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from etl.check_definitions import read_definitions
from graph.checks.definitions import Definitions
from graph.checks.inputs import FILES, FOUND, RECORDS, Folders, Inputs, Scanner, Transfer
from graph.checks.outcomes import OUTCOMES, Outcomes
from graph.checks.registry import OF_BATCH, OF_RECORDS, evaluate

RIGHT: dict[str, Any] = {
    "title": "干部履历表",
    "date": "19990100",
    "pages": 2,
    "class": "1",
    "retention": "永久",
    "responsible": "人事科",
    "secrecy": "内部",
    "attributes": '{"class_scheme":"干部档案十大类 1991","开放标识":"控制"}',
    "catalogued": True,
}
RIGHT_FILE: dict[str, Any] = {
    "uri": "e/a.pdf",
    "sha256": "aa",
    "size": 10,
    "media_type": "application/pdf",
    "pages": 2,
    "state": "read",
    "found_sha256": "aa",
    "found_size": 10,
    "found_type": "application/pdf",
    "suffix": ".pdf",
    "misnamed": False,
    "found_pages": 2,
}


@cache
def definitions() -> Definitions:
    """Those that come with the program."""
    return read_definitions(None)


def record(number: int, **said: Any) -> dict[str, Any]:
    """The n-th record of a volume."""
    archive_no = f"A002-RS-001-{number:03d}"
    return {"id": f"s:{archive_no}", "archive_no": archive_no, **RIGHT, **said}


def file(number: int, **found: Any) -> dict[str, Any]:
    """The file of the n-th record."""
    return {"material_id": f"s:A002-RS-001-{number:03d}", "file_id": f"f{number}", **RIGHT_FILE, **found}


def inputs(
    records: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, Any]] = (),
    *,
    given: Definitions | None = None,
    folders: Folders | None = None,
    scanner: Scanner | None = None,
    transfer: Transfer | None = None,
) -> Inputs:
    """What a run over these looks at, on a day in 2026."""
    integer = {p.name: pd.Int64Dtype() for p in RECORDS if pa.types.is_integer(p.type)}
    frame = pd.DataFrame([{name: one.get(name) for name in RECORDS.names} for one in records]).astype(integer)
    frame["system"] = frame["id"].str.partition(":")[0]
    names = [*FILES.names, *FOUND[1:]]
    held = pd.DataFrame([{name: one.get(name) for name in names} for one in files], columns=names).astype("object")
    return Inputs(
        records=frame,
        asked=pd.Series(True, index=frame.index),
        files=held.where(held.notna(), None),
        definitions=given or definitions(),
        on=date(2026, 11, 25),
        folders=folders or Folders(),
        scanner=scanner or Scanner(is_set=True),
        transfer=transfer,
    )


def found_by(looked_at: Inputs, item: str | None = None) -> Outcomes:
    """The outcomes of one check or all, in the phase of filing."""
    if item is None:
        return evaluate(looked_at, "GD")
    records = {item: OF_RECORDS[item]} if item in OF_RECORDS else {}
    return evaluate(looked_at, "GD", records, {item: OF_BATCH[item]} if item in OF_BATCH else {})


def outcomes(looked_at: Inputs, item: str | None = None) -> dict[str, dict[str, str]]:
    """Item -> record -> outcome; a run as a whole is the record ''."""
    found = found_by(looked_at, item)
    said = {
        code.removeprefix("GD-"): {
            id_: OUTCOMES[outcome] for id_, outcome in zip(found.ids, found.matrix[:, place], strict=True)
        }
        for place, code in enumerate(found.codes)
    }
    return said | {code.removeprefix("GD-"): {"": answer.outcome} for code, answer in found.batch.items()}


def details(looked_at: Inputs, item: str) -> list[str]:
    """The names of the sentences that a check says of any record, in their order."""
    found = found_by(looked_at, item)
    if f"GD-{item}" in found.batch:
        answer = found.batch[f"GD-{item}"]
        return [one["says"] for one in (answer.failed or [answer.reason]) if one is not None]
    place = found.codes.index(f"GD-{item}")
    said = [one["says"] for (_, column), of in sorted(found.details.items()) if column == place for one in of]
    return said or ([found.reasons[place]["says"]] if place in found.reasons else [])
