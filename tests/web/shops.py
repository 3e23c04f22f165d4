"""A small shop, the same in every framework, as the tests of the skins and of their pages want it."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from attrs import define, field

from itsme_facade import AsyncItsme, Identity, Itsme, StoreUnavailable
from itsme_facade.flow import AsyncFlow, Declined, Flow, StartLimits
from itsme_facade.sandbox import Sandbox
from itsme_facade.store.memory import AsyncMemoryStore, MemoryStore
from itsme_facade.store.sealing import new_key
from itsme_facade.store.steps import Operation
from tests.web import flask_shop, starlette_shop
from tests.web.browsers import Browser, served, served_by_threads

FRAMEWORKS = ("starlette", "starlette-async", "fastapi", "flask")


@define
class Shop:
    """A site that is up, and what it has been told."""

    sandbox: Sandbox
    flow: Any = None
    url: str = ""
    told: list[Identity] = field(factory=list[Identity])
    linked: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    fail: Exception | None = None
    store_down: bool = False
    itsme: Any = None

    def store(self, waits: bool) -> Any:
        """A store in memory that can be out of reach."""
        return FragileStore(self) if waits else AsyncFragileStore(self)

    def browser(self, language: str = "en", **headers: str) -> Browser:
        return Browser(self.url, language, **headers)

    def on_identity(self, identity: Identity, _login_id: str) -> str:
        if self.fail is not None:
            raise self.fail
        self.told.append(identity)
        return f"customer-{len(self.told)}"

    def on_link(self, identity: Identity, _login_id: str, account: str) -> str:
        self.linked.append((account, identity.user_id or ""))
        if account == "somebody-else":
            raise Declined("linked_elsewhere")
        return account


class FragileStore(MemoryStore):
    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop

    def do(self, operation: Operation) -> object:
        if self.shop.store_down:
            raise StoreUnavailable("The store was not reached.", retry_safe=True)
        return super().do(operation)


class AsyncFragileStore(AsyncMemoryStore):
    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop

    async def do(self, operation: Operation) -> object:
        if self.shop.store_down:
            raise StoreUnavailable("The store was not reached.", retry_safe=True)
        return await super().do(operation)


def site(framework: str, flow: Any, itsme: Any, server: dict[str, Any], options: dict[str, Any]) -> Any:
    """The application, up and running."""
    if framework == "flask":
        return _flask_site(flow, itsme, server, options)
    make = starlette_shop.fastapi_application if framework == "fastapi" else starlette_shop.application
    return served(make(flow, itsme, **options), **server)


@contextmanager
def _flask_site(flow: Any, itsme: Any, server: dict[str, Any], options: dict[str, Any]) -> Generator[str]:
    with itsme, flow, served_by_threads(flask_shop.application(flow, **options), **server) as url:
        yield url


@contextmanager
def open_shop(
    sandbox: Sandbox,
    framework: str = "starlette",
    *,
    store: Any = None,
    base_url: str | None = None,
    redirect_url: str = "http://127.0.0.1/itsme/back",
    server: dict[str, Any] | None = None,
    flow_options: dict[str, Any] | None = None,
    **options: Any,
) -> Generator[Shop]:
    """The shop on a real port, with the sandbox behind it.

    Args:
        sandbox: who is asked.
        framework: one of FRAMEWORKS.
        store: instead of one in memory.
        base_url: instead of the sandbox's.
        redirect_url: the flow's.
        server: options of the server.
        flow_options: more for the flow.
        options: more for the skin.
    """
    shop = Shop(sandbox)
    waits = framework in ("flask", "starlette")
    make_itsme: Any = Itsme if waits else AsyncItsme
    make_flow: Any = Flow if waits else AsyncFlow
    itsme = make_itsme(sandbox.token, base_url=base_url or sandbox.api_url, timeout=5)
    shop.flow = make_flow(
        itsme,
        store or shop.store(waits),
        new_key(),
        redirect_url,
        shop.on_identity,
        on_link=shop.on_link,
        **{"limits": StartLimits(browser=None, address=None), **(flow_options or {})},
    )
    shop.itsme = itsme
    running: AbstractContextManager[str] = site(framework, shop.flow, itsme, server or {}, options)
    with running as shop.url:
        yield shop
