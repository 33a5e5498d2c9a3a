"""What can go wrong with the database. Each message is one line for people and says what to do."""

from __future__ import annotations


class DatabaseError(Exception):
    """Anything the database floor refuses. ``str(error)`` is one line and holds no password and no row of data."""


class DatabaseFolderError(DatabaseError):
    """The folder of the embedded server cannot be used: not writable, full, in use, or made by another version."""


class DatabaseInUseError(DatabaseFolderError):
    """Another turbil runs on the data folder."""


class DatabaseUnavailableError(DatabaseError):
    """No server answers, or it refuses us. Trying again later may help; nothing was changed."""


class DatabaseBusyError(DatabaseUnavailableError):
    """Every pooled connection stayed in use for the whole waiting time; nothing was changed."""


class DatabaseVersionError(DatabaseError):
    """The server or the schema is of a version that this program does not know."""


class MigrationError(DatabaseError):
    """A migration failed or does not fit the database; the whole migration was rolled back."""


class UnitOfWorkError(DatabaseError):
    """A unit of work was used in a way that would have lost or misplaced a write."""
