"""Evidence packs: cases with their records, files, entries and proofs in one file that can be checked anywhere.

What a pack shows is made from the proved parts alone, by the functions of the verifier that goes into it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.errors import LedgerAltered, ProofRejected, UsageError
from graph.evidence.chain_print import ChainSheet, chain_pdf
from graph.evidence.home import open_ledger
from graph.evidence.pack_files import Missing, copied_files, write_zip
from graph.evidence.pack_records import found_cases, left_out, records_of, shown_to
from graph.evidence.proofs import Proof, Unproved, proofs
from graph.evidence.verify_pack import FORMAT, csv_of, proven, tables
from graph.in_force import known_load
from graph.instants import utc_iso
from graph.ledger.log import Ledger
from graph.sampling import Sample
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer

MOST_CASES = 9999
TABLES = ("applicants", "events", "materials")


@dataclass(frozen=True)
class PackRequest:
    """What goes into a pack: cases by id or natural key; parts to leave out; folders of files by the name that they
    have in the uri of their files; the sample that the cases were drawn by."""

    cases: Sequence[str]
    without: Sequence[str] = ()
    folders: Mapping[str, Path] = field(default_factory=dict)
    sample: Sample | None = None


class Pack(BaseModel):
    """A pack that was written."""

    path: str
    sha256: str
    cases: list[str]
    as_of_load: int
    left_out: list[str]
    entries: int
    files: int
    missing: list[Missing]


@dataclass(frozen=True)
class _Proved:
    """What is proved: the proofs of a ledger's head, and what they say."""

    load: int
    known_on: str
    note: str
    keys: dict[str, bytes]
    proofs: list[Proof]
    unproved: list[Unproved]


def write_pack(store: Store, settings: Settings, viewer: Viewer, wanted: PackRequest, path: Path) -> Pack:
    """Writes the pack of cases as the last done load knew them; a file at `path` is replaced when it is whole.

    Raises NotFound for a case that is not there, UsageError for parts or folders that are none, LedgerMissing,
    ProofRejected for a case that the ledger does not hold as the archive does.
    """
    viewer.require_whole_archive()
    without = left_out(wanted.without)
    if not 0 < len(wanted.cases) <= MOST_CASES:
        raise UsageError(f"A pack holds 1 to {MOST_CASES} cases, not {len(wanted.cases)}.", "Name the cases.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {path.absolute().parent} for the pack.", "Make it, or name another.")
    cases = found_cases(store, viewer, wanted.cases)
    proved = _proved(store, settings, cases)
    shown = [_wire(proof) for proof in shown_to(proved.proofs, without)]
    records, links = proven(shown)
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".pack-") as made:
        folder = Path(made)
        members, lacking = copied_files(records, wanted.folders, folder) if "file" not in without else ({}, [])
        missing = [*_unproved(proved.unproved, without), *lacking]
        texts = {
            "checkpoint": proved.note.encode(),
            "how_to_check.txt": _resource("how_to_check.txt"),
            "proofs.json": _json(shown),
            "records.json": _json({"records": records, "links": links}),
            "verify_pack.py": _resource("verify_pack.py"),
            **proved.keys,
        }
        if wanted.sample is not None:
            texts["sample.json"] = f"{wanted.sample.model_dump_json(indent=1)}\n".encode()
        stated = {"as_of_load": proved.load, "left_out": sorted(without)}
        for number, case in enumerate(cases, 1):
            chain = {"case": case, **stated, **tables(records, links, case)}
            sheet = _sheet(settings, proved, chain, records, missing, len(shown))
            texts |= {f"cases/{number:04}/{name}": data for name, data in _of_case(chain, sheet, settings).items()}
        listed = {"missing": [one.model_dump() for one in missing], "members": sorted([*texts, *members])}
        texts["pack.json"] = _json({"format": FORMAT, "cases": cases, **stated, **listed})
        write_zip(folder / "pack.zip", texts, members)
        (folder / "pack.zip").replace(path)
    return pack_of(path)


def pack_of(path: Path) -> Pack:
    """What a pack that was written says of itself."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with zipfile.ZipFile(path) as members:
        stated = json.loads(members.read("pack.json"))
        entries = len(json.loads(members.read("proofs.json")))
    files = sum(name.startswith("files/") for name in stated["members"])
    return Pack(path=str(path), sha256=sha256, entries=entries, files=files, **stated)


def _unproved(unproved: Sequence[Unproved], without: Collection[str]) -> list[Missing]:
    """What could not be proved; only its count where an id might say what is left out."""
    if not without:
        return [Missing(what=one.id, why=one.why) for one in unproved]
    return [Missing(what=f"{len(unproved)} entries", why="They could not be proved.")] if unproved else []


def _of_case(chain: dict[str, Any], sheet: ChainSheet, settings: Settings) -> dict[str, bytes]:
    """The members of one case by their name in its folder."""
    data = _json(chain)
    printed = sheet.model_copy(update={"data_digest": hashlib.sha256(data).hexdigest()})
    lists = {f"{name}.csv": csv_of(rows) for name, rows in chain.items() if name in TABLES}
    return {"chain.json": data, "chain.pdf": _signed(chain_pdf(printed), settings), **lists}


def _resource(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


def _proved(store: Store, settings: Settings, cases: Sequence[str]) -> _Proved:
    load = known_load(store, None)
    committed = next(one.committed_at for one in clock.loads(store) if one.number == load)
    with open_ledger(store, settings, read_only=True, shared=True) as ledger:
        snapshot = store.snapshot()
        try:
            found, unproved = proofs(snapshot, ledger, records_of(store, cases, load), load)
        finally:
            snapshot.close()
        stems = {_stem(one.id) for one in unproved}
        for case in cases:
            if f"Case:{case}" in stems:
                raise ProofRejected(
                    f"The ledger does not hold the case {case} as the archive does.",
                    "`dossier verify` says what was altered; a case that is not sealed yet is so by the next load.",
                )
        # An earlier state of a record must not pass for the one that cannot be proved.
        found = [one for one in found if _stem(json.loads(one.entry)["id"]) not in stems]
        day = utc_iso(committed)[:10] if committed is not None else "1970-01-01"
        return _Proved(load, day, ledger.head().note, _keys(ledger), found, unproved)


def _stem(entry_id: str) -> str:
    """What an entry is about, without the load."""
    return entry_id.rpartition("@")[0]


def _keys(ledger: Ledger) -> dict[str, bytes]:
    """The first verifier key, and the notes by which each was replaced."""
    found = {"keys/first.vkey": f"{ledger.verifiers[0]}\n".encode()}
    for number in range(1, len(ledger.verifiers)):
        path = ledger.folder / "keys" / f"{number:04}.note"
        try:
            found[f"keys/{number:04}.note"] = path.read_bytes()
        except OSError as error:
            raise LedgerAltered(f"{path} cannot be read.", "Restore it from a copy of the ledger.") from error
    return found


def _wire(proof: Proof) -> dict[str, Any]:
    parts = {
        part: {"salt": of.salt.hex(), "text": of.text, "links": list(of.links)} for part, of in proof.parts.items()
    }
    path = [base64.b64encode(one).decode() for one in proof.path]
    return {"entry": proof.entry.decode(), "index": proof.index, "path": path, "parts": parts}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode()


def _sheet(
    settings: Settings,
    proved: _Proved,
    chain: dict[str, Any],
    records: Mapping[str, Mapping[str, Any]],
    missing: Sequence[Missing],
    entries: int,
) -> ChainSheet:
    origin, size, root = proved.note.split("\n")[:3]
    return ChainSheet(
        title=f"业务稽核链 {chain['case']}",
        archive=settings.archive_name,
        item=records.get(f"Case:{chain['case']}", {}).get("item_id", ""),
        known_on=proved.known_on,
        missing=[f"{one.what}: {one.why}" for one in missing],
        origin=origin,
        size=size,
        root=root,
        key=proved.keys["keys/first.vkey"].decode().strip(),
        entries=entries,
        data_digest="",
        **{**chain, "applicants": [row["applicant"] for row in chain["applicants"]]},
    )


def _signed(pdf: bytes, settings: Settings) -> bytes:
    from graph.evidence.pdf_signatures import can_sign, signed

    return signed(pdf, settings) if can_sign(settings) else pdf
