from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Transaction")


@_attrs_define
class Transaction:
    """A created transaction."""

    transaction_token: str
    """ The token to retrieve the transaction's status and user information with. A bearer secret. """
    authentication_url: str
    """ Send the person to this URL to start the authentication process. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        transaction_token = self.transaction_token

        authentication_url = self.authentication_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "transactionToken": transaction_token,
                "authenticationUrl": authentication_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        transaction_token = d.pop("transactionToken")

        authentication_url = d.pop("authenticationUrl")

        transaction = cls(
            transaction_token=transaction_token,
            authentication_url=authentication_url,
        )

        transaction.additional_properties = d
        return transaction

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
