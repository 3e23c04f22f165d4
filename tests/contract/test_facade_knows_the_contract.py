"""What the contract says and what the facade knows are the same."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given

import itsme_facade
from itsme_facade import Identity, RawAnswer, Success
from itsme_facade.answers import read_status
from itsme_facade.reading import USER_INFORMATION, read_identity
from itsme_facade.settings import ENVIRONMENTS
from tests.contract.documents import CONTRACT, SCHEMAS, documents, faults


def nodes(node: object, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the contract, with where it stands."""
    if isinstance(node, dict):
        mapping = cast("dict[str, Any]", node)
        yield path, mapping
        for key, value in mapping.items():
            yield from nodes(value, f"{path}/{key}")
    elif isinstance(node, list):
        for place, value in enumerate(cast("list[object]", node)):
            yield from nodes(value, f"{path}/{place}")


def examples() -> Iterator[pytest.ParameterSet]:
    for path, node in nodes(CONTRACT):
        for place, example in enumerate(node.get("examples", [])):
            yield pytest.param(node, example, id=f"{path}/examples/{place}")
        if "example" in node:
            yield pytest.param(node["schema"], node["example"], id=f"{path}/example")


def complete_example(name: str) -> Any:
    """A document of a schema made of the examples that the contract gives for its parts."""
    schema = SCHEMAS[name]
    if "properties" not in schema:
        return schema["examples"][0]
    document: dict[str, Any] = {}
    for key, part in schema["properties"].items():
        referred = part.get("$ref") or next((one["$ref"] for one in part.get("anyOf", ()) if "$ref" in one), "")
        document[key] = part["examples"][0] if "examples" in part else complete_example(referred.rpartition("/")[2])
    return document


def test_the_facades_words_are_the_generated_ones_and_those_the_contracts() -> None:
    for name, schema in SCHEMAS.items():
        if "enum" in schema:
            assert sorted(getattr(itsme_facade, name)) == sorted(schema["enum"])


def test_the_environments_are_the_contracts_servers() -> None:
    servers = {server["description"]: server["url"] for server in CONTRACT["servers"]}
    assert servers == {"Production": ENVIRONMENTS["production"], "CM's sandbox": ENVIRONMENTS["sandbox"]}
    assert len(ENVIRONMENTS) == len(servers)


def test_the_facade_reads_every_field_that_the_contract_has() -> None:
    assert {"status", *USER_INFORMATION} == set(SCHEMAS["StatusAnswer"]["properties"])


def test_a_complete_and_well_formed_answer_leaves_nothing_in_extra() -> None:
    document = complete_example("StatusAnswer")
    assert set(document) == set(SCHEMAS["StatusAnswer"]["properties"])
    identity = read_identity(document)
    assert identity is not None
    assert identity.extra == {}
    assert all(value is not None for value in identity.to_dict().values())
    assert identity.name is not None
    assert identity.address is not None
    assert (identity.name.given, identity.name.family, identity.name.full) == ("Lucas", "Maes", "Lucas Maes")
    assert identity.address.street == ("Rue Neuve 1",)


@given(document=documents("StatusAnswer"))
def test_every_answer_of_the_contract_is_read_and_its_unknown_fields_are_kept(document: dict[str, Any]) -> None:
    raw = RawAnswer(json.dumps(document).encode())
    result = read_status(raw, scopes=None)
    assert result.raw is raw
    assert result.status == document["status"] or isinstance(result, Success)
    if result.identity is None:
        return
    assert Identity.from_dict(result.identity.to_dict()) == result.identity
    for key in document.keys() - SCHEMAS["StatusAnswer"]["properties"].keys():
        assert result.identity.extra[key] == document[key]
    for key in ("userId", "emailAddress", "phoneNumber", "gender", "locale"):
        text = document.get(key)
        if text is not None and text.strip():
            assert key not in result.identity.extra


@pytest.mark.parametrize(("schema", "example"), list(examples()))
def test_an_example_of_the_contract_is_valid_by_the_contract(schema: dict[str, Any], example: object) -> None:
    assert faults(schema, example) == []


def test_the_validators_here_would_see_a_fault() -> None:
    request = complete_example("TransactionRequest")
    assert faults("TransactionRequest", request) == []
    for key, wrong in [
        ("token", "x" * 36),
        ("service", "buy"),
        ("scopes", ["email", "email"]),
        ("locale", "NL"),
        ("redirectUrl", "https://shop.example/a|b"),
        ("redirectUrl", "HTTPS://shop.example/"),
        ("phoneNumber", "+32 471"),
        ("unknown", 1),
    ]:
        assert faults("TransactionRequest", {**request, key: wrong}) != []


def test_whatever_is_assumed_says_why() -> None:
    assumed = {path: node for path, node in nodes(CONTRACT) if "x-assumed" in node or "x-assumed-reason" in node}
    assert "#/paths//status/{transactionToken}/get/responses/404" in assumed
    for path, node in assumed.items():
        assert node["x-assumed"] is True, path
        assert len(node["x-assumed-reason"].split()) >= 5, path
