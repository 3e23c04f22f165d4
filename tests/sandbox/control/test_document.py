"""The control API and its own OpenAPI document say the same."""

# schemathesis says only in part what its types are.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUntypedFunctionDecorator=false

from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from itsme_facade.sandbox import Sandbox
from itsme_facade.sandbox.control import CONTROL_PATH, control_operations
from itsme_facade.sandbox.control.document import make_document
from itsme_facade.sandbox.instance import Instance
from itsme_facade.sandbox.world import Change, World
from tests.sandbox.relying_party import Json, RelyingParty

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def document_of(sandbox: Sandbox) -> Json:
    answer = httpx.get(f"{sandbox.control_url}/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return cast("Json", answer.json())


@pytest.fixture(scope="module")
def controlled() -> Iterator[Sandbox]:
    """A sandbox of its own, which strange calls may leave in a strange state."""
    with Sandbox(seed=1) as sandbox:
        yield sandbox


PEOPLE = ["lucas", "newcomer", "forgot-pin", "many-names"]


def document_to_try() -> Json:
    document = make_document(control_operations(Instance(World())))
    # Refusing every connection for a minute would be done, too.
    del document["paths"]["/connections/refuse"]
    return document


def narrowed(document: Json) -> Json:
    """The same, with parts of paths and fields that mean something: who gets far must know whom there is."""
    parts = {"person": PEOPLE, "phone": PEOPLE, "bank": ["kbc", "ing"], "card": cards()}
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in parts:
                    parameter["schema"]["enum"] = parts[parameter["name"]]
    for component in document["components"]["schemas"].values():
        taken_in = component.get("additionalProperties") is False
        for name, field in component.get("properties", {}).items() if taken_in else ():
            if name in FIELDS:
                field.clear()
                field["enum"] = FIELDS[name]
    return document


def cards() -> list[str]:
    return [card.number for person in PEOPLE for card in Sandbox().person(person).bank_cards]


FIELDS = {
    "phoneNumber": ["+32471234567", "+32470000001"],
    "emailAddress": ["somebody@mail.example"],
    "browser": ["Mozilla Firefox"],
    "person": PEOPLE,
    "to": PEOPLE,
    "pin": ["1234", "0000"],
    "cardNumber": cards(),
}
schema = schemathesis.openapi.from_dict(document_to_try())


def test_the_document_is_openapi_3_1(sandbox: Sandbox) -> None:
    document = document_of(sandbox)
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_in_the_document_and_nothing_else(sandbox: Sandbox) -> None:
    documented = {
        (method.upper(), CONTROL_PATH + path)
        for path, methods in document_of(sandbox)["paths"].items()
        for method in methods
    }
    routed = {
        (method, route.path)
        for route in sandbox.app.routes
        if isinstance(route, Route) and route.path.startswith(f"{CONTROL_PATH}/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert documented | {("GET", f"{CONTROL_PATH}/openapi.json")} == routed


def test_every_operation_says_what_it_does_and_has_a_name_of_its_own(sandbox: Sandbox) -> None:
    operations = [operation for path in document_of(sandbox)["paths"].values() for operation in path.values()]
    assert all(operation["summary"].endswith(".") for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    linked = {name for operation in operations for name in operation["responses"]["200"].get("links", {})}
    assert linked <= set(names)
    assert linked


@schema.parametrize()
@settings(max_examples=12, derandomize=True, suppress_health_check=SLOW_IS_FINE)
def test_every_answer_is_as_the_document_says(case: schemathesis.Case[Any], controlled: Sandbox) -> None:
    case.call_and_validate(base_url=controlled.control_url)


@pytest.mark.parametrize(("beginning", "kind"), [("/enrolments", "enrolment"), ("/banks/{bank}", "bank")])
def test_steps_that_follow_each_other_are_answered_as_the_document_says(
    controlled: Sandbox, beginning: str, kind: str
) -> None:
    controlled.reset()
    told: list[Change] = []
    stop_listening = controlled.world.listen(told.append)
    document = narrowed(document_to_try())
    document["paths"] = {
        path: operations
        for path, operations in document["paths"].items()
        if path.startswith((beginning, "/visits")) or path == "/clock"
    }
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=controlled.control_url)
    # What the document says follows, and no guesses: they would leave out what begins.
    schema.config.phases.stateful.inference.algorithms = []
    schema.as_state_machine().run(
        settings=settings(
            max_examples=15,
            stateful_step_count=8,
            derandomize=True,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=SLOW_IS_FINE,
        )
    )
    stop_listening()
    assert len([change for change in told if change.kind == kind]) > 3


def test_after_all_that_the_sandbox_is_in_order(controlled: Sandbox, http: httpx.Client) -> None:
    controlled.reset()
    shop = RelyingParty(controlled, http)
    transaction = shop.create(scopes=["email"], phoneNumber="+32471234567")
    controlled.person("lucas").phone.approve()
    assert shop.status(transaction)["emailAddress"] == "lucas.maes@mail.example"
