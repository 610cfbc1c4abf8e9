"""What need not be submitted again, on both engines, and each reason why something must be."""

from __future__ import annotations

from datetime import date

import pytest

from graph.dossier_materials import Place
from graph.errors import NotFound, UsageError
from graph.in_force import SourceRow
from graph.library import library
from graph.on_file import OnFile, best_of, meets
from graph.reuse import Reuse, reuse, reuse_of_each
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.sample import FIRM, LI, OLD_ZHANG, ZHANG, ms, write_all
from tests.graphs import link, write

SOURCE = SourceRow(load=1, file="x", system="x", row=1)


def answers(of: Reuse) -> dict[str, tuple[bool, str | None, str | None]]:
    return {m.type_id: (m.on_file, m.reason, m.material.id if m.material else None) for m in of.materials}


def test_each_type_once_on_file_or_with_its_reason(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        both = reuse(store, LOCAL_OPERATOR, OLD_ZHANG, ["card", "职工退休审批"], on=date(2022, 1, 2))
        assert answers(both) == {
            "id-card": (True, None, "m-card"),
            "licence": (False, "none", None),
            "photo": (False, "expired", "m-photo-2"),
            "register": (False, "wrong form", "m-register"),
        }
        assert (both.required, both.required_on_file, both.conditional, both.share) == (3, 1, 1, 1 / 3)
        assert {m.type_id: m.form for m in both.materials} == {
            "id-card": "original",
            "licence": None,
            "photo": None,
            "register": "original",
        }
        assert [(n.item_id, n.form) for n in both.materials[0].asked_by] == [("card", "copy"), ("retire", "original")]
        assert [u.id for u in both.unclassified] == ["m-odd"]
        assert both.materials[3].material is not None
        assert [p.room for p in both.materials[3].material.places] == ["602库房"]
        assert {f.field: (f.on_file, f.reason, f.value) for f in both.fields} == {
            "name": (False, "contradicted", "张三"),
            "id_no": (True, None, "11010519491231002X"),
            "phone": (True, None, "13800000000"),
            "birth_date": (True, None, "1949-12-31"),
        }
        assert (both.fields_required, both.fields_on_file) == (3, 2)
        _other_days(store)
        _others(store)
        items = ["card", "retire"]
        each = reuse_of_each(store, LOCAL_OPERATOR, ZHANG, items, on=date(2022, 1, 2))
        assert each == [reuse(store, LOCAL_OPERATOR, ZHANG, [item], on=date(2022, 1, 2)) for item in items]


def _other_days(store: Store) -> None:
    early = reuse(store, LOCAL_OPERATOR, ZHANG, ["card"], on=date(2021, 11, 29))
    assert [i.version_id for i in early.items] == ["card@2000-01-01"]
    assert answers(early) == {"id-card": (True, None, "m-card")}
    late = reuse(store, LOCAL_OPERATOR, ZHANG, ["card"], on=date(2031, 1, 1))
    assert answers(late)["id-card"] == (False, "expired", "m-card")
    before = reuse(store, LOCAL_OPERATOR, ZHANG, ["card"], on=date(2009, 1, 1))
    assert answers(before) == {"id-card": (False, "none", None)}


def _others(store: Store) -> None:
    firm = reuse(store, LOCAL_OPERATOR, FIRM, ["card"], on=date(2023, 1, 1))
    assert answers(firm)["licence"] == (False, "none", None)
    li = reuse(store, LOCAL_OPERATOR, LI, ["retire", "card"], on=date(2023, 1, 1))
    assert answers(li)["id-card"] == (True, None, "m-li")
    assert answers(li)["licence"] == (True, None, "m-licence")


def test_what_cannot_be_answered_says_so(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        asked: list[tuple[str, list[str], date, type[Exception], str]] = [
            ("nobody", ["card"], date(2022, 1, 1), NotFound, "no such person or organisation"),
            (ZHANG, ["cards"], date(2022, 1, 1), NotFound, "no service item 'cards'"),
            (ZHANG, ["retire"], date(2009, 12, 31), NotFound, "no standard in force on 2009-12-31"),
            (ZHANG, [], date(2022, 1, 1), UsageError, "No service item"),
        ]
        for subject, items, on, error, message in asked:
            with pytest.raises(error, match=message):
                reuse(store, LOCAL_OPERATOR, subject, items, on=on)
        with pytest.raises(NotFound, match="Nothing was known"):
            reuse(store, LOCAL_OPERATOR, ZHANG, ["card"], as_known_at=0)


def test_an_organisation_has_the_records_of_cases_to_which_no_person_applied(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        nodes = {
            "Organisation": [{"id": FIRM}],
            "Case": [{"id": "hall:4"}],
            "Event": [{"id": "e5", "at": ms("2023-05-01T10:00"), "offset": 28800}],
            "Material": [{"id": "m-own", "title": "营业执照", "form": "copy"}],
        }
        links = {
            "APPLIED": [link(f"Organisation {FIRM}", "Case hall:4", role="employer")],
            "IN_CASE": [link("Event e5", "Case hall:4", sort_at=ms("2023-05-01T10:00"), seq=0)],
            "RECEIVED": [link("Event e5", "Material m-own")],
            "OF_TYPE": [link("Material m-own", "MaterialType licence", method="name", confidence=1.0)],
        }
        write(store, settings, nodes, links, system="more")
        firm = reuse(store, LOCAL_OPERATOR, FIRM, ["card"], on=date(2023, 6, 1))
        assert answers(firm)["licence"] == (True, None, "m-own")
        used = {t.id: t for t in library(store, LOCAL_OPERATOR).types}["licence"]
        assert (used.submitted, used.persons, used.organisations, used.again) == (2, 1, 1, 0)


def test_a_record_that_contradicts_what_prevails_will_not_do(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        write_all(store, settings)
        nodes = {
            "Material": [{"id": "m-new", "title": "户口簿", "date": "2005-01-01", "form": "original"}],
            "Fact": [{"id": "x-new", "field": "name", "value": "张叁"}],
        }
        links = {
            "ABOUT": [link("Material m-new", f"Person {ZHANG}"), link("Fact x-new", f"Person {ZHANG}")],
            "STATES": [link("Material m-new", "Fact x-new")],
        }
        write(store, settings, nodes, links, system="more")
        found = reuse(store, LOCAL_OPERATOR, ZHANG, ["retire"], on=date(2022, 1, 1))
        assert answers(found)["register"] == (False, "contradicted", "m-new")
        assert found.materials[1].material is not None
        assert found.materials[1].material.contradicts == ["name"]


def on_file(id_: str, *, form: str | None = None, valid: bool = True, contradicts: list[str] | None = None) -> OnFile:
    return OnFile(
        id=id_,
        title=None,
        date=None,
        form=form,
        since=None,
        case_id=None,
        places=[Place()],
        valid_through=None,
        valid=valid,
        contradicts=contradicts or [],
        since_ms=None,
        source=SOURCE,
    )


@pytest.mark.parametrize(
    ("candidates", "form", "expected"),
    [
        ([], None, (None, "none")),
        ([on_file("a", valid=False), on_file("b")], None, ("b", None)),
        ([on_file("a", valid=False), on_file("b", valid=False)], None, ("a", "expired")),
        ([on_file("a", form="copy"), on_file("b", form="original")], "original", ("b", None)),
        ([on_file("a", form="copy"), on_file("b", form="original", valid=False)], "original", ("a", "wrong form")),
        ([on_file("a", contradicts=["name"]), on_file("b")], None, ("b", None)),
        ([on_file("a", contradicts=["name"])], "copy", ("a", "contradicted")),
    ],
)
def test_the_newest_that_will_do(candidates: list[OnFile], form: str | None, expected: tuple[str, str]) -> None:
    found, reason = best_of(candidates, form)
    assert (found.id if found else None, reason) == expected


@pytest.mark.parametrize("form", ["original", "copy", "e-licence", "checked on sight", None])
def test_which_form_meets_which(form: str | None) -> None:
    assert meets(form, None) and meets(form, "copy")
    assert meets(form, "original") is (form in ("original", "e-licence"))
