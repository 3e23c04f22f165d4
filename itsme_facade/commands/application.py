"""Finds the application's Flow by its name, and sweeps with it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import asdict

from itsme_facade.commands.saying import Failed, Stop
from itsme_facade.errors import ItsmeError

_EXAMPLE = "Write it as module:flow, such as shop.login:flow, and run the command where the module can be found."


def sweep_with(name: str, limit: int) -> dict[str, object]:
    """Sweeps once with an application's own flow.

    Args:
        name: module:attribute of a Flow, an AsyncFlow, or a function without arguments that returns one.
        limit: how many logins at most.

    Returns:
        The report's numbers and ids, by name.

    Raises:
        Stop: there is no such flow.
        ItsmeError: what the sweep raised.
    """
    from itsme_facade.flow import AsyncFlow, Flow

    flow = _find(name)
    if not isinstance(flow, Flow | AsyncFlow) and callable(flow):
        flow = flow()
    if isinstance(flow, Flow):
        with flow:
            return _plain(flow.sweep(limit))
    if isinstance(flow, AsyncFlow):
        import anyio

        return _plain(anyio.run(_sweep, flow, limit))
    raise Stop(f"{name} is no Flow and no AsyncFlow.", _EXAMPLE)


async def _sweep(flow: Any, limit: int) -> Any:
    async with flow:
        return await flow.sweep(limit)


def _find(name: str) -> Any:
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        raise Stop(f"{name!r} names no flow.", _EXAMPLE)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except ItsmeError:
        raise
    except ModuleNotFoundError as error:
        raise Stop(f"There is no module {error.name!r}.", _EXAMPLE) from None
    except AttributeError as error:
        raise Stop(f"{module_name} has no {error.name!r}.", _EXAMPLE) from None
    except Exception as error:  # noqa: BLE001 - its text may hold anything that the application knows
        raise Failed(
            f"Importing {module_name} raised {type(error).__name__}.", "Start it by itself to see why."
        ) from None
    return found


def _plain(report: Any) -> dict[str, object]:
    found: dict[str, Any] = asdict(report)
    return {name: [*ids] for name, ids in found.items()}
