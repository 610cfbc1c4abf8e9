"""What the terms of a title say: its class in each scheme, and year, system and unit of 变更材料.

Terms are found with spaCy: a blank Chinese pipeline that takes each character as a token, so that no term is lost to
a word boundary. Importing this module takes a second: import it where a title is to be classified, not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from graph.classes.schemes import CHANGES, Scheme, schemes

_STRONG, _WEAK, _BLOCKED = "strong", "weak", "blocked"
_UNIT_ENDS = (
    *("公司", "厂", "局", "所", "院", "学校", "中学", "小学", "大学", "医院", "银行", "站", "供销社", "中心"),
    *("集团", "委员会", "办事处", "处", "队", "店", "矿", "农场", "林场", "街道", "政府"),
)
_YEAR = [*({"TEXT": {"REGEX": "^[0-9]$"}} for _ in range(4)), {"TEXT": "年"}]
_SYSTEM = [
    {"TEXT": {"REGEX": r"^[\u4e00-\u9fff]$", "NOT_IN": ["年", "度"]}, "OP": "{2,8}"},
    {"TEXT": "系"},
    {"TEXT": "统"},
]


@dataclass(frozen=True)
class Said:
    """The class that terms say, with its confidence, 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True)
class Change:
    """Of 变更材料: year, system and unit as the title names them."""

    year: int | None
    system: str | None
    unit: str | None


@cache
def pipeline() -> Language:
    """The blank pipeline: characters, and the entities of 变更材料."""
    nlp = spacy.blank("zh")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "YEAR", "pattern": _YEAR}, {"label": "SYSTEM", "pattern": _SYSTEM}])
    return nlp


def characters(titles: Iterable[str]) -> list[Doc]:
    """Comparable titles as documents, a token for each character."""
    nlp = pipeline()
    return [nlp.make_doc(title) for title in titles]


class _Terms:
    """The terms of one scheme."""

    def __init__(self, scheme: Scheme) -> None:
        nlp = pipeline()
        self._matcher = PhraseMatcher(nlp.vocab)
        for one in scheme.classes:
            for kind, terms in ((_STRONG, one.terms), (_WEAK, one.weak)):
                if terms:
                    self._matcher.add(f"{kind}:{one.code}", [nlp.make_doc(term) for term in terms])
        if scheme.blocked:
            self._matcher.add(f"{_BLOCKED}:", [nlp.make_doc(term) for term in scheme.blocked])

    def found(self, doc: Doc) -> list[Span]:
        """The terms of a title, the longest first where some overlap; in the order of the title."""
        return filter_spans(self._matcher(doc, as_spans=True))


@cache
def _terms(scheme: Scheme) -> _Terms:
    return _Terms(scheme)


def said_by_terms(scheme: Scheme, doc: Doc) -> Said | None:
    """The class that the terms of a title say; None where they say none, or several."""
    found = [(span.label_.partition(":")) for span in _terms(scheme).found(doc)]
    kinds = {kind for kind, _, _ in found}
    if not found or _BLOCKED in kinds:
        return None
    sure = schemes().confidence
    kind, confidence = (_STRONG, sure.term) if _STRONG in kinds else (_WEAK, sure.weak)
    codes = {code for of, _, code in found if of == kind}
    return Said(codes.pop(), confidence) if len(codes) == 1 else None


def change_of(title: str) -> Change:
    """Year, system and unit that the title of 变更材料 names.

    The unit is what stands between them, or before the first term of the class, and ends with a word such as 公司.
    """
    doc = pipeline()(title)
    said: dict[str, str] = {}
    for entity in doc.ents:
        said.setdefault(entity.label_, entity.text)
    year = said.get("YEAR")
    return Change(int(year[:4]) if year else None, said.get("SYSTEM"), _unit(doc))


def _unit(doc: Doc) -> str | None:
    scheme = schemes().of("historic")
    assert scheme is not None
    terms = [span for span in _terms(scheme).found(doc) if span.label_.endswith(f":{CHANGES}")]
    start = 0
    for span in (*doc.ents, *terms[:1]):
        between = doc.text[start : span.start].lstrip("年度")
        ends = [at + len(word) for word in _UNIT_ENDS if (at := between.rfind(word)) > 0]
        if ends:
            return between[: max(ends)]
        start = span.end
    return None


def every_term(scheme: Scheme) -> Sequence[str]:
    """All terms of a scheme."""
    return [*scheme.blocked, *(term for one in scheme.classes for term in (*one.terms, *one.weak))]
