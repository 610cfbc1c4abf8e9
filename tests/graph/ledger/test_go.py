"""What Go's checksum database says of our notes, proofs and tiles, and of thousands of altered ones."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph.errors import NoteRejected, ProofRejected
from graph.ledger import Ledger, merkle, note
from graph.ledger.keys import SigningKey
from tests.conftest import NO_GO, REQUIRED_GO

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parent / "go"
ORIGIN = "archive.example/ledger"
SIZE = 66_000
Judge = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Asks one process of Go for its answers to many cases."""
    program = tmp_path_factory.mktemp("go") / "judge"
    go = shutil.which("go")
    if go is None:
        _without(f"{NO_GO}: the command go is not installed")
    built = subprocess.run(
        [str(go), "build", "-buildvcs=false", "-o", str(program), "."],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        _without(f"{NO_GO} that builds {SOURCE.name}: {built.stderr.strip()[-300:]}")

    def answers(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps(case, default=lambda raw: base64.b64encode(raw).decode()) + "\n" for case in cases)
        run = subprocess.run([str(program)], input=lines, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    return answers


def _without(missing: str) -> None:
    if os.environ.get(REQUIRED_GO) == "1":
        pytest.fail(f"{REQUIRED_GO}=1, but {missing}", pytrace=False)
    pytest.skip(missing)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger with tiles of three levels, grown in batches."""
    folder = tmp_path_factory.mktemp("ledger") / "ledger"
    with Ledger.create(folder, ORIGIN) as made:
        for start, end in ((0, 100), (100, 700), (700, SIZE)):
            made.complete(made.prepare(f"{start}", (b"entry %d" % each for each in range(start, end)), {}))
    return Ledger.open(folder, read_only=True)


def _proof_cases(ledger: Ledger, draw: random.Random) -> list[dict[str, Any]]:
    root = ledger.root()
    cases: list[dict[str, Any]] = []
    for index in (0, 1, 255, 256, 699, 65_535, 65_536, SIZE - 1, *(draw.randrange(SIZE) for _ in range(60))):
        cases.append(
            {
                "Kind": "record",
                "Size": SIZE,
                "Root": root,
                "Index": index,
                "Leaf": merkle.leaf_hash(b"entry %d" % index),
            }
            | {"Proof": ledger.inclusion_proof(index)}
        )
    for old in (1, 2, 100, 255, 256, 257, 700, 65_536, SIZE - 1, SIZE, *(draw.randrange(1, SIZE) for _ in range(60))):
        cases.append(
            {"Kind": "tree", "Size": SIZE, "Root": root, "Old": old, "OldRoot": ledger.root(old)}
            | {"Proof": ledger.consistency_proof(old)}
        )
    return cases


def _ours_of_proof(case: dict[str, Any]) -> bool:
    try:
        if case["Kind"] == "record":
            merkle.verify_inclusion(case["Index"], case["Size"], case["Leaf"], case["Proof"], case["Root"])
        else:
            merkle.verify_consistency(case["Old"], case["Size"], case["OldRoot"], case["Root"], case["Proof"])
    except ProofRejected:
        return False
    return True


def _altered_proof(case: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    changed = {**case, "Proof": list(case["Proof"])}
    proof = changed["Proof"]
    named = ["Root", "Leaf"] if case["Kind"] == "record" else ["Root", "OldRoot"]
    how = draw.choice(["bit", "named", "drop", "add", "swap", "number", "size", "short"])
    if how == "bit" and proof:
        at = draw.randrange(len(proof))
        proof[at] = _flipped(proof[at], draw)
    elif how == "drop" and proof:
        del proof[draw.randrange(len(proof))]
    elif how == "add":
        proof.insert(draw.randint(0, len(proof)), draw.choice([bytes(32), case["Root"], *proof]))
    elif how == "swap" and len(proof) > 1:
        one, other = draw.sample(range(len(proof)), 2)
        proof[one], proof[other] = proof[other], proof[one]
    elif how == "number":
        name = "Index" if case["Kind"] == "record" else "Old"
        changed[name] = draw.choice([-1, 0, case[name] ^ 1, case[name] + 1, case[name] * 2, SIZE, SIZE + 1])
    elif how == "size":
        changed["Size"] = draw.choice([0, -1, 1, SIZE - 1, SIZE + 1, SIZE * 2, draw.randrange(SIZE)])
    elif how == "short" and proof:
        at = draw.randrange(len(proof))
        proof[at] = proof[at][: draw.randrange(32)]
    else:
        name = draw.choice(named)
        changed[name] = _flipped(case[name], draw)
    return changed


def _flipped(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def _note_cases(ledger: Ledger, draw: random.Random) -> list[dict[str, Any]]:
    text = "Ognuno sta solo\n\nsul cuor della terra — 履历\n"
    signers = [
        SigningKey(name, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
        for number, name in enumerate((ORIGIN, ORIGIN, "见证.example/w", "other.example"))
    ]
    keys = [str(each.verifier) for each in signers]
    checkpoints = [ledger.checkpoint_at(size).note for size in (0, 100, 700, SIZE)]
    notes = [(each, [str(ledger.verifiers[0])]) for each in checkpoints]
    notes += [(note.sign(text, *signers[:count]), keys[:3]) for count in (1, 2, 3, 4)]
    notes += [(note.sign(text, *signers), keys[1:2]), (note.sign(text, signers[3]), [*keys[2:], keys[2]])]
    return [{"Kind": "note", "Message": message.encode(), "Keys": known} for message, known in notes]


def _ours_of_note(case: dict[str, Any]) -> bool:
    try:
        note.open_note(case["Message"], [note.verifier(key) for key in case["Keys"]])
    except NoteRejected:
        return False
    return True


_INSERTED = [
    b"\n",
    b"\n\n",
    b" ",
    b"\r",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xc2\xa0",
    b"\xe3\x80\x80",
    b"\xe2\x80\x94 ",
    b"+",
]
_INSERTED += [
    b"=",
    b"A",
    b"\xed\xa0\x80",
    b"\xef\xbf\xbd",
    b"\xe2\x80\x94 x AAAAAAAA\n",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
]


def _altered_note(case: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    message, keys = case["Message"], list(case["Keys"])
    at = draw.randrange(len(message))
    how = draw.choice(["flip", "drop", "insert", "cut", "double", "lines", "keys", "letter", "many"])
    if how == "flip":
        message = _flipped(message, draw)
    elif how == "drop":
        message = message[:at] + message[at + draw.randint(1, 5) :]
    elif how == "insert":
        message = message[:at] + draw.choice(_INSERTED) + message[at:]
    elif how == "cut":
        message = message[:at]
    elif how == "double":
        message += message.splitlines(keepends=True)[-1]
    elif how == "lines":
        lines = message.splitlines(keepends=True)
        one, other = draw.sample(range(len(lines)), 2)
        lines[one], lines[other] = lines[other], lines[one]
        message = b"".join(lines)
    elif how == "letter":
        end = message.rindex(b"=") if b"=" in message else len(message) - 1
        message = message[: end - 1] + draw.choice([b"A", b"B", b"g", b"w", b"/", b"=", b"-"]) + message[end:]
    elif how == "many":
        message += draw.choice([98, 99, 100, 101]) * ("— x.example " + "A" * 12 + "\n").encode()
    else:
        place = draw.randrange(len(keys))
        keys[place] = draw.choice(
            ["", keys[place].replace("+", " ", 1), keys[place].upper(), keys[place][:-4] + "AAA="]
        )
    return {**case, "Message": message, "Keys": keys}


def _refused_alike(judge: Judge, cases: list[dict[str, Any]], ours: Callable[[dict[str, Any]], bool]) -> int:
    mine = [ours(case) for case in cases]
    theirs = [answer["ok"] for answer in judge(cases)]
    assert len(mine) == len(theirs)
    different = [(case, own) for case, own, other in zip(cases, mine, theirs, strict=True) if own != other]
    assert different[:3] == []
    return theirs.count(False)


def test_go_accepts_our_checkpoints(judge: Judge, ledger: Ledger) -> None:
    sizes = ledger.checkpoint_sizes()
    cases = [
        {"Kind": "note", "Message": ledger.checkpoint_at(size).note.encode(), "Keys": [str(ledger.verifiers[0])]}
        for size in sizes
    ]
    texts = [answer.get("text") for answer in judge(cases)]
    assert texts == [ledger.checkpoint_at(size).checkpoint.text for size in sizes]


def test_go_accepts_our_proofs(judge: Judge, ledger: Ledger) -> None:
    cases = _proof_cases(ledger, random.Random(1))
    assert _refused_alike(judge, cases, _ours_of_proof) == 0


def test_go_reads_our_tiles(judge: Judge, ledger: Ledger) -> None:
    draw = random.Random(2)
    indexes = [0, 255, 256, 65_535, 65_536, SIZE - 1, *(draw.randrange(SIZE) for _ in range(50))]
    olds = [1, 100, 700, 65_536, SIZE - 1, *(draw.randrange(1, SIZE) for _ in range(50))]
    common = {"Kind": "tiles", "Folder": str(ledger.folder), "Size": SIZE, "Root": ledger.root()}
    answers = judge([common | {"Index": index} for index in indexes] + [common | {"Old": old} for old in olds])
    proofs = [[base64.b64decode(text) for text in answer.get("proof", [])] for answer in answers]
    assert [answer["ok"] for answer in answers] == [True] * len(answers)
    assert proofs == [ledger.inclusion_proof(index) for index in indexes] + [
        ledger.consistency_proof(old) for old in olds
    ]


def test_go_refuses_the_same_altered_proofs(judge: Judge, ledger: Ledger) -> None:
    draw = random.Random(3)
    bases = _proof_cases(ledger, draw)
    altered = [_altered_proof(draw.choice(bases), draw) for _ in range(4000)]
    assert _refused_alike(judge, altered, _ours_of_proof) > 3500


def test_go_refuses_the_same_altered_notes(judge: Judge, ledger: Ledger) -> None:
    draw = random.Random(4)
    bases = _note_cases(ledger, draw)
    altered = [_altered_note(draw.choice(bases), draw) for _ in range(4000)]
    assert _refused_alike(judge, [*bases, *altered], _ours_of_note) > 2500
