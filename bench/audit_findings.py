"""All that stands as found in an archive, told apart from any other by a digest.

Run as `python -m bench.audit_findings STORE`; prints how many findings and links from them there are, and the digest
of what they say and what they are about, as JSON.
"""

from __future__ import annotations

import argparse
import json
from hashlib import sha256
from typing import Any

from graph import clock
from graph.canonical import canonical
from graph.settings import Settings
from graph.store import Store, open_store

_AT_ONCE = 5_000


def found(store: Store) -> dict[str, Any]:
    """Counts and digest, the same on both engines where the same was found."""
    load = clock.last_done(store)
    everything = {"whole": True, "rules": [], "by_actor": [], "actors": [], "ids": []}
    rows = store.read("audit/standing_findings", load=load, **everything)
    ids = [row[0] for row in rows]
    links = [
        link
        for start in range(0, len(ids), _AT_ONCE)
        for link in store.read("audit/finding_targets", ids=ids[start : start + _AT_ONCE], load=load)
    ]
    digest = sha256()
    for id_, rule, category, severity, detail, rule_set, _ in sorted(rows):
        digest.update(canonical([id_, rule, category, severity, json.loads(detail), rule_set]).encode() + b"\n")
    for link in sorted(links):
        digest.update(canonical(list(link)).encode() + b"\n")
    return {"findings": len(rows), "links": len(links), "digest": digest.hexdigest()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    options = parser.parse_args()
    store = open_store(Settings(store=options.store))
    print(json.dumps(found(store)))
    store.close()


if __name__ == "__main__":
    main()
