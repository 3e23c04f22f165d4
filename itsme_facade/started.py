"""A transaction that has been created and not yet ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import urlsplit

from attrs import frozen

if TYPE_CHECKING:  # the generated package brings httpx along, which `import itsme_facade` can do without
    from collections.abc import Mapping

    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.service import Service


@frozen(repr=False)
class Started:
    """A created transaction: where to send the person, and what to ask the status with.

    The transaction token is a bearer secret: whoever has it can take the person's data. It belongs on the server,
    never in a page, a cookie or a log. `repr` leaves it out and pickling is refused, so that it does not get into a
    cache by accident; `to_dict` and `from_dict` carry it to another process.

    Args:
        authentication_url: send the person's browser here.
        transaction_token: the secret to ask the status with.
        service: login or register.
        scopes: the user information that was asked for.

    Source: API (transactionToken, authenticationUrl); FACTS (GET /status documents no credential).
    """

    authentication_url: str
    transaction_token: str
    service: Service
    scopes: tuple[Scope, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON, the secret included: store it sealed.

        >>> from itsme_facade import Scope, Service, Started
        >>> started = Started("https://login.example/1", "abc", Service.LOGIN, (Scope.EMAIL,))
        >>> Started.from_dict(started.to_dict()) == started
        True
        """
        return {
            "authentication_url": self.authentication_url,
            "transaction_token": self.transaction_token,
            "service": self.service.value,
            "scopes": [scope.value for scope in self.scopes],
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Takes back what `to_dict` gave."""
        from cm_itsme_client.models.scope import Scope
        from cm_itsme_client.models.service import Service

        return cls(
            authentication_url=document["authentication_url"],
            transaction_token=document["transaction_token"],
            service=Service(document["service"]),
            scopes=tuple(Scope(scope) for scope in document["scopes"]),
        )

    def __repr__(self) -> str:
        # The login address is the person's own way in: the host is enough to debug with.
        host = urlsplit(self.authentication_url).hostname
        return f"Started({self.service.value}, scopes={[scope.value for scope in self.scopes]}, at {host})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Started holds a secret and is not pickled: use to_dict() and store it sealed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
