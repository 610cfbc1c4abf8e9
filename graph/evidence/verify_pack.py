"""Checks an evidence pack (证据包核验) with Python 3.11 or newer and the package `cryptography`, nothing else.

python verify_pack.py PACK.zip [NAME+HASH+KEY]     with the public key as you hold it from elsewhere, if you do
Exit code 0: it fits. 1: something does not. 2: wrong usage. 4: it fits, but not all could be checked.
"""

import base64
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, LARGEST_TEXT, LARGEST_WHOLE = "dossier-evidence-pack v1", 256 << 20, 16 << 30
NAME = re.compile(r"(cases/[0-9]{4}/|files/|keys/)?[a-z0-9_]+(\.[a-z0-9]{1,8})?")
CUT = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19}
LISTED = {"actors": "BY", "units": "IN_UNIT", "received": "RECEIVED", "used": "USED"}
LISTED |= {"produced": "PRODUCED", "touched": "TOUCHED", "stated": "STATES"}
OF_MATERIALS = ("title", "date", "form", "medium", "archive_no", "doc_no", "responsible", "valid_until")
DAMAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, EOFError, zlib.error)
Record = dict[str, Any]


def open_note(note: str, key: str) -> list[str]:
    """The lines of a signed note (C2SP signed-note). Raises where the key has not signed it."""
    text, _, lines = note.rpartition("\n\n")
    name, hash_, public = key.split("+", 2)
    id_ = hashlib.sha256(f"{name}\n".encode() + (raw := base64.b64decode(public, validate=True))).digest()[:4]
    signed = [base64.b64decode(one.split(" ")[2]) for one in lines.splitlines() if one.startswith(f"— {name} ")]
    signed = [one[4:] for one in signed if one[:4] == id_]
    if raw[:1] != b"\x01" or id_.hex() != hash_.lower() or not signed:
        raise ValueError(f"the key {key} is malformed or has not signed a note of the pack")
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[0], f"{text}\n".encode())
    return text.split("\n")


def root_by(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which an audit path leads (RFC 9162 2.1.3.2)."""
    found, at, last = hashlib.sha256(b"\x00" + entry).digest(), index, size - 1
    for one in path:
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + one + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + one).digest()
        at, last = at >> 1, last >> 1
    if last or not 0 <= index < size or any(len(one) != 32 for one in path):
        raise ValueError(f"the proof of entry {index} of {size} is impossible")
    return found


def check_part(entry: Record, part: str, shown: Record) -> None:
    """A part that is shown is that of the entry, and its links those of the part."""
    digest = hashlib.sha256(bytes.fromhex(shown["salt"]) + shown["text"].encode()).hexdigest()
    links = sorted(hashlib.sha256(text.encode()).hexdigest() for text in shown["links"])
    if digest != entry["parts"].get(part) or links != json.loads(shown["text"]).get("links", []):
        raise ValueError(f"{entry['id']}: its part {part} is not what was sealed")


def proven(proofs: list[Record]) -> tuple[dict[str, Record], list[Record]]:
    """Records and links as the newest entries of the pack state them."""
    records: dict[str, Record] = {}
    links: set[str] = set()
    told = [(json.loads(proof["entry"]), proof["parts"].values()) for proof in proofs]
    known = {None, *(entry["id"] for entry, _ in told)}
    told.sort(key=lambda one: (int(one[0]["id"].rpartition("@")[2]), one[0]["kind"] == "link"))
    for entry, parts in told:
        ref, texts = entry["id"].rpartition("@")[0], {text for part in parts for text in part["links"]}
        if not entry["kind"].startswith("link") and entry["supersedes"] not in known:
            raise ValueError(f"{entry['id']} replaces {entry['supersedes']}, which is not in the pack")
        links = links - texts if entry["kind"] == "link-withdrawal" else links | texts
        if entry["kind"] == "withdrawal":
            records.pop(ref, None)
        elif not entry["kind"].startswith("link"):
            records[ref] = {k: v for of in parts for k, v in json.loads(of["text"]).get("properties", {}).items()}
    return records, [json.loads(text) for text in sorted(links)]


def time_text(ms: int | None, offset: int, precision: str) -> str:
    """An instant on the clock of its source, as far as it is known."""
    if ms is None or abs(ms) > 1 << 45:
        return "" if ms is None else f"{ms} ms"
    shown = (datetime(1970, 1, 1) + timedelta(milliseconds=ms, seconds=offset)).isoformat(timespec="milliseconds")
    cut, east = CUT.get(precision, 23), abs(offset) // 60
    return shown[:cut] + f"{'-' if offset < 0 else '+'}{east // 60:02}:{east % 60:02}" * (cut > 10)


def tables(records: dict[str, Record], links: list[Record], case: str) -> dict[str, list[Record]]:
    """What is read of a case: who applied, what was done in order, with which materials. Text only."""
    at: dict[tuple[str, str], list[Record]] = {}
    for link in links:
        at.setdefault((link["from"], link["type"]), []).append(link)
        at.setdefault((link["type"], link["to"]), []).append(link)

    def said(ref: str) -> str:
        of, facts = records.get(ref, {}), [records.get(link["from"], {}) for link in at.get(("ABOUT", ref), ())]
        names = " / ".join(sorted({fact.get("value", "") for fact in facts if fact.get("field") == "name"}))
        return f"{of.get('name') or of.get('title') or of.get('field') or names} [{ref.partition(':')[2]}]".strip()

    def listed(links: list[Record], end: str) -> str:
        each = [(said(of[end]), *map(of["properties"].get, ("role", "qualifier"))) for of in links]
        return "; ".join(sorted(" ".join([who, *(f"({how})" for how in hows if how)]) for who, *hows in each))

    applied = [listed([link], "from") for link in at.get(("APPLIED", f"Case:{case}"), [])]
    events, materials, used, held = [], [], set(), at.get(("IN_CASE", f"Case:{case}"), [])
    ranked = [([link["properties"].get(n, float("inf")) for n in ("sort_at", "seq")], link["from"]) for link in held]
    for number, (_, ref) in enumerate(sorted(ranked), 1):
        e = records.get(ref, {})
        row = {"number": str(number), "time": time_text(e.get("at"), e.get("offset", 0), e.get("precision", ""))}
        row |= {name: e.get(name, "") for name in ("activity", "lifecycle", "stage", "outcome", "attributes")}
        row |= {name: listed(at.get((ref, type_), []), "to") for name, type_ in LISTED.items()}
        events.append(row | {"recorded_at": time_text(e.get("recorded_at"), 0, ""), "id": ref.partition(":")[2]})
        used |= {one["to"] for type_ in LISTED.values() for one in at.get((ref, type_), [])}
    for ref in sorted(ref for ref in used if ref.startswith("Material:")):
        row = {name: records.get(ref, {}).get(name, "") for name in OF_MATERIALS} | {"id": ref.partition(":")[2]}
        digests = [records.get(one["to"], {}).get("sha256", "") for one in at.get((ref, "HAS_FILE"), [])]
        materials.append(row | {"files": "; ".join(sorted(digests))})
    return {"applicants": [{"applicant": one} for one in sorted(applied)], "events": events, "materials": materials}


def csv_of(rows: list[Record]) -> bytes:
    """CSV for spreadsheets: what they would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    cells = [[f"'{text}" if text[:1] in tuple("=+-@\t\r") else text for text in row.values()] for row in rows]
    csv.writer(out).writerows([list(rows[0]), *cells] if rows else [])
    return out.getvalue().encode("utf-8-sig")


def check(path: str, key: str | None = None) -> tuple[list[str], list[str]]:
    """What does not fit, and what could not be checked. Raises what DAMAGE lists for a pack that cannot be read."""
    with zipfile.ZipFile(path) as pack:
        members = {one.filename: one for one in pack.infolist()}
        if len(members) < len(pack.infolist()) or sum(one.file_size for one in members.values()) > LARGEST_WHOLE:
            raise ValueError("the pack is too large when unpacked, or has a member twice")

        def read(name: str) -> bytes:
            if members[name].file_size > LARGEST_TEXT:
                raise ValueError(f"{name} is too large")
            return pack.read(name)

        about, proofs = json.loads(read("pack.json")), json.loads(read("proofs.json"))
        odd = {*members} ^ {*about["members"], "pack.json"} | {name for name in members if not NAME.fullmatch(name)}
        wrong = [f"{name!r} is not what pack.json lists, or no name of a pack" for name in sorted(odd)]
        keys = [read("keys/first.vkey").decode().strip()]
        for number in range(1, sum(name.startswith("keys/") for name in members)):
            keys.append(open_note(read(f"keys/{number:04}.note").decode(), keys[-1])[2])
        origin, size, root = open_note(read("checkpoint").decode(), keys[-1])[:3]
        if about["format"] != FORMAT or origin != keys[0].split("+")[0] or key not in {None, *keys}:
            wrong.append("the pack has another format, is of another log, or signed under another key than you gave")
        for proof in proofs:
            entry, hashes = json.loads(proof["entry"]), [base64.b64decode(one) for one in proof["path"]]
            if root_by(proof["entry"].encode(), proof["index"], int(size), hashes) != base64.b64decode(root):
                wrong.append(f"{entry['id']}: its proof leads to another root")
            for part, shown in proof["parts"].items():
                check_part(entry, part, shown)
        records, links = proven(proofs)
        if json.loads(read("records.json")) != {"records": records, "links": links}:
            wrong.append("records.json says something else than the sealed entries")
        for number, case in enumerate(about["cases"], 1):
            shown = json.loads(read(f"cases/{number:04}/chain.json"))
            wrong += [] if f"Case:{case}" in records and shown["case"] == case else [f"case {case} is not proved"]
            for name, rows in tables(records, links, case).items():
                if shown[name] != rows or read(f"cases/{number:04}/{name}.csv") != csv_of(rows):
                    wrong.append(f"case {case}: {name} say something else than the sealed entries")
        digests = {of.get("sha256", "") for ref, of in records.items() if ref.startswith("File:")}
        for name in (name for name in members if name.startswith("files/")):
            with pack.open(name) as file:
                digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
            wrong += [] if digest in digests and digest in name else [f"{name} is no file that was sealed"]
    unseen = [f"{one['what']} is not in the pack: {one['why']}" for one in about["missing"]]
    return wrong, unseen


def main() -> int:
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_file():
        sys.stderr.write(__doc__)
        return 2
    try:
        wrong, unseen = check(*sys.argv[1:])
    except (*DAMAGE, zipfile.BadZipFile, InvalidSignature) as error:
        wrong, unseen = [f"{type(error).__name__}: {error}"], []
    sys.stdout.writelines([f"WRONG  {one}\n" for one in wrong] + [f"OPEN   {one}\n" for one in unseen])
    sys.stdout.write("" if sys.argv[2:] else "NOTE   compare keys/first.vkey with the archive's key as you hold it\n")
    sys.stdout.write("不符 DOES NOT FIT\n" if wrong else "相符 FITS. PDF files are prints and were not compared.\n")
    return 1 if wrong else 4 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
