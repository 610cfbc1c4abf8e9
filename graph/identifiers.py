"""Identifiers: natural keys under their system, keyed digests for persons, actors and unnamed events.

No identity number and no name of a person stands in an id: ids go into addresses, logs and the ledger.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical
from graph.errors import StoreUnreachable, UsageError, WrongIdKey
from graph.partial_dates import date_text
from graph.settings import Settings
from graph.store import Store

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# What an event is called that its source gives no id: an exported log brings it in again.
_OWN_EVENT = re.compile("e:[0-9a-f]{32}")
_NUMBER = re.compile(r"(?<![0-9])(?:[1-8][0-9]{16}[0-9Xx]|[1-8][0-9]{14})(?![0-9])")
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_IDEOGRAPHS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·•\s]+")
KEY_BYTES = 32
DIGEST_BYTES = 16
_MANY = 1 << 16

SubjectKind = Literal["person", "organisation"]
SUBJECT_LABEL: dict[SubjectKind, str] = {"person": "Person", "organisation": "Organisation"}


def identity_number(text: str) -> str | None:
    """A valid identity number (GB 11643) in 18 characters, or None.

    NFKC, no blanks, upper case; 15 digits are made 18; date and checksum must be right.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if re.fullmatch(r"[1-9][0-9]{14}", number):
        number = number[:6] + "19" + number[6:]
        number += _check_digit(number)
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number) or _check_digit(number[:17]) != number[17]:
        return None
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return number


def _check_digit(digits: str) -> str:
    return _CHECK[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11]


def credit_code(text: str) -> str | None:
    """A valid unified social credit code (GB 32100-2015) in 18 characters, or None."""
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not re.fullmatch(f"[{_CREDIT}]{{18}}", code):
        return None
    total = sum(_CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return code if _CREDIT[-total % 31] == code[17] else None


def valid_number(kind: SubjectKind, text: str) -> str | None:
    """The number by which a person or organisation is the same in every system, or None where it is not valid."""
    return identity_number(text) if kind == "person" else credit_code(text)


def subject_ids(
    kind: SubjectKind,
    system: str,
    key: bytes,
    *,
    numbers: pa.Array,
    keys: pa.Array,
    names: pa.Array,
    birth_dates: pa.Array,
) -> pa.Array:
    """Ids of persons or organisations, one a row: by valid number, else by key, else by name and birth date.

    Null where a row names nobody. The arrays are texts, equally long, null where the source says nothing. Keys
    and names are compared as `plain_name` has them, dates that can be read as eight digits.
    """
    by_number = _of_each(numbers, lambda text: _stated(valid_number(kind, text), lambda n: [kind, n]))
    by_key = _of_each(keys, lambda text: _stated(plain_name(text), lambda plain: [system, plain]))
    born = pc.fill_null(_of_each(birth_dates, lambda text: canonical(date_text(text) or text)), "null")
    by_name = pc.binary_join_element_wise(f"[{canonical(system)}", _of_each(names, _plain_json), born, ",")
    said = pc.coalesce(by_number, by_key, pc.binary_join_element_wise(by_name, "]", ""))
    return _of_each(said, lambda text: keyed_text(key, text))


def subject_id_of_key(key: bytes, system: str, natural: str) -> str | None:
    """The id of the person or organisation without a valid number that a system calls by this key."""
    said = _stated(plain_name(natural), lambda plain: [system, plain])
    return None if said is None else keyed_text(key, said)


def plain_name(text: str) -> str | None:
    """NFKC, without blanks between ideographs (张　三 is 张三), with single ones elsewhere; None for blanks alone."""
    plain = unicodedata.normalize("NFKC", text)
    joint = "" if _IDEOGRAPHS.fullmatch(plain) else " "
    return joint.join(plain.split()) or None


def _plain_json(text: str) -> str | None:
    return _stated(plain_name(text), lambda plain: plain)


def _stated(value: str | None, said: Callable[[str], object]) -> str | None:
    return None if value is None else canonical(said(value))


def _of_each(texts: pa.Array, made: Callable[[str], str | None]) -> pa.Array:
    """What `made` gives for each text; each distinct text is asked once."""
    encoded = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = encoded.dictionary_encode() if not pa.types.is_dictionary(encoded.type) else encoded
    answers = [None if t is None else made(t) for t in encoded.dictionary.to_pylist()]
    return pa.array(answers, pa.string()).take(encoded.indices)


def keyed(key: bytes, value: object) -> str:
    """128 bits of HMAC-SHA-256 over the canonical JSON of `value`, hexadecimal."""
    return keyed_text(key, canonical(value))


def keyed_text(key: bytes, text: str) -> str:
    """The same over a text that is canonical JSON already."""
    return hmac.digest(key, text.encode(), "sha256")[:DIGEST_BYTES].hex()


def keyed_texts(key: bytes, texts: pa.Array) -> pa.Array:
    """The same for a column of texts, none of them null.

    The two states of HMAC (RFC 2104) after the key are made once and copied for each text, which is three times
    as fast as `hmac.digest`.
    """
    inner, outer = _hmac_states(key)
    digests = bytearray()
    for start in range(0, len(texts), _MANY):
        for text in texts.slice(start, _MANY).cast(pa.binary()).to_pylist():
            said = inner.copy()
            said.update(text)
            whole = outer.copy()
            whole.update(said.digest())
            digests += whole.digest()[:DIGEST_BYTES]
    return hexadecimal(digests, DIGEST_BYTES)


def _hmac_states(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    block = hashlib.sha256().block_size
    padded = (key if len(key) <= block else hashlib.sha256(key).digest()).ljust(block, b"\0")
    return hashlib.sha256(bytes(b ^ 0x36 for b in padded)), hashlib.sha256(bytes(b ^ 0x5C for b in padded))


def hexadecimal(data: bytes | bytearray, width: int) -> pa.Array:
    """Bytes as a column of hexadecimal texts, each of `width` bytes."""
    count = len(data) // width
    offsets = np.arange(count + 1, dtype=np.int32) * (2 * width)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data.hex().encode()))


def natural_ids(key: bytes, system: str, naturals: Iterable[str]) -> list[str]:
    """`<system>:<natural key>`; a natural key that holds an identity number is replaced by its digest."""
    return [natural_id(key, system, natural) for natural in naturals]


def natural_id(key: bytes, system: str, natural: str) -> str:
    """The id of one natural key. The archive's own key of an event holds no number, though it may look so."""
    if _OWN_EVENT.fullmatch(natural):
        return f"{system}:{natural}"
    plain = unicodedata.normalize("NFKC", natural)
    if any(identity_number(found[0]) for found in _NUMBER.finditer(plain)):
        return f"{system}:{keyed(key, natural)}"
    return f"{system}:{natural}"


def natural_id_column(key: bytes, system: str, naturals: pa.Array) -> pa.Array:
    """`natural_id` of a column of natural keys, null where it is null."""
    ids = pc.binary_join_element_wise(f"{system}:", naturals, "")
    # Only these can hold an identity number: NFKC leaves ASCII as it is.
    doubtful = pc.or_(pc.invert(pc.string_is_ascii(naturals)), pc.match_substring_regex(naturals, "[1-8][0-9]{14}"))
    doubtful = pc.fill_null(doubtful, False)
    if doubtful.true_count == 0:
        return ids
    each = [natural_id(key, system, natural) for natural in naturals.filter(doubtful).to_pylist()]
    return pc.replace_with_mask(ids, doubtful, pa.array(each, pa.string()))


def actor_id(key: bytes, system: str, name: str) -> str:
    """The id of an actor: what a log calls an actor is most often a person's name."""
    return f"{system}:{keyed(key, ['actor', system, name])}"


def id_key(settings: Settings, store: Store, *, make: bool) -> bytes:
    """The key of the ids: the setting, or the file beside an embedded store, made there if `make`.

    Raises UsageError where there is none or it is no key, WrongIdKey where the store was filled under another.
    """
    key = _given(settings) or _beside(store, make=make)
    digest = hashlib.sha256(b"fingerprint" + key).hexdigest()[:32]
    kept = store.read("clock/fingerprint") if store.exists() else []
    if kept and kept[0][0] != digest:
        raise WrongIdKey(
            f"The store {store.uri} was filled under another id key.",
            "Set DOSSIER_ID_KEY to that key, or put its file back beside the store.",
        )
    if make and not kept:
        store.write("clock/keep_fingerprint", fingerprint=digest)
    return key


def _given(settings: Settings) -> bytes | None:
    if settings.id_key is None:
        return None
    text = settings.id_key.get_secret_value()
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2}){16,}", text):
        raise UsageError(
            "DOSSIER_ID_KEY is no key.",
            "Give at least 32 hexadecimal characters, as `openssl rand -hex 32` does.",
        )
    return bytes.fromhex(text)


def _beside(store: Store, *, make: bool) -> bytes:
    if store.engine != "duckdb":
        raise UsageError(
            "On Neo4j the key of the ids has to be set.",
            "Set DOSSIER_ID_KEY, for example to what `openssl rand -hex 32` prints, and keep it safe.",
        )
    path = key_file(store)
    if not path.exists():
        if not make or store.read("clock/fingerprint"):
            raise WrongIdKey(
                f"The id key {path} is missing.", "Put it back, or set DOSSIER_ID_KEY to the key it held."
            )
        _write_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def key_file(store: Store) -> Path:
    """Where the id key of an embedded store lies."""
    from graph.duckdb_store import path_of

    path = path_of(store.uri)
    return path.with_name(path.name + ".idkey")


def _write_key(path: Path) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    except OSError as error:
        raise StoreUnreachable(
            f"The id key {path} cannot be written: {error.strerror}.", "Make the folder writable."
        ) from error
