"""A bank where a customer activates itsme with card and reader, and logs in with it from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from itsme_facade.demo.site import Business, make_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from itsme_facade import AsyncItsme, Identity

NOT_ACTIVATED: Final = (
    "itsme says who you are, but you have not activated itsme at this bank. Do that first, with your card."
)


def make_bank(
    itsme: AsyncItsme, *, url: str, itsme_url: str, called: str, activation_url: str, activated: Callable[[str], bool]
) -> Starlette:
    """The bank's application.

    Args:
        itsme: as `make_site` takes it, and so `url` and `itsme_url`.
        url: where browsers reach the bank.
        itsme_url: where browsers reach the local sandbox.
        called: the name of this bank in the sandbox.
        activation_url: where the customer uses card and reader, which the sandbox plays.
        activated: whether the customer whom itsme knows by this userId has activated itsme at this bank.
    """

    def receive(_service: str, identity: Identity) -> str | None:
        return None if identity.user_id and activated(identity.user_id) else NOT_ACTIVATED

    business = Business(
        name="Demo bank",
        template="bank.html",
        asks={"login": ("profile",)},
        receive=receive,
        facts={"activation_url": activation_url, "called": called},
    )
    return make_site(business, itsme, url=url, itsme_url=itsme_url)
