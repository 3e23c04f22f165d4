"""The one flow of a process, made from the settings when it is first used."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from itsme_facade.errors import InvalidArguments, ItsmeError, Problem
from itsme_facade.web.django import conf

if TYPE_CHECKING:
    from itsme_facade.client import Itsme
    from itsme_facade.flow import Event, Flow

_lock = Lock()
_made: tuple[Flow, Itsme] | None = None


def get_flow() -> Flow:
    """The flow of this process: a client, Django's database as the store, and the functions that ITSME names.

    It is made and opened at the first use, and again if that failed; a changed setting, in tests, makes a new one.

    Raises:
        InvalidArguments: ITSME is wrong; `python manage.py check` says the same.
        StoreNotDurable: the database would not keep logins through a crash.
        StoreUnavailable: the database was not reached, or its tables are not made.
    """
    global _made  # noqa: PLW0603 - one a process is what it is for
    with _lock:
        if _made is None:
            flow, itsme = _make()
            try:
                flow.open()
            except ItsmeError:
                itsme.close()
                raise
            _made = flow, itsme
        return _made[0]


def forget_flow() -> None:
    """Closes the flow of this process and its client; the next use makes a new one."""
    global _made
    with _lock:
        made, _made = _made, None
    if made is not None:
        flow, itsme = made
        flow.close()
        itsme.close()


def try_to_make_flow() -> None:
    """Makes a flow of what ITSME says, and throws it away. It is not opened: no database is asked.

    Raises:
        InvalidArguments: ITSME is wrong.
        MissingExtra: something is not installed.
    """
    _, itsme = _make()
    itsme.close()


def _make() -> tuple[Flow, Itsme]:
    from itsme_facade.client import Itsme
    from itsme_facade.flow import Flow
    from itsme_facade.web.django.store import DjangoStore

    setting = conf.read()
    if unknown := setting.unknown():
        raise InvalidArguments(tuple(Problem(f'ITSME["{key}"]', _nearest(near)) for key, near in unknown.items()))
    store = DjangoStore(setting["DATABASE"], accept_loss=setting["ACCEPT_LOSS"])
    timeout = setting["TIMEOUT"]
    itsme = Itsme(
        token=setting["TOKEN"] or "",
        environment=setting["ENVIRONMENT"],
        base_url=setting["BASE_URL"],
        timeout=float(timeout) if isinstance(timeout, str) else timeout,
    )
    flow = Flow(
        itsme,
        store,
        setting["KEYS"] or "",
        setting["REDIRECT_URL"] or "",
        setting.function("ON_IDENTITY"),
        on_link=setting.function("ON_LINK"),
        scopes=setting["SCOPES"],
        binding=setting["BINDING"],
        code_for_other_browser=setting["CODE_FOR_OTHER_BROWSER"],
        next_origins=tuple(setting["NEXT_ORIGINS"]),
        spool_dir=setting["SPOOL_DIR"],
        limits=setting["LIMITS"],
        on_event=_tell,
    )
    return flow, itsme


def _nearest(near: str | None) -> str:
    return f"there is no such key; did you mean {near}?" if near else "there is no such key"


def _tell(event: Event) -> None:
    from itsme_facade.flow import Flow
    from itsme_facade.web.django.signals import itsme_event

    sent: Any = itsme_event.send_robust(sender=Flow, event=event)
    del sent
