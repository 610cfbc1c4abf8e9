"""YAML with the line of each key, so that an error can name it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

# Far more than any file here has, and far less than Python's own limit, which would end in a traceback.
_DEEPEST = 50

Lines = dict[tuple[str, ...], int]
Twice = dict[tuple[str, ...], list[int]]
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def with_lines(text: str, twice: Twice | None = None) -> tuple[Lines, Any]:
    """The line (from 1) of each key and entry of a YAML text, and its value.

    Raises yaml.YAMLError where it is no YAML, for aliases, keys that stand twice, and more than 50 levels. With
    `twice`, keys that stand again are not refused but put there with their lines; the last one is the value.
    """
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        lines: Lines = {}
        if root is None:
            return lines, None
        _walk(root, (), lines, set(), root.start_mark, twice)
        return lines, loader.construct_document(root)
    finally:
        loader.dispose()


def _walk(
    node: yaml.Node, path: tuple[str, ...], lines: Lines, met: set[int], place: yaml.Mark, twice: Twice | None
) -> None:
    """`place` is where the node is named: that of an alias, whose node is the anchor's, is its key or its list."""
    if id(node) in met:
        raise yaml.MarkedYAMLError(problem="aliases are not taken", problem_mark=place)
    if len(path) > _DEEPEST:
        raise yaml.MarkedYAMLError(problem=f"more than {_DEEPEST} levels are not taken", problem_mark=place)
    met.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            if name in seen and twice is not None:
                twice.setdefault((*path, name), []).append(key.start_mark.line + 1)
            elif name in seen:
                raise yaml.MarkedYAMLError(problem=f"the key '{name}' stands twice", problem_mark=key.start_mark)
            seen.add(name)
            lines[(*path, name)] = key.start_mark.line + 1
            _walk(child, (*path, name), lines, met, key.start_mark, twice)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*path, str(index)), lines, met, node.start_mark, twice)


def line_of(lines: Lines, place: Sequence[str | int]) -> int:
    """The line of a place, or of the nearest place around it that stands in the text."""
    known = tuple(str(part) for part in place)
    while known and known not in lines:
        known = known[:-1]
    return lines.get(known, 1)
