"""The class of a personnel dossier's record by spaCy's text categoriser, where terms do not say it.

It looks at single characters and sequences of up to three. It is trained on `seed_titles.csv`, titles written for
this project, and comes trained in `personnel.model`; `python -m graph.classes.model` trains it again. Class `none`
stands for titles of no class. Importing this module takes a second: import it where a title is to be classified.
"""

from __future__ import annotations

import csv
import random
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.util import fix_random_seed

from graph.classes.schemes import schemes

NONE = "none"
_MODEL = "personnel.model"
_SEED, _EPOCHS, _BATCH = 7, 20, 16
_LENGTH, _FILL = 3, "□"
_ARCHITECTURE = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": _LENGTH,
    "no_output_layer": False,
    "length": 8192,
}


def labels() -> list[str]:
    """What the model tells apart: the ten classes, and none of them."""
    scheme = schemes().of("personnel")
    assert scheme is not None
    return [*(one.code for one in scheme.classes), NONE]


def seed_titles() -> list[tuple[str, str]]:
    """The titles it is trained on, with their classes."""
    text = files("graph.classes").joinpath("seed_titles.csv").read_text("utf-8")
    return [(row["title"], row["class"]) for row in csv.DictReader(text.splitlines())]


class Model:
    """A trained categoriser."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._labels = labels()

    def classes(self, titles: Iterable[str]) -> list[tuple[str, float]]:
        """The likeliest class of each comparable title, or `none`, and its probability."""
        docs = [_doc(self._nlp, title) for title in titles]
        if not docs:
            return []
        categoriser: Any = self._nlp.get_pipe("textcat")
        scores = np.asarray(categoriser.predict(docs))
        best = scores.argmax(axis=1)
        return [(self._labels[i], float(row[i])) for i, row in zip(best, scores, strict=True)]

    def packed(self) -> bytes:
        """The trained model as bytes."""
        return zlib.compress(self._nlp.to_bytes(exclude=["vocab", "tokenizer"]), 9)


def _empty() -> Language:
    nlp = spacy.blank("zh")
    categoriser: Any = nlp.add_pipe("textcat", config={"model": _ARCHITECTURE})
    for label in labels():
        categoriser.add_label(label)
    return nlp


def trained(titles: Sequence[tuple[str, str]]) -> Model:
    """Trains a model on comparable titles with their classes; the same titles give the same model."""
    nlp = _empty()
    fix_random_seed(_SEED)
    examples = [_example(_doc(nlp, title), of) for title, of in titles]
    optimizer = nlp.initialize(lambda: examples)
    shuffler = random.Random(_SEED)
    for _ in range(_EPOCHS):
        shuffler.shuffle(examples)
        for start in range(0, len(examples), _BATCH):
            nlp.update(examples[start : start + _BATCH], sgd=optimizer)
    return Model(nlp)


def _doc(nlp: Language, title: str) -> Doc:
    """Titles shorter than the longest sequence are filled up: the library reads beyond the end of shorter ones."""
    return nlp.make_doc(title.ljust(_LENGTH, _FILL))


def _example(doc: Doc, of: str) -> Example:
    return Example.from_dict(doc, {"cats": {label: float(label == of) for label in labels()}})


@cache
def shipped() -> Model:
    """The model that comes with the program."""
    nlp = _empty()
    nlp.initialize(lambda: [_example(_doc(nlp, ""), NONE)])
    with as_file(files("graph.classes").joinpath(_MODEL)) as path:
        nlp.from_bytes(zlib.decompress(path.read_bytes()), exclude=["vocab", "tokenizer"])
    return Model(nlp)


def main() -> None:
    """Trains the model that comes with the program again."""
    from graph.classification import comparable_title

    model = trained([(comparable_title(title), of) for title, of in seed_titles()])
    Path(__file__).with_name(_MODEL).write_bytes(model.packed())


if __name__ == "__main__":
    main()
