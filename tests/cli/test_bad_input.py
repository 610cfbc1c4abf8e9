"""Bad input and stores that cannot be used, through the command line.

Each ends with its exit code and a message on stderr that says what is wrong, where, and what to do; none with a
traceback, none with anything written that was not meant to be.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.clock import SourceOfLoad, abandon, open_load
from graph.duckdb_store import DuckDBStore
from graph.errors import LoadOpen
from graph.quarantine import SET_ASIDE
from graph.schema import SCHEMA_VERSION
from graph.store import Store
from tests.archives import archive
from tests.cli.commands import Dossier, Ended
from tests.neo4j_server import Neo4j

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
OTHER_KEY = "ff" * 32
HEADER = "case:concept:name,concept:name,time:timestamp,org:resource\n"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
HOLDING = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def event(activity: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{activity}"/>'
        f'<date key="time:timestamp" value="2024-01-01T09:00:00+08:00"/>{more}</event>\n'
    )


def trace(*events: str, name: str = "A") -> str:
    return f'<trace><string key="concept:name" value="{name}"/>\n{"".join(events)}</trace>\n'


def xes(*parts: str, declared: str = DECLARED) -> str:
    return f"{declared}<log>\n{''.join(parts)}</log>\n"


XES = xes(trace(event("a"), event("b")), trace(event("a"), name="B"))
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")
CHINESE = f"{HEADER}甲,受理申请,2024-01-01 09:00:00,王五\n甲,审核材料,2024-01-02 09:00:00,李四\n"
XXE = '<!DOCTYPE log [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n'
LAUGHS = (
    '<!DOCTYPE log [\n<!ENTITY e0 "ha">\n'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, 10))
    + "]>\n"
)
UNREADABLE: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "an image": ("scan.png", PNG, ("scan.png looks like an image", "Give the log")),
    "an image called CSV": ("scan.csv", PNG, ("scan.csv looks like an image", "Give the log")),
    "a letter": (
        "letter.txt",
        b"Dear all,\nthere is no log in this.\n",
        ("letter.txt: no column for the case", "Name it in a mapping"),
    ),
    "another XML": (
        "books.xml",
        b"<?xml version='1.0'?>\n<catalogue><book/></catalogue>\n",
        ("books.xml is XML, but no XES log: its root is <catalogue>", "Check that it is the right file"),
    ),
    "an empty file": ("nothing.csv", b"", ("nothing.csv is empty", "Fetch or export the file again")),
    "an empty gzip": ("nothing.xes.gz", gzip.compress(b""), ("nothing.xes.gz is gzip and unpacks to 0", "again")),
    "a truncated gzip": (
        "log.xes.gz",
        gzip.compress(os.urandom(9000).hex().encode())[:4000],
        ("log.xes.gz: the gzip data is cut off", "Fetch the file again"),
    ),
    "XES cut in an element": (
        "log.xes",
        XES[: XES.index("time:timestamp", XES.index('"b"'))].encode(),
        ("log.xes line 5 cannot be read as XML", "seems to be cut off; fetch it again"),
    ),
    "XES cut between two elements": (
        "log.xes",
        XES[: XES.index("</trace>") + len("</trace>\n")].encode(),
        ("log.xes line 7 cannot be read as XML", "seems to be cut off; fetch it again"),
    ),
    "an external entity": (
        "log.xes",
        xes(trace(event("&e;")), declared=DECLARED + XXE).encode(),
        ("log.xes line 2 has a document type declaration", "Find out where the file comes from"),
    ),
    "a billion laughs": (
        "log.xes",
        xes(trace(event("&e9;")), declared=DECLARED + LAUGHS).encode(),
        ("log.xes line 2 has a document type declaration", "Find out where the file comes from"),
    ),
    "a Latin encoding": (
        "log.csv",
        f"{HEADER}A,a,2024-01-01,Ann\nA,b,2024-01-02,José\n".encode("latin-1"),
        ("log.csv line 3 is not utf-8", "`encoding: latin-1`"),
    ),
    "GBK that says UTF-8": (
        "log.xes",
        xes(trace(event("受理"))).encode("gbk"),
        ("log.xes line 4 cannot be read as XML: Invalid bytes", "mend the XML there"),
    ),
    "a column that has no name": (
        "log.csv",
        b"number,what,when\n1,a,2024-01-01\n",
        ("log.csv: no column for the case", "number, what, when", "Name it in a mapping"),
    ),
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder in which commands run; what they write by themselves would be here."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def given(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def says(done: Ended, code: int, *said: str) -> None:
    """It ended with `code` and its message has each of `said`; it is a message and not a traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr
    for text in said:
        assert text in done.stderr, done.stderr
    assert done.stdout == "" or code == 1


def rejected(work: Path, name: str) -> dict[str, str]:
    """Row -> reason of the rows that a load set aside."""
    with (work / name).open(encoding="utf-8", newline="") as stream:
        return {row[SET_ASIDE + "row"]: row[SET_ASIDE + "reason"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_files_end_with_2_and_leave_no_trace(
    dossier: Dossier, kind: str, work: Path, tmp_path: Path, duckdb_uri: str
) -> None:
    name, content, said = UNREADABLE[kind]
    path = given(tmp_path, name, content)
    says(dossier("load", path, store=duckdb_uri, cwd=work), 2, *said)
    assert not list(work.iterdir())
    assert sorted(tmp_path.iterdir()) == sorted((path, work))


def test_an_unreadable_file_changes_nothing_in_an_archive(
    dossier: Dossier, store_uri: str, work: Path, tmp_path: Path
) -> None:
    good = given(tmp_path, "good.csv", CHINESE)
    assert dossier("load", good, store=store_uri, cwd=work).returncode == 0
    before = dossier("status", "--json", store=store_uri, cwd=work).stdout
    cut = given(tmp_path, "cut.xes", XES[:-20])
    says(dossier("load", cut, store=store_uri, cwd=work), 2, "cut.xes line", "cut off")
    assert dossier("status", "--json", store=store_uri, cwd=work).stdout == before


def test_of_several_files_those_before_the_unreadable_one_are_reported(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    files = (given(tmp_path, "good.csv", CHINESE), given(tmp_path, "scan.png", PNG))
    done = dossier("load", *files, "--json", store=duckdb_uri, cwd=work)
    assert (done.returncode, "scan.png looks like an image" in done.stderr) == (2, True)
    assert [(r["source"], r["loaded"]) for r in json.loads(done.stdout)] == [("good.csv", 2)]


def test_several_files_keep_what_they_set_aside_apart(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    bad = f"{HEADER}A,a,soon,\n"
    files = (given(tmp_path, "a.csv", bad), given(tmp_path, "a.txt", bad), given(tmp_path, "b.csv", bad))
    says(dossier("load", *files, store=duckdb_uri, cwd=work), 1, "a.csv", "a.txt", "b.csv")
    assert sorted(p.name for p in work.iterdir()) == [
        "a-1.quarantine.csv",
        "a-2.quarantine.csv",
        "b.quarantine.csv",
    ]


def test_a_column_that_the_mapping_names_and_the_file_lacks(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    path = given(tmp_path, "log.csv", "number,what,when\n1,a,2024-01-01\n")
    mapping = given(tmp_path, "map.yaml", "columns:\n  case: numbr\n  activity: what\n  instant: when\n")
    done = dossier("load", path, "--mapping", mapping, store=duckdb_uri, cwd=work)
    says(done, 2, "log.csv: the mapping names the column 'numbr' (columns.case)", "The nearest is 'number'.")
    assert sorted(tmp_path.iterdir()) == sorted((path, mapping, work))


def test_a_mapping_that_is_wrong_is_named_with_its_line(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    path = given(tmp_path, "log.csv", CHINESE)
    mapping = given(tmp_path, "map.yaml", "system: hall\nzoen: Asia/Shanghai\n")
    done = dossier("load", path, "--mapping", mapping, store=duckdb_uri, cwd=work)
    says(done, 2, "map.yaml, line 2: zoen: unknown key; did you mean 'zone'", "docs/mapping.md")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ("log.csv line 2 is not utf-8: byte 59", "`encoding:`")),
        ("utf-16", ("log.csv line 1 does not begin with the byte order mark", "`encoding:`")),
        ("utf-9", ("no text encoding called 'utf-9'", "gb18030")),
    ],
)
def test_a_wrong_encoding(
    dossier: Dossier, encoding: str, said: tuple[str, ...], duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    path = given(tmp_path, "log.csv", CHINESE.encode("gbk"))
    mapping = given(tmp_path, "map.yaml", f"encoding: {encoding}\n")
    says(dossier("load", path, "--mapping", mapping, store=duckdb_uri, cwd=work), 2, *said)
    assert sorted(tmp_path.iterdir()) == sorted((path, mapping, work))


def test_gbk_is_read_right(dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path) -> None:
    parts = trace(event("受理申请"), event("审核材料"), name="甲")
    for path in (
        given(tmp_path, "log.csv", CHINESE.encode("gbk")),
        given(tmp_path, "log.xes", xes(parts, declared='<?xml version="1.0" encoding="GBK"?>\n').encode("gbk")),
    ):
        store = f"{duckdb_uri}{path.suffix}"
        assert dossier("load", path, store=store, cwd=work).returncode == 0
        answer = json.loads(dossier("case", "甲", "--json", store=store, cwd=work).stdout)
        assert [e["activity"] for e in answer["events"]] == ["受理申请", "审核材料"]


def test_an_int_that_is_none_is_set_aside(dossier: Dossier, store_uri: str, work: Path, tmp_path: Path) -> None:
    path = given(tmp_path, "log.xes", xes(trace(event("a"), event("b", '<int key="pages" value="three"/>'))))
    done = dossier("load", path, store=store_uri, cwd=work)
    says(done, 1, "log.xes: 1 of 2 rows", "log.quarantine.csv", "Mend them and load them again")
    assert rejected(work, "log.quarantine.csv") == {"2": "attribute 'pages' is 'three', which is no int"}
    assert _loaded(dossier, store_uri, work) == (2, 1, 1)


def test_events_outside_a_trace_are_set_aside(dossier: Dossier, store_uri: str, work: Path, tmp_path: Path) -> None:
    path = given(tmp_path, "log.xes", xes(event("x"), trace(event("a")), event("y")))
    says(dossier("load", path, store=store_uri, cwd=work), 1, "log.xes: 2 of 3 rows", "log.quarantine.csv")
    assert rejected(work, "log.quarantine.csv") == dict.fromkeys(("1", "3"), "an event outside a trace")
    assert _loaded(dossier, store_uri, work) == (3, 1, 2)


def test_mixed_time_formats_in_one_column(dossier: Dossier, store_uri: str, work: Path, tmp_path: Path) -> None:
    times = ("2024-01-01 09:00:00", "02.01.2024 10:00", "2024-01-03T09:00:00Z", "20240104", "1704500000")
    path = given(tmp_path, "log.csv", HEADER + "".join(f"A,a{n},{at},\n" for n, at in enumerate(times)))
    says(dossier("load", path, store=store_uri, cwd=work), 1, "log.csv: 2 of 5 rows", "log.quarantine.csv")
    found = rejected(work, "log.quarantine.csv")
    assert set(found) == {"3", "6"}
    assert "'02.01.2024 10:00' is no instant" in found["3"] and "time_formats" in found["3"]
    answer = json.loads(dossier("case", "A", "--json", store=store_uri, cwd=work).stdout)
    assert [(e["activity"], e["at"]) for e in answer["events"]] == [
        ("a0", "2024-01-01T09:00:00+08:00"),
        ("a2", "2024-01-03T09:00:00+00:00"),
        ("a3", "2024-01-04"),
    ]


def _loaded(dossier: Dossier, store: str, work: Path) -> tuple[int, int, int]:
    (row,) = json.loads(dossier("loads", "--json", store=store, cwd=work).stdout)
    return row["rows_in"], row["loaded"], row["quarantined"]


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the embedded store open."""
    command = [sys.executable, "-c", HOLDING, str(tmp_path / "archive.duckdb")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.communicate("")


@pytest.mark.parametrize(
    "words", [("load", EXAMPLES / "hall.csv"), ("status",), ("rebuild",), ("loads", "abandon", 1)]
)
def test_a_locked_store_names_its_holder(
    dossier: Dossier, words: tuple[str, ...], holder: subprocess.Popen[str], duckdb_uri: str, work: Path
) -> None:
    done = dossier(*words, store=duckdb_uri, cwd=work)
    says(done, 3, "archive.duckdb is held by process", str(holder.pid), "Wait until it is done, or stop it.")
    assert sys.executable in done.stderr
    assert not list(work.iterdir())


def test_an_open_load_of_another_file(dossier: Dossier, store_uri: str, work: Path) -> None:
    with archive(store_uri) as (store, settings):
        store.prepare()
        open_load(store, settings, SourceOfLoad("other.csv", "s", "0", "m", "0", "append", None))
    says(
        dossier("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml", store=store_uri, cwd=work),
        3,
        f"Load 1 of other.csv is open, held by process {os.getpid()}",
        "Wait until it is done",
        "load other.csv again",
        "`dossier loads abandon 1`",
    )
    says(dossier("rebuild", store=store_uri, cwd=work), 3, "Load 1 of other.csv is open")
    says(dossier("loads", "abandon", "1", store=store_uri, cwd=work), 3, "Load 1 of other.csv is open")
    with archive(store_uri) as (store, _), pytest.raises(LoadOpen):
        abandon(store, 1)


def test_another_id_key(dossier: Dossier, store_uri: str, work: Path, tmp_path: Path) -> None:
    first, second = given(tmp_path, "one.csv", CHINESE), given(tmp_path, "two.csv", f"{HEADER}A,a,2024-01-01,Ann\n")
    assert dossier("load", first, store=store_uri, cwd=work).returncode == 0
    before = dossier("status", "--json", store=store_uri, cwd=work).stdout
    done = dossier("load", second, store=store_uri, cwd=work, DOSSIER_ID_KEY=OTHER_KEY)
    says(done, 3, store_uri, "was filled under another id key", "Set DOSSIER_ID_KEY to that key")
    assert OTHER_KEY not in done.stderr
    assert dossier("status", "--json", store=store_uri, cwd=work).stdout == before


@pytest.mark.parametrize("key", ["", "12", "xy" * 32])
def test_an_id_key_that_is_none(dossier: Dossier, key: str, duckdb_uri: str, work: Path, tmp_path: Path) -> None:
    path = given(tmp_path, "one.csv", CHINESE)
    done = dossier("load", path, store=duckdb_uri, cwd=work, DOSSIER_ID_KEY=key)
    says(done, 2, "DOSSIER_ID_KEY is no key", "32 hexadecimal characters")


def test_an_id_key_file_that_is_gone(
    dossier: Dossier, duckdb_uri: str, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOSSIER_ID_KEY")
    path = given(tmp_path, "one.csv", CHINESE)
    assert dossier("load", path, store=duckdb_uri, cwd=work).returncode == 0
    (tmp_path / "archive.duckdb.idkey").unlink()
    says(dossier("load", path, store=duckdb_uri, cwd=work), 3, "archive.duckdb.idkey is missing", "Put it back")


@pytest.mark.neo4j
def test_neo4j_without_an_id_key(
    dossier: Dossier, empty_neo4j: str, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOSSIER_ID_KEY")
    done = dossier("load", given(tmp_path, "one.csv", CHINESE), store=empty_neo4j, cwd=work)
    says(done, 2, "On Neo4j the key of the ids has to be set", "Set DOSSIER_ID_KEY")


@pytest.mark.parametrize("words", [("load", EXAMPLES / "hall.csv"), ("status",)])
def test_no_neo4j_is_there(dossier: Dossier, words: tuple[str, ...], work: Path) -> None:
    done = dossier(*words, store="bolt://localhost:1", cwd=work)
    says(done, 3, "No Neo4j answers at bolt://localhost:1", "Start it, or check the address in DOSSIER_STORE.")


@pytest.mark.neo4j
@pytest.mark.parametrize("password", ["wrong", None], ids=["wrong", "none"])
def test_a_wrong_password(dossier: Dossier, password: str | None, locked_neo4j: Neo4j, work: Path) -> None:
    login = {} if password is None else {"DOSSIER_NEO4J_PASSWORD": password}
    done = dossier("load", EXAMPLES / "hall.csv", store=locked_neo4j.uri, cwd=work, **login)
    says(done, 3, f"Neo4j at {locked_neo4j.uri} refuses the user neo4j", "DOSSIER_NEO4J_PASSWORD")
    assert "wrong" not in done.stderr
    right = {"DOSSIER_NEO4J_PASSWORD": str(locked_neo4j.password)}
    assert dossier("status", store=locked_neo4j.uri, cwd=work, **right).returncode == 0


@pytest.mark.neo4j
def test_a_database_that_is_not_there(dossier: Dossier, neo4j_uri: str, work: Path) -> None:
    done = dossier("status", store=neo4j_uri, cwd=work, DOSSIER_NEO4J_DATABASE="elsewhere")
    says(done, 3, "elsewhere", "DOSSIER_NEO4J_DATABASE")


# Neither can be written by root either, whom permissions do not stop.
@pytest.mark.parametrize("place", ["file/archive.duckdb", "absent/archive.duckdb", "/proc/archive.duckdb", "file"])
@pytest.mark.parametrize("words", [("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")])
def test_a_folder_that_cannot_be_written(
    dossier: Dossier, place: str, words: tuple[str | Path, ...], work: Path, tmp_path: Path
) -> None:
    given(tmp_path, "file", "no folder, and no store\n")
    store = f"duckdb:///{tmp_path / place}"
    says(
        dossier(*words, store=store, cwd=work),
        3,
        f"The store {tmp_path / place} cannot be opened",
        "Check in DOSSIER_STORE or --store",
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "work"]
    assert not list(work.iterdir())


@pytest.mark.parametrize("place", ["/proc/report.json", "absent/report.json", "."])
def test_a_report_that_cannot_be_written_is_found_out_before_the_load(
    dossier: Dossier, place: str, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    path = given(tmp_path, "one.csv", CHINESE)
    says(dossier("load", path, "--report", place, store=duckdb_uri, cwd=work), 2, "--report")
    assert sorted(tmp_path.iterdir()) == sorted((path, work))


def test_a_store_of_another_schema_version(dossier: Dossier, store_uri: str, work: Path, tmp_path: Path) -> None:
    path = given(tmp_path, "one.csv", CHINESE)
    with archive(store_uri) as (store, _):
        store.prepare()
        _make_it_of_version(store, 99)
    for words in (("load", path), ("status",), ("case", "甲"), ("loads",), ("rebuild",)):
        done = dossier(*words, store=store_uri, cwd=work)
        says(done, 3, f"has schema version 99; this program needs {SCHEMA_VERSION}", "Use the program that made it")
    assert not list(work.iterdir())


def _make_it_of_version(store: Store, version: int) -> None:
    if isinstance(store, DuckDBStore):
        store.cursor().execute("UPDATE Archive SET schema_version = $1", [version])
    else:
        store.run("MATCH (a:Archive) SET a.schema_version = $version", {"version": version}, write=True)


@pytest.mark.parametrize("words", [("status",), ("cases",), ("case", "A"), ("loads",), ("rebuild",)])
def test_a_question_to_an_archive_that_is_not_there_makes_none(
    dossier: Dossier, words: tuple[str, ...], duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    done = dossier(*words, store=duckdb_uri, cwd=work)
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [work]


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DOSSIER_WAIT", "long", "DOSSIER_WAIT: "),
        ("DOSSIER_STORE", "mysql://host", "'mysql://host' names no engine"),
        ("DOSSIER_STORE", "duckdb://archive", "names no file"),
        ("DOSSIER_DUCKDB_MEMORY", "lots", "DOSSIER_DUCKDB_MEMORY"),
    ],
)
def test_a_setting_that_is_none(
    dossier: Dossier, setting: str, value: str, said: str, duckdb_uri: str, work: Path, tmp_path: Path
) -> None:
    path = given(tmp_path, "one.csv", CHINESE)
    environment = {"DOSSIER_STORE": duckdb_uri, setting: value}
    done = dossier("load", path, store=environment.pop("DOSSIER_STORE"), cwd=work, **environment)
    says(done, 2, said)
    assert sorted(tmp_path.iterdir()) == sorted((path, work))
