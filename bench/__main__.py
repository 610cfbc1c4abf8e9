"""`python -m bench [NAME ...]`: measures, prints a table, writes JSON; ends with 1 where a figure does not hold."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.benchmarks import BENCHMARKS
from bench.workplace import Figure, Workplace
from scripts.neo4j import server


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "pyarrow", "neo4j")},
        "neo4j server": server.version(),
    }


def shown(figure: Figure) -> str:
    """One line of the table."""
    baseline = "" if figure.baseline is None else f"{figure.baseline:,.1f} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    of_processor = sorted(figure.details.get("ratios of processor time", []))
    processor = f"{of_processor[(len(of_processor) - 1) // 2]:.2f}" if of_processor else ""
    limit = f"{figure.limit:g}x" if figure.ratio is not None else f"{figure.limit:,.0f} {figure.unit}"
    said = "holds" if figure.holds else "FAILS"
    measured = f"{figure.name:24} {figure.measured:10,.1f} {figure.unit:3}"
    return f"{measured} {baseline:>12} {ratio:>6} {processor:>6} {limit:>9}  {said}"


def write(path: Path, events: int, people: int, figures: list[Figure]) -> None:
    """The figures so far, with what each was measured on and of what it is made."""
    found = [{**asdict(f), "ratio": f.ratio, "holds": f.holds} for f in figures]
    given = {"events": events, "people": people, "machine": machine(), "figures": found}
    path.write_text(json.dumps(given, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ratios to a baseline of the same run.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which; all where none is named")
    parser.add_argument("--events", type=int, default=1_000_000, help="events in the generated log")
    parser.add_argument("--repeat", type=int, default=3, help="turns of the embedded load and its baseline")
    parser.add_argument("--people", type=int, default=50_000, help="people in the archive of the questions")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the catalogue that is arranged")
    parser.add_argument("--keep", type=Path, help="folder in which that archive is kept and found again")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go")
    options = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        kept = options.keep.absolute() if options.keep else Path(folder) / "people"
        place = Workplace(
            Path(folder),
            options.events,
            options.repeat,
            options.people,
            kept,
            lambda text: print(text, flush=True),
            options.rows,
        )
        for name in options.names or BENCHMARKS:
            figures += BENCHMARKS[name](place)
            write(options.json, options.events, options.people, figures)
    print(f"\n{'':24} {'measured':>14} {'baseline':>12} {'ratio':>6} {'cpu':>6} {'limit':>9}")
    print("\n".join(shown(figure) for figure in figures))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
