"""What evaluating a rule gives, and what parameters have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, field_validator

from graph.stages import STAGES

NOTHING = pd.DataFrame({"case_id": pd.Series(dtype="str"), "event_id": pd.Series(dtype="str")})


class Parameters(BaseModel):
    """Parameters of a kind of rule. A step that names a stage names one that there is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _stages_exist(cls, value: Any) -> Any:
        for text in _texts(value):
            stage = text.removeprefix("stage:")
            if stage not in (text, *STAGES):
                raise ValueError(f"there is no stage '{stage}'; there are {', '.join(STAGES)}")
        return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


@dataclass(frozen=True)
class Evaluated:
    """What a rule found in some cases.

    `found` has `case_id`, `event_id` (null where it is about the whole case), or `actor_id` alone for a rule about
    actors, and what the finding shows. `checked` is how many cases or events were looked at, `undecidable` how many
    of them could not be decided.
    """

    found: pd.DataFrame
    checked: int
    undecidable: int = 0
