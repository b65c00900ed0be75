"""Errors for people at a terminal: one line and what to do, no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot import logs, looping, settings
from bot.engine.store import StoreDown
from bot.redaction import Redactor
from bot.settings import Settings, SettingsError
from bot.storage.database import Database
from bot.storage.schema import NewerSchema, what_is_wrong

DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


class Stopped(Exception):
    """The work cannot be done; ``str()`` is the line to show."""


def configured() -> Settings:
    """The settings, with logging switched on. Raises :class:`SettingsError`."""
    config = settings.load()
    try:
        driver = make_url(config.database_url).drivername
    except ArgumentError:
        driver = ""
    if driver not in DRIVERS:
        raise SettingsError(f"DATABASE_URL: must begin with {' or '.join(f'{d}://' for d in DRIVERS)}")
    logs.configure(config.log_level, config.log_format, Redactor(config.secrets()))
    return config


async def up_to_date(database: Database) -> None:
    """Raises :class:`Stopped` if the schema is not the one this code expects; the database is then closed."""
    try:
        if wrong := await what_is_wrong(database):
            raise Stopped(wrong)
    except BaseException:
        await database.close()
        raise


def with_database(work: Callable[[Settings, Database], Awaitable[int]], *, any_schema: bool = False) -> int:
    """Run ``work`` on the database of the settings, whose schema is the one this code expects."""
    config = configured()

    async def run() -> int:
        database = Database(config.database_url)
        try:
            if not any_schema:
                await up_to_date(database)
            return await work(config, database)
        finally:
            await database.close()

    return looping.run(run())


def say(text: str) -> None:
    """One line on standard output, flushed."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def plainly(run: Callable[[], int]) -> int:
    """Run a verb; errors that an operator can fix are one line on standard error. 1: failed, 2: settings, 130:
    Ctrl-C."""
    try:
        return run()
    except SettingsError as error:
        return _tell(f"settings are not right:\n{error}", 2)
    except (Stopped, NewerSchema) as error:
        return _tell(str(error), 1)
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (StoreDown, SQLAlchemyError, OSError) as error:
        return _tell(f"the database cannot be used ({_reason(error)}); check DATABASE_URL", 1)
    except KeyboardInterrupt:
        return 130


def _reason(error: BaseException) -> str:
    """The driver's own message, if any; never a statement, whose values are personal."""
    while not isinstance(error, SQLAlchemyError | OSError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]


def _tell(text: str, code: int) -> int:
    sys.stderr.write(text + "\n")
    return code
