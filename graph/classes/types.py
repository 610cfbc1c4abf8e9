"""The type of a record whose title holds the name of a type among other words, such as 居民身份证复印件.

Importing this module takes a second: import it where a title is to be classified, not before.
"""

from __future__ import annotations

from collections.abc import Iterable

from spacy.matcher import PhraseMatcher
from spacy.tokens import Span
from spacy.util import filter_spans

from graph.classes.schemes import schemes
from graph.classes.terms import Said, characters, pipeline

_AROUND = ""
_UNSURE = 0.5
_STEP = 0.01


class TypeTerms:
    """The names and synonyms of types as terms."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """`named` are comparable names or synonyms with the type that they name."""
        nlp = pipeline()
        self._matcher = PhraseMatcher(nlp.vocab)
        for name, type_id in named:
            if name:
                self._matcher.add(f"type:{type_id}", [nlp.make_doc(name)])
        around = [word for words in schemes().around_types for word in words]
        self._matcher.add(_AROUND, [nlp.make_doc(word) for word in around])

    def type_of(self, title: str) -> Said | None:
        """The one type that a comparable title names; None where it names none, or several.

        It is sure where words that do not change a type, numbers and signs are all that stands around the name. A
        title that ends with the name and has other words before it is of that type with little confidence.
        """
        (doc,) = characters([title])
        spans = filter_spans(self._matcher(doc, as_spans=True))
        found = [span for span in spans if span.label_ != _AROUND]
        types = {span.label_.partition(":")[2] for span in found}
        if len(types) != 1:
            return None
        other = _other_words(title, spans)
        if not other:
            return Said(types.pop(), schemes().confidence.term)
        if max(other) < found[-1].start:
            return Said(types.pop(), round(_UNSURE * len(found[-1]) / len(title) - _STEP, 2))
        return None


def _other_words(title: str, spans: Iterable[Span]) -> list[int]:
    """The places of the letters that belong to none of the terms."""
    covered = {place for span in spans for place in range(span.start, span.end)}
    return [place for place, sign in enumerate(title) if sign.isalpha() and place not in covered]
