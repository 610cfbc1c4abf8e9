"""Handing checkpoints out: to folders, to commands, and to a time-stamp service run by OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graph.errors import WitnessFailed
from graph.ledger import merkle, witness
from graph.ledger.checkpoint import Checkpoint, sign
from graph.ledger.keys import SigningKey
from graph.ledger.log import Head

ORIGIN = "archive.example/ledger"
SIGNER = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def head(*entries: bytes) -> Head:
    stated = Checkpoint(ORIGIN, len(entries), merkle.root_of(merkle.leaf_hashes(entries)))
    return Head(stated, sign(stated, SIGNER))


def test_a_folder_keeps_checkpoints_and_shows_a_second_history(tmp_path: Path) -> None:
    path = witness.to_folder(head(b"a"), tmp_path / "out")
    assert path.name == "archive.example_ledger-1.checkpoint"
    assert path.read_text("utf-8") == head(b"a").note
    path.write_text(head(b"a").note + "— witness.example AAAAAAAAAA==\n", "utf-8")
    assert witness.to_folder(head(b"a"), tmp_path / "out") == path
    assert path.read_text("utf-8").endswith("AAAAAAAAAA==\n")
    with pytest.raises(WitnessFailed, match="another checkpoint of 1 entries"):
        witness.to_folder(head(b"b"), tmp_path / "out")


def test_a_command_gets_the_checkpoint_and_its_answer_is_kept(tmp_path: Path) -> None:
    shown = [sys.executable, "-c", "import sys; sys.stdout.write('seen: ' + sys.stdin.read())"]
    path = witness.to_command(head(b"a", b"b"), shown, tmp_path / "kept")
    assert (path.name, path.read_text("utf-8")) == ("2.answer", "seen: " + head(b"a", b"b").note)
    with pytest.raises(WitnessFailed, match="ended with 3: no paper"):
        failing = "import sys; sys.stderr.write('no paper'); sys.exit(3)"
        witness.to_command(head(b"a"), [sys.executable, "-c", failing], tmp_path / "kept")
    with pytest.raises(WitnessFailed, match="cannot be run"):
        witness.to_command(head(b"a"), [str(tmp_path / "nothing")], tmp_path / "kept")
    with pytest.raises(WitnessFailed, match=r"within 0\.1 seconds"):
        waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
        witness.to_command(head(b"a"), waiting, tmp_path / "kept", seconds=0.1)
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["2.answer"]


class Service:
    """A time-stamp service: OpenSSL behind HTTP. `spoil` alters what it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spoil = lambda answer: answer
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", *_SUBJECT
        )
        self._openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa"
        )
        (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\n")
        signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "30", "-extfile", "ext")
        self._openssl("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signing)
        (folder / "tsa.cnf").write_text(_CONFIGURATION)
        (folder / "serial").write_text("01\n")
        self.root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: bytes) -> bytes:
        (self.folder / "query").write_bytes(request)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return self.spoil((self.folder / "reply").read_bytes())

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                answer = service.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        return Handler


_SUBJECT = ("-subj", "/CN=ca", "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE")
_CONFIGURATION = """[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to run a time-stamp service with")
    made = Service(tmp_path_factory.mktemp("tsa"))
    yield made
    made.end()


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    yield running
    running.spoil = lambda answer: answer


def test_a_time_stamp_is_checked_and_kept(service: Service, tmp_path: Path) -> None:
    stamp = witness.to_time_stamp_service(head(b"a"), service.url, tmp_path, roots=[service.root])
    assert stamp.trusted
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=5)
    kept = (tmp_path / "1.tsr").read_bytes()
    assert witness.check_time_stamp(head(b"a").note, kept, roots=[service.root]) == stamp
    assert witness.check_time_stamp(head(b"a").note, kept).trusted is False
    with pytest.raises(WitnessFailed, match="not of this checkpoint"):
        witness.check_time_stamp(head(b"b").note, kept)
    forged = kept[:-1] + bytes([kept[-1] ^ 1])
    with pytest.raises(WitnessFailed, match="trusted service"):
        witness.check_time_stamp(head(b"a").note, forged, roots=[service.root])


def test_a_time_stamp_of_an_unknown_ca_is_refused(service: Service, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    made = Service(stranger)
    made.end()
    with pytest.raises(WitnessFailed, match="trusted service"):
        witness.to_time_stamp_service(head(b"a"), service.url, tmp_path, roots=[made.root])
    assert not (tmp_path / "1.tsr").exists()


def test_an_answer_to_another_request_is_refused(service: Service, tmp_path: Path) -> None:
    first: list[bytes] = []
    service.spoil = lambda answer: first.append(answer) or first[0]
    witness.to_time_stamp_service(head(b"a"), service.url, tmp_path)
    with pytest.raises(WitnessFailed, match="nonce"):
        witness.to_time_stamp_service(head(b"a"), service.url, tmp_path)
    with pytest.raises(WitnessFailed, match="not of this checkpoint"):
        witness.to_time_stamp_service(head(b"a", b"b"), service.url, tmp_path)
    service.spoil = lambda answer: b"no"
    with pytest.raises(WitnessFailed, match="no time stamp"):
        witness.to_time_stamp_service(head(b"a", b"b"), service.url, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["1.tsr"]


def test_a_service_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(WitnessFailed, match="did not answer"):
        witness.to_time_stamp_service(head(b"a"), "http://127.0.0.1:9", tmp_path)
    with pytest.raises(WitnessFailed, match="did not answer"):
        witness.to_time_stamp_service(head(b"a"), "no address", tmp_path)
