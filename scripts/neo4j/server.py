"""A Neo4j Community server out of its Maven artifacts: for `make neo4j`, the tests and the benchmarks.

Needs a JDK (17 or newer) and, until the artifacts are in the cache, Maven. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

HERE = Path(__file__).resolve().parent
OLDEST_JAVA = 17
START_SECONDS = 180
STOP_SECONDS = 60


class NoServer(Exception):
    """No server can be started here; the text says why and what to install or do."""


def version() -> str:
    """Return the version of Neo4j that pom.xml names."""
    pom = (HERE / "pom.xml").read_text(encoding="utf-8")
    found = re.search(r"<neo4j\.version>(.+?)</neo4j\.version>", pom)
    if found is None:
        raise NoServer("scripts/neo4j/pom.xml names no neo4j.version: put the property back.")
    return found.group(1)


def java() -> str:
    """Return the path of a `java` that can run a source file, from JAVA_HOME or PATH.

    Raises NoServer where there is none, it is older than 17, or it is a JRE without the compiler.
    """
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    path = path or shutil.which("java")
    wanted = f"install a JDK {OLDEST_JAVA} or newer and Maven (Debian: openjdk-17-jdk-headless maven)"
    if path is None:
        raise NoServer(f"there is no Java: {wanted}")
    answer = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', answer.stderr)
    if found is None:
        raise NoServer(f"{path} does not say its version: {wanted}")
    if int(found.group(1)) < OLDEST_JAVA:
        raise NoServer(f"{path} is Java {found.group(1)}: {wanted}")
    modules = subprocess.run([path, "--list-modules"], capture_output=True, text=True, check=False).stdout
    if "jdk.compiler@" not in modules:
        raise NoServer(f"{path} is a JRE without the compiler: {wanted}")
    return path


def cache_folder() -> Path:
    """Return the folder, outside any clone, that keeps the artifacts of this version."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "dossier-neo4j" / version()


def jars(progress: Callable[[str], None] = lambda _: None) -> Path:
    """Return the folder of jars, fetched by Maven (about 120 MB) where the cache lacks them.

    Raises NoServer where they are neither in the cache nor can be fetched.
    """
    kept = cache_folder() / "jars"
    if kept.is_dir():
        return kept
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServer("there is no Maven to fetch Neo4j with: install it (Debian: maven)")
    progress(f"Fetching Neo4j {version()} by Maven into {kept} (about 120 MB, once).")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="half-", dir=kept.parent) as half:
        fetched = Path(half) / "jars"
        _fetch(maven, fetched)
        # Only a whole folder ever gets the final name. Another process may have been quicker.
        with contextlib.suppress(OSError):
            fetched.rename(kept)
    if not kept.is_dir():
        raise NoServer(f"the jars could not be put into {kept}: see that the folder can be written")
    return kept


def _fetch(maven: str, into: Path) -> None:
    goal = "dependency:copy-dependencies"
    command = [maven, "--batch-mode", "--quiet", "--file", str(HERE / "pom.xml"), goal]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode or not any(into.glob(f"neo4j-bolt-{version()}.jar")):
        errors = [line for line in done.stdout.splitlines() if "[ERROR]" in line]
        said = " ".join(errors[0].split()) if errors else "it gave no reason"
        raise NoServer(f"Maven could not fetch Neo4j {version()}: {said[:400]}; see that its registry can be reached")


@dataclass(frozen=True)
class Server:
    """A running server. `uri` is its Bolt address, `seconds` the time it took to start."""

    uri: str
    process: subprocess.Popen[str]
    seconds: float

    def stop(self) -> None:
        """End the server in order, so that its folder can be opened again; returns when it is gone."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close()

    def kill(self) -> None:
        """End the server at once, for a folder that is thrown away; returns when it is gone."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def start(
    folder: Path,
    *,
    port: int = 0,
    auth_password: str = "",
    heap_mb: int = 1024,
    page_cache_mb: int = 256,
    plans_kept: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Server:
    """Start a server on `folder` (made where absent) and return it when it answers.

    It listens on the loopback address only; port 0 takes a free one. With `auth_password` the user is
    `neo4j`, without it anyone on this machine may connect. The server ends with this process, also when
    this process is killed. With `plans_kept` it plans each query once, for data that is thrown away again and
    again. What it prints is in `folder`/server.log. Raises NoServer.
    """
    runtime, classes = java(), jars(progress)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    command = [runtime, f"-Xmx{heap_mb}m", "-cp", f"{classes}/*", str(HERE / "Neo4jServer.java")]
    command += [str(folder.resolve()), str(port), str(page_cache_mb), str(plans_kept).lower()]
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as said:
        # A session of its own keeps Ctrl-C in the terminal from reaching the server before its tests end.
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        )
    server = Server(_address(process, auth_password), process, time.monotonic() - begun)
    if not server.uri:
        server.kill()
        raise NoServer(f"Neo4j did not start: {_reason(log)}; its output is in {log}")
    return server


def _address(process: subprocess.Popen[str], auth_password: str) -> str:
    """Return what the server prints when it answers, or '' when it ended or took too long."""
    assert process.stdin is not None
    assert process.stdout is not None
    limit = Timer(START_SECONDS, process.kill)
    limit.start()
    try:
        process.stdin.write(auth_password + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()
    except BrokenPipeError:
        return ""
    finally:
        limit.cancel()


def _reason(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    causes = [line.strip() for line in lines if line.startswith(("Caused by:", "Exception", "Error"))]
    return (causes or lines or ["it ended, or did not answer in time, without a word"])[-1]


def port_is_taken(port: int) -> bool:
    """Say whether something on this machine listens on the port already."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def say(text: str) -> None:
    """Write one line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run a server for a person until Ctrl-C; returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Neo4j {version()} Community on this machine.")
    parser.add_argument("--folder", type=Path, default=Path(".neo4j/data"), help="where its data is kept")
    parser.add_argument("--port", type=int, default=7687)
    parser.add_argument("--heap-mb", type=int, default=2048)
    parser.add_argument("--page-cache-mb", type=int, default=512)
    options = parser.parse_args()
    if options.port and port_is_taken(options.port):
        say(f"Port {options.port} is taken. Is Neo4j running already? Another one: make neo4j PORT=7688")
        return 3
    password = os.environ.get("NEO4J_PASSWORD", "")
    say(f"Starting Neo4j {version()} on {options.folder} ...")
    try:
        server = start(
            options.folder,
            port=options.port,
            auth_password=password,
            heap_mb=options.heap_mb,
            page_cache_mb=options.page_cache_mb,
            progress=say,
        )
    except NoServer as error:
        say(f"No Neo4j: {error}.")
        return 3
    return _attend(server, authenticated=bool(password))


def _attend(server: Server, *, authenticated: bool) -> int:
    say(f"\nNeo4j answers on {server.uri} ({server.seconds:.0f} s).")
    say("In another terminal:\n")
    say(f"  export DOSSIER_STORE={server.uri}")
    if authenticated:
        say("  export DOSSIER_NEO4J_PASSWORD=...   # the NEO4J_PASSWORD that this server was started with")
    say("  export DOSSIER_ID_KEY=...   # 64 hexadecimal digits, to be kept with the archive; new ones:")
    say("                              # python3 -c 'import secrets; print(secrets.token_hex(32))'")
    say("\nCtrl-C stops it; the data stays.")
    try:
        code = server.process.wait()
    except KeyboardInterrupt:
        say("\nStopping ...")
        server.stop()
        say("Stopped.")
        return 0
    say(f"Neo4j ended by itself (exit code {code}).")
    return 3


if __name__ == "__main__":
    sys.exit(main())
