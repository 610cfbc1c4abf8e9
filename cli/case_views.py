"""A case as an auditor looks at it, at the command line."""

from __future__ import annotations

from cli.answers import answered, path_part
from cli.archive import settings_for
from cli.printing import out, say, show_json, show_table
from graph.audit.case_view import CaseView, case_view
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import working_days


def show_case_view(case: str, store: str | None, *, as_json: bool) -> None:
    """Prints findings at their events, the path that the standard expects, times, and the cases beside it."""
    calendar = working_days(settings_for(store))
    answer = answered(
        store, lambda archive: case_view(archive, LOCAL_OPERATOR, case, calendar), CaseView,
        f"/cases/{path_part(case)}/audit",
    )  # fmt: skip
    if as_json:
        show_json(answer)
        return
    _show_path(answer)
    for finding in answer.of_case:
        say(out, f"{finding.severity}: {finding.rule}: {finding.text.en if finding.text else finding.id}")
    rows: list[list[object]] = [
        [of.kind, of.name or of.id, of.cases, ", ".join(one.id for one in of.nearest)] for of in answer.neighbours
    ]
    show_table("Other cases of the same", ["what", "which", "cases", "nearest in time"], rows)
    if answer.audit is None:
        say(out, "There was no audit yet: `dossier audit` looks for findings.")
    elif answer.audit.loads_since:
        say(
            out,
            f"{answer.audit.loads_since} loads were done since the last audit, of which its findings do not know.",
        )


def _show_path(answer: CaseView) -> None:
    taken: list[list[object]] = [
        [one.place, one.at, one.activity, one.expected, one.waiting, one.working,
         "; ".join(f.text.en if f.text else f.id for f in one.findings)]
        for one in answer.taken
    ]  # fmt: skip
    title = f"{answer.id}: {answer.status}, as of load {answer.as_of_load}"
    show_table(title, ["#", "when", "what", "step", "s waited", "s worked", "findings"], taken)
    expected: list[list[object]] = [
        [one.activity, one.stage, "yes" if one.required else "no", ", ".join(map(str, one.places)) or "-"]
        for one in answer.expected
    ]
    show_table(f"Expected by {answer.version_id or 'no standard'}", ["step", "stage", "required", "events"], expected)
