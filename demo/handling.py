"""How the centre handles a request: a case with its events, without any fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from demo import working_days
from demo.cases import DONE, RETURNED, SUPPLEMENTS, Case, Event, Product, Registration, Submission
from demo.lives import Request
from demo.organisations import CENTRE_REGION, Organisation, Roster, Staff
from demo.people import LAST_DAY, Person
from demo.reference import Item, Step, items
from demo.wallet import Wallet

FIRST_ONLINE = date(2014, 1, 1)
SYSTEM = "SYSTEM"


@dataclass(frozen=True)
class Centre:
    """Those who handle cases."""

    roster: Roster


def handle(
    rng: Random, centre: Centre, wallet: Wallet, who: Person | Organisation, request: Request, key: str
) -> Case:
    """The case of one request; `key` is what its system knows the applicant by. Its id is given later."""
    item = items()[request.item]
    region = CENTRE_REGION if item.system == "rencai" else request.region or who.region
    accepted = _during(rng, working_days.at_or_after(request.day), time(9), 150)
    online = accepted.date() >= FIRST_ONLINE and rng.random() < 0.4
    course = _Course(rng, centre.roster, item, region, online, request)
    materials = _materials(rng, wallet, item, accepted.date(), online)
    events = course.events(accepted, materials)
    case = Case(
        "",
        item,
        who,
        request.employer if item.code in ("work-injury-recognition", "retirement-approval") else None,
        accepted,
        region,
        "网上" if online else "窗口",
        registration(rng, who, key, item, request),
        tuple(event for event in events if event.at.date() <= LAST_DAY),
    )
    return _with_amounts(rng, case)


def registration(rng: Random, who: Person | Organisation, key: str, item: Item, request: Request) -> Registration:
    """What is written of an applicant where nobody errs."""
    fields = tuple((field, _field(rng, field, who, request)) for field in item.fields)
    if isinstance(who, Organisation):
        return Registration(who.credit_code, key, who.name, None, "", "", fields)
    return Registration(who.number, key, who.name, who.birth_date, who.gender, who.education, fields)


def _field(rng: Random, field: str, who: Person | Organisation, request: Request) -> str:
    if field == "employer":
        assert request.employer is not None, f"{request.item} without an employer"
        return request.employer.name
    if field == "injured_on":
        return f"{request.day - timedelta(days=rng.randint(3, 25))}"
    return str(getattr(who, field))


def with_id(case: Case, case_id: str) -> Case:
    """The case under its id, with the keys of its events and records, which begin with it."""
    events = []
    serial = 0
    for place, event in enumerate(case.events, 1):
        received = []
        for material in event.received:
            serial += 1
            received.append(replace(material, key=f"{case_id}-M{serial}"))
        produced = tuple(replace(p, key=f"{case_id}-P{place}") for p in event.produced)
        events.append(replace(event, key=f"{case_id}-{place:02d}", received=tuple(received), produced=produced))
    return replace(case, id=case_id, events=tuple(events))


def _during(rng: Random, day: date, start: time, minutes: int) -> datetime:
    return datetime.combine(day, start) + timedelta(seconds=rng.randrange(minutes * 60))


def _materials(
    rng: Random, wallet: Wallet, item: Item, day: date, online: bool
) -> tuple[list[Submission], list[Submission]]:
    """What comes with the application, and what has to be asked for."""
    wanted = [w for w in item.requirements if w.in_force(day) and (w.required or rng.random() < 0.15)]
    given = [wallet.hand_in(w, day, "", online) for w in wanted]
    if rng.random() < 0.03:
        given.append(wallet.extra(day, ""))
    late = [m for m in given if m.kind and not m.kind.for_one_case]
    if item.has_time_for_supplements and late and rng.random() < 0.12:
        return [m for m in given if m is not late[-1]], late[-1:]
    return given, []


class _Course:
    """The events of one case, step by step."""

    def __init__(self, rng: Random, roster: Roster, item: Item, region: str, online: bool, request: Request) -> None:
        self._rng = rng
        self._roster = roster
        self._item = item
        self._region = region
        self._online = online
        self._night = request.night
        self._planted = bool(request.night or request.region)
        self._acting: set[str] = set()
        self._at = datetime.min

    def events(self, accepted: datetime, materials: tuple[list[Submission], list[Submission]]) -> list[Event]:
        self._at = accepted
        given, asked_for = materials
        first, *others = self._item.steps
        made = [
            replace(
                self._event(first, "予以受理"),
                received=tuple(given),
                produced=(self._product(f"{self._item.name}受理通知书", accepted.date()),),
            )
        ]
        if asked_for:
            made += self._supplement(asked_for)
        returned = not asked_for and not self._planted and self._rng.random() < 0.03
        for step in others:
            self._move(step)
            if returned and step.stage == "review":
                return [*made, self._event(step, "不通过"), self._returned()]
            made.append(self._event(step, "" if step.stage == "other" else "通过"))
        made[-1] = self._completed(made[-1])
        return made

    def _completed(self, last: Event) -> Event:
        result = self._product(f"{self._item.name}办理结果通知书", last.at.date())
        by_system = self._online and self._rng.random() < 0.2
        actor = replace(last.staff, actor=SYSTEM, name=SYSTEM) if by_system and last.staff else last.staff
        return replace(last, outcome=DONE, produced=(result,), staff=actor)

    def _returned(self) -> Event:
        self._at += timedelta(minutes=self._rng.randint(5, 40))
        step = self._item.steps[-1]
        return replace(self._event(step, RETURNED), activity=RETURNED)

    def _supplement(self, asked_for: list[Submission]) -> list[Event]:
        step = self._item.steps[0]
        self._at += timedelta(minutes=self._rng.randint(5, 30))
        asking, coming = SUPPLEMENTS
        told = replace(self._event(step, "补正"), activity=asking, stage="other")
        self._at = _during(self._rng, working_days.later(self._at.date(), self._rng.randint(1, 2)), time(9), 150)
        came = replace(self._event(step, ""), activity=coming, stage="other", received=tuple(asked_for))
        return [told, came]

    def _move(self, step: Step) -> None:
        if step.stage == "approval" and self._night:
            self._at = _during(self._rng, self._night, time(2, 5), 40)
            return
        if step.next_month:
            paid = working_days.in_next_month(self._at.date(), self._rng.randint(1, 20))
            self._at = _during(self._rng, paid, time(9), 150)
            return
        days = self._rng.randint(step.days_from, step.days_to)
        if days or self._at.hour < 8:
            self._at = _during(self._rng, working_days.later(self._at.date(), days), time(9), 150)
        else:
            self._at += timedelta(seconds=self._rng.randint(600, 3600))

    def _event(self, step: Step, outcome: str) -> Event:
        staff = self._staff(step)
        made = (self._product(step.produces, self._at.date()),) if step.produces and outcome != RETURNED else ()
        entered = timedelta(seconds=self._rng.randint(20, 1200))
        return Event(
            "", step.activity, step.stage, self._at, staff, step.role, staff.unit, outcome, (), made, entered
        )

    def _product(self, title: str, day: date) -> Product:
        return Product("", title, day, self._item.business_class, self._item.retention)

    def _staff(self, step: Step) -> Staff:
        """Somebody of the post who has not yet acted on the case, where there is one."""
        serving = self._roster.on_duty(self._item.system, self._region, step.role, self._at.date())
        if self._night and step.stage == "approval":
            return serving[0]
        free = [s for s in serving if s.actor not in self._acting] if step.stage == "review" else serving
        chosen = self._rng.choice(free or serving)
        self._acting.add(chosen.actor)
        return chosen


def _with_amounts(rng: Random, case: Case) -> Case:
    if case.item.amounts is None or case.first("approval") is None:
        return case
    low, high = case.item.amounts
    amount = rng.randint(low // 100, high // 100) * 100
    return replace(case, decided=amount, paid=amount if case.outcome == DONE else None)
