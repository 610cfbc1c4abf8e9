"""The whole schema: what the archive holds, declared once.

From these declarations come the tables and indexes of DuckDB, the constraints and indexes of Neo4j, the
statements that write in bulk, and docs/schema.md. `SCHEMA_VERSION` stands in every store.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 3

Type = Literal["text", "integer", "instant", "boolean", "real", "json"]
DataKind = Literal["asserted", "decided", "derived", "clock"]
End = Literal["from", "to"]


@dataclass(frozen=True)
class Property:
    """One property; `kind` differs from its record's where a derived value stands on an asserted node."""

    name: str
    type: Type
    text: str
    unit: str = ""
    kind: DataKind | None = None
    indexed: bool = False


@dataclass(frozen=True)
class Node:
    """A label. Its key is always `id`, unique within the label."""

    label: str
    text: str
    kind: DataKind
    properties: tuple[Property, ...]

    @property
    def content(self) -> tuple[Property, ...]:
        """The properties that a source or a decision states; a change of one of them is a new version."""
        return tuple(p for p in self.properties if p.kind is None)

    @property
    def derived(self) -> tuple[Property, ...]:
        """The properties that follow from other records."""
        return tuple(p for p in self.properties if p.kind == "derived")


@dataclass(frozen=True)
class Relationship:
    """A relationship type between pairs of labels.

    `stated_by` is the end whose record states the link; None where the link is derived. The key of a link
    is both ends, `key`, and, where it is asserted or decided, the load that asserted it.
    """

    type: str
    text: str
    kind: DataKind
    ends: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...] = ()
    key: tuple[str, ...] = ()
    stated_by: End | None = "from"


def _text(name: str, text: str, *, indexed: bool = False, derived: bool = False) -> Property:
    return Property(name, "text", text, indexed=indexed, kind="derived" if derived else None)


def _integer(name: str, text: str, unit: str = "", *, derived: bool = False) -> Property:
    return Property(name, "integer", text, unit, "derived" if derived else None)


def _instant(name: str, text: str, *, indexed: bool = False, derived: bool = False) -> Property:
    return Property(name, "instant", text, "UTC", "derived" if derived else None, indexed)


def _json(name: str, text: str) -> Property:
    return Property(name, "json", text)


CLOCK_ON_NODES = (
    _integer("load", "number of the load that asserted the record first"),
    _integer("since", "number of the load that gave the present content"),
    _integer("withdrawn", "number of the load that withdrew the record"),
    _integer("source_row", "row of the present content in its file"),
    _text("salt", "random salt of the present content, destroyed when the content is erased"),
    _integer("erased", "number of the load that erased its content, of every time"),
)
CLOCK_ON_LINKS = (
    _integer("load", "number of the load that asserted the link"),
    _integer("withdrawn", "number of the load that withdrew the link"),
    _text("salt", "random salt of a link asserted later than the record that states it"),
    _text("withdrawal_salt", "random salt of its withdrawal"),
)
DERIVED_AT = (_integer("load", "number of the load that derived it"),)

_VALID = (
    _text("valid_from", "first day on which it holds"),
    _text("valid_to", "last day on which it holds"),
)
_QUALIFIER = (_text("qualifier", "what the object is to the event or to the other object"),)
_SUBJECTS = ("Person", "Organisation")
_BASIS = _text("basis", "what filing put into it: a case, a person, a year or a number of its own", indexed=True)
_KIND = _text("kind", "physical or virtual; null where a source names it, which is physical")

# Where something is kept, from the record outwards. A place that a decision gave goes before what sources say.
PLACES = {
    "FILED_IN": ("Material", "Volume"),
    "IN_BOX": ("Volume", "Box"),
    "ON_SHELF": ("Box", "Shelf"),
    "IN_ROOM": ("Shelf", "Room"),
}
_SCHEMES = {
    "si": "the nine of Order No. 3 (2009)",
    "personnel": "the ten of personnel dossiers",
    "historic": "the eight of records from before the Order",
}
_CLASSES = (
    *(
        p
        for scheme, text in _SCHEMES.items()
        for p in (
            _text(f"{scheme}_class", f"its class of {text}, by its title or by decision", derived=True),
            _text(f"{scheme}_method", "how that class was found: term, model, decision", derived=True),
            Property(f"{scheme}_confidence", "real", "how sure that class is, 0 to 1", kind="derived"),
        )
    ),
    _integer("historic_year", "of 变更材料: its year", derived=True),
    _text("historic_system", "of 变更材料: the system (系统) that its title names", derived=True),
    _text("historic_unit", "of 变更材料: the unit that its title names", derived=True),
)

NODES: tuple[Node, ...] = (
    Node(
        "Person",
        "a natural person",
        "asserted",
        (
            _text("name", "prevailing name", derived=True, indexed=True),
            _text("id_no", "prevailing identity number, 18 digits", derived=True, indexed=True),
            _text("gender", "prevailing gender", derived=True),
            _text("birth_date", "prevailing date of birth", derived=True),
        ),
    ),
    Node(
        "Organisation",
        "an employer or insured unit",
        "asserted",
        (
            _text("name", "prevailing name", derived=True, indexed=True),
            _text("credit_code", "prevailing unified social credit code", derived=True, indexed=True),
        ),
    ),
    Node(
        "Case",
        "one run of a service item for its applicants (办件)",
        "asserted",
        (
            _text("item_id", "the service item as the source names it", indexed=True),
            _instant("accepted_at", "when the case was accepted, as the source states it"),
            _text("region", "region in which it was handled"),
            _text("channel", "way by which it came in"),
            _json("attributes", "whatever else the source says of the case"),
            _instant(
                "opened_at",
                "accepted_at, or else the first instant of its events",
                derived=True,
                indexed=True,
            ),
            _instant("last_at", "the last instant of its events", derived=True),
            _instant("closed_at", "the instant of its completion", derived=True),
            Property("seconds", "real", "from the first to the last instant of its events", "s", "derived"),
            _text("status", "open, closed, or unknown where no event names a stage", derived=True, indexed=True),
            _integer("events", "how many events it has", derived=True),
        ),
    ),
    Node(
        "Matter",
        "what several cases of several departments or regions are about (联办)",
        "asserted",
        (_text("name", "its name"),),
    ),
    Node(
        "Event",
        "one thing done",
        "asserted",
        (
            _text("activity", "what was done", indexed=True),
            _text("lifecycle", "which moment of the activity: start, complete, ..."),
            _text("stage", "acceptance 受理, approval 审批, review 审核, completion 办结, other"),
            _instant("at", "when it was done"),
            _integer("offset", "offset of the source's clock, east of UTC", "s"),
            _text("precision", "millisecond, second, minute, day, month, year"),
            _instant("recorded_at", "when the source says that it was entered"),
            _text("outcome", "its result as the source states it"),
            _json("attributes", "whatever else the source says of the event"),
        ),
    ),
    Node(
        "Actor",
        "who acts: staff, system, applicant; one per source system",
        "asserted",
        (_text("name", "name in its system", indexed=True), _text("kind", "staff, system or applicant")),
    ),
    Node(
        "Unit",
        "department, window or group; one per source system",
        "asserted",
        (
            _text("name", "name in its system", indexed=True),
            _text("kind", "department, window, group"),
            _text("region", "its region"),
        ),
    ),
    Node(
        "Material",
        "one record (件): a form, certificate, dossier piece",
        "asserted",
        (
            _text("title", "its title 题名"),
            _text(
                "date", "its date as YYYYMMDD, 00 for a day or month that is unknown; as it stands where it is none"
            ),
            _text("medium", "paper or electronic"),
            _text("form", "original, copy, e-licence, checked on sight"),
            _integer("pages", "how many pages it has", "pages"),
            _text("class", "its class in the scheme of the archive"),
            _text("retention", "how long it is kept"),
            _text("archive_no", "档号", indexed=True),
            _text("doc_no", "文号"),
            _text("responsible", "责任者"),
            _text("secrecy", "密级"),
            _text("valid_until", "last day of its own validity"),
            _json("attributes", "whatever else the source says of it"),
            *_CLASSES,
        ),
    ),
    Node(
        "File",
        "one file of a record",
        "asserted",
        (
            _text("uri", "where it lies"),
            _text("sha256", "digest of its bytes"),
            _integer("size", "its size", "bytes"),
            _text("media_type", "its media type"),
            _integer("pages", "how many pages it has", "pages"),
            _text("role", "what it is to its record"),
        ),
    ),
    Node(
        "MaterialType",
        "a kind of record",
        "asserted",
        (
            _text("name", "its name"),
            _json("synonyms", "other names of it, a list"),
            _text("class", "its class"),
            _integer("validity_days", "how long a record of it is valid from its date; null for unlimited", "days"),
            _text("source", "where this is said"),
        ),
    ),
    Node(
        "ServiceItem",
        "a service item (服务事项)",
        "asserted",
        (_text("name", "its name"), _text("life_stage", "stage of life"), _text("region", "its region")),
    ),
    Node(
        "ItemVersion",
        "one dated standard of a service item",
        "asserted",
        (_text("valid_from", "first day in force"), _json("standard", "the standard itself")),
    ),
    Node(
        "Fact",
        "one statement about a person, organisation, case, material, actor, unit or object",
        "asserted",
        (
            _text("field", "what is stated"),
            _text("value", "the stated text"),
            _integer("number", "the stated value where it is an exact integer"),
            _text("unit", "unit of the number"),
            *_VALID,
            _instant("stated_at", "when the source stated it"),
        ),
    ),
    Node(
        "Payment",
        "an amount decided or paid in a case",
        "asserted",
        (
            _integer("amount", "the amount", "fen"),
            _text("kind", "decided or paid"),
            _text("period", "the period it is for"),
        ),
    ),
    Node(
        "Object",
        "any other object of an OCEL log",
        "asserted",
        (_text("type", "its object type"), _json("attributes", "its attributes")),
    ),
    *(
        Node(
            label,
            text,
            "asserted",
            (
                _text("code", "its code", indexed=True),
                _text("class", "class of what it holds"),
                _integer("year", "year of what it holds"),
                _text("retention", "retention of what it holds"),
                _integer("capacity", "how much it holds", unit),
                *further,
            ),
        )
        for label, text, unit, further in (
            ("Fonds", "the records of one creator (全宗)", "volumes", ()),
            ("Volume", "a volume (卷)", "records", (_BASIS,)),
            ("Box", "a box (盒)", "mm", (_KIND,)),
            ("Shelf", "a shelf (架)", "boxes", ()),
            ("Room", "a storeroom (库房), physical or virtual", "shelves", (_KIND,)),
        )
    ),
    Node(
        "CheckRun",
        "one run of the four-property checks on a record in a phase",
        "asserted",
        (
            _text("run_id", "the run it belongs to"),
            _text("phase", "GD filing, YJ transfer, CQ long-term keeping"),
            _json("counts", "how many checks passed, failed, were not run"),
        ),
    ),
    Node(
        "Check",
        "a check that failed or was not run",
        "asserted",
        (
            _text("run_id", "the run it belongs to"),
            _text("phase", "GD, YJ or CQ"),
            _text("code", "code of the check"),
            _text("property", "authenticity, completeness, usability or security"),
            _text("outcome", "fail or not_run"),
            _text("detail", "what was found"),
        ),
    ),
    Node(
        "Finding",
        "one audit rule that fired",
        "derived",
        (
            _text("rule", "the rule", indexed=True),
            _text("category", "its category"),
            _text("severity", "how grave it is"),
            _text("detail", "what was found"),
            _text("rule_set", "digest of the rule set"),
        ),
    ),
    Node(
        "Decision",
        "what a person or the system decided",
        "decided",
        (
            _text("kind", "match, class, prevailing value, filing, reversal ..., see docs/decisions.md"),
            _text("who", "who decided"),
            _instant("decided_at", "when"),
            _text("why", "the reason given"),
            _json("what", "what was decided"),
            _text("overrides", "the decision that it reverses", indexed=True),
        ),
    ),
    Node(
        "Version",
        "an earlier content of a record, or the gap in which it was withdrawn",
        "clock",
        (
            _text("label", "label of the record"),
            _text("of_id", "id of the record", indexed=True),
            _json("payload", "its content, canonical JSON; null where the record was withdrawn"),
            _text("salt", "salt of that content"),
            _integer("from_load", "first load in which it held"),
            _integer("to_load", "first load in which it held no more"),
            _integer("source_row", "row of that content in its file"),
            _integer("erased", "number of the load that erased that content"),
        ),
    ),
    Node(
        "Load",
        "one file, decision or live request taken in; its number is the archive's clock",
        "clock",
        (
            _integer("number", "its number"),
            _instant("opened_at", "when it began"),
            _instant("committed_at", "when it was done; never before that of its predecessor"),
            _text("source", "name of the file"),
            _text("system", "source system"),
            _text("sha256", "digest of the file"),
            _text("mapping", "name of the mapping"),
            _text("mapping_sha256", "digest of the mapping's meaning"),
            _text("mode", "append or snapshot"),
            _text("state", "open, done or abandoned"),
            _text("holder", "who writes it"),
            _text("changes", "begun or applied, while an open load changes what is seen already"),
            _instant("lease_until", "until when the holder has said to be alive"),
            _integer("rows_in", "rows read", "rows"),
            _integer("loaded", "rows that changed something", "rows"),
            _integer("unchanged", "rows that said nothing new", "rows"),
            _integer("quarantined", "rows that were set aside", "rows"),
            _integer("withdrawn", "records withdrawn", "records"),
            _json("header", "what the file says about itself"),
            _text("salt", "random salt of what the ledger holds of the load"),
        ),
    ),
    Node(
        "Archive",
        "the store itself",
        "clock",
        (
            _integer("schema_version", "version of this schema"),
            _text("id_key_fingerprint", "fingerprint of the id key"),
            _text("ledger", "public key of its first ledger, as a verifier key of signed notes"),
            _instant("made_at", "when the store was made"),
        ),
    ),
)

_OBJECTS = ("Object", "Case", "Person", "Organisation", "Actor", "Unit", "Material")
_TOUCH = (
    *_QUALIFIER,
    _text("case_id", "the case in which, where the event is in several"),
)


def _touches(type_: str, text: str, *further: str) -> Relationship:
    ends = tuple(("Event", label) for label in ("Material", "Object", *further))
    return Relationship(type_, text, "asserted", ends, _TOUCH, ("qualifier",))


RELATIONSHIPS: tuple[Relationship, ...] = (
    Relationship(
        "APPLIED",
        "who applied",
        "asserted",
        tuple((s, "Case") for s in _SUBJECTS),
        (_text("role", "applicant, agent, ..."),),
        ("role",),
        "to",
    ),
    Relationship("OF_ITEM", "the service item of a case", "asserted", (("Case", "ServiceItem"),)),
    Relationship(
        "UNDER",
        "the standard in force when the case was accepted",
        "derived",
        (("Case", "ItemVersion"),),
        stated_by=None,
    ),
    Relationship(
        "IN_CASE",
        "the cases an event belongs to",
        "asserted",
        (("Event", "Case"),),
        (
            _instant("sort_at", "its own instant, or else its predecessor's in the source"),
            _integer("seq", "its place among the case's events of that instant in the file"),
            *_QUALIFIER,
        ),
    ),
    Relationship(
        "NEXT",
        "the event that follows in a case",
        "derived",
        (("Event", "Event"),),
        (
            _text("case_id", "the case", indexed=True),
            Property("seconds", "real", "between the two, null where one has no instant", "s"),
        ),
        ("case_id",),
        None,
    ),
    Relationship(
        "BY",
        "who did it",
        "asserted",
        (("Event", "Actor"),),
        (_text("role", "in which role"), *_QUALIFIER),
        ("role", "qualifier"),
    ),
    Relationship("IN_UNIT", "where it was done", "asserted", (("Event", "Unit"),), _QUALIFIER, ("qualifier",)),
    Relationship("MEMBER_OF", "from a staff list", "asserted", (("Actor", "Unit"),), _VALID, ("valid_from",)),
    Relationship("IS_PERSON", "from a staff list", "asserted", (("Actor", "Person"),), _VALID, ("valid_from",)),
    _touches("RECEIVED", "what was received"),
    _touches("USED", "what was used"),
    _touches("PRODUCED", "what was produced"),
    _touches("TOUCHED", "what was touched, or who was concerned, in another way", *_SUBJECTS),
    Relationship(
        "RELATED",
        "object relations of a source",
        "asserted",
        tuple((a, b) for a in _OBJECTS for b in _OBJECTS),
        _QUALIFIER,
        ("qualifier",),
    ),
    Relationship("STATES", "what a record states", "asserted", (("Material", "Fact"), ("Event", "Fact"))),
    Relationship(
        "ABOUT",
        "whom or what it is about",
        "asserted",
        tuple(
            (a, b)
            for a, targets in (
                ("Material", _SUBJECTS),
                ("Volume", _SUBJECTS),
                ("Fact", (*_SUBJECTS, "Case", "Object", "Actor", "Unit", "Material")),
            )
            for b in targets
        ),
    ),
    Relationship("CONCERNS", "employed at, insured by", "asserted", (("Fact", "Organisation"),)),
    Relationship(
        "PAYS", "what it is for and to whom", "asserted", tuple(("Payment", t) for t in ("Case", *_SUBJECTS))
    ),
    Relationship(
        "OF_TYPE",
        "the kind of a record",
        "derived",
        (("Material", "MaterialType"),),
        (_text("method", "how it was found"), Property("confidence", "real", "how sure it is, 0 to 1")),
        stated_by=None,
    ),
    Relationship(
        "REQUIRES",
        "what an item asks for",
        "asserted",
        (("ItemVersion", "MaterialType"),),
        (
            Property("required", "boolean", "whether it is always asked for"),
            _text("condition", "when it is asked for"),
            _text("form", "in which form"),
        ),
    ),
    Relationship("VERSION_FOR", "whose standard it is", "asserted", (("ItemVersion", "ServiceItem"),)),
    Relationship("HAS_FILE", "the files of a record", "asserted", (("Material", "File"),)),
    Relationship("DIGITISES", "electronic record to paper record", "asserted", (("Material", "Material"),)),
    *(
        Relationship(
            type_,
            "where it is kept",
            "asserted",
            ((a, b),),
            (_integer("position", "its place"), *_VALID, _text("decision", "the decision that gave it this place")),
            ("valid_from",),
        )
        for type_, (a, b) in PLACES.items()
    ),
    Relationship(
        "CHECKED",
        "what was checked",
        "asserted",
        tuple((a, b) for a in ("CheckRun", "Check") for b in ("Material", "Volume", "Case")),
    ),
    Relationship(
        "FOUND",
        "what a finding is about",
        "derived",
        tuple(("Finding", b) for b in ("Case", "Event", "Actor", "Unit", "Material", "Person")),
        stated_by=None,
    ),
    Relationship(
        "DECIDES",
        "what a decision decides",
        "decided",
        tuple(
            ("Decision", b)
            for b in (
                *("Person", "Organisation", "Case", "Event", "Material", "Volume"),
                *("Box", "Shelf", "Fact", "File", "Finding"),
            )
        ),
    ),
    Relationship(
        "SAME_AS",
        "a decided match of two persons, from the lesser to the greater id",
        "decided",
        (("Person", "Person"),),
        (Property("score", "real", "how alike they are, 0 to 1"), _text("method", "how they were compared")),
    ),
    Relationship("PART_OF", "the matter of a case", "asserted", (("Case", "Matter"),)),
)

# What stays of a link when the record that states it is erased: where it belongs, not what it says.
PLACE_OF_LINK = ("case_id", "seq", "position", "decision")


def erasable(link: Relationship) -> tuple[Property, ...]:
    """The properties of a link that are erased with the record that states it."""
    return tuple(p for p in link.properties if p.name not in PLACE_OF_LINK)


def stated_by(label: str) -> tuple[Relationship, ...]:
    """The asserted types whose links records of a label state."""
    return tuple(
        link
        for link in RELATIONSHIPS
        if link.kind == "asserted" and any(ends[link.stated_by == "to"] == label for ends in link.ends)
    )


NODE = {node.label: node for node in NODES}
RELATIONSHIP = {relationship.type: relationship for relationship in RELATIONSHIPS}


def clock_of(declared: Node | Relationship) -> tuple[Property, ...]:
    """The properties that the archive's clock adds to a label or type."""
    if declared.kind == "clock":
        return ()
    if declared.kind == "derived":
        return DERIVED_AT
    return CLOCK_ON_NODES if isinstance(declared, Node) else CLOCK_ON_LINKS


def stated(node: Node, names: Collection[str] | None = None) -> tuple[Property, ...]:
    """Content and clock of a label, or those of them that `names` has, in their order."""
    every = (*node.content, *clock_of(node))
    return every if names is None else tuple(p for p in every if p.name in names)
