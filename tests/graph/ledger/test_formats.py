"""The formats on the wire, byte by byte: notes, keys, checkpoints, paths of tiles, bundles, statements."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import KeyUnusable, LedgerAltered, NoteRejected, UsageError
from graph.ledger import Ledger, checkpoint, keys, merkle, note, tiles
from graph.ledger.checkpoint import Checkpoint
from graph.ledger.keys import SigningKey
from graph.ledger.statements import Batch, Intent

ORIGIN = "archive.example/ledger"
SIGNER = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
# The examples of C2SP signed-note and of golang.org/x/mod/sumdb/note.
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.mark.parametrize(("key", "message"), [(C2SP_KEY, C2SP_NOTE), (GO_KEY, GO_NOTE)])
def test_the_published_notes_open(key: str, message: str) -> None:
    known = note.verifier(key)
    assert str(known) == key
    opened = note.open_note(message, [known])
    assert opened.text == message.partition("\n\n")[0] + "\n"
    assert [(each.name, each.id.hex()) for each in opened.verified] == [tuple(key.split("+")[:2])]
    with pytest.raises(NoteRejected, match="is invalid"):
        note.open_note("x" + message, [known])
    with pytest.raises(NoteRejected, match="No known key"):
        note.open_note(message, [SIGNER.verifier])


def test_a_checkpoint_is_these_bytes() -> None:
    golden = Path(__file__).parent / "golden"
    stated = Checkpoint(ORIGIN, 3, merkle.root_of(merkle.leaf_hashes([b"a", b"b", b"c"])))
    assert f"{SIGNER.verifier}\n" == (golden / "key.vkey").read_text("utf-8")
    assert checkpoint.sign(stated, SIGNER) == (golden / "checkpoint").read_text("utf-8")
    assert checkpoint.open_checkpoint((golden / "checkpoint").read_bytes(), ORIGIN, [SIGNER.verifier]) == stated


@pytest.mark.parametrize("kind", [Intent, Batch])
def test_a_statement_is_these_bytes(kind: type[Intent] | type[Batch]) -> None:
    path = Path(__file__).parent / "golden" / kind.__name__.lower()
    stated = kind(ORIGIN, "load 7", 3, 2, bytes(range(32)), {"source": "花名册.xlsx", "rows": 2})
    assert stated.signed(SIGNER) == path.read_text("utf-8")
    assert kind.opened(path.read_bytes(), ORIGIN, [SIGNER.verifier]) == stated
    with pytest.raises(NoteRejected, match="is invalid"):
        kind.opened(path.read_text("utf-8").replace("\n3\n", "\n4\n"), ORIGIN, [SIGNER.verifier])
    with pytest.raises(NoteRejected, match="something else"):
        kind.opened(path.read_bytes(), "other.example", [SIGNER.verifier])
    other = Batch if kind is Intent else Intent
    with pytest.raises(NoteRejected, match="something else"):
        other.opened(path.read_bytes(), ORIGIN, [SIGNER.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n3\n",
        f"{ORIGIN}\n03\n{'A' * 43}=\n",
        f"{ORIGIN}\n-3\n{'A' * 43}=\n",
        f"{ORIGIN}\n٣\n{'A' * 43}=\n",
        f"{ORIGIN}\n3\n{'A' * 42}==\n",
        f"{ORIGIN}\n3\n{'A' * 42}B=\n",
        f"{ORIGIN}\n3\n{'A' * 43}=",
        f"{ORIGIN}\n3\n{'A' * 43}=\n\n",
        f"{ORIGIN} \n3\n{'A' * 43}=\n",
        f"other.example\n3\n{'A' * 43}=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRejected):
        checkpoint.parse(text, ORIGIN)


def test_extension_lines_of_a_checkpoint_are_kept() -> None:
    text = f"{ORIGIN}\n0\n{'A' * 43}=\nmore\n"
    assert checkpoint.parse(text, ORIGIN).extensions == ("more",)
    assert checkpoint.parse(text, ORIGIN).text == text


@pytest.mark.parametrize(
    "key",
    [
        *("", "a", "a+b", f"{C2SP_KEY}+", C2SP_KEY[:-4], C2SP_KEY.replace("530d903a", "530d903b"), f"a b{C2SP_KEY}"),
        *(C2SP_KEY.replace("+530d903a", "+530d903"), "example.com/foo+530d903a+AA==", f"{C2SP_KEY}\n"),
    ],
)
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(NoteRejected):
        note.verifier(key)


def test_what_is_signed_again_keeps_the_other_signatures() -> None:
    witness = SigningKey("witness.example", Ed25519PrivateKey.from_private_bytes(b"w" * 32))
    first = note.open_note(note.sign("text\n", SIGNER), [SIGNER.verifier])
    both = note.sign(first.text, witness, existing=first.verified)
    assert len(note.open_note(both, [SIGNER.verifier, witness.verifier]).verified) == 2
    alone = note.open_note(both, [witness.verifier])
    assert [each.name for each in alone.unverified] == [ORIGIN]
    with pytest.raises(NoteRejected, match="Two known keys"):
        note.open_note(both, [witness.verifier, witness.verifier])
    for text in ("no newline", "a\rb\n", "\ud800\n"):
        with pytest.raises(NoteRejected):
            note.sign(text, SIGNER)


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        *((0, 256, "000"), (273, 112, "273.p/112"), (999, 256, "999"), (1000, 256, "x001/000")),
        *((1234067, 256, "x001/x234/067"), (1234067, 1, "x001/x234/067.p/1")),
    ],
)
def test_the_paths_of_tiles(number: int, width: int, path: str) -> None:
    assert tiles.tile_path(2, number, width) == f"tile/2/{path}"
    assert tiles.bundle_path(number, width) == f"tile/entries/{path}"


def test_the_tiles_of_the_specifications_example(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", ORIGIN) as ledger:
        ledger.complete(ledger.prepare("all", (b"%d" % number for number in range(70_000)), {}))
        files = [each for each in (tmp_path / "ledger/tile").rglob("*") if each.is_file()]
        found = sorted(str(each.relative_to(tmp_path / "ledger/tile")) for each in files)
        assert [each for each in found if ".p" in each] == [
            "0/273.p/112",
            "1/001.p/17",
            "2/000.p/1",
            "entries/273.p/112",
        ]
        assert len(found) == 2 * 274 + 2 + 1
        assert ledger.check() == []


def test_a_bundle_is_these_bytes() -> None:
    assert tiles.pack([b"", b"ab", b"c" * 300]) == b"\0\0" + b"\0\2ab" + b"\1\x2c" + b"c" * 300
    with pytest.raises(UsageError, match="65535"):
        tiles.pack([bytes(65_536)])
    for broken in (b"\0", b"\0\2a"):
        with pytest.raises(LedgerAltered):
            tiles.unpack(broken)


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert tiles.unpack(tiles.pack(entries)) == entries


def test_a_key_shows_itself_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    key = keys.create(path, ORIGIN)
    secret = path.read_text("ascii").splitlines()[1]
    assert secret not in repr(key) and secret not in str(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.copy(key)
    path.write_text(path.read_text("ascii").replace("PRIVATE KEY-----\n", "PRIVATE KEY-----\nX", 1), "ascii")
    with pytest.raises(KeyUnusable) as raised:
        keys.read(path, ORIGIN)
    assert secret not in str(raised.value) and raised.value.__cause__ is None


def test_later_keys_are_accepted_by_whoever_holds_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with Ledger.create(folder, ORIGIN) as ledger:
        first = ledger.verifiers[0]
        ledger.complete(ledger.prepare("a", [b"a"], {}))
        ledger.rotate_key()
        ledger.complete(ledger.prepare("b", [b"b"], {}))
        ledger.rotate_key()
        ledger.complete(ledger.prepare("c", [b"c"], {}))
    with Ledger.open(folder, trusted=first) as ledger:
        assert (len(ledger.verifiers), ledger.size, ledger.check()) == (3, 3, [])
        with pytest.raises(NoteRejected, match="No known key"):
            checkpoint.open_checkpoint(ledger.head().note, ORIGIN, ledger.verifiers[:2])
    with pytest.raises(LedgerAltered, match="first key"):
        Ledger.open(folder, read_only=True, trusted=SIGNER.verifier)
    # A stranger's key under the ledger's name.
    note_path = folder / "keys/0001.note"
    stranger = SigningKey(ORIGIN, Ed25519PrivateKey.generate())
    text = f"dossier-ledger-key v1\n{ORIGIN}\n{stranger.verifier}\n"
    note_path.write_text(note.sign(text, stranger), "utf-8")
    with pytest.raises(LedgerAltered, match="does not vouch"):
        Ledger.open(folder, read_only=True)
