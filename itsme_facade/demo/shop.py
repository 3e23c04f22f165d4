"""A shop where people register and log in with itsme, and see what it asked for and what it received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from itsme_facade.demo.site import Business, make_site

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from itsme_facade import AsyncItsme, Identity

UNKNOWN: Final = "itsme says who you are, and this shop does not know you yet: become a customer first."
NO_USER_ID: Final = "itsme did not say which user you are, so this shop cannot know you again. Please start again."


def make_shop(itsme: AsyncItsme, *, url: str, itsme_url: str) -> Starlette:
    """The shop's application; the arguments are those of `make_site`.

    It knows its customers by userId, as a site should, and never by their e-mail address.
    """
    customers: set[str] = set()

    def receive(service: str, identity: Identity) -> str | None:
        if identity.user_id is None:
            return NO_USER_ID
        if service == "register":
            customers.add(identity.user_id)
        return None if identity.user_id in customers else UNKNOWN

    business = Business(
        name="Demo shop",
        template="shop.html",
        # A shop that knows its customer asks for no more than it needs now.
        asks={"register": ("profile", "email", "phone", "address"), "login": ("profile",)},
        receive=receive,
        facts={},
    )
    return make_site(business, itsme, url=url, itsme_url=itsme_url)
