"""Employers, and the staff and units of the centre."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo import numbers, reference

_UNITS = {"受理员": "综合窗口", "审核员": "审核科", "审批人": "审批科", "办结员": "发证窗口"}
_POSTS = {"受理员": 3, "审核员": 3, "审批人": 2, "办结员": 2}
SYSTEMS = ("shebao", "renshe", "rencai")
CENTRE_REGION = "410105"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An employer."""

    id: str
    name: str
    credit_code: str
    region: str
    address: str
    legal_representative: str
    founded: date
    has_public_posts: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff in one post; `actor` is how its system names them."""

    system: str
    actor: str
    name: str
    role: str
    unit: str
    region: str
    valid_from: date
    valid_to: date


def organisations(seed: int, people: int) -> list[Organisation]:
    """One employer for 40 people, at least twelve."""
    rng = Random(f"{seed}:organisations")
    served = [r for r in reference.regions() if r.served]
    made: dict[str, Organisation] = {}
    while len(made) < max(12, people // 40):
        name = (
            f"河南{rng.choice('中嘉鸿瑞恒金华宏盛泰')}{rng.choice('原豫通源达信科创安和')}{len(made) + 1}"
            f"{rng.choice(('商贸', '建筑', '科技', '餐饮', '物流', '纺织', '物业'))}有限公司"
        )
        place = rng.choice(served)
        founded = date(2006, 7, 3) + timedelta(days=rng.randrange(365 * 14))
        code = numbers.credit_code(place.code, 10_000_000 + len(made) * 37 + rng.randrange(37))
        own = Random(f"{code}:own")
        address = f"{place.name}{own.choice(('东风', '农业', '黄河', '长江'))}路{own.randint(1, 300)}号"
        head = _name(own)
        made[name] = Organisation(
            f"O{len(made) + 1:05d}", name, code, place.code, address, head, founded, rng.random() < 0.3
        )
    return list(made.values())


class Roster:
    """Who works where: answers who is in a post on a day."""

    def __init__(self, staff: Iterable[Staff]) -> None:
        self.staff = tuple(staff)
        self._posts: dict[tuple[str, str, str], list[Staff]] = {}
        for one in self.staff:
            self._posts.setdefault((one.system, one.region, one.role), []).append(one)

    def on_duty(self, system: str, region: str, role: str, day: date) -> list[Staff]:
        """Those in the post on that day, at least two."""
        return [s for s in self._posts[system, region, role] if s.valid_from <= day <= s.valid_to]


def roster(seed: int, first: date, last: date) -> Roster:
    """Every post of every system and region, most with one change of holder."""
    rng = Random(f"{seed}:staff")
    staff: list[Staff] = []
    for system in SYSTEMS:
        regions = [CENTRE_REGION] if system == "rencai" else [r.code for r in reference.regions() if r.served]
        named: set[str] = set()
        for region in regions:
            for role, posts in _POSTS.items():
                for post in range(posts):
                    staff.extend(_holders(rng, system, region, role, post, (first, last), named))
    return Roster(staff)


def _holders(
    rng: Random, system: str, region: str, role: str, post: int, span: tuple[date, date], named: set[str]
) -> list[Staff]:
    change = span[0] + timedelta(days=rng.randrange(1500, 6000))
    serving = [(span[0], change), (change + timedelta(days=1), span[1])]
    place = list(_UNITS).index(role) * 10 + post * 2
    held = []
    for n, (start, end) in enumerate(serving):
        name = _new_name(rng, named)
        number = f"{region}{place + n:02d}"
        actor = {"shebao": number, "renshe": f"{name}({number})", "rencai": name}[system]
        held.append(Staff(system, actor, name, role, _unit(system, region, role), region, start, end))
    return held


def _new_name(rng: Random, named: set[str]) -> str:
    while True:
        name = _name(rng)
        if name not in named:
            named.add(name)
            return name


def _name(rng: Random) -> str:
    surnames, given = reference.names("surname"), reference.names("male")
    return rng.choices(surnames.texts, surnames.weights)[0] + rng.choices(given.texts, given.weights)[0]


def _unit(system: str, region: str, role: str) -> str:
    if system == "rencai":
        return f"人才中心{_UNITS[role]}"
    name = next(r.name for r in reference.regions() if r.code == region)
    return f"{name}{_UNITS[role]}"
