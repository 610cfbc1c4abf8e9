"""Checks of a run as a whole: totals against the transfer list, elements, files that nobody lists, the scanner."""

from __future__ import annotations

from collections.abc import Iterable

from graph.checks.inputs import Inputs
from graph.checks.outcomes import BatchAnswer, Detail


def total_records(inputs: Inputs) -> BatchAnswer:
    """2-1: as many records as the transfer list states, and those that it names."""
    listed = inputs.transfer
    if listed is None:
        return BatchAnswer(reason={"says": "no_transfer_list"})
    if listed.records is None:
        return BatchAnswer(reason={"says": "total_unstated", "column": "件数"})
    failed: list[Detail] = []
    actual = int(inputs.asked.sum())
    if actual != listed.records:
        failed.append({"says": "records_differ", "actual": actual, "stated": listed.records})
    if listed.archive_nos:
        own = set(inputs.records.loc[inputs.asked, "archive_no"].dropna())
        failed += _named("not_transferred", set(listed.archive_nos) - own)
        failed += _named("not_in_list", own - set(listed.archive_nos))
    return BatchAnswer(failed)


def _named(says: str, numbers: Iterable[str]) -> list[Detail]:
    left = sorted(numbers)
    return [{"says": says, "count": len(left), "first": left[0]}] if left else []


def total_bytes(inputs: Inputs) -> BatchAnswer:
    """2-2: the files have as many bytes as the transfer list states."""
    listed = inputs.transfer
    if listed is None:
        return BatchAnswer(reason={"says": "no_transfer_list"})
    if listed.bytes is None:
        return BatchAnswer(reason={"says": "total_unstated", "column": "字节数"})
    own = set(inputs.records.loc[inputs.asked, "id"])
    files = inputs.files[inputs.files["material_id"].isin(own)].drop_duplicates("file_id")
    unknown = int((files["state"] != "read").sum())
    if unknown:
        return BatchAnswer(reason={"says": "bytes_uncounted", "count": unknown})
    actual = int(files["found_size"].astype("int64").sum())
    if actual != listed.bytes:
        return BatchAnswer([{"says": "bytes_differ", "actual": actual, "stated": listed.bytes}])
    return BatchAnswer()


def elements(inputs: Inputs) -> BatchAnswer:
    """2-3: each required element is stated by some record of each source system."""
    failed: list[Detail] = []
    systems = inputs.records["system"]
    for one in inputs.definitions.elements:
        stated = inputs.values(one.field).notna() & inputs.asked
        for system in sorted(set(systems[inputs.asked]) - set(systems[stated])):
            detail = {"says": "element_absent", "system": system, "element": one.element}
            failed.append({**detail, "obligation": one.obligation})
    return BatchAnswer(failed)


def scanner(inputs: Inputs) -> BatchAnswer:
    """4-1: a virus scanner is there and answers."""
    found = inputs.scanner
    if not found.is_set:
        return BatchAnswer(reason={"says": "no_scanner"})
    if found.silent is not None:
        return BatchAnswer([{"says": "scanner_silent", "reason": found.silent}])
    return BatchAnswer()


def superfluous(inputs: Inputs) -> BatchAnswer:
    """4-3: the folders hold no file that no record has, and nothing that leads out of them."""
    folders = inputs.folders
    if not folders.given:
        return BatchAnswer(reason={"says": "no_folders"})
    failed: list[Detail] = [{"says": "unlisted", "name": name} for name in folders.unlisted]
    return BatchAnswer([*failed, *({"says": "refused", "reason": one} for one in folders.refused)])
