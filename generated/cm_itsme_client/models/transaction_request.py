from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.locale import Locale
from ..models.scope import Scope
from ..models.service import Service
from ..types import UNSET, Unset

T = TypeVar("T", bound="TransactionRequest")


@_attrs_define
class TransactionRequest:
    """What to ask of the person, and where to send them afterwards."""

    token: str
    """ The secret token (a GUID) that identifies the customer of CM.com. Do not share it. """
    service: Service
    """ The type of the transaction. """
    redirect_url: str
    """ Where the person is sent when the transaction is finished and they leave itsme. """
    scopes: list[Scope] | Unset = UNSET
    """ The user information to request. Leave it out to request none. """
    locale: Locale | Unset = UNSET
    """ A language that itsme speaks. In a request, the language of the itsme screens. """
    phone_number: str | Unset = UNSET
    """ The person's phone number in E.164 format; prefilled on the itsme login page. """

    def to_dict(self) -> dict[str, Any]:
        token = self.token

        service = self.service.value

        redirect_url = self.redirect_url

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = []
            for scopes_item_data in self.scopes:
                scopes_item = scopes_item_data.value
                scopes.append(scopes_item)

        locale: str | Unset = UNSET
        if not isinstance(self.locale, Unset):
            locale = self.locale.value

        phone_number = self.phone_number

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "token": token,
                "service": service,
                "redirectUrl": redirect_url,
            }
        )
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if locale is not UNSET:
            field_dict["locale"] = locale
        if phone_number is not UNSET:
            field_dict["phoneNumber"] = phone_number

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        token = d.pop("token")

        service = Service(d.pop("service"))

        redirect_url = d.pop("redirectUrl")

        _scopes = d.pop("scopes", UNSET)
        scopes: list[Scope] | Unset = UNSET
        if _scopes is not UNSET:
            scopes = []
            for scopes_item_data in _scopes:
                scopes_item = Scope(scopes_item_data)

                scopes.append(scopes_item)

        _locale = d.pop("locale", UNSET)
        locale: Locale | Unset
        if isinstance(_locale, Unset):
            locale = UNSET
        else:
            locale = Locale(_locale)

        phone_number = d.pop("phoneNumber", UNSET)

        transaction_request = cls(
            token=token,
            service=service,
            redirect_url=redirect_url,
            scopes=scopes,
            locale=locale,
            phone_number=phone_number,
        )

        return transaction_request
