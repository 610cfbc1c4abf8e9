"""Checks of files against what is on record of them, and of what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from graph.checks.inputs import Inputs
from graph.checks.outcomes import Answer, Detail, each

_SEVERAL = re.compile(r"[;；|\n]")


def digests(inputs: Inputs) -> Answer:
    """1-1: the SHA-256 of each file is the one on record."""
    answer, read = _of_files(inputs)
    unknown = read["sha256"].isna()
    answer.not_run += _of(read[unknown], "no_digest")
    answer.failed += _of(read[~unknown & (read["sha256"] != read["found_sha256"])], "digest_differs")
    return answer


def signatures(inputs: Inputs) -> Answer:
    """1-1: signatures in PDF files hold; seals and signatures that nothing here verifies are named."""
    files = inputs.files
    answer = _looked_into(inputs, Answer(_with(inputs, files[files["signature"].notna() | files["seal"].notna()])))
    answer.applies |= _with(inputs, files[~_is(files, "read") | files["stopped"].notna()])
    read = files[_is(files, "read") & files["stopped"].isna()]
    answer.not_run += _of(read[read["seal"].notna()], "seal_unverified", seal="seal")
    plain = read[read["seal"].isna()]
    said = {"broken": "signature_broken", "earlier revision": "signature_earlier"}
    for outcome, says in said.items():
        answer.failed += _of(plain[plain["signature"] == outcome], says, reason="signature_said")
    untrusted = plain[plain["signature"] == "untrusted"]
    answer.not_run += _of(untrusted, "signature_untrusted", reason="signature_said")
    return answer


def sizes(inputs: Inputs) -> Answer:
    """1-10: each file has as many bytes as are on record."""
    answer, read = _of_files(inputs)
    unknown = read["size"].isna()
    answer.not_run += _of(read[unknown], "no_size")
    stated = read[~unknown]
    wrong = stated[stated["size"].astype("int64") != stated["found_size"].astype("int64")]
    answer.failed += _of(wrong, "size_differs", actual="found_size", stated="size")
    return answer


def formats_on_record(inputs: Inputs) -> Answer:
    """1-10: each file is what its name and its record say it is."""
    answer, read = _of_files(inputs, looked_into=True)
    misnamed = read["misnamed"].fillna(False).astype(bool)
    answer.failed += _of(read[misnamed], "misnamed", suffix="suffix", actual="found_type")
    differs = ~misnamed & read["media_type"].notna() & (read["media_type"] != read["found_type"])
    answer.failed += _of(read[differs], "format_differs", actual="found_type", stated="media_type")
    return answer


def pages(inputs: Inputs) -> Answer:
    """1-10: each file has as many pages as are on record, and all together as many as the record states."""
    answer, read = _of_files(inputs, looked_into=True)
    known = read["found_pages"].notna()
    answer.not_run += _of(read[read["pages"].notna() & ~known], "pages_uncounted")
    both = read[read["pages"].notna() & known]
    differs = both["pages"].astype("int64") != both["found_pages"].astype("int64")
    answer.failed += _of(both[differs], "pages_differ", actual="found_pages", stated="pages")
    answer.failed += _pages_of_records(inputs, read)
    return answer


def _pages_of_records(inputs: Inputs, read: pd.DataFrame) -> list[tuple[str, Detail]]:
    """Records all of whose files have countable pages, in another sum than they state."""
    counted = read.assign(known=read["found_pages"].notna(), found_pages=read["found_pages"].astype("Int64"))
    sums = counted.groupby("material_id").agg(known=("known", "sum"), actual=("found_pages", "sum"))
    every = inputs.files.groupby("material_id").size()
    sums = sums[sums["known"] == every.reindex(sums.index)]
    stated = inputs.records.set_index("id")["pages"].reindex(sums.index)
    wrong = stated.notna() & (stated != sums["actual"])
    wrong = wrong.fillna(False).astype(bool)
    ids = sums.index[wrong].tolist()
    return each(ids, "pages_of_record_differ", actual=sums["actual"][wrong].tolist(), stated=stated[wrong].tolist())


def leads_to_content(inputs: Inputs) -> Answer:
    """1-11: the files that a record names are there, within their folder."""
    named = inputs.values("attributes.file")
    count = named.fillna("").astype(str).map(_count_of_names)
    files, ids = inputs.files, inputs.records["id"]
    linked = ids.map(files.groupby("material_id").size()).fillna(0).astype("int64")
    electronic = inputs.records["medium"] == "electronic"
    answer = Answer((count > 0) | (linked > 0) | electronic)
    vain = count > linked
    answer.failed += each(
        ids[vain].tolist(), "named_in_vain", named=count[vain].tolist(), linked=linked[vain].tolist()
    )
    answer.failed += each(ids[electronic & (linked == 0) & ~vain].tolist(), "without_content")
    answer.failed += _of(files[_is(files, "outside")], "outside", reason="how")
    answer.failed += _of(files[_is(files, "missing")], "missing")
    answer.failed += _of(files[_is(files, "unreadable")], "unreadable", reason="how")
    answer.not_run += _without_folder(files)
    return answer


def _count_of_names(text: str) -> int:
    """How many files a cell of the catalogue names."""
    return len({name.strip() for name in _SEVERAL.split(text) if name.strip()})


def whole(inputs: Inputs) -> Answer:
    """2-7: no file breaks off or holds damaged parts."""
    answer, read = _of_files(inputs, looked_into=True)
    answer.failed += _of(read[read["not_whole"].notna()], "not_whole", reason="not_whole")
    closed = read["not_opened"].notna() & read["not_whole"].isna()
    answer.failed += _of(read[closed], "not_opened", reason="not_opened")
    answer.not_run += _of(read[read["no_opener"].notna()], "no_opener", actual="found_type")
    return answer


def formats_for_filing(inputs: Inputs) -> Answer:
    """3-3: each file is of a format for filing."""
    answer, read = _of_files(inputs, looked_into=True)
    allowed = {kind for one in inputs.definitions.formats for kind in one.media_types}
    answer.failed += _of(read[~read["found_type"].isin(allowed)], "format_refused", actual="found_type")
    return answer


def opens(inputs: Inputs) -> Answer:
    """3-x: each file can be opened by a reader of its format."""
    answer, read = _of_files(inputs)
    stopped = read["stopped"].notna()
    answer.failed += _of(read[stopped], "not_looked_into", reason="stopped")
    read = read[~stopped]
    answer.failed += _of(read[read["not_opened"].notna()], "not_opened", reason="not_opened")
    answer.not_run += _of(read[read["no_opener"].notna()], "no_opener", actual="found_type")
    return answer


def malware(inputs: Inputs) -> Answer:
    """4-2: the virus scanner finds nothing in any file."""
    scanner = inputs.scanner
    if not scanner.is_set:
        return Answer(_with(inputs, inputs.files), reason={"says": "no_scanner"})
    if scanner.silent is not None:
        return Answer(_with(inputs, inputs.files), reason={"says": "scanner_silent", "reason": scanner.silent})
    answer, read = _of_files(inputs)
    answer.failed += _of(read[read["malware"].notna()], "infected", name="malware")
    answer.not_run += _of(read[read["not_scanned"].notna()], "not_scanned", reason="not_scanned")
    return answer


def _of_files(inputs: Inputs, *, looked_into: bool = False) -> tuple[Answer, pd.DataFrame]:
    """The answer so far of a check of files that can be read, and these files; with `looked_into` those that were
    looked into to the end. What is not there can't be checked."""
    files = inputs.files
    answer = Answer(_with(inputs, files))
    answer.not_run += _unread(files)
    read = files[_is(files, "read")]
    if looked_into:
        answer.not_run += _of(read[read["stopped"].notna()], "not_looked_into", reason="stopped")
        read = read[read["stopped"].isna()]
    return answer, read


def _looked_into(inputs: Inputs, answer: Answer) -> Answer:
    files = inputs.files
    answer.not_run += _unread(files)
    stopped = files[_is(files, "read") & files["stopped"].notna()]
    answer.not_run += _of(stopped, "not_looked_into", reason="stopped")
    return answer


def _unread(files: pd.DataFrame) -> list[tuple[str, Detail]]:
    return [
        *_without_folder(files),
        *_of(files[_is(files, "outside")], "outside", reason="how"),
        *_of(files[_is(files, "missing")], "missing"),
        *_of(files[_is(files, "unreadable")], "unreadable", reason="how"),
    ]


def _without_folder(files: pd.DataFrame) -> list[tuple[str, Detail]]:
    lacking = files[_is(files, "no_folder")].drop_duplicates(["material_id", "how"])
    return each(lacking["material_id"].tolist(), "no_folder", folder=lacking["how"].tolist())


def _is(files: pd.DataFrame, state: str) -> pd.Series[bool]:
    return files["state"] == state


def _with(inputs: Inputs, files: pd.DataFrame) -> pd.Series[Any]:
    """Which records have one of these files."""
    return inputs.records["id"].isin(files["material_id"])


def _of(files: pd.DataFrame, says: str, **columns: str) -> list[tuple[str, Detail]]:
    """One detail a file, with values from its columns."""
    values: dict[str, Sequence[Any]] = {name: files[column].tolist() for name, column in columns.items()}
    return each(files["material_id"].tolist(), says, file=files["file_id"].tolist(), **values)
