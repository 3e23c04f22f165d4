"""The contract is OpenAPI 3.1, and clean under a linter's recommended rules."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.programs import run

pytestmark = pytest.mark.repository


def redocly(repository: Path, contract: Path) -> CompletedProcess[str]:
    linter = repository / ".ci/node/node_modules/.bin/redocly"
    assert linter.exists(), "The linter is not installed: run the tests with `make test`."
    config = repository / ".ci/redocly.yaml"
    offline = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    return run(linter, "lint", "--config", config, "--format", "github-actions", contract, env=offline)


def test_the_contract_is_valid_openapi_3_1(repository: Path) -> None:
    contract = yaml.safe_load((repository / "openapi/itsme.yaml").read_text("utf-8"))
    assert contract["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(contract).iter_errors()] == []


def test_the_linter_has_no_error_and_no_warning_for_the_contract(repository: Path) -> None:
    ended = redocly(repository, repository / "openapi/itsme.yaml")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Your API description is valid" in ended.stderr


def test_the_linter_would_have_seen_a_fault(repository: Path, tmp_path: Path) -> None:
    text = (repository / "openapi/itsme.yaml").read_text("utf-8")
    worse = tmp_path / "worse.yaml"
    worse.write_text(text.replace("operationId: getStatus\n      tags", "operationId: createTransaction\n      tags"))
    ended = redocly(repository, worse)
    assert ended.returncode == 1
    assert "operation-operationId-unique" in ended.stdout
