"""The registry: which function checks what, and running all of them over the inputs of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from graph.checks import batch_checks, content_checks, metadata_checks
from graph.checks.catalogue import Phase
from graph.checks.inputs import Inputs
from graph.checks.outcomes import FAIL, NOT_APPLICABLE, NOT_RUN, PASS, Answer, BatchAnswer, Detail, Outcomes

# Item of DA/T 70, with a part where it is checked in several ways -> the function that checks it.
OF_RECORDS: Mapping[str, Callable[[Inputs], Answer]] = {
    "1-1:digest": content_checks.digests,
    "1-1:signature": content_checks.signatures,
    "1-2": metadata_checks.lengths,
    "1-3": metadata_checks.forms,
    "1-4": metadata_checks.ranges,
    "1-5": metadata_checks.plausible,
    "1-6": metadata_checks.special_characters,
    "1-7": metadata_checks.archive_numbers,
    "1-8": metadata_checks.repeated,
    "1-10:size": content_checks.sizes,
    "1-10:format": content_checks.formats_on_record,
    "1-10:pages": content_checks.pages,
    "1-11": content_checks.leads_to_content,
    "2-4": metadata_checks.required,
    "2-6": metadata_checks.continuous,
    "2-7": content_checks.whole,
    "3-3": content_checks.formats_for_filing,
    "3-x": content_checks.opens,
    "4-2": content_checks.malware,
}
OF_BATCH: Mapping[str, Callable[[Inputs], BatchAnswer]] = {
    "2-1": batch_checks.total_records,
    "2-2": batch_checks.total_bytes,
    "2-3": batch_checks.elements,
    "4-1": batch_checks.scanner,
    "4-3": batch_checks.superfluous,
}


def evaluate(
    inputs: Inputs,
    phase: Phase,
    of_records: Mapping[str, Callable[[Inputs], Answer]] = OF_RECORDS,
    of_batch: Mapping[str, Callable[[Inputs], BatchAnswer]] = OF_BATCH,
) -> Outcomes:
    """The outcomes of all checks for the records that are asked for; the checks are the same in each phase."""
    ids = inputs.records.loc[inputs.asked, "id"].tolist()
    place = {id_: row for row, id_ in enumerate(ids)}
    matrix = np.zeros((len(ids), len(of_records)), np.int8)
    details: dict[tuple[int, int], list[Detail]] = {}
    reasons: dict[int, Detail] = {}
    for column, check in enumerate(of_records.values()):
        answer = check(inputs)
        applies = np.asarray(answer.applies, bool)[np.asarray(inputs.asked, bool)]
        if answer.reason is not None:
            reasons[column] = answer.reason
            matrix[:, column] = np.where(applies, NOT_RUN, NOT_APPLICABLE)
            continue
        matrix[:, column] = np.where(applies, PASS, NOT_APPLICABLE)
        # What failed outweighs what was not run; both are said.
        for outcome, said in ((NOT_RUN, answer.not_run), (FAIL, answer.failed)):
            known = [(row, one) for id_, one in said if (row := place.get(id_)) is not None]
            matrix[[row for row, _ in known], column] = outcome
            for row, one in known:
                details.setdefault((row, column), []).append(one)
    batch = {f"{phase}-{item}": check(inputs) for item, check in of_batch.items()}
    return Outcomes(ids, [f"{phase}-{item}" for item in of_records], matrix, details, reasons, batch)
