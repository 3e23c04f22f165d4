"""The contract, read once, and strategies made from its schemas: when a schema changes, so does what they draw."""

import re
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import schemathesis
import yaml
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "openapi/itsme.yaml").read_text("utf-8")
)
SCHEMAS: dict[str, dict[str, Any]] = CONTRACT["components"]["schemas"]
OBJECTS = [name for name, schema in SCHEMAS.items() if schema["type"] == "object"]
WORDS = [name for name, schema in SCHEMAS.items() if "enum" in schema]

FORMATS = FormatChecker(["email"])
_URI = re.compile(
    r"""[A-Za-z][A-Za-z0-9+.-]*:
    (?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=:@-])*)?
    (?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*
    (?:\#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?""",
    re.VERBOSE,
)


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """RFC 3986's characters in their places; jsonschema leaves this format to a package that is not here."""
    return not isinstance(value, str) or _URI.fullmatch(value) is not None


def faults(schema: str | dict[str, Any], document: object) -> list[str]:
    """What is wrong with a document, by a schema of the contract or the one of this name; formats count."""
    where = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    validator: Any = Draft202012Validator({**where, "components": CONTRACT["components"]}, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@cache
def documents(name: str) -> st.SearchStrategy[Any]:
    """Documents that are valid by the schema of this name.

    schemathesis draws requests, so the schema becomes the body of one.
    """
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}, "required": True}
    operation = {"operationId": name, "requestBody": body, "responses": {"200": {"description": "Drawn."}}}
    schema: Any = schemathesis.openapi.from_dict({**CONTRACT, "paths": {"/drawn": {"post": operation}}})
    strategy: st.SearchStrategy[Any] = schema["/drawn"]["POST"].as_strategy()
    return strategy.map(attrgetter("body"))
