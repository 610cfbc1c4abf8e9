"""The report of the four-property checks as a printable PDF/A-2b, in Chinese."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from graph.checks.catalogue import Phase, phase_name, property_name
from graph.checks.results import CheckFilter, CheckRow, CheckSummary, check_summary, checks
from graph.days import CHINA_OFFSET
from graph.errors import NotFound
from graph.settings import Settings
from graph.store import Store
from graph.typesetting import typeset
from graph.viewer import Viewer

MOST_LISTED = 1000
_TEMPLATE = Path(__file__).with_name("report.typ")
_OUTCOMES = {"fail": "不通过", "not_run": "未执行"}


class ReportSheet(BaseModel):
    """What is printed; all numbers as text. `left_off` counts failed checks of records that are not listed."""

    archive: str
    phase: str
    as_of_load: int
    printed_on: str
    runs: list[list[str]]
    properties: list[list[str]]
    checks: list[list[str]]
    classes: list[list[str]]
    rooms: list[list[str]]
    batch: list[list[str]]
    failed: list[list[str]]
    left_off: int


def report_pdf(store: Store, settings: Settings, viewer: Viewer, phase: Phase) -> bytes:
    """The report of one phase. Raises NotFound where nothing was checked in it."""
    summary = check_summary(store, viewer)
    if not any(one.phase == phase for one in summary.checks):
        raise NotFound(f"Nothing was checked in the phase {phase}.", f"`dossier checks run --phase {phase}` does.")
    failed = checks(store, viewer, CheckFilter(phase=phase, outcome="fail"), limit=MOST_LISTED)
    sheet = _sheet(summary, failed.items, settings.archive_name, phase)
    every = sum(one.fail for one in summary.checks if one.phase == phase)
    of_batch = len({one.code for one in summary.batch if one.phase == phase and one.outcome == "fail"})
    left_off = max(0, every - of_batch - len(failed.items)) if failed.next else 0
    return typeset(_TEMPLATE, sheet.model_copy(update={"left_off": left_off}).model_dump(mode="json"))


def _sheet(summary: CheckSummary, failed: list[CheckRow], archive: str, phase: Phase) -> ReportSheet:
    def groups(of: str) -> list[list[str]]:
        return [
            [one.group or "（无）", str(one.records), str(one.failing), str(one.not_run)]
            for one in getattr(summary, of)
            if one.phase == phase
        ]

    properties = [[property_name(row[0]).zh, *row[1:]] for row in groups("properties")]
    return ReportSheet(
        archive=archive,
        phase=f"{phase_name(phase).zh}（{phase}）",
        as_of_load=summary.as_of_load,
        printed_on=f"{datetime.now(UTC) + timedelta(seconds=CHINA_OFFSET):%Y-%m-%d}",
        runs=[[str(r.load), (r.at or "")[:19], r.scope, str(r.upto)] for r in summary.runs if r.phase == phase],
        properties=properties,
        checks=[
            [
                c.code,
                f"{c.name.zh}{f'：{c.part.zh}' if c.part else ''}{'' if c.seen_in > 1 else '＊'}",
                *map(str, (c.passed, c.fail, c.not_run, c.not_applicable)),
            ]
            for c in summary.checks
            if c.phase == phase
        ],
        classes=groups("classes"),
        rooms=groups("rooms"),
        batch=[
            [b.code, b.scope, _OUTCOMES[b.outcome], "；".join(said.zh for said in b.says)]
            for b in summary.batch
            if b.phase == phase
        ],
        failed=[[f.code, f.material, f.title or "", "；".join(said.zh for said in f.says)] for f in failed],
        left_off=0,
    )
