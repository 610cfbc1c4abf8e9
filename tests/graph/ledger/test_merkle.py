"""The tree of RFC 6962 and RFC 9162: published vectors, and properties over sizes and places."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ProofRejected, UsageError
from graph.ledger import merkle

VECTORS = Path(__file__).parent / "vectors"
# The entries, and the roots of the first n of them, of the reference implementation of RFC 6962.
ENTRIES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def subtrees(leaves: list[bytes]) -> merkle.Subtrees:
    """Reads perfect subtrees of leaves in memory."""

    def read(level: int, index: int) -> bytes:
        row = leaves[index << level : (index + 1) << level]
        assert len(row) == 1 << level
        return merkle.perfect_root(b"".join(row))

    return read


LEAVES = merkle.leaf_hashes([b"entry %d" % number for number in range(400)])


def leaves(count: int) -> list[bytes]:
    return LEAVES[:count]


def cases(kind: str) -> list[Any]:
    found = json.loads((VECTORS / f"{kind}.json").read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in found]


def raw(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


@pytest.mark.parametrize("case", cases("inclusion"))
def test_inclusion_proofs_of_the_reference(case: dict[str, Any]) -> None:
    leaf, root = raw([case["leafHash"] or "", case["root"] or ""])
    with pytest.raises(ProofRejected) if case["wantErr"] else contextlib.nullcontext():
        merkle.verify_inclusion(case["leafIdx"], case["treeSize"], leaf, raw(case["proof"]), root)


@pytest.mark.parametrize("case", cases("consistency"))
def test_consistency_proofs_of_the_reference(case: dict[str, Any]) -> None:
    old, new = raw([case["root1"] or "", case["root2"] or ""])
    with pytest.raises(ProofRejected) if case["wantErr"] else contextlib.nullcontext():
        merkle.verify_consistency(case["size1"], case["size2"], old, new, raw(case["proof"]))


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_reference(size: int) -> None:
    hashes = merkle.leaf_hashes(ENTRIES[:size])
    assert merkle.root_of(hashes).hex() == ROOTS[size]
    assert merkle.root(size, subtrees(hashes)).hex() == ROOTS[size]


def test_proofs_of_the_example_tree_of_the_rfc() -> None:
    d = merkle.leaf_hashes(ENTRIES[:7])
    node = merkle.node_hash
    g, h, i, j = node(d[0], d[1]), node(d[2], d[3]), node(d[4], d[5]), d[6]
    k, el = node(g, h), node(i, j)
    read = subtrees(d)
    # RFC 9162, 2.1.5.
    assert merkle.inclusion_proof(0, 7, read) == [d[1], h, el]
    assert merkle.inclusion_proof(3, 7, read) == [d[2], g, el]
    assert merkle.inclusion_proof(4, 7, read) == [d[5], j, k]
    assert merkle.inclusion_proof(6, 7, read) == [i, k]
    assert merkle.consistency_proof(3, 7, read) == [d[2], d[3], g, el]
    assert merkle.consistency_proof(4, 7, read) == [el]
    assert merkle.consistency_proof(6, 7, read) == [i, j, k]


def test_every_proof_of_every_small_tree() -> None:
    hashes = leaves(40)
    read = subtrees(hashes)
    roots = [merkle.root_of(hashes[:size]) for size in range(41)]
    for size in range(1, 41):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, read)
            merkle.verify_inclusion(index, size, hashes[index], proof, roots[size])
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(old, size, read)
            merkle.verify_consistency(old, size, roots[old], roots[size], proof)


sizes = st.integers(1, 400)


@given(st.data())
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = merkle.root_of(hashes)
    proof = merkle.inclusion_proof(index, size, subtrees(hashes))
    merkle.verify_inclusion(index, size, hashes[index], proof, root)
    given_hashes = [hashes[index], root, *proof]
    changed = _changed(data, given_hashes)
    with pytest.raises(ProofRejected):
        merkle.verify_inclusion(index, size, changed[0], changed[2:], changed[1])
    other = data.draw(st.integers(-1, size).filter(lambda each: each != index))
    with pytest.raises(ProofRejected):
        merkle.verify_inclusion(other, size, hashes[index], proof, root)


@given(st.data())
def test_a_changed_consistency_proof_is_refused(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    hashes = leaves(new)
    roots = [merkle.root_of(hashes[:old]), merkle.root_of(hashes)]
    proof = merkle.consistency_proof(old, new, subtrees(hashes))
    merkle.verify_consistency(old, new, roots[0], roots[1], proof)
    changed = _changed(data, [*roots, *proof])
    with pytest.raises(ProofRejected):
        merkle.verify_consistency(old, new, changed[0], changed[1], changed[2:])


def _changed(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    """One bit flipped, a hash shortened, one added or one of the proof taken out."""
    at = data.draw(st.integers(0, len(hashes) - 1))
    how = data.draw(st.sampled_from(["bit", "short", "more"] + (["fewer"] if len(hashes) > 2 else [])))
    changed = list(hashes)
    if how == "bit":
        bit = data.draw(st.integers(0, 255))
        changed[at] = bytes(
            byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(changed[at])
        )
    elif how == "short":
        changed[at] = changed[at][:-1]
    elif how == "more":
        changed.insert(max(at, 2), bytes(32))
    else:
        del changed[max(at, 2)]
    return changed


def test_no_proof_where_there_is_no_tree() -> None:
    read = subtrees(leaves(4))
    for index, size in ((4, 4), (-1, 4), (0, 0)):
        with pytest.raises(UsageError):
            merkle.inclusion_proof(index, size, read)
    for old, new in ((0, 4), (5, 4)):
        with pytest.raises(UsageError):
            merkle.consistency_proof(old, new, read)
