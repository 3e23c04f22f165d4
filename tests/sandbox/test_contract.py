"""The sandbox against the contract, by schemathesis: every check it has, good and bad data, and the links."""

# schemathesis says only in part what its types are.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUntypedFunctionDecorator=false

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings

from itsme_facade.sandbox import Sandbox

CONTRACT = Path(__file__).parents[2] / "openapi" / "itsme.yaml"

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

schema = schemathesis.openapi.from_path(CONTRACT)


@schema.parametrize()
@settings(max_examples=60, derandomize=True, suppress_health_check=SLOW_IS_FINE)
def test_every_answer_is_as_the_contract_says(case: schemathesis.Case[Any], running_sandbox: Sandbox) -> None:
    case.call_and_validate(base_url=running_sandbox.api_url)


def test_create_and_status_fit_together_along_the_contracts_links(sandbox: Sandbox) -> None:
    schema.config.update(base_url=sandbox.api_url)
    schema.as_state_machine().run(
        settings=settings(
            max_examples=25,
            stateful_step_count=6,
            derandomize=True,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=SLOW_IS_FINE,
        )
    )
    read = [transaction for transaction in sandbox.transactions if transaction.reads]
    assert read, "no transaction was created and then asked about"


def test_what_is_handed_out_is_as_the_contract_says(sandbox: Sandbox) -> None:
    create, status = schema["/transactions"]["POST"], schema["/status/{transactionToken}"]["GET"]
    for person in sandbox.people:
        if person.account.state == "none":
            continue
        person.always(None)
        body: dict[str, Any] = {
            "token": sandbox.token,
            "service": "register",
            "scopes": ["profile", "email", "phone", "address"],
            "redirectUrl": "https://shop.example/back",
            "phoneNumber": person.phone.number,
        }
        case = create.Case(body=body, media_type="application/json")
        transaction = case.call_and_validate(base_url=sandbox.api_url).json()
        person.phone.approve(transaction["authenticationUrl"])
        case = status.Case(path_parameters={"transactionToken": transaction["transactionToken"]})
        answer = case.call_and_validate(base_url=sandbox.api_url).json()
        assert answer["status"] == ("failure" if person.id == "blocked" else "success")
