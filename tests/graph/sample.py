"""A small archive by hand: two persons that are one, an organisation, a catalogue, cases, facts and standards."""

from __future__ import annotations

import json
from datetime import datetime

from graph.settings import Settings
from graph.store import Store
from tests.graphs import link, write

ZHANG, OLD_ZHANG, LI, FIRM = "p-zhang", "p-zhang-old", "p-li", "o-firm"
NUMBER = "11010519491231002X"


def ms(text: str) -> int:
    """Epoch milliseconds of an instant in China."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def write_standards(store: Store, settings: Settings) -> int:
    """Two items, one with two versions, over four types."""
    registration = [
        {"field": "name", "type": "text", "required": True, "source": "x"},
        {"field": "id_no", "type": "text", "required": True, "pattern": "^[0-9]{17}[0-9X]$", "source": "x"},
        {"field": "phone", "type": "text", "required": True, "pattern": "^1[0-9]{10}$", "source": "x"},
        {"field": "birth_date", "type": "date", "required": False, "source": "x"},
    ]
    types = [
        {"id": "id-card", "name": "居民身份证", "synonyms": '["身份证"]', "class": "identity"},
        {"id": "photo", "name": "照片", "synonyms": "[]", "validity_days": 183, "class": "identity"},
        {"id": "register", "name": "户口簿", "synonyms": '["户口本"]', "class": "identity"},
        {"id": "licence", "name": "营业执照", "synonyms": "[]", "class": "enterprise"},
    ]
    standard = json.dumps({"registration": registration, "materials": [{}, {}, {}]})
    nodes = {
        "MaterialType": types,
        "ServiceItem": [
            {"id": "card", "name": "社会保障卡补换", "life_stage": "insurance", "region": "汕头"},
            {"id": "retire", "name": "职工退休审批", "life_stage": "retirement"},
        ],
        "ItemVersion": [
            {"id": "card@2000-01-01", "valid_from": "2000-01-01", "standard": standard},
            {"id": "card@2022-01-01", "valid_from": "2022-01-01", "standard": standard},
            {"id": "retire@2010-01-01", "valid_from": "2010-01-01", "standard": json.dumps({"registration": []})},
        ],
    }
    links = {
        "VERSION_FOR": [
            link("ItemVersion card@2000-01-01", "ServiceItem card"),
            link("ItemVersion card@2022-01-01", "ServiceItem card"),
            link("ItemVersion retire@2010-01-01", "ServiceItem retire"),
        ],
        "REQUIRES": [
            link("ItemVersion card@2000-01-01", "MaterialType id-card", required=True),
            link("ItemVersion card@2022-01-01", "MaterialType id-card", required=True, form="copy"),
            link("ItemVersion card@2022-01-01", "MaterialType photo", required=True),
            link("ItemVersion card@2022-01-01", "MaterialType licence", required=False, condition="单位办理"),
            link("ItemVersion retire@2010-01-01", "MaterialType id-card", required=True, form="original"),
            link("ItemVersion retire@2010-01-01", "MaterialType register", required=True, form="original"),
        ],
    }
    return write(store, settings, nodes, links, system="standards")


def write_catalogue(store: Store, settings: Settings) -> int:
    """Records of Zhang under two ids and of Li, filed in a volume, box, shelf and room."""
    nodes = {
        "Person": [{"id": ZHANG}, {"id": OLD_ZHANG}, {"id": LI}],
        "Room": [{"id": "r1", "code": "602库房"}],
        "Shelf": [{"id": "s1", "code": "第10排"}],
        "Box": [{"id": "b1", "code": "B-7"}],
        "Volume": [{"id": "v1", "code": "A002-RS-001", "year": 1999, "retention": "永久"}],
        "File": [
            {"id": "f1", "uri": "a.pdf", "sha256": "00", "size": 9, "media_type": "application/pdf", "pages": 2}
        ],
        "Material": [
            {
                "id": "m-card",
                "title": "居民身份证",
                "date": "2010-01-15",
                "form": "original",
                "valid_until": "2030",
            },
            {
                "id": "m-register",
                "title": "户口本",
                "date": "19950000",
                "form": "copy",
                "archive_no": "A002-RS-001-002",
            },
            {"id": "m-odd", "title": "旧式证明", "date": "不详"},
            {"id": "m-li", "title": "身份证", "date": "20200101", "form": "e-licence"},
        ],
        "Fact": [
            {"id": "x-name", "field": "name", "value": "张三"},
            {"id": "x-no", "field": "id_no", "value": NUMBER},
            {"id": "x-born", "field": "birth_date", "value": "1949-12-31"},
            {"id": "x-old-name", "field": "name", "value": "张山"},
            {"id": "x-old-born", "field": "birth_date", "value": "19491200"},
            {"id": "x-work", "field": "employer", "value": "一厂", "valid_from": "1970", "valid_to": "1999-06"},
            {"id": "x-li", "field": "name", "value": "李四"},
        ],
    }
    links = {
        "ABOUT": [
            link("Material m-card", f"Person {ZHANG}"),
            link("Material m-register", f"Person {OLD_ZHANG}"),
            link("Material m-odd", f"Person {OLD_ZHANG}"),
            link("Material m-li", f"Person {LI}"),
            link("Volume v1", f"Person {OLD_ZHANG}"),
            *(link(f"Fact {id_}", f"Person {ZHANG}") for id_ in ("x-name", "x-no", "x-born")),
            *(link(f"Fact {id_}", f"Person {OLD_ZHANG}") for id_ in ("x-old-name", "x-old-born", "x-work")),
            link("Fact x-li", f"Person {LI}"),
        ],
        "STATES": [
            *(link("Material m-card", f"Fact {id_}") for id_ in ("x-name", "x-no", "x-born")),
            *(link("Material m-register", f"Fact {id_}") for id_ in ("x-old-name", "x-old-born", "x-work")),
            link("Material m-li", "Fact x-li"),
        ],
        "HAS_FILE": [link("Material m-card", "File f1")],
        "FILED_IN": [link("Material m-register", "Volume v1", position=2)],
        "IN_BOX": [link("Volume v1", "Box b1")],
        "ON_SHELF": [link("Box b1", "Shelf s1")],
        "IN_ROOM": [link("Shelf s1", "Room r1")],
    }
    return write(store, settings, nodes, links, system="catalogue")


def write_cases(store: Store, settings: Settings) -> int:
    """Two cases of Zhang, one of Li with the firm; photos, and a phone number stated at the counter."""
    nodes = {
        "Person": [{"id": ZHANG}, {"id": LI}],
        "Organisation": [{"id": FIRM}],
        "Case": [
            {"id": "hall:1", "item_id": "card", "accepted_at": ms("2021-03-01T09:00")},
            {"id": "hall:2", "item_id": "社会保障卡补换"},
            {"id": "hall:3", "item_id": "unknown"},
        ],
        "Event": [
            {"id": "e1", "activity": "受理", "stage": "acceptance", "at": ms("2021-03-01T09:00"), "offset": 28800},
            {"id": "e2", "activity": "办结", "stage": "completion", "at": ms("2021-03-05T09:00"), "offset": 28800},
            {"id": "e3", "activity": "受理", "stage": "acceptance", "at": ms("2021-06-01T23:30"), "offset": 28800},
            {"id": "e4", "activity": "受理", "stage": "acceptance", "at": ms("2023-01-01T10:00"), "offset": 28800},
        ],
        "Matter": [{"id": "matter:J-1", "name": "J-1"}],
        "Material": [
            {"id": "m-photo", "title": "照片", "form": "original"},
            {"id": "m-photo-2", "title": "照 片", "date": "2021-05-30", "form": "original"},
            {"id": "m-licence", "title": "营业执照", "form": "copy"},
        ],
        "Fact": [
            {"id": "x-phone", "field": "phone", "value": "13800000000"},
            {"id": "x-firm", "field": "name", "value": "一厂"},
        ],
    }
    links = {
        "APPLIED": [
            link(f"Person {ZHANG}", "Case hall:1", role="applicant"),
            link(f"Person {ZHANG}", "Case hall:2", role="applicant"),
            link(f"Person {LI}", "Case hall:3", role="agent"),
            link(f"Organisation {FIRM}", "Case hall:3", role="applicant"),
        ],
        "PART_OF": [link("Case hall:1", "Matter matter:J-1"), link("Case hall:3", "Matter matter:J-1")],
        "IN_CASE": [
            link("Event e1", "Case hall:1", sort_at=ms("2021-03-01T09:00"), seq=0),
            link("Event e2", "Case hall:1", sort_at=ms("2021-03-05T09:00"), seq=0),
            link("Event e3", "Case hall:2", sort_at=ms("2021-06-01T23:30"), seq=0),
            link("Event e4", "Case hall:3", sort_at=ms("2023-01-01T10:00"), seq=0),
        ],
        "RECEIVED": [
            link("Event e1", "Material m-photo"),
            link("Event e3", "Material m-photo-2"),
            link("Event e4", "Material m-licence"),
        ],
        "STATES": [link("Event e1", "Fact x-phone"), link("Event e4", "Fact x-firm")],
        "ABOUT": [
            link("Fact x-phone", f"Person {ZHANG}"),
            link("Fact x-firm", f"Organisation {FIRM}"),
        ],
    }
    return write(store, settings, nodes, links, system="hall")


def write_match(store: Store, settings: Settings) -> int:
    """The decision that both Zhangs are one."""
    return write(store, settings, {}, {"SAME_AS": [link(f"Person {ZHANG}", f"Person {OLD_ZHANG}", score=0.9)]})


def write_types(store: Store, settings: Settings) -> int:
    """The types of the materials, as the derivation finds them."""
    found = {
        "m-card": "id-card",
        "m-register": "register",
        "m-li": "id-card",
        "m-photo": "photo",
        "m-photo-2": "photo",
        "m-licence": "licence",
    }
    links = [link(f"Material {m}", f"MaterialType {t}", method="name", confidence=1.0) for m, t in found.items()]
    return write(store, settings, {}, {"OF_TYPE": links})


def write_all(store: Store, settings: Settings) -> None:
    for part in (write_standards, write_catalogue, write_cases, write_match, write_types):
        part(store, settings)
