from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.status_answer import StatusAnswer
from ...types import Response


def _get_kwargs(
    transaction_token: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/status/{transaction_token}".format(
            transaction_token=quote(str(transaction_token), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | StatusAnswer | None:
    if response.status_code == 200:
        response_200 = StatusAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | StatusAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    transaction_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | StatusAnswer]:
    """Retrieve the status of a transaction and, once only, the user information

     The status is always returned. The user information fields are there only when the transaction was
    successful, depend on the requested scopes, and are provided **once** per successful transaction:
    this
    request consumes them.

    No credential is sent: the transaction token is a bearer secret and must be kept like one.

    Args:
        transaction_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | StatusAnswer]
    """

    kwargs = _get_kwargs(
        transaction_token=transaction_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    transaction_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | StatusAnswer | None:
    """Retrieve the status of a transaction and, once only, the user information

     The status is always returned. The user information fields are there only when the transaction was
    successful, depend on the requested scopes, and are provided **once** per successful transaction:
    this
    request consumes them.

    No credential is sent: the transaction token is a bearer secret and must be kept like one.

    Args:
        transaction_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | StatusAnswer
    """

    return sync_detailed(
        transaction_token=transaction_token,
        client=client,
    ).parsed


async def asyncio_detailed(
    transaction_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | StatusAnswer]:
    """Retrieve the status of a transaction and, once only, the user information

     The status is always returned. The user information fields are there only when the transaction was
    successful, depend on the requested scopes, and are provided **once** per successful transaction:
    this
    request consumes them.

    No credential is sent: the transaction token is a bearer secret and must be kept like one.

    Args:
        transaction_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | StatusAnswer]
    """

    kwargs = _get_kwargs(
        transaction_token=transaction_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    transaction_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | StatusAnswer | None:
    """Retrieve the status of a transaction and, once only, the user information

     The status is always returned. The user information fields are there only when the transaction was
    successful, depend on the requested scopes, and are provided **once** per successful transaction:
    this
    request consumes them.

    No credential is sent: the transaction token is a bearer secret and must be kept like one.

    Args:
        transaction_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | StatusAnswer
    """

    return (
        await asyncio_detailed(
            transaction_token=transaction_token,
            client=client,
        )
    ).parsed
