from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.archive import Archive, write

ROOT = Path(__file__).parents[2]


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def written_by_a_process(folder: Path, hash_seed: str) -> dict[str, str]:
    text = f"from pathlib import Path; from demo.archive import write; write(Path({str(folder)!r}), 100, 7)"
    zone = {"0": "UTC", "1": "America/New_York"}[hash_seed]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone}
    subprocess.run([sys.executable, "-c", text], check=True, cwd=ROOT, env=environment, timeout=120)
    return digests(folder)


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    first = written_by_a_process(tmp_path / "first", "0")
    assert {name.split("/")[0] for name in first} == {"truth", "cases", "catalogue", "files"}
    assert written_by_a_process(tmp_path / "second", "1") == first


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    write(tmp_path / "a", 100, 1)
    write(tmp_path / "b", 100, 2)
    first, second = digests(tmp_path / "a"), digests(tmp_path / "b")
    same = {name for name in first.keys() & second.keys() if first[name] == second[name]}
    unlisted = {f"files/personnel/unlisted-000{n}.pdf" for n in (1, 2)}
    assert (
        same
        == {
            "truth/kinds.json",
            *(f"cases/{s}.yaml" for s in ("shebao", "renshe", "rencai")),
            *(f"catalogue/{name}.yaml" for name in ("personnel", "business")),
        }
        | unlisted
    )


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100 people, not 99"):
        write(tmp_path / "few", 99)
    assert not (tmp_path / "few").exists()


def test_progress_is_told_with_the_truth_before_the_sources(tmp_path: Path) -> None:
    heard: list[tuple[str, bool, bool]] = []

    def hear(step: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        heard.append((step, (tmp_path / "truth/faults.json").exists(), (tmp_path / "cases").exists()))

    write(tmp_path, 100, progress=hear)
    steps = [step for step, _, _ in heard]
    assert list(dict.fromkeys(steps)) == ["cases", "truth", "sources"]
    told = {step: [(truth, cases) for s, truth, cases in heard if s == step] for step in steps}
    assert told["truth"][-1] == (True, False)


def test_what_is_told_is_what_is_there(written: Archive) -> None:
    files = [path for path in (written.folder / "files").rglob("*") if path.is_file()]
    assert len(files) == written.files
    assert all(event_file.exists() and mapping.exists() for event_file, mapping in written.event_files)
    assert all(book.exists() and mapping.exists() for book, mapping in written.workbooks)
