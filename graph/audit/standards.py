"""Rules that show what the evaluation of conformance to the standards has found: no rule judges it a second time."""

from __future__ import annotations

from pydantic import Field

from graph.audit.cases_page import CasesPage
from graph.audit.evaluation import Evaluated, Parameters
from graph.conformance_findings import Part

_SHOWN = ["case_id", "event_id", "material_id", "key", "step", "field", "type", "says"]


class Standard(Parameters):
    """A part of the standard, and which rules of its evaluation (`rule` of `dossier check`)."""

    part: Part
    rules: tuple[str, ...] = Field(min_length=1)


def standard(page: CasesPage, asked: Standard) -> Evaluated:
    """The faults of cases by these rules. A case is undecidable that has no standard, or of which the evaluation
    could not decide one of the rules; what is still due in an open case is no fault."""
    found = page.conformance
    mine = found[(found["part"] == asked.part) & found["rule"].isin(asked.rules)]
    unknown = mine.loc[mine["outcome"] == "not decidable", "case_id"]
    undecidable = unknown.nunique() + int((found["rule"] == "standard").sum())
    faults = mine[mine["outcome"] == "fault"]
    about = faults["rule"].str.cat(faults[["step", "field", "type"]].fillna(""), sep=":")
    return Evaluated(faults.assign(key=about)[_SHOWN], len(page.cases), undecidable)
