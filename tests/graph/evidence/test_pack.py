"""Evidence packs: what they hold, what is left out of them, and that the verifier in them finds every change."""

from __future__ import annotations

import ast
import base64
import copy
import csv
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from graph import clock
from graph.chain import chain
from graph.errors import LedgerMissing, NotFound, ProofRejected, UsageError
from graph.evidence import verify_pack
from graph.evidence.pack import PackRequest, write_pack
from graph.evidence.pack_check import check_pack
from graph.evidence.pdf_signatures import signatures_in, trust_roots
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.evidence.certificates import PASSWORD, authority
from tests.graph.evidence.packed import INJECTED, RARE, SCAN, key_of, members, pack_of, sealed, zipped

DIGEST = hashlib.sha256(SCAN).hexdigest()
VERIFIER = Path(verify_pack.__file__)


def test_a_pack_of_both_engines_fits_and_says_what_the_archive_says(store_uri: str, tmp_path: Path) -> None:
    with sealed(store_uri, tmp_path) as (store, settings):
        key = key_of(store, settings)
        pack = pack_of(store, settings, tmp_path / "pack.zip")
        again = pack_of(store, settings, tmp_path / "again.zip")
        known = chain(store, LOCAL_OPERATOR, "hall:1")
    assert (tmp_path / "pack.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    assert (pack.sha256, pack.cases, pack.files) == (again.sha256, ["hall:1", "hall:2"], 1)
    lacking = {one.what.split(" ")[0]: one.why.split(",")[0] for one in pack.missing}
    none = "It is in none of the given folders."
    assert lacking == {"File:f2": none, "File:f3": "The file there has another digest", "File:f4": none}
    checked = check_pack(tmp_path / "pack.zip", key)
    assert (checked.wrong, len(checked.unchecked), checked.exit_code) == ([], 3, 4)
    held = members(tmp_path / "pack.zip")
    assert held[f"files/{DIGEST}.pdf"] == SCAN
    said = json.loads(held["cases/0001/chain.json"])
    assert said["applicants"] == [{"applicant": f"{RARE} [p1] (applicant)"}]
    assert [row["id"] for row in said["events"]] == [event.id for event in known.events] == ["e1", "e2"]
    first, second = said["events"]
    assert (first["time"], first["actors"], first["units"]) == (
        "2024-01-15T09:00+08:00",
        "经办张三 [a1] (经办)",
        "一号窗口 [u1]",
    )
    assert (first["time"], second["outcome"]) == (known.events[0].at, "同意")
    assert (second["time"], second["actors"]) == ("2024-01-16T10:00:00.000+08:00", "经办李四 [a2] (审批)")
    assert first["received"] == "居民身份证 [m1] (原件)"
    (material,) = said["materials"]
    assert (material["title"], material["files"].split("; ")[-1]) == ("居民身份证", max(DIGEST, "2" * 64))
    rows = list(csv.DictReader(io.StringIO(held["cases/0002/events.csv"].decode("utf-8-sig"))))
    assert [(row["activity"], row["time"], row["attributes"]) for row in rows] == [("'=1+1", "", '{"note":"@x"}')]
    assert json.loads(held["cases/0002/chain.json"])["events"][0]["activity"] == "=1+1"
    assert b"SECRET" not in b"".join(held.values())


@pytest.fixture(scope="module")
def packed(settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A pack and the key of its archive."""
    folder = tmp_path_factory.mktemp("packed")
    with sealed(f"duckdb:///{folder / 'a.duckdb'}", folder) as (store, settings_):
        pack_of(store, settings_, folder / "pack.zip", "hall:1")
        for part in HIDDEN:
            pack_of(store, settings_, folder / f"{part}.zip", "hall:1", without=(part,))
        yield folder / "pack.zip", key_of(store, settings_)


HIDDEN = {
    "who": ("经办张三", "经办李四", "一号窗口", RARE, "公安局", "Actor:a1"),
    "when": ("1705280400000", "2024-01-15", "1705370400000", "20100115"),
    "what": ("受理", "居民身份证", "同意", "经办李四", RARE),
    "links": ("IN_CASE", "RECEIVED", "原件"),
    "file": (DIGEST, "a.pdf", "HAS_FILE"),
}


@pytest.mark.parametrize("part", HIDDEN)
def test_a_part_that_is_left_out_is_nowhere_and_the_rest_proves(packed: tuple[Path, str], part: str) -> None:
    path, key = packed
    whole, less = members(path), members(path.with_name(f"{part}.zip"))
    aside = {"verify_pack.py", "how_to_check.txt"}

    def text(held: dict[str, bytes]) -> str:
        pages = [pypdf.PdfReader(io.BytesIO(data)).pages for name, data in held.items() if name.endswith("chain.pdf")]
        printed = "".join(page.extract_text() for one in pages for page in one)
        return printed + "".join(d.decode(errors="replace") for n, d in held.items() if n not in aside)

    before, after = (text(held) + "".join(held) for held in (whole, less))
    assert [hidden for hidden in HIDDEN[part] if hidden not in before] == []
    assert [hidden for hidden in HIDDEN[part] if hidden in after] == []
    checked = check_pack(path.with_name(f"{part}.zip"), key)
    assert checked.wrong == []
    proofs = json.loads(less["proofs.json"])
    salts = {(p["entry"], name) for p in json.loads(whole["proofs.json"]) for name in p["parts"]}
    assert {(p["entry"], name) for p in proofs for name in p["parts"]} <= salts
    assert all(part not in proof["parts"] for proof in proofs)
    # Its digest stays in the entries.
    assert any(part in json.loads(proof["entry"])["parts"] for proof in proofs) or part == "file"


def test_the_verifier_stands_alone(packed: tuple[Path, str], tmp_path: Path) -> None:
    path, key = packed
    source = VERIFIER.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 200
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names | {"cryptography"}
    (tmp_path / "verify_pack.py").write_bytes(members(path)["verify_pack.py"])

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "verify_pack.py", *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    fits = run(path, key)
    assert (fits.returncode, fits.stderr, "相符 FITS" in fits.stdout) == (4, "", True)
    zipped(members(path) | {f"files/{DIGEST}.pdf": b"other"}, tmp_path / "bad.zip")
    wrong = run(tmp_path / "bad.zip", key)
    assert (wrong.returncode, "不符" in wrong.stdout, f"files/{DIGEST}.pdf is no file" in wrong.stdout) == (
        1,
        True,
        True,
    )
    assert [run().returncode, run(tmp_path / "missing.zip").returncode] == [2, 2]


Content = dict[str, bytes]


def changed_json(name: str, change: Callable[[Any], object]) -> Callable[[Content], object]:
    def altered(content: Content) -> None:
        value = json.loads(content[name])
        change(value)
        content[name] = json.dumps(value, ensure_ascii=False).encode()

    return altered


def shown(proofs: list[Any], part: str) -> Any:
    return next(proof["parts"][part] for proof in proofs if part in proof["parts"] and proof["parts"][part]["links"])


CHANGES: dict[str, Callable[[Content], object]] = {
    "entry": changed_json("proofs.json", lambda p: p[0].update(entry=p[0]["entry"].replace('"v":1', '"v":2'))),
    "index": changed_json("proofs.json", lambda p: p[0].update(index=p[0]["index"] + 1)),
    "negative index": changed_json("proofs.json", lambda p: p[0].update(index=-1)),
    "path shorter": changed_json("proofs.json", lambda p: p[0]["path"].pop()),
    "path longer": changed_json("proofs.json", lambda p: p[0]["path"].append(p[0]["path"][0])),
    "proof of another": changed_json("proofs.json", lambda p: p[0].update(path=p[1]["path"])),
    "proof dropped": changed_json("proofs.json", lambda p: p.pop()),
    "salt": changed_json("proofs.json", lambda p: shown(p, "who").update(salt="00" * 16)),
    "text": changed_json("proofs.json", lambda p: shown(p, "who").update(text='{"links":[]}')),
    "link dropped": changed_json("proofs.json", lambda p: shown(p, "links")["links"].pop()),
    "link altered": changed_json(
        "proofs.json",
        lambda p: shown(p, "links").update(links=[shown(p, "links")["links"][0].replace("type", "kind")]),
    ),
    "record": changed_json("records.json", lambda r: r["records"]["Event:e2"].update(outcome="不同意")),
    "record added": changed_json("records.json", lambda r: r["records"].update({"Event:e9": {}})),
    "link of records": changed_json("records.json", lambda r: r["links"].pop()),
    "event": changed_json("cases/0001/chain.json", lambda c: c["events"][1].update(outcome="不同意")),
    "event dropped": changed_json("cases/0001/chain.json", lambda c: c["events"].pop()),
    "events swapped": changed_json("cases/0001/chain.json", lambda c: c["events"].reverse()),
    "applicant": changed_json("cases/0001/chain.json", lambda c: c["applicants"].clear()),
    "other case": changed_json("cases/0001/chain.json", lambda c: c.update(case="hall:2")),
    "case that is not proved": changed_json("pack.json", lambda p: p.update(cases=["hall:2"])),
    "csv": lambda c: c.update({"cases/0001/events.csv": c["cases/0001/events.csv"].replace("同意".encode(), b"no")}),
    "file byte": lambda c: c.update({f"files/{DIGEST}.pdf": SCAN + b" "}),
    "file under another name": lambda c: c.update({f"files/{'3' * 64}.pdf": c.pop(f"files/{DIGEST}.pdf")}),
    "file added": lambda c: c.update({f"files/{'4' * 64}.pdf": b"more"}),
    "size": lambda c: c.update(checkpoint=c["checkpoint"].replace(b"\n", b"\n1", 1)),
    "origin": lambda c: c.update(checkpoint=b"x" + c["checkpoint"]),
    "no signature": lambda c: c.update(checkpoint=c["checkpoint"].rpartition(b"\n\n")[0] + b"\n\n"),
    "key": lambda c: c.update({"keys/first.vkey": c["keys/first.vkey"].replace(b"+", b"+0", 1)}),
    "no checkpoint": lambda c: c.pop("checkpoint"),
    "no json": lambda c: c.update({"proofs.json": b"{"}),
    "deep json": lambda c: c.update({"proofs.json": b"[" * 100_000}),
    "path out of the pack": lambda c: c.update({"files/../../etc/passwd": b"x"}),
    "absolute path": lambda c: c.update({"/etc/passwd": b"x"}),
    "format": changed_json("pack.json", lambda p: p.update(format="v2")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_found(packed: tuple[Path, str], tmp_path: Path, change: str) -> None:
    path, key = packed
    content = members(path)
    before = copy.copy(content)
    assert check_pack(zipped(content, tmp_path / "same.zip"), key).wrong == []
    CHANGES[change](content)
    assert content != before
    assert check_pack(zipped(content, tmp_path / "changed.zip"), key).wrong


def test_no_character_of_a_proof_can_be_altered(packed: tuple[Path, str], tmp_path: Path) -> None:
    path, key = packed
    content = members(path)
    proofs = json.loads(content["proofs.json"])
    chance = random.Random(11)
    for _ in range(300):
        altered = copy.deepcopy(proofs)
        proof = chance.choice(altered)
        kind = chance.choice(["entry", "path", "salt", "text"])
        if kind in ("salt", "text") and not proof["parts"]:
            continue
        if kind in ("entry", "path"):
            holder, at = (
                (proof, "entry") if kind == "entry" else (proof["path"], chance.randrange(len(proof["path"])))
            )
        else:
            holder, at = chance.choice(list(proof["parts"].values())), kind
        text, place = holder[at], chance.randrange(len(holder[at]))
        holder[at] = text[:place] + chance.choice("0aZ9") + text[place + 1 :]
        if holder[at] == text or (kind == "path" and base64.b64decode(holder[at]) == base64.b64decode(text)):
            continue
        changed = content | {"proofs.json": json.dumps(altered).encode()}
        assert check_pack(zipped(changed, tmp_path / "altered.zip"), key).wrong, (kind, text, holder[at])


def test_another_key_and_none(packed: tuple[Path, str]) -> None:
    path, key = packed
    assert "another key than you gave" in check_pack(path, key.replace("dossier", "other")).wrong[0]
    unheld = check_pack(path)
    assert (unheld.wrong, unheld.unchecked[-1].endswith(key)) == ([], True)


def test_packs_that_would_fill_the_memory_or_are_cut(
    packed: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, key = packed
    for limit in ("LARGEST_TEXT", "LARGEST_WHOLE"):
        with monkeypatch.context() as patch:
            patch.setattr(verify_pack, limit, 1000)
            assert "too large" in check_pack(path, key).wrong[0]
    data = path.read_bytes()
    for cut in (0, 10, len(data) // 2, len(data) - 5):
        (tmp_path / "cut.zip").write_bytes(data[:cut])
        assert check_pack(tmp_path / "cut.zip", key).wrong
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as pack:
        for name, content in members(path).items():
            pack.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            pack.writestr("checkpoint", b"")
    assert "a member twice" in check_pack(tmp_path / "twice.zip", key).wrong[0]


def test_the_print_shows_texts_as_they_are(packed: tuple[Path, str]) -> None:
    path, _ = packed
    held = members(path)
    printed = held["cases/0001/chain.pdf"]
    assert b"<pdfaid:part>2</pdfaid:part>" in printed
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    text = "".join("".join(pages).split())
    assert "".join(INJECTED.split()) in text
    assert "[U+20BB7]田龘" in text and RARE in held["cases/0001/chain.json"].decode()
    assert hashlib.sha256(held["cases/0001/chain.json"]).hexdigest() in text
    assert DIGEST in text and held["checkpoint"].decode().split("\n")[2] in text
    assert all(f"第{n}页，共{len(pages)}页" in "".join(page.split()) for n, page in enumerate(pages, 1))


def test_prints_are_signed_where_a_certificate_is_set(tmp_path: Path) -> None:
    root = authority("Archive root")
    (tmp_path / "signer.p12").write_bytes(root.pkcs12("档案馆"))
    (tmp_path / "password").write_bytes(PASSWORD)
    given = {"signing_certificate": tmp_path / "signer.p12", "signing_password_file": tmp_path / "password"}
    with sealed(f"duckdb:///{tmp_path / 'a.duckdb'}", tmp_path, **given) as (store, settings):
        pack_of(store, settings, tmp_path / "pack.zip", "hall:2")
        assert check_pack(tmp_path / "pack.zip", key_of(store, settings)).exit_code == 0
    printed = members(tmp_path / "pack.zip")["cases/0001/chain.pdf"]
    found = signatures_in(printed, "chain.pdf", trust_roots(root.trusted_in(tmp_path / "roots")))
    assert (found.outcome, found.signatures[0].signer) == ("valid", "Common Name: 档案馆")


def test_a_record_that_was_altered_is_named_and_not_shown(tmp_path: Path) -> None:
    with sealed(f"duckdb:///{tmp_path / 'a.duckdb'}", tmp_path) as (store, settings):
        store.cursor().execute("UPDATE \"Event\" SET outcome = '伪造' WHERE id = 'e2'")  # type: ignore[attr-defined]
        pack = pack_of(store, settings, tmp_path / "pack.zip", "hall:1")
        assert "Event:e2@2" in {one.what for one in pack.missing}
        held = members(tmp_path / "pack.zip")
        # Nor does its earlier content pass for it.
        assert [word for word in ("伪造", "同意", "待定") if word.encode() in b"".join(held.values())] == []
        _, event = json.loads(held["cases/0001/chain.json"])["events"]
        assert (event["id"], event["time"], event["activity"], event["outcome"]) == ("e2", "", "", "")
        checked = check_pack(tmp_path / "pack.zip", key_of(store, settings))
        assert (checked.wrong, checked.exit_code) == ([], 4)
        store.cursor().execute("UPDATE \"Case\" SET region = '伪造' WHERE id = 'hall:1'")  # type: ignore[attr-defined]
        with pytest.raises(ProofRejected, match="does not hold the case hall:1"):
            pack_of(store, settings, tmp_path / "pack.zip", "hall:1")


def test_requests_that_cannot_be_met(duckdb_uri: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with sealed(duckdb_uri, tmp_path) as (store, settings):
        assert clock.last_done(store) == 3
        with pytest.raises(UsageError, match="'whom' is no part"):
            pack_of(store, settings, path, without=("whom",))
        with pytest.raises(UsageError, match="1 to 9999 cases"):
            write_pack(store, settings, LOCAL_OPERATOR, PackRequest(()), path)
        with pytest.raises(UsageError, match="There is no folder"):
            write_pack(store, settings, LOCAL_OPERATOR, PackRequest(("hall:1",)), tmp_path / "none" / "pack.zip")
        with pytest.raises(NotFound, match="no case 'hall:99'"):
            pack_of(store, settings, path, "hall:99")
    with archive(duckdb_uri, ledger=str(tmp_path / "elsewhere")) as (store, settings), pytest.raises(LedgerMissing):
        pack_of(store, settings, path, "hall:1")
    assert not path.exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".pack-")] == []
