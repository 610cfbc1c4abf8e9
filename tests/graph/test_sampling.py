"""Samples: the draw by a second formulation, the shares of strata, and the same sample on both engines."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.sampling import FrameCase, SampleRequest, allocation, draw, frame_digest, sample
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log

FRAMES = st.lists(
    st.tuples(st.sampled_from(["card", "retire", None]), st.sampled_from(["w1", "w2"]), st.sampled_from("1234")),
    max_size=60,
)


def frame_of(rows: list[tuple[str | None, str, str]]) -> list[FrameCase]:
    return [FrameCase(id=f"s:{n:03}", item=i, unit=u, month=f"2024-0{m}") for n, (i, u, m) in enumerate(rows)]


def ranked(seed: str, text: str) -> str:
    return hashlib.sha256(f"{seed}\n{text}".encode()).hexdigest()


@given(FRAMES, st.integers(1, 80), st.sampled_from(["1", "种子"]))
def test_a_draw_without_strata_is_the_lowest_digests(
    rows: list[tuple[str | None, str, str]], size: int, seed: str
) -> None:
    frame = frame_of(rows)
    _, drawn = draw(frame, SampleRequest(size=size, seed=seed))
    lowest = sorted(frame, key=lambda case: ranked(seed, case.id))[:size]
    assert {case.id for case in drawn} == {case.id for case in lowest}
    assert [case.id for case in drawn] == sorted(case.id for case in drawn)


@given(FRAMES, st.integers(1, 80))
def test_strata_hold_all_cases_and_what_was_drawn(rows: list[tuple[str | None, str, str]], size: int) -> None:
    frame = frame_of(rows)
    strata, drawn = draw(frame, SampleRequest(size=size, seed="7", by=("item", "month")))
    assert sum(one.cases for one in strata) == len(frame)
    assert sum(one.drawn for one in strata) == len(drawn) == min(size, len(frame))
    for one in strata:
        of = [case for case in drawn if (case.item, case.month) == (one.item, one.month)]
        among = [case for case in frame if (case.item, case.month) == (one.item, one.month)]
        assert len(of) == one.drawn <= one.cases == len(among)
        lowest = sorted(among, key=lambda case: ranked("7", case.id))[: one.drawn]
        assert {case.id for case in of} == {case.id for case in lowest}
        if size >= len(strata):
            assert one.drawn >= 1


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 500), min_size=1), st.integers(1, 900)
)
def test_shares_are_in_proportion(counts: dict[str, int], size: int) -> None:
    keyed = {(name,): count for name, count in counts.items()}
    shares = allocation(keyed, size, "s")
    total = sum(counts.values())
    assert sum(shares.values()) == min(size, total)
    if size >= total:
        assert shares == keyed
        return
    quotas = {key: Fraction(size * count, total) for key, count in keyed.items()}
    forced = size >= len(counts) and any(quota < 1 for quota in quotas.values())
    for key, share in shares.items():
        assert share <= keyed[key]
        assert size < len(counts) or share >= 1
        if not forced:
            assert abs(share - quotas[key]) < 1


def test_what_is_too_much_comes_from_the_strata_furthest_above_their_share() -> None:
    assert allocation({("a",): 98, ("b",): 1, ("c",): 1}, 10, "s") == {("a",): 8, ("b",): 1, ("c",): 1}
    assert allocation({("a",): 50, ("b",): 49, ("c",): 1}, 3, "s") == {("a",): 1, ("b",): 1, ("c",): 1}
    few = allocation({(name,): 5 for name in "abcdefgh"}, 3, "s")
    assert sorted(few.values()) == [0, 0, 0, 0, 0, 1, 1, 1]
    assert few != allocation({(name,): 5 for name in "abcdefgh"}, 3, "t")


def test_the_digest_of_a_frame() -> None:
    frame = [FrameCase(id="市:1", item=None, unit='w"1', month="2024-01")]
    line = json.dumps(["市:1", None, 'w"1', "2024-01"], ensure_ascii=False, separators=(",", ":"))
    assert frame_digest(frame) == hashlib.sha256(f"{line}\n".encode()).hexdigest()
    assert frame_digest([]) == hashlib.sha256(b"").hexdigest()


ROWS = [
    *(f"c{n},受理,2024-0{1 + n % 3}-15T09:00:00+08:00,张,窗口{n % 2},,," for n in range(30)),
    *(f"c{n},办结,2024-06-15T09:00:00+08:00,李,审批科,,," for n in range(30)),
    "edge,受理,2023-12-31T23:59:59+08:00,张,,,,",
    "next,受理,2024-01-01T00:00:00+08:00,张,,,,",
    "never,受理,,张,,,,",
]


def test_the_frame_and_the_sample_of_a_store(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        none = sample(store, LOCAL_OPERATOR, SampleRequest(size=3, seed="1"))
        assert (none.frame_cases, none.cases, none.as_of_load) == (0, [], 0)
        load(store, settings, log(tmp_path, "log.csv", *ROWS))
        whole = sample(store, LOCAL_OPERATOR, SampleRequest(size=1, seed="1"), with_frame=True)
        assert whole.frame is not None
        assert whole.frame_digest == frame_digest(whole.frame)
        found = {case.id: (case.unit, case.month) for case in whole.frame}
        wanted = {f"log:c{n}": (f"log:窗口{n % 2}", f"2024-0{1 + n % 3}") for n in range(30)}
        edges = {"log:edge": (None, "2023-12"), "log:next": (None, "2024-01"), "log:never": (None, None)}
        assert found == wanted | edges
        drawn = sample(store, LOCAL_OPERATOR, SampleRequest(size=6, seed="2026", by=("unit", "month")))
        expected = draw(whole.frame, drawn.request)[1]
        assert [case.id for case in drawn.cases] == [case.id for case in expected]
        assert drawn.frame_digest == whole.frame_digest
        lines = [json.dumps([id_, None, *of], ensure_ascii=False, separators=(",", ":")) for id_, of in found.items()]
        by_hand = "".join(f"{line}\n" for line in sorted(lines)).encode()
        assert whole.frame_digest == hashlib.sha256(by_hand).hexdigest()
        one = sample(store, LOCAL_OPERATOR, SampleRequest(size=99, seed="1", unit="窗口1"))
        assert {case.id for case in one.cases} == {f"log:c{n}" for n in range(1, 30, 2)}
        january = SampleRequest(size=99, seed="1", from_at=1704038400000, to_at=1706716800000)
        found_in_january = {case.id for case in sample(store, LOCAL_OPERATOR, january).cases}
        assert found_in_january == {"log:next", *(f"log:c{n}" for n in range(0, 30, 3))}


@pytest.mark.parametrize("wrong", [{"size": 0}, {"by": ("item", "item")}])
def test_samples_that_cannot_be_drawn(duckdb_uri: str, wrong: dict[str, object]) -> None:
    with archive(duckdb_uri) as (store, _), pytest.raises(UsageError):
        sample(store, LOCAL_OPERATOR, SampleRequest(**{"size": 1, "seed": "1", **wrong}))
