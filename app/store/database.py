"""The embedded store: SQLite in the data folder; tables come with the first thing to keep."""

from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError


class Store:
    """A database file that is made on ``start``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine: Engine | None = None

    def start(self) -> None:
        """Open the database; raises ``OSError`` if the folder cannot be made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{self.folder / 'tidecast.db'}")
        event.listen(self._engine, "connect", _tune)
        self.ping()

    def ping(self) -> bool:
        """Return whether the database answers."""
        if self._engine is None:
            return False
        try:
            with self._engine.connect() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except SQLAlchemyError:
            return False

    def stop(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def _tune(connection: DBAPIConnection, _record: object) -> None:
    """Let readers and a writer work side by side."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
