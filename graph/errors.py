"""The exceptions of the project: each says what happened, where, and what to do about it."""

from __future__ import annotations


class DossierError(Exception):
    """An error that a user can act on.

    `message` says what happened and where, `remedy` what to do. `exit_code` is what the command line ends
    with, `status` what HTTP answers with. With `values`, both are templates that hold `{name}` for them; pages look
    the templates up to say the same in another language.
    """

    exit_code = 2
    status = 400

    def __init__(self, message: str, remedy: str = "", **values: object) -> None:
        self.template, self.remedy_template, self.values = message, remedy, values
        self.message = message.format(**values) if values else message
        self.remedy = remedy.format(**values) if values else remedy
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(DossierError):
    """The call itself is wrong: an option, a setting, a combination of them."""


class UnreadableInput(DossierError):
    """A source file that cannot be read as what it is said to be."""

    status = 422


class MappingError(UnreadableInput):
    """A mapping file that does not say what it must, with the line."""


class InvalidStandard(UnreadableInput):
    """A file of service-item standards that does not say what it must, with the line."""

    exit_code = 1


class NotFound(DossierError):
    """No record with that id, or none that was known at that time."""

    status = 404


class Ambiguous(DossierError):
    """A natural key that names several records."""

    status = 409


class TookTooLong(DossierError):
    """What was asked takes longer than it may."""

    status = 503


class NotPermitted(DossierError):
    """The viewer may not ask this."""

    status = 403


class TooManyWithdrawals(DossierError):
    """A snapshot that would withdraw more than its limit."""

    status = 409


class StoreError(DossierError):
    """The store cannot be used as it stands."""

    exit_code = 3
    status = 503


class StoreUnreachable(StoreError):
    """No store answers there, or it refuses these credentials."""


class StoreLocked(StoreError):
    """Another process holds the store."""


class LoadOpen(StoreError):
    """Another load is open in this store."""

    status = 409


class LoadLost(StoreError):
    """This load was taken over or abandoned by someone else while it ran."""

    status = 409


class WrongIdKey(StoreError):
    """The store was filled under another id key."""


class WrongSchema(StoreError):
    """The store was made by another version of the schema."""


class LedgerMissing(StoreError):
    """The archive is to have a ledger, and there is none, or another one."""


class LedgerBehind(StoreError):
    """The archive holds done loads that its ledger does not know."""


class LedgerError(DossierError):
    """The evidence ledger cannot be used as it stands."""

    exit_code = 3
    status = 503


class LedgerLocked(LedgerError):
    """Another process writes this ledger."""

    status = 409


class LedgerAltered(LedgerError):
    """What the ledger holds is not what was signed."""

    exit_code = 1
    status = 500


class KeyUnusable(LedgerError):
    """A signing key that is missing, not the one of this ledger, or readable by others."""


class NoteRejected(DossierError):
    """A signed note, a checkpoint or a verifier key that is malformed or not signed by a known key."""

    exit_code = 1
    status = 422


class ProofRejected(DossierError):
    """A proof that does not lead to the root it was given for."""

    exit_code = 1
    status = 422


class WitnessFailed(DossierError):
    """A checkpoint could not be handed to a witness, or what came back does not vouch for it."""

    exit_code = 3
    status = 502


class ExportFailed(DossierError):
    """What was selected cannot be written in the form that was asked for."""

    exit_code = 2
    status = 422
