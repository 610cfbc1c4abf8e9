"""Conformance: that a change of the YAML alone changes what is checked, and each rule with a case that breaks it."""

from __future__ import annotations

import pytest

from graph.chain import ERASED, ChainEvent, Reference
from graph.conformance_review import ENDS_EARLY
from graph.working_days import WorkingDays
from tests.graph.conformance_cases import course, event, found, material, records, standard

PARTS = {
    "registration": (
        ("  - {field: name,", "  - {field: employer, type: text, required: true, source: guide}\n  - {field: name,"),
        ("registration", "field", "fault", "employer"),
    ),
    "registration, codes": (
        ("{field: name, type: text, required: true", "{field: name, type: text, required: true, codes: [李四]"),
        ("registration", "form of a field", "fault", "name"),
    ),
    "materials, type": (
        ("{type: photo, as_written: 照片", "{type: form, as_written: 申请表"),
        ("materials", "record", "fault", "form"),
    ),
    "materials, form": (("form: copy", "form: original"), ("materials", "form", "fault", "id-card")),
    "materials, validity": (
        ("as_written: 照片, required: true", "as_written: 照片, required: true, validity_days: 2"),
        ("materials", "validity", "fault", "photo"),
    ),
    "review, step": (
        ("  - {activity: 办结", "  - {activity: 公示, stage: review, role: x, source: guide}\n  - {activity: 办结"),
        ("review", "step", "fault", "公示"),
    ),
    "review, limit": (("limit_days: 5", "limit_days: 1"), ("review", "limit", "fault", "审核")),
    "review, whole limit": (("{days: 20", "{days: 3"), ("review", "case limit", "fault", None)),
    "review, order": (
        ("role: 科室,", "role: 科室, must_follow: [审批],"),
        ("review", "order", "fault", "审核"),
    ),
    "review, actor": (("role: 领导,", "role: 领导, by: [局长],"), ("review", "actor", "fault", "审批")),
    "review, same person": (
        ("role: 科室,", "role: 科室, not_by_same_as: [受理],"),
        ("review", "same person", "fault", "审核"),
    ),
    "review, records": (("role: 领导,", "role: 领导, rests_on: [form],"), ("review", "rests on", "fault", "审批")),
    "review, made": (("role: 领导,", "role: 领导, produces: [form],"), ("review", "produces", "fault", "审批")),
    "review, window": (
        ("role: 领导,", "role: 领导, window: {monthly: [8, 20]},"),
        ("review", "window", "fault", "审批"),
    ),
    "e_material": (("[application/pdf]", "[image/jpeg]"), ("e_material", "format", "fault", None)),
    "e_material, size": (
        ("{formats: [application/pdf]", "{formats: [application/pdf], max_bytes: 999"),
        ("e_material", "size", "fault", None),
    ),
    "e_material, signature": (
        ("{formats: [application/pdf]", "{formats: [application/pdf], signature: true"),
        ("e_material", "signature", "not decidable", None),
    ),
    "archive, class": (("业务档案 1", "业务档案 6"), ("archive", "class", "fault", "id-card")),
    "archive, retention": (("retention: 50年", "retention: 永久"), ("archive", "retention", "fault", "photo")),
    "archive, form": (
        ("retention: 50年", "retention: 50年, physical_form: electronic"),
        ("archive", "physical form", "fault", None),
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_change_of_the_yaml_changes_what_is_checked(name: str) -> None:
    change, finding = PARTS[name]
    assert found() == set()
    assert finding in found(under=standard(change))


def test_what_a_case_lacks_is_due_while_it_is_open_and_a_fault_when_it_is_closed() -> None:
    held = records(material("m-card", "id-card"), fields={})
    lacking = {("registration", "field", "name"), ("materials", "record", "photo")}
    missing = found(course(), held)
    assert missing == {(part, rule, "fault", what) for part, rule, what in lacking}
    started = found(course()[:1], held, status="open", today="2024-03-05")
    assert started == {(part, rule, "due", what) for part, rule, what in lacking} | {
        ("review", "step", "due", step) for step in ("审核", "审批", "办结")
    }
    late = found(course()[:1], status="open", today="2024-04-30")
    assert {("review", "limit", "fault", "审核"), ("review", "case limit", "fault", None)} <= late


def test_an_expired_record_does_not_hide_a_valid_one() -> None:
    old, new = material("m-old", "photo", date="2020-01-01"), material("m-photo", "photo")
    assert found(held=records(material("m-card", "id-card"), old, new)) == set()
    assert found(held=records(material("m-card", "id-card"), old)) == {("materials", "validity", "fault", "photo")}
    instead = standard(("as_written: 照片,", "as_written: 照片, instead: [form],"))
    assert found(held=records(material("m-card", "id-card"), material("m-f", "form")), under=instead) == set()


def test_records_that_cannot_tell_are_not_decidable() -> None:
    asked = standard(("form: copy", "form: original"))
    held = records(material("m-card", "id-card", form=None), material("m-photo", "photo"))
    assert found(held=held, under=asked) == {("materials", "form", "not decidable", "id-card")}
    held = records(material("m-card", "id-card"), material("m-x", None))
    assert found(held=held) == {("materials", "record", "not decidable", "photo")}
    held = records(material("m-card", "id-card"), material("m-photo", "photo", date=None, received=False))
    assert found(held=held) == {("materials", "validity", "not decidable", "photo")}
    held = records(material("m-card", "id-card", erased="decision:9"), material("m-photo", "photo"))
    assert found(held=held) == {("materials", "content", "not decidable", "id-card")}


def test_whether_a_record_was_there_by_then_is_not_decidable_within_a_day() -> None:
    asked = standard(("role: 领导,", "role: 领导, rests_on: [photo],"))
    held = records(material("m-card", "id-card"), material("m-photo", "photo", position=3))
    review, approval, last = course()[1:]
    late = [course()[0], review, approval, last.model_copy(update={"at_ms": approval.at_ms})]
    for coarse, outcome in (("minute", "fault"), ("day", "not decidable")):
        late[2] = approval.model_copy(update={"precision": coarse})
        assert ("review", "rests on", outcome, "审批") in found(late, held, asked)


def test_order_within_a_day_is_not_decidable_where_the_instants_are_days() -> None:
    first, review, approval, last = course()
    assert found([first, approval, review, last]) == {("review", "order", "fault", "审批")}
    days = [
        event("受理", "2024-03-04T00:00", "acceptance", "甲", precision="day"),
        event("审批", "2024-03-06T00:00", "approval", "乙", precision="day"),
        event("审核", "2024-03-06T00:00", "review", "甲", precision="day"),
        event("办结", "2024-03-08T00:00", "completion", "丙", precision="day"),
    ]
    assert found(days) == {("review", "order", "not decidable", "审批")}
    months = [one.model_copy(update={"precision": "month"}) for one in course()]
    assert found(months) == {
        ("review", "limit", "not decidable", "审核"),
        ("review", "case limit", "not decidable", None),
    }


@pytest.mark.parametrize(
    ("review_at", "outcome"),
    [("2024-02-20T10:00", None), ("2024-02-21T10:00", None), ("2024-02-22T10:00", "fault")],
)
def test_working_days_pass_over_a_holiday_and_count_make_up_days(review_at: str, outcome: str | None) -> None:
    """Accepted on the 7th: the 8th, 9th, 18th (a Sunday that is worked), 19th and 20th are the five days."""
    events = holiday_course(review_at)
    limited = standard(("limit_days: 5", "limit_days: 6"))
    limits = {f for f in found(events, under=limited) if f[1] == "limit"}
    assert limits == ({("review", "limit", outcome, "审核")} if outcome else set())


def holiday_course(review_at: str) -> list[ChainEvent]:
    received = course()[0].received
    return [
        event("受理", "2024-02-07T09:00", "acceptance", "甲", received=received),
        event("审核", review_at, "review", "甲"),
        event("审批", "2024-02-23T10:00", "approval", "乙"),
        event("办结", "2024-02-23T11:00", "completion", "丙"),
    ]


def test_a_natural_limit_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    """From the 7th, three days end on the 10th, the first of the holiday; the 18th is worked."""
    three = standard(("limit_days: 5, days: working", "limit_days: 3, days: natural"))
    assert not [f for f in found(holiday_course("2024-02-18T10:00"), under=three) if f[1] == "limit"]
    late = found(holiday_course("2024-02-19T10:00"), under=three)
    assert ("review", "limit", "fault", "审核") in late


def test_the_clock_stands_while_something_is_awaited() -> None:
    on_request = "stage: review, role: x, required: false, source: guide"
    stops = f"  - {{activity: 补正通知, {on_request}, stops_clock_until: 补正}}\n"
    stops += f"  - {{activity: 补正, {on_request}, must_follow: [补正通知]}}\n"
    under = standard(("  - {activity: 审核", f"{stops}  - {{activity: 审核"))
    first, _, _, last = course()
    with_stop = [
        first,
        event("补正通知", "2024-03-05T10:00", "review", "甲"),
        event("补正", "2024-03-20T10:00", "review", "甲"),
        event("审核", "2024-03-22T10:00", "review", "甲"),
        event("审批", "2024-03-22T11:00", "approval", "乙"),
        last.model_copy(update={"at_ms": (last.at_ms or 0) + 18 * 86_400_000}),
    ]
    assert found(with_stop, under=under) == set()
    without = [one for one in with_stop if not (one.activity or "").startswith("补正")]
    assert found(without, under=under) == {
        ("review", "limit", "fault", "审核"),
        ("review", "case limit", "fault", None),
    }


def test_a_limit_may_count_from_a_record_and_be_extended() -> None:
    counted = "limit_days: 2, days: natural, limit_from: photo, extension_days: 30"
    under = standard(("limit_days: 5, days: working", counted))
    assert found(under=under) == {("review", "limit", "not decidable", "审核")}
    other = standard(("limit_days: 5, days: working", counted.replace("photo", "form")))
    assert found(under=other) == {("review", "limit", "not decidable", "审核")}
    enough = standard(("limit_days: 5, days: working", counted.replace("limit_days: 2", "limit_days: 5")))
    assert found(under=enough) == set()


def test_a_year_that_the_calendar_does_not_know_is_not_decidable() -> None:
    later = [
        event("受理", "2027-03-04T09:00", "acceptance", "甲"),
        event("审核", "2027-03-05T09:00", "review", "甲"),
        event("审批", "2027-03-05T10:00", "approval", "乙"),
        event("办结", "2027-03-08T09:00", "completion", "丙"),
    ]
    held = records(material("m-card", "id-card"), material("m-photo", "photo", date="2027-03-01"))
    assert found(later, held, calendar=WorkingDays()) == {("review", "limit", "not decidable", "审核")}


def test_a_step_under_another_name_is_asked_about_and_known_once_it_is_named() -> None:
    first, review, approval, last = course()
    renamed = [first, review, approval.model_copy(update={"activity": "核准"}), last]
    assert found(renamed) == {("review", "step", "not decidable", "审批")}
    assert found(renamed, under=standard(("role: 领导,", "role: 领导, also: [核准],"))) == set()


def test_events_without_actor_and_erased_ones_say_so() -> None:
    first, review, approval, last = course()
    nobody = approval.model_copy(update={"actors": [], "missing": ["actor"]})
    under = standard(("role: 领导,", "role: 领导, not_by_same_as: [审核],"))
    assert found([first, review, nobody, last], under=under) == {
        ("review", "incomplete record", "fault", None),
        ("review", "same person", "not decidable", "审批"),
    }
    erased = approval.model_copy(update={"activity": None, "missing": [f"{ERASED}decision:9"]})
    assert found([first, review, erased, last]) == {
        ("review", "incomplete record", "not decidable", None),
        ("review", "step", "not decidable", "审批"),
    }


def test_a_volume_rule_and_records_in_no_volume() -> None:
    under = standard(("retention: 50年", "retention: 50年, volume_rule: case"))
    two = records(material("m-card", "id-card", volumes=("v1",)), material("m-photo", "photo", volumes=("v2",)))
    assert found(held=two, under=under) == {("archive", "volume", "fault", None)}
    loose = records(material("m-card", "id-card"), material("m-photo", "photo", volumes=()))
    assert found(held=loose, under=under) == {("archive", "filing", "due", "photo")}


@pytest.mark.parametrize("word", ENDS_EARLY)
def test_what_would_follow_is_not_asked_of_a_case_that_was_sent_back(word: str) -> None:
    first, review, approval, last = course()
    back = event(word, "2024-03-06T11:00", "completion", "甲")
    assert found([first, review, back]) == set()
    outcome = last.model_copy(update={"activity": "结束", "outcome": word})
    assert found([first, review, outcome]) == set()
    # What comes in the standard before a step that was done is still asked for.
    assert found([first, approval, back]) == {("review", "step", "fault", "审核")}
    plain = last.model_copy(update={"activity": "结束"})
    assert found([first, review, plain]) == {
        ("review", "step", "fault", "审批"),
        ("review", "step", "not decidable", "办结"),
    }


def test_a_step_that_a_case_may_do_without_is_not_overdue_while_it_is_not_there() -> None:
    open_case = {"status": "open", "today": "2024-03-20"}
    optional = standard(("role: 科室, limit_days: 5", "role: 科室, required: false, limit_days: 5"))
    due = {("review", "step", "due", "审批"), ("review", "step", "due", "办结")}
    assert found(course()[:1], **open_case) == due | {
        ("review", "step", "due", "审核"),
        ("review", "limit", "fault", "审核"),
    }
    assert found(course()[:1], under=optional, **open_case) == due


def test_what_the_case_made_leaves_no_doubt_about_what_was_handed_in() -> None:
    made = Reference(id="m-notice", label="Material", title=None)
    events = [*course()[:3], course()[3].model_copy(update={"produced": [made]})]
    held = records(material("m-card", "id-card"), material("m-notice", None))
    assert found(events, held) == {("materials", "record", "fault", "photo")}


def test_a_record_of_no_known_type_leaves_it_open_whether_the_step_made_one() -> None:
    asked = standard(("role: 领导,", "role: 领导, produces: [form],"))
    first, review, approval, last = course()
    notice = Reference(id="m-notice", label="Material", title=None)
    held = records(material("m-card", "id-card"), material("m-photo", "photo"), material("m-notice", None))
    not_made = ("review", "produces", "fault", "审批")
    assert found([first, review, approval, last.model_copy(update={"produced": [notice]})], held, asked) == {not_made}
    made = approval.model_copy(update={"produced": [notice]})
    assert found([first, review, made, last], held, asked) == {("review", "produces", "not decidable", "审批")}
