"""What an operator reads when a command cannot go on: the cause and what to do."""

from sqlalchemy.exc import DBAPIError

from checker.model import RegisterUnavailable
from storage.archives import ArchiveProblem
from storage.dumping import UnknownTables
from storage.loading import Differs
from storage.migrating import DatabaseBehind
from storage.redis_server import RedisError
from storage.sealing import CannotOpen, KeyFileError
from storage.valkey import NoValkey

SPEAK_FOR_THEMSELVES = (
    ArchiveProblem,
    CannotOpen,
    DatabaseBehind,
    Differs,
    KeyFileError,
    NoValkey,
    UnknownTables,
)


def words_for(error: Exception) -> str:
    """Return the words for an error that is the machine's; raise any other again."""
    if isinstance(error, SPEAK_FOR_THEMSELVES):
        return str(error)
    if isinstance(error, RegisterUnavailable):
        return "cannot check now: the register cannot be reached. `brolly doctor` says why."
    if isinstance(error, DBAPIError):
        return (
            f"the database did not answer as expected ({type(error.orig).__name__}). "
            "Run `brolly db upgrade` if it is new; `brolly doctor` says more."
        )
    if isinstance(error, RedisError):
        return (
            "Redis cannot be reached. Is `brolly up` running, or BROLLY_REDIS_URL right? "
            "`brolly doctor` says more."
        )
    raise error
