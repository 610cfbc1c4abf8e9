"""A catalogue of many rows loaded, arranged and reconciled on the embedded engine: the seconds of each step as JSON.

Run as `python -m bench.storeroom_work FOLDER --rows N`. The rows are always the same for the same number: about eight
a person, three in four on paper, of the ten classes of personnel dossiers, one in fifty without a person.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import yaml

from etl.load import LoadRequest, load_file
from etl.mapping import Mapping
from graph.filing.run import arrange, work_list
from graph.readiness import readiness
from graph.reconcile import reconcile
from graph.retention import retention
from graph.settings import Settings
from graph.store import open_store
from graph.viewer import LOCAL_OPERATOR

SEED, A_PERSON = 2026, 8
_CLASSES = np.array(["1", "2", "3", "4-1", "4-2", "5", "6", "7", "9-1", "9-2", "10"])
_TERMS = np.array(["永久", "永久", "100年", "50年", "30年", "10年"])


def catalogue(rows: int) -> pa.Table:
    """The catalogue, without volumes and boxes."""
    draw = np.random.default_rng(SEED)
    person = draw.integers(0, max(1, rows // A_PERSON), rows)
    known = draw.random(rows) >= 0.02
    key = np.char.add("P", np.char.zfill(person.astype(str), 7))
    dates = np.datetime64("1980-01-01") + draw.integers(0, 15_000, rows)
    columns = {
        "题名": np.char.add("材料", (np.arange(rows) % 997).astype(str)),
        "日期": np.char.replace(dates.astype(str), "-", ""),
        "页数": draw.integers(1, 30, rows).astype(str),
        "载体": np.where(draw.random(rows) < 0.75, "纸质", "电子"),
        "类别": _CLASSES[draw.integers(0, len(_CLASSES), rows)],
        "保管期限": _TERMS[draw.integers(0, len(_TERMS), rows)],
        "人员编号": np.where(known, key, ""),
    }
    return pa.table({name: pa.array(values.tolist(), pa.string()) for name, values in columns.items()})


def house(folder: Path, rows: int) -> Path:
    """An arrangement with shelves for all boxes."""
    path = folder / "arrangement.yaml"
    rooms = [
        {"code": "R1", "kind": "physical", "shelves": max(2, rows // 1000), "boxes_per_shelf": 60},
        {"code": "V1", "kind": "virtual"},
    ]
    said = {"fonds": "A001", "source": "bench", "mm_per_page": 0.1, "rooms": rooms}
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path


def measured(folder: Path, rows: int) -> dict[str, Any]:
    """The seconds of each step, and what it did."""
    source = folder / "catalogue.csv"
    pyarrow.csv.write_csv(catalogue(rows), source)
    settings = Settings(store=f"duckdb:///{folder / 'archive.duckdb'}", arrangement=house(folder, rows))
    store = open_store(settings)
    seconds: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        answer = act()
        seconds[name] = round(time.perf_counter() - start, 2)
        print(f"{name}: {seconds[name]} s", file=sys.stderr, flush=True)
        return answer

    mapping = Mapping.model_validate({"system": "records", "catalogue": {}})
    loaded = timed("load", lambda: load_file(store, settings, LoadRequest(source, mapping, "catalogue")))
    arranged = timed("arrange", lambda: arrange(store, settings, LOCAL_OPERATOR))
    again = timed("arrange again", lambda: arrange(store, settings, LOCAL_OPERATOR))
    compared = timed("reconcile", lambda: reconcile(store, settings, LOCAL_OPERATOR))
    terms = timed("retention", lambda: retention(store, LOCAL_OPERATOR))
    single = timed("readiness", lambda: readiness(store, settings, LOCAL_OPERATOR))
    waiting = timed("work list", lambda: work_list(store, settings, LOCAL_OPERATOR))
    store.close()
    if again.load is not None or terms.records != single.records:
        raise SystemExit("What is arranged was arranged again, or not all records were looked at.")
    return {
        "rows": rows,
        "loaded": loaded.loaded,
        "seconds": seconds,
        "whole": round(sum(seconds.values()), 2),
        "records": arranged.records,
        "volumes": arranged.new_volumes,
        "boxes": arranged.new_boxes,
        "shelved": arranged.shelved,
        "waiting": {one.reason: one.count for one in waiting.counts},
        "differences": compared.totals,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps(measured(options.folder, options.rows), ensure_ascii=False))


if __name__ == "__main__":
    main()
