"""Where a target keeps its state: a folder and a database, filled once and put back as they were before each round."""

import shutil
import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.postgres import Server


class Storage(ABC):
    """`folder` holds whatever the target writes beside its database."""

    folder: Path
    dialect: str

    @property
    @abstractmethod
    def url(self) -> str:
        """The database, as SQLAlchemy and libpq name it."""

    @abstractmethod
    def create(self) -> None:
        """Empty, whatever was there before."""

    @abstractmethod
    def keep(self) -> None:
        """Remembers the state as it is; nothing may be connected."""

    @abstractmethod
    def restore(self) -> None:
        """Puts back what was kept; nothing may be connected."""

    @abstractmethod
    def twin(self, name: str) -> "Storage":
        """Another one that begins with what was kept; nothing may be connected."""

    @abstractmethod
    def run(self, script: str) -> None:
        """Statements that give nothing; a transaction that is open at the end is committed."""

    @abstractmethod
    def value(self, query: str) -> str:
        """The one value that a query gives."""

    def number(self, query: str) -> int:
        return int(self.value(query))

    @abstractmethod
    def settle(self) -> None:
        """Leaves no writing of the past to the next measurement."""

    @abstractmethod
    def analyze(self) -> None:
        """Statistics of what is there now."""


@dataclass(frozen=True)
class Sqlite(Storage):
    folder: Path
    dialect = "sqlite"

    @property
    def file(self) -> Path:
        return self.folder / "shop.db"

    @property
    def kept(self) -> Path:
        return self.folder.with_suffix(".kept")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def create(self) -> None:
        empty(self.folder)

    def keep(self) -> None:
        copy(self.folder, self.kept)

    def restore(self) -> None:
        copy(self.kept, self.folder)

    def twin(self, name: str) -> "Sqlite":
        other = Sqlite(self.folder.with_name(name))
        copy(self.kept, other.folder)
        return other

    def run(self, script: str) -> None:
        with closing(sqlite3.connect(self.file)) as database:
            database.executescript(script)
            database.commit()
            database.execute("PRAGMA journal_mode = WAL")

    def value(self, query: str) -> str:
        with closing(sqlite3.connect(self.file)) as database:
            (found,) = database.execute(query).fetchone()
            return str(found)

    def settle(self) -> None:
        self.run("PRAGMA wal_checkpoint (TRUNCATE)")

    def analyze(self) -> None:
        self.run("ANALYZE")


@dataclass(frozen=True)
class Postgres(Storage):
    folder: Path
    server: Server
    name: str
    dialect = "postgresql"

    @property
    def kept(self) -> str:
        return f"{self.name}_kept"

    @property
    def url(self) -> str:
        return self.server.url_of(self.name)

    def create(self) -> None:
        empty(self.folder)
        self.clone("template1", self.name)

    def keep(self) -> None:
        copy(self.folder, self.folder.with_suffix(".kept"))
        self.clone(self.name, self.kept)

    def restore(self) -> None:
        copy(self.folder.with_suffix(".kept"), self.folder)
        self.clone(self.kept, self.name)

    def twin(self, name: str) -> "Postgres":
        other = Postgres(self.folder.with_name(name), self.server, name.replace("-", "_"))
        copy(self.folder.with_suffix(".kept"), other.folder)
        self.clone(self.kept, other.name)
        return other

    def clone(self, source: str, target: str) -> None:
        """Quietly replaces `target`, and leaves no writing of it to the measurements."""
        self.server.sql(f"""
            SET client_min_messages = warning;
            DROP DATABASE IF EXISTS {target} WITH (FORCE);
            CREATE DATABASE {target} TEMPLATE {source};
            CHECKPOINT;
        """)

    def run(self, script: str) -> None:
        self.server.sql(script, self.name)

    def value(self, query: str) -> str:
        return self.server.sql(query, self.name).strip()

    def settle(self) -> None:
        self.server.sql("CHECKPOINT")

    def analyze(self) -> None:
        self.server.sql("VACUUM ANALYZE", self.name)


def empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
