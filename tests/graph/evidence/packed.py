"""A small sealed archive to make evidence packs of: changed records, files, applicants with rare names."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.evidence.home import open_ledger
from graph.evidence.pack import Pack, PackRequest, write_pack
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graph.sample import ms
from tests.graphs import link, write

SCAN = b"%PDF-1.7 a scan"
RARE = "𠮷田龘"
INJECTED = '#set page(fill: red) *b* $x$ ] #import "/etc/passwd" =HYPERLINK'


@contextmanager
def sealed(uri: str, folder: Path, **settings: Any) -> Iterator[tuple[Store, Settings]]:
    """Two cases: of hall:1 an event has changed and been given another actor; its material has three files."""
    scans = folder / "scans"
    scans.mkdir()
    (scans / "a.pdf").write_bytes(SCAN)
    (scans / "other.pdf").write_bytes(b"something else")
    with archive(uri, ledger=str(folder / "ledger"), **settings) as (store, given):
        write(store, given, *_first())
        write(store, given, *_second())
        load(store, given, log(folder, "log.csv", "c9,受理,2024-01-15T09:00:00+08:00,王五,窗口9,,,"))
        yield store, given


def _first() -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Any]]]:
    sha256 = hashlib.sha256(SCAN).hexdigest()
    nodes = {
        "Person": [{"id": "p1"}],
        "Actor": [{"id": "a1", "name": "经办张三"}, {"id": "a2", "name": "经办李四"}],
        "Unit": [{"id": "u1", "name": "一号窗口"}],
        "Case": [{"id": "hall:1", "item_id": "补换", "region": "汕头"}, {"id": "hall:2"}],
        "Event": [
            {"id": "e1", "activity": "受理", "at": ms("2024-01-15T09:00"), "offset": 28800, "precision": "minute"},
            {"id": "e2", "activity": INJECTED, "at": ms("2024-01-16T09:00"), "offset": 28800, "outcome": "待定"},
            {"id": "e3", "activity": "=1+1", "attributes": '{"note":"@x"}'},
        ],
        "Material": [{"id": "m1", "title": "居民身份证", "date": "20100115", "responsible": "公安局"}],
        "File": [
            {"id": "f1", "uri": "scans/a.pdf", "sha256": sha256, "size": len(SCAN)},
            {"id": "f2", "uri": "scans/gone.pdf", "sha256": "0" * 64},
            {"id": "f3", "uri": "scans/other.pdf", "sha256": "1" * 64},
            {"id": "f4", "uri": "scans/../log.csv", "sha256": "2" * 64},
        ],
        "Fact": [{"id": "x1", "field": "name", "value": RARE}, {"id": "x2", "field": "id_no", "value": "SECRET"}],
    }
    links = {
        "APPLIED": [link("Person p1", "Case hall:1", role="applicant")],
        "IN_CASE": [
            link("Event e1", "Case hall:1", sort_at=ms("2024-01-15T09:00"), seq=0),
            link("Event e2", "Case hall:1", sort_at=ms("2024-01-16T09:00"), seq=0),
            link("Event e3", "Case hall:2", seq=0),
        ],
        "BY": [link("Event e1", "Actor a1", role="经办"), link("Event e2", "Actor a1", role="经办")],
        "IN_UNIT": [link("Event e1", "Unit u1")],
        "RECEIVED": [link("Event e1", "Material m1", qualifier="原件")],
        "HAS_FILE": [link("Material m1", f"File f{n}") for n in (1, 2, 3, 4)],
        "ABOUT": [link("Fact x1", "Person p1"), link("Fact x2", "Person p1")],
    }
    return nodes, links


def _second() -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Any]]]:
    nodes = {
        "Event": [
            {"id": "e2", "activity": INJECTED, "at": ms("2024-01-16T10:00"), "offset": 28800, "outcome": "同意"}
        ],
    }
    links = {
        "IN_CASE": [link("Event e2", "Case hall:1", sort_at=ms("2024-01-16T10:00"), seq=0)],
        "BY": [link("Event e2", "Actor a2", role="审批")],
    }
    return nodes, links


def pack_of(store: Store, settings: Settings, path: Path, *cases: str, without: tuple[str, ...] = ()) -> Pack:
    """The pack of cases with the files that are in the folder of `sealed`."""
    wanted = PackRequest(cases or ("hall:1", "hall:2"), without, {"scans": path.parent / "scans"})
    return write_pack(store, settings, LOCAL_OPERATOR, wanted, path)


def key_of(store: Store, settings: Settings) -> str:
    with open_ledger(store, settings, read_only=True) as ledger:
        return str(ledger.verifiers[0])


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def zipped(content: dict[str, bytes], path: Path) -> Path:
    """A pack with this content, its list of members put right."""
    about = json.loads(content["pack.json"])
    about["members"] = sorted(set(content) - {"pack.json"})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, data in {**content, "pack.json": json.dumps(about).encode()}.items():
            pack.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path
