"""The risk of cases by a score that can be read: which findings, with which weights. docs/audit.md defines it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel

from graph.audit.findings import accepted_findings
from graph.errors import UsageError
from graph.store import Store

# Of the severities of findings; a rule may have a weight of its own.
WEIGHTS: Mapping[str, int] = {"high": 5, "medium": 2, "low": 1}
_FINDINGS = pa.schema([(name, pa.string()) for name in ("case_id", "id", "rule", "severity")])


class RuleRisk(BaseModel):
    """What one rule adds to the score of a case: its weight, once, however many findings it has there."""

    rule: str
    severity: str
    weight: int
    findings: int


class CaseRisk(BaseModel):
    """The score of a case, the sum of the weights of the rules that found something; `rules` heaviest first."""

    id: str
    score: int
    rules: list[RuleRisk]


def weight_of(text: str) -> tuple[str, int]:
    """Name and weight of NAME=NUMBER. Raises UsageError where it is none."""
    name, _, number = text.rpartition("=")
    if not name.strip() or not number.strip().isdecimal():
        raise UsageError("'{text}' is no weight.", "Write NAME=NUMBER, such as high=5 or four-eyes=10.", text=text)
    return name.strip(), int(number)


def weights_of(own: Mapping[str, int]) -> dict[str, int]:
    """The weights by severity or rule, own ones before those that come with the program."""
    return {**WEIGHTS, **own}


def risks(store: Store, load: int, weights: Mapping[str, int], on: date | None = None) -> dict[str, CaseRisk]:
    """The risk of each case with findings, as the last audit left them; accepted on the day `on` (today) count
    nothing, and a rule of weight 0 is left out."""
    found = store.table("audit/case_findings", _FINDINGS, load=load).to_pandas()
    found = found[~found["id"].isin(set(accepted_findings(store, load, on)))]
    weight = found["rule"].map(weights).fillna(found["severity"].map(weights)).fillna(0).astype("int64")
    found = found.assign(weight=weight)[weight > 0]
    rules = found.groupby(["case_id", "rule", "severity", "weight"], as_index=False).agg(findings=("id", "size"))
    rules = rules.sort_values(["case_id", "weight", "rule"], ascending=[True, False, True])
    return {str(id_): _of_case(str(id_), of) for id_, of in rules.groupby("case_id", sort=False)}


def _of_case(id_: str, of: pd.DataFrame) -> CaseRisk:
    rows = of[["rule", "severity", "weight", "findings"]].itertuples(index=False, name=None)
    rules = [RuleRisk(rule=rule, severity=severity, weight=weight, findings=n) for rule, severity, weight, n in rows]
    return CaseRisk(id=id_, score=sum(one.weight for one in rules), rules=rules)
