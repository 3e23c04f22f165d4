"""Which database a URL names, and with which driver it is spoken to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem
from itsme_facade.store.sql_statements import DIALECTS, POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from itsme_facade.store.sql_statements import Dialect

# By dialect: the driver that blocks, and the one that is awaited. SQLite can only block, and aiosqlite hides a thread
# for each connection; the async store has a thread of its own, so a URL made for aiosqlite does as well.
_DRIVERS = {SQLITE.name: ("pysqlite", "aiosqlite"), POSTGRESQL.name: ("psycopg", "psycopg_async")}
_EXTRAS = {"greenlet": "postgres", "psycopg": "postgres"}
_SUPPORTED = "SQLite (sqlite:///file) and PostgreSQL by psycopg (postgresql://user@host/database)"


def understood(url: str, *, awaited: bool) -> tuple[Dialect, URL, bool]:
    """What a URL names.

    Args:
        url: where the database is; secret, because there may be a password in it.
        awaited: whether an async driver shall be used if there is one.

    Returns:
        The dialect, the URL with the driver in it, and whether that driver is awaited.

    Raises:
        InvalidArguments: no URL, or of a database that is not supported.
        MissingExtra: a package is not installed.
    """
    _want("sqlalchemy")
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidArguments((Problem("url", f"is no database URL; supported are {_SUPPORTED}"),)) from None
    name, _, driver = made.drivername.lower().partition("+")
    name = POSTGRESQL.name if name == "postgres" else name
    if name not in DIALECTS:
        raise InvalidArguments((Problem("url", f"names {name}, which is not supported; supported are {_SUPPORTED}"),))
    if driver and driver not in _DRIVERS[name]:
        raise InvalidArguments((Problem("url", f"names the driver {driver}; supported are {_SUPPORTED}"),))
    awaited = awaited and name != SQLITE.name
    if awaited:
        _want("greenlet")
    return DIALECTS[name], made.set(drivername=f"{name}+{_DRIVERS[name][awaited]}"), awaited


def missing_package(module: str) -> MissingExtra:
    """Says which extra brings a module that was not found."""
    package = module.partition(".")[0]
    extra = _EXTRAS.get(package, "store")
    return MissingExtra(f"This SQL store needs {package or 'more packages'}: pip install 'itsme-facade[{extra}]'")


def _want(package: str) -> None:
    try:
        import_module(package)
    except ModuleNotFoundError:
        raise missing_package(package) from None
