"""Tables of the audit: findings with the way to their cases, counts by rule, and cases by risk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash.development.base_component import Component

from dashboard.forms import count
from dashboard.naming import item_name
from dashboard.page import Asked
from dashboard.states import note
from dashboard.table import Column, Row, table
from dashboard.texts import Texts
from graph.audit.findings import About, Acceptance, FindingRow, LastAudit, rules_of_audits
from graph.audit.risk import WEIGHTS as WEIGHTS
from graph.audit.summary import RuleCount
from graph.audit.tally import LookedAt
from graph.items import known_items
from graph.sampling import Sample


def state(asked: Asked, audit: LastAudit | None) -> list[Component]:
    """That nothing was audited as a whole yet, or how many loads the findings do not know."""
    if audit is None:
        return [note(asked.say("audit.part"))]
    since = audit.loads_since
    return [note(asked.say("chain.findings.since", loads=count(since)), "orange")] if since else []


def to_finding(asked: Asked, id_: str) -> str:
    """The link to the page of a finding."""
    return asked.address.to(f"/audit/findings/{quote(id_, safe='')}")


def to_rule(asked: Asked, id_: str) -> str:
    """The link to the page of a rule."""
    return asked.address.to(f"/audit/rules/{quote(id_, safe='')}")


def record_link(asked: Asked, one: About, about: Sequence[About]) -> str | None:
    """The page of a record that a finding is about: of an event that of its case, at the event."""
    address = asked.address
    if one.label == "Event":
        case = next((other.id for other in about if other.label == "Case"), None)
        return None if case is None else address.to(f"/cases/{quote(case, safe='')}", event=one.id)
    if one.label == "Case":
        event = next((other.id for other in about if other.label == "Event"), None)
        several = sum(other.label == "Case" for other in about) > 1
        return address.to(f"/cases/{quote(one.id, safe='')}", event=None if several else event)
    if one.label == "Actor":
        return address.to(f"/people/{quote(one.id, safe='')}")
    return address.subject(one.label, one.id) if one.label in ("Person", "Organisation") else None


def accepted_words(asked: Asked, one: Acceptance | None) -> str:
    """Who accepted a finding, why, and until when."""
    if one is None:
        return ""
    by = asked.say("finding.accepted.by", who=one.who or "—", why=one.why or "—")
    until = asked.say("finding.until", day=one.until) if one.until else asked.say("finding.for_good")
    return f"{by} ({until})"


def finding_table(asked: Asked, rows_of: Sequence[FindingRow]) -> Component:
    """A page of findings; each leads to its own page, to its rule, and to its case at the event."""
    say = asked.say
    columns = (
        Column("severity", say("finding.severity"), width=90),
        Column("rule", say("finding.rule"), flex=2, wrap=True, link=True, least=130),
        Column("text", say("finding.text"), flex=4, wrap=True, link=True, least=200),
        Column("about", say("audit.about"), flex=2, wrap=True, link=True, least=130),
        Column("accepted", say("finding.accepted"), flex=2, wrap=True, optional=True),
    )
    rows = [finding_row(asked, one) for one in rows_of]
    return table("findings", columns, rows, asked.address, say, empty=say("audit.none"))


def finding_row(asked: Asked, one: FindingRow) -> Row:
    """A finding as a row of a table: its rule, its sentence, what it is about, and who accepted it."""
    about = next((a for label in ("Case", "Actor") for a in one.about if a.label == label), None)
    return {
        "severity": asked.say.code("severity", one.severity),
        "rule": asked.told(one.title) if one.title else one.rule,
        "rule_href": to_rule(asked, one.rule),
        "text": asked.told(one.text) if one.text else one.id,
        "text_href": to_finding(asked, one.id),
        "about": about.id if about else "",
        **({"about_href": record_link(asked, about, one.about)} if about else {}),
        "accepted": accepted_words(asked, one.accepted),
    }


def rule_table(asked: Asked, rules: Sequence[RuleCount], kept: Mapping[str, str | None]) -> Component:
    """How much each rule found, looked at and could not decide; the number leads to its findings, under the filters
    `kept`."""
    say = asked.say
    columns = (
        Column("severity", say("finding.severity"), width=90),
        Column("category", say("audit.category"), flex=1, wrap=True, least=110),
        Column("rule", say("finding.rule"), flex=2, wrap=True, link=True, least=150),
        Column("findings", say("audit.findings"), "number", width=110, link=True),
        Column("accepted", say("finding.accepted"), "number", width=110),
        Column("checked", say("audit.checked"), "number", width=120),
        Column("undecidable", say("audit.undecidable"), "number", width=120, mark={"cell-warn": "x > 0"}),
        Column("failed", say("audit.failed"), flex=2, wrap=True, optional=True),
    )
    rows: list[Row] = [
        {
            "severity": say.code("severity", one.severity),
            "category": say.code("category", one.category),
            "rule": asked.told(one.title) if one.title else one.rule,
            "rule_href": to_rule(asked, one.rule),
            "findings": one.findings,
            **({"findings_href": asked.address.to("/audit", **{**kept, "rule": one.rule})} if one.findings else {}),
            "accepted": one.accepted,
            "checked": one.looked_at.checked if one.looked_at else None,
            "undecidable": one.looked_at.undecidable if one.looked_at else None,
            "failed": why_failed(say, one.looked_at),
        }
        for one in rules
    ]
    return table("rules", columns, rows, asked.address, say, empty=say("audit.none"))


def why_failed(say: Texts, seen: LookedAt | None) -> str | None:
    """Why a rule could not be evaluated to its end; None where it was."""
    if seen is None or seen.failed is None:
        return None
    return say("audit.failed.too_long") if seen.too_long else seen.failed


def risk_table(asked: Asked, answer: Sample) -> Component:
    """Cases by their score, with the rules and weights that make it."""
    say = asked.say
    titles = {id_: asked.told(rule.title) for id_, rule in rules_of_audits(asked.store).items()}
    known = known_items(asked.store, answer.as_of_load)
    items = {one.id: item_name(known, one.item, say) for one in answer.cases}
    columns = (
        Column("rank", "#", "number", width=64),
        Column("case", say("case.id"), flex=2, wrap=True, link=True, least=140),
        Column("item", say("case.item"), flex=1, wrap=True, optional=True),
        Column("score", say("audit.risk"), "number", width=100),
        Column("why", say("audit.risk.why"), flex=5, wrap=True, least=220),
    )
    rows: list[Row] = [
        {
            "rank": rank,
            "case": one.id,
            "case_href": asked.address.case(one.id),
            "item": items.get(one.id),
            "score": one.score,
            "why": " + ".join(
                f"{titles.get(r.rule, r.rule)} {r.weight}" + (f" (×{r.findings})" if r.findings > 1 else "")
                for r in one.rules
            )
            or say("audit.risk.nothing"),
        }
        for rank, one in enumerate(answer.risk or (), 1)
    ]
    return table("risk", columns, rows, asked.address, say, empty=say("cases.none"))


def plain(value: Any) -> str:
    """A parameter or a value of a finding, as it is written in a rule file but on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
