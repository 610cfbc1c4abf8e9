"""Pages of findings while an audit takes findings away."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import findings
from graph.clock import SourceOfLoad, loading, now_ms
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive

_SAID = {"rule": "r", "category": "c", "severity": "high", "detail": "{}", "rule_set": "x"}
_COUNTS = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), 0)


def _found(store: Store, settings: Settings, ids: Sequence[str], gone: Sequence[str] = ()) -> None:
    with loading(store, settings, SourceOfLoad("a", "s", "", "audit", "", "append", None)) as (_, writer):
        table = pa.table({"id": pa.array(ids), **{name: pa.array([text] * len(ids)) for name, text in _SAID.items()}})
        stood = pc.is_in(table["id"], value_set=writer.existing("Finding", pa.array(ids))["id"].combine_chunks())
        leaving = pa.array(gone, pa.string())
        writer.replace_nodes("Finding", leaving, table.filter(stood), table.filter(pc.invert(stood)))
        writer.commit({**_COUNTS, "now": now_ms()})


def test_a_page_goes_on_after_a_finding_that_is_gone(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        store.prepare()
        _found(store, settings, ["r|a", "r|b", "r|￥", "r|𠮷"])
        first = findings(store, LOCAL_OPERATOR, FindingFilter(), limit=2)
        assert [one.id for one in first.items] == ["r|a", "r|b"]
        _found(store, settings, ["r|a", "r|￥", "r|𠮷"], gone=["r|b"])
        second = findings(store, LOCAL_OPERATOR, FindingFilter(), limit=1, cursor=first.next)
        third = findings(store, LOCAL_OPERATOR, FindingFilter(), limit=2, cursor=second.next)
        assert [one.id for one in (*second.items, *third.items)] == ["r|￥", "r|𠮷"]
        assert third.next is None
