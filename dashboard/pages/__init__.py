"""The pages in the order in which their paths are tried. A new page is a line here."""

from __future__ import annotations

from collections.abc import Callable

from dash import Dash

from dashboard import seal
from dashboard.page import Asked, Page
from dashboard.pages import (
    audit,
    audit_one,
    cases,
    chain,
    dossier,
    draft,
    library,
    matter,
    overview,
    people,
    persons,
    process_cases,
    processes,
    quality,
    quality_review,
    quality_rows,
    reuse,
    standard,
    standards,
    storeroom,
)

PAGES = (
    Page("/", "nav.overview", overview.content, "overview"),
    Page("/cases", "nav.cases", cases.content, "cases"),
    Page("/cases/", "chain.title", chain.content, "cases"),
    Page("/matters/", "matter.title", matter.content, "cases"),
    Page("/processes", "nav.processes", processes.content, "processes"),
    Page("/processes/cases", "nav.processes", process_cases.content, "processes"),
    Page("/audit", "nav.audit", audit.content, "audit"),
    Page("/audit/rules/", "finding.rule", audit_one.rule, "audit"),
    Page("/audit/findings/", "finding.text", audit_one.one_finding, "audit"),
    Page("/persons", "nav.persons", persons.content, "persons"),
    Page("/persons/", "dossier.title", dossier.person, "persons"),
    Page("/organisations/", "dossier.title", dossier.organisation, "persons"),
    Page("/people", "nav.people", people.content, "people"),
    Page("/people/", "people.trail", people.actor, "people"),
    Page("/library", "nav.library", library.content, "library"),
    Page("/reuse", "nav.reuse", reuse.content, "reuse"),
    Page("/standards", "nav.standards", standards.content, "standards"),
    Page("/standards/comparison", "standards.compare.title", standards.comparison, "standards"),
    Page("/standards/simulation", "draft.title", draft.content, "standards"),
    Page("/standards/", "standards.version", standard.content, "standards"),
    Page("/storeroom", "nav.storeroom", storeroom.content, "storeroom"),
    Page("/quality", "nav.quality", quality.content, "quality"),
)


def add_page_callbacks(dash: Dash, asked: Callable[[str | None, str | None], Asked]) -> None:
    """The callbacks of pages that search while one types, of forms, and of what is drawn after its page."""
    persons.add_callbacks(dash, asked)
    draft.add_callbacks(dash, asked)
    seal.add_callbacks(dash, asked)
    reuse.add_callbacks(dash, asked)
    quality_rows.add_callbacks(dash, asked)
    quality_review.add_callbacks(dash, asked)
