"""Every setting of the system, in one class; docs/settings.md lists the same names."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings, each read from the environment variable `DOSSIER_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="DOSSIER_", extra="ignore", hide_input_in_errors=True)

    store: str = Field(
        "duckdb:///archive.duckdb",
        description="Where the archive is: `duckdb:///relative.duckdb`, `duckdb:////absolute.duckdb`, or a "
        "Neo4j address (`bolt://`, `neo4j://`, `neo4j+s://`, `bolt+s://`).",
    )
    archive_name: str = Field("", description="What the pages call the archive, such as the name of its office.")
    id_key: SecretStr | None = Field(
        None,
        description="Key of the identifiers of persons, actors and events, at least 32 hexadecimal "
        "characters. An embedded store makes one beside itself at its first load; on Neo4j it must be set.",
    )
    ledger: str = Field(
        "",
        description="Folder of the evidence ledger; by default `<store file>.ledger` beside an embedded store, on "
        "Neo4j it must be set. `none` keeps no ledger: for archives that need prove nothing.",
    )
    ledger_key: Path | None = Field(
        None, description="File of the key that signs the ledger; by default in the folder of the ledger."
    )
    neo4j_user: str = Field("neo4j", description="User name on Neo4j.")
    neo4j_password: SecretStr | None = Field(
        None, description="Password on Neo4j; without one the server is asked without authentication."
    )
    neo4j_database: str = Field("neo4j", description="Name of the database on Neo4j.")
    neo4j_workers: int = Field(2, ge=1, le=16, description="Writers at a time on Neo4j.")
    neo4j_batch: int = Field(2000, ge=1, description="Rows in one write to Neo4j.")
    duckdb_memory: str = Field(
        "2GB",
        description="Memory that the embedded store may use; one load of a million events needs about 800MB of it.",
    )
    duckdb_threads: int = Field(0, ge=0, description="Threads of the embedded store; 0 is one per core.")
    duckdb_temp: Path | None = Field(
        None, description="Folder in which the embedded store spills; by default beside the store."
    )
    standards: Path | None = Field(
        None, description="Folder of service-item standards; by default the ones that come with the program."
    )
    arrangement: Path | None = Field(
        None,
        description="File that says how the house files: fonds, volumes, boxes, shelves and rooms; without one "
        "nothing is filed by itself. docs/filing.md shows one.",
    )
    digitisation: Path | None = Field(
        None,
        description="File that says how the house samples and accepts digitised batches; docs/digitisation.md shows "
        "one.",
    )
    working_days: Path | None = Field(
        None,
        description="File of the days off and the make-up days of years that the program does not know yet; "
        "docs/standards.md shows one.",
    )
    reader_memory: int = Field(
        2048, ge=256, description="Megabytes that the process that opens a workbook or looks into files may take."
    )
    reader_seconds: int = Field(
        60,
        ge=1,
        description="Seconds of the processor that such a process may take, and five times that by the clock.",
    )
    checks: Path | None = Field(
        None,
        description="File of definitions (lengths, values, rule of archival numbers, formats) that changes those of "
        "the four-property checks; docs/checks.md shows one.",
    )
    files: str = Field(
        "",
        description="Where files lie, for the four-property checks and evidence packs: `NAME=FOLDER`, several "
        "divided by `;`, NAME being what the addresses of files begin with. A running service opens no other "
        "folder.",
    )
    check_seconds: float = Field(
        8.0, gt=0, description="Seconds that looking into one file may take; more for files of hundreds of megabytes."
    )
    clamd: str = Field(
        "",
        description="Socket of the virus scanner clamd that looks into files: a path, or `host:port`; without one "
        "nothing is scanned.",
    )
    quarantine: Path | None = Field(
        None,
        description="Folder in which the rows that loads set aside are kept for the page of quality; by default "
        "`<store file>.quarantine` beside an embedded store, none on Neo4j.",
    )
    wait: float = Field(
        60.0, ge=0, description="Seconds that a load waits for another open load, before it gives up."
    )
    lease: float = Field(
        30.0, gt=0, description="Seconds after which an open load that shows no sign of life may be taken up."
    )
    withdrawal_limit: float = Field(
        0.10,
        ge=0,
        le=1,
        description="Share of a snapshot's records that one load may withdraw without --allow-withdrawals.",
    )
    trust_roots: Path | None = Field(
        None,
        description="Folder of certificates in PEM (`*.pem`, `*.crt`) whose holders' signatures in PDF files are "
        "trusted; without one none is.",
    )
    signing_certificate: Path | None = Field(
        None, description="PKCS#12 file (certificate and key) with which exported PDF files are signed."
    )
    signing_password_file: Path | None = Field(
        None, description="File that holds the password of the signing certificate, and nothing else."
    )
