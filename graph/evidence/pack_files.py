"""The files of an evidence pack: copies of those that were sealed, and the archive that holds all."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from graph.errors import UsageError
from graph.evidence.verify_pack import LARGEST_TEXT, LARGEST_WHOLE

_BLOCK = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644


class Missing(BaseModel):
    """What a pack should hold and does not, and why."""

    what: str
    why: str


def copied_files(
    records: Mapping[str, Mapping[str, Any]], folders: Mapping[str, Path], into: Path
) -> tuple[dict[str, Path], list[Missing]]:
    """Copies of the files of records that are within reach and have the right digest, by the name of the member."""
    members: dict[str, Path] = {}
    missing: list[Missing] = []
    total = 0
    for ref in sorted(ref for ref in records if ref.startswith("File:")):
        sha256, uri = records[ref].get("sha256", ""), records[ref].get("uri", "")
        source = _within(folders, uri)
        if source is None:
            missing.append(Missing(what=f"{ref} ({uri})", why="It is in none of the given folders."))
            continue
        total += source.stat().st_size
        if total > LARGEST_WHOLE // 2:
            raise UsageError("The files are too large for one pack.", "Make packs of fewer cases, or leave out file.")
        copy = into / ref.partition(":")[2].replace("/", "_")
        shutil.copyfile(source, copy)
        with copy.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            missing.append(Missing(what=f"{ref} ({uri})", why=f"The file there has another digest, {found}."))
            continue
        members[f"files/{sha256}{_ending(source)}"] = copy
    return members, missing


def _within(folders: Mapping[str, Path], uri: str) -> Path | None:
    """The regular file that a uri names below one of the folders."""
    name, _, rest = uri.partition("/")
    folder = folders.get(name)
    if folder is None or not rest:
        return None
    root = folder.resolve()
    try:
        path = (root / rest).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _ending(path: Path) -> str:
    ending = path.suffix.lower()[1:]
    return f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= 8 else ""


def write_zip(path: Path, texts: Mapping[str, bytes], members: Mapping[str, Path]) -> None:
    """The same content gives the same bytes: sorted, with one date and one mode."""
    large = next((name for name, data in texts.items() if len(data) > LARGEST_TEXT), None)
    if large is not None:
        raise UsageError(f"{large} of the pack would be too large to be checked.", "Make packs of fewer cases.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted([*texts, *members]):
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system, member.external_attr = 3, _MODE << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            if name in texts:
                pack.writestr(member, texts[name])
                continue
            member.file_size = members[name].stat().st_size
            with members[name].open("rb") as source, pack.open(member, "w") as target:
                shutil.copyfileobj(source, target, _BLOCK)
