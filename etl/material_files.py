"""Files of records: found in a folder, joined by name, with digest, size and media type.

Nothing outside the folder is opened: names that lead out of it, by `..`, as absolute paths or through symbolic
links, are refused with their reason.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from etl.catalogue_rows import CatalogueRows
from etl.catalogue_values import code, of_each
from etl.file_bytes import digest
from etl.file_kinds import UNKNOWN
from etl.limited_child import ChildLimits, how_it_ended, limited
from etl.relative_names import relative_name
from etl.statements import Links
from graph.errors import UnreadableInput
from graph.identifiers import keyed
from graph.upsert import link_table, node_table

MOST_SAID = 50
MOST_NAMED = 10
AT_A_TIME = 200
_SEVERAL = re.compile(r"[;；|\n]")
_PAGE_OF = re.compile(r"(?P<stem>.+)_\d{1,4}")


@dataclass(frozen=True)
class FolderFiles:
    """The regular files of a folder: path relative to it (POSIX) -> real path; `refused` are sentences.

    `name` is how the folder is called in the uri of its files.
    """

    name: str
    files: dict[str, Path]
    refused: tuple[str, ...]
    limits: ChildLimits


@dataclass(frozen=True)
class JoinedFiles:
    """File nodes, HAS_FILE, and what is to be reported."""

    nodes: pa.Table
    links: Links
    remarks: tuple[str, ...]


def folder_files(folder: Path, name: str, limits: ChildLimits | None = None) -> FolderFiles:
    """Lists a folder and what is below it; opens nothing. Raises UnreadableInput where it is no folder."""
    if not folder.is_dir():
        raise UnreadableInput(
            f"The folder of files {folder} is not there.", "Say where it is in the mapping: `catalogue: files`."
        )
    root = Path(os.path.realpath(folder))
    files: dict[str, Path] = {}
    refused: list[str] = []

    def unreadable(error: OSError) -> None:
        refused.append(f"The folder '{error.filename}' cannot be read ({error.strerror}).")

    for place, folders, names in os.walk(root, followlinks=False, onerror=unreadable):
        folders.sort()
        links = [one for one in folders if (Path(place) / one).is_symlink()]
        for one in sorted(names) + links:
            path = Path(place) / one
            relative = path.relative_to(root).as_posix()
            reason = why_not(path, root)
            if reason is None:
                files[relative] = Path(os.path.realpath(path))
            else:
                refused.append(f"The file '{shown(relative)}' was not taken: it {reason}.")
    return FolderFiles(name.rstrip("/"), files, tuple(refused), limits or ChildLimits())


def why_not(path: Path, root: Path) -> str | None:
    """Why a path is not taken as a file of the folder `root`; None where it is."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        return "is a symbolic link that leaves the folder"
    try:
        kind = real.stat().st_mode
    except OSError as error:
        return f"cannot be looked at ({error.strerror})"
    if stat.S_ISDIR(kind):
        return "is a symbolic link to a folder"
    if not stat.S_ISREG(kind):
        return "is no regular file"
    return None if os.access(real, os.R_OK) else "may not be read"


def shown(name: str) -> str:
    """A name as text: bytes that are no UTF-8 are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def file_statements(
    found: FolderFiles, materials: pa.Array, rows: CatalogueRows, system: str, key: bytes
) -> JoinedFiles:
    """Joins files to materials, by the column `file` where a row fills it, else by 档号 (name, page or folder)."""
    by_name = {unicodedata.normalize("NFC", name): name for name in found.files}
    by_code = _by_code(by_name.values())
    named = rows["file"].to_pylist()
    codes = of_each(rows["archive_no"], code).to_pylist()
    pairs: dict[tuple[int, str], None] = {}
    in_vain: list[str] = []
    for at, (text, own) in enumerate(zip(named, codes, strict=True)):
        if text is None:
            names = by_code.get(own or "", [])
        else:
            names, wrong = _named(text, by_name)
            in_vain += [f"{rows.place(at)}: {one}." for one in wrong]
        pairs |= {(at, name): None for name in names}
    taken = list(dict.fromkeys(name for _, name in pairs))
    remarks = [*_first(in_vain, "files that are named"), *_unlisted(found, taken)]
    return _stated(found, list(pairs), taken, materials, rows, system, key, remarks)


def _named(text: str, by_name: dict[str, str]) -> tuple[list[str], list[str]]:
    """The files that a cell names, and what is wrong with those that it names in vain."""
    names, wrong = [], []
    for one in filter(None, map(str.strip, _SEVERAL.split(text))):
        relative, reason = relative_name(one)
        name = by_name.get(unicodedata.normalize("NFC", relative)) if relative else None
        if name is not None:
            names.append(name)
        else:
            wrong.append(f"the file '{one}' was refused: it {reason}" if reason else f"the file '{one}' is not there")
    return names, wrong


def _by_code(names: Iterable[str]) -> dict[str, list[str]]:
    """档号 -> its files: `<档号>.<suffix>`, `<档号>_<page>.<suffix>`, or anything in a folder `<档号>`."""
    files: dict[str, list[str]] = {}
    for name in sorted(names):
        path = Path(name)
        stem = code(path.stem) or ""
        page = _PAGE_OF.fullmatch(stem)
        for one in {stem, page["stem"] if page else stem, *(code(part) or "" for part in path.parts[:-1])}:
            files.setdefault(one, []).append(name)
    return files


def _first(sentences: Sequence[str], what: str) -> Iterator[str]:
    """The first sentences, and how many more there are."""
    yield from sentences[:MOST_SAID]
    if len(sentences) > MOST_SAID:
        yield f"The same kinds of fault are in {len(sentences) - MOST_SAID:,} more {what}."


def _unlisted(found: FolderFiles, taken: Sequence[str]) -> Iterator[str]:
    yield from _first(found.refused, "files of the folder")
    left = sorted(set(found.files) - set(taken))
    if left:
        said = ", ".join(f"'{shown(name)}'" for name in left[:MOST_NAMED])
        more = f" and {len(left) - MOST_NAMED:,} more" if len(left) > MOST_NAMED else ""
        yield f"Files in the folder that belong to no record of the catalogue: {len(left):,} ({said}{more})."


def _stated(
    found: FolderFiles,
    pairs: list[tuple[int, str]],
    taken: list[str],
    materials: pa.Array,
    rows: CatalogueRows,
    system: str,
    key: bytes,
    remarks: list[str],
) -> JoinedFiles:
    kinds = _kinds([found.files[name] for name in taken], found.limits)
    faulty = [
        f"The file '{shown(name)}' {wrong}; it is kept with its digest."
        for name, (_, _, wrong) in zip(taken, kinds, strict=True)
        if wrong
    ]
    remarks += _first(faulty, "files that were joined")
    ids = {name: keyed(key, ["file", system, shown(name)]) for name in taken}
    first = {name: at for at, name in reversed(pairs)}
    nodes = node_table(
        "File",
        pa.array([ids[name] for name in taken], pa.string()),
        rows["row"].take(pa.array([first[name] for name in taken], pa.int64())),
        uri=pa.array([f"{found.name}/{shown(name)}" for name in taken], pa.string()),
        sha256=pa.array([digest(found.files[name]) for name in taken], pa.string()),
        size=pa.array([found.files[name].stat().st_size for name in taken], pa.int64()),
        media_type=pa.array([kind for kind, _, _ in kinds], pa.string()),
        pages=pa.array([pages for _, pages, _ in kinds], pa.int64()),
    )
    links = link_table(
        "HAS_FILE",
        ("Material", "File"),
        materials.take(pa.array([at for at, _ in pairs], pa.int64())),
        pa.array([ids[name] for _, name in pairs], pa.string()),
    )
    return JoinedFiles(nodes, Links("HAS_FILE", "Material", links), tuple(remarks))


Kind = tuple[str, int | None, str | None]


def _kinds(paths: list[Path], limits: ChildLimits) -> list[Kind]:
    """What each file is; one on which the limited process ends is of unknown kind, and the others go on."""
    kinds: list[Kind] = []
    while len(kinds) < len(paths):
        answers, how = _answers(paths[len(kinds) : len(kinds) + AT_A_TIME], limits)
        # A process that has answered for others may have come to its end by them; only one's first is to blame.
        kinds += answers or [(UNKNOWN, None, f"could not be looked into: the process that did {how}")]
    return kinds


def _answers(paths: list[Path], limits: ChildLimits) -> tuple[list[Kind], str]:
    """What a limited process says of the first of the files, and how it ended."""
    asked = "".join(json.dumps(str(path)) + "\n" for path in paths)
    command = limited("etl.file_kinds", [], limits)
    try:
        ended = subprocess.run(
            command, input=asked.encode(), capture_output=True, timeout=limits.wall_seconds, check=False
        )
        said, how = ended.stdout, how_it_ended(ended.returncode, ended.stderr, limits)
    except subprocess.TimeoutExpired as error:
        said, how = error.stdout or b"", f"took more than {limits.wall_seconds} seconds"
    lines = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    return [(kind, pages, wrong) for kind, pages, wrong in lines], how
