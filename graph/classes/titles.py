"""Titles -> classes in each scheme, with method and confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.classes.model import NONE, Model, shipped
from graph.classes.schemes import SchemeId, schemes
from graph.classes.terms import Said, characters, said_by_terms

TERM, MODEL = "term", "model"


@dataclass(frozen=True)
class Classed:
    """The class of a title in a scheme; `code` is null where it is of none of them."""

    code: str | None
    method: str
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether what is said is taken."""
        return self.confidence >= schemes().threshold


def classed(titles: Sequence[str], model: Model | None = None) -> dict[SchemeId, list[Classed | None]]:
    """The class of each comparable title in each scheme, however sure; None where nothing says one.

    Terms go before the model, which knows the classes of personnel dossiers only; `model` is the shipped one.
    """
    docs = characters(titles)
    found: dict[SchemeId, list[Classed | None]] = {
        scheme.id: [_by_term(said_by_terms(scheme, doc)) for doc in docs] for scheme in schemes().schemes
    }
    personnel = found["personnel"]
    rest = [place for place, said in enumerate(personnel) if said is None]
    guesses = (model or shipped()).classes([titles[place] for place in rest])
    for place, (code, probability) in zip(rest, guesses, strict=True):
        personnel[place] = Classed(None if code == NONE else code, MODEL, round(probability, 2))
    return found


def _by_term(said: Said | None) -> Classed | None:
    return Classed(said.code, TERM, said.confidence) if said else None
