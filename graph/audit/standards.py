"""Rules that show what the evaluation of conformance to the standards has found: no rule judges it a second time."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from graph.audit.cases_page import CasesPage
from graph.audit.evaluation import Evaluated, Parameters
from graph.conformance_findings import Finding, Part

_SHOWN = ["case_id", "event_id", "material_id", "key", "step", "field", "type", "says", "values"]


class Standard(Parameters):
    """A part of the standard, and which rules of its evaluation (`rule` of `dossier check`)."""

    part: Part
    rules: tuple[str, ...] = Field(min_length=1)


def standard(page: CasesPage, asked: Standard) -> Evaluated:
    """The faults of cases by these rules. A case is undecidable that has no standard, or of which the evaluation
    could not decide one of the rules; what is still due in an open case is no fault."""
    mine = [one for rule in asked.rules for one in page.conformance.get((asked.part, rule), ())]
    unknown = {id_ for id_, one in mine if one.outcome == "not decidable"}
    undecidable = len(unknown) + len(page.conformance.get(("review", "standard"), ()))
    faults = [_shown(id_, one) for id_, one in mine if one.outcome == "fault"]
    return Evaluated(pd.DataFrame(faults, columns=_SHOWN, dtype="object"), len(page.cases), undecidable)


def _shown(id_: str, one: Finding) -> tuple[object, ...]:
    key = ":".join((one.rule, one.step or "", one.field or "", one.type_id or ""))
    return id_, one.event_id, one.material_id, key, one.step, one.field, one.type_id, one.says, one.values or None
