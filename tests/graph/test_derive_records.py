"""What is derived is what the questions compute from the same records, on both engines."""

from __future__ import annotations

import pyarrow as pa

from graph.derive_records import displayed
from graph.dossier import dossier, organisation_dossier
from graph.touched import Written
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.sample import FIRM, LI, OLD_ZHANG, ZHANG, ms, write_cases, write_catalogue, write_standards
from tests.graphs import link, write


def test_derived_values_are_those_of_the_questions(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        for part in (write_standards, write_catalogue, write_cases):
            part(store, settings)
        decision = {"id": "d", "kind": "prevailing value", "decided_at": ms("2024-01-01T09:00")}
        facts = {
            "Decision": [decision, {"id": "d2", "kind": "reversal", "overrides": "d-old"}],
            "Fact": [{"id": "x-li-2", "field": "name", "value": "李四四", "stated_at": ms("2020-01-01T00:00")}],
        }
        links = {
            "ABOUT": [link("Fact x-li-2", f"Person {LI}")],
            "DECIDES": [link("Decision d", "Fact x-li")],
        }
        write(store, settings, facts, links, system="decisions")
        ids = [LI, OLD_ZHANG, "nobody", ZHANG]
        shown = {row.pop("id"): row for row in displayed(store, "Person", pa.array(ids), Written({})).to_pylist()}
        assert list(shown) == ids
        assert shown.pop("nobody") == dict.fromkeys(("name", "id_no", "gender", "birth_date"))
        assert shown[LI]["name"] == "李四"
        for id_, values in shown.items():
            assert {k: v for k, v in values.items() if v is not None} == dossier(store, LOCAL_OPERATOR, id_).values
        firm = displayed(store, "Organisation", pa.array([FIRM]), Written({})).to_pylist()[0]
        assert firm == {"id": FIRM, "name": "一厂", "credit_code": None}
        assert organisation_dossier(store, LOCAL_OPERATOR, FIRM).values == {"name": "一厂"}
