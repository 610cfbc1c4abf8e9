"""What evaluating a rule gives, and what parameters have in common."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pydantic import BaseModel, ConfigDict

NOTHING = pd.DataFrame({"case_id": pd.Series(dtype="str"), "event_id": pd.Series(dtype="str")})


class Parameters(BaseModel):
    """Parameters of a kind of rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
