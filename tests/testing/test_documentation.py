"""What docs/testing.md shows is what happens."""

import json
import re
import shlex
import shutil
from pathlib import Path

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.programs import run
from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "testing.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(kind: str) -> str:
    (text,) = [str(text) for of, text in BLOCKS if of == kind]
    return text


def python_files() -> dict[str, str]:
    """The Python blocks, by the file that each one's first line names; those for one file go together."""
    files: dict[str, str] = {}
    for kind, text in BLOCKS:
        if kind == "py":
            told = re.match(r"# (\w+)\.py(, at the end)?\n", text)
            assert told is not None
            name = told[1]
            assert bool(told[2]) == (name in files), "who follows the page would write over what is there"
            files[name] = files.get(name, "") + text
    return files


def test_every_test_on_the_page_passes(run_tests: RunTests) -> None:
    files = python_files()
    assert set(files) == {"shop", "conftest", "test_login", "test_more", "test_eva"}
    tests = files.pop("test_login")
    every = tests + files["test_more"] + files["test_eva"]
    # Starlette's test client says that it would rather have another HTTP client.
    result = run_tests(tests, "-W", "ignore:Using `httpx`", "--strict-markers", **files)
    result.assert_outcomes(passed=every.count("\ndef test_"))


def test_a_failing_test_reports_what_the_page_shows(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest

        @pytest.mark.itsme(answers="refuse")
        def test_it(itsme, itsme_person):
            started = itsme.login("https://shop.example/itsme/back", scopes=["profile"])
            itsme_person.log_in(started.authentication_url)
            assert itsme.status(started).status == "success"
        """
    )
    result.assert_outcomes(failed=1)
    shown = block("text").splitlines()
    assert " itsme sandbox " in shown[0]
    expected = [re.sub(r"\d", "9", line) for line in shown[1:]]
    told = [re.sub(r"\d", "9", line) for line in result.stdout.lines]
    begin = told.index(expected[0])
    assert told[begin : begin + len(expected)] == expected


def test_the_toml_on_the_page_is_an_option_that_is_known(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(block("toml"))
    run_tests("def test_it(itsme_sandbox): pass", "--strict-config").assert_outcomes(passed=1)


def check_steered(sandbox: Sandbox) -> None:
    (fault,) = sandbox.faults.pending
    assert (fault.call, fault.status, fault.message) == ("status", 503, "not now")
    habit = sandbox.world.residents.phone_of("lucas").habit
    assert habit is not None
    assert (habit.behaviour, habit.after) == ("approve", 2.0)


def test_the_calls_of_the_shell_example_do_what_they_say() -> None:
    with Sandbox() as sandbox, httpx.Client(trust_env=False) as client:
        before = sandbox.clock.now()
        for line in block("sh").splitlines():
            match shlex.split(line, comments=True):
                case ["post", path, *body]:
                    headers = {"content-type": "application/json"}
                    answer = client.post(f"{sandbox.url}/_sandbox{path}", content="".join(body), headers=headers)
                    assert answer.status_code == 200, answer.text
                case ["get", path]:
                    assert client.get(f"{sandbox.url}/_sandbox{path}").status_code == 200
                case _:
                    pass
        check_steered(sandbox)
        assert 180 <= (sandbox.clock.now() - before).total_seconds() < 240


def test_the_shell_example_runs_as_it_stands() -> None:
    # Where there is no curl, or no shell, the test above is what can be said.
    if not (shutil.which("curl") and shutil.which("sh")):
        return
    with Sandbox() as sandbox:
        ended = run("sh", "-eu", "-c", block("sh"), env={"SANDBOX": sandbox.url, "no_proxy": "127.0.0.1"})
        assert (ended.returncode, ended.stderr) == (0, "")
        check_steered(sandbox)
        *_, transactions, faults = ended.stdout.splitlines()
        assert json.loads(transactions) == {"transactions": []}
        assert json.loads(faults)["faults"][0]["message"] == "not now"


# Stands in for Playwright: `request` really calls, `page` agrees to everything.
PLAYWRIGHT = """
const each = [], all = [];
export const test = (name, body) => all.push([name, body]);
test.beforeEach = (body) => each.push(body);
export function expect(value, message) {
  const hold = (holds) => { if (!holds) throw new Error(message ?? `unexpected: ${value}`); };
  return {
    toBe: (other) => hold(value === other),
    toBeTruthy: () => hold(value),
    toBeVisible: async () => hold(value),
  };
}
const request = {
  async post(address, { data }) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(data) });
    const text = await answer.text();
    return { ok: () => answer.ok, text: async () => text, json: async () => JSON.parse(text) };
  },
};
const page = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : () => page) });
export async function runAll() {
  for (const [name, body] of all) {
    for (const before of each) await before({ request });
    await body({ page, request });
    console.log(`passed: ${name}`);
  }
}
"""


def test_the_javascript_example_is_javascript_and_its_control_calls_work(tmp_path: Path) -> None:
    example = tmp_path / "login.spec.mjs"
    example.write_text(block("js"), "utf-8")
    assert run("node", "--check", example).returncode == 0
    package = tmp_path / "node_modules" / "@playwright" / "test"
    package.mkdir(parents=True)
    (package / "index.mjs").write_text(PLAYWRIGHT, "utf-8")
    (package / "package.json").write_text('{"name": "@playwright/test", "main": "index.mjs"}', "utf-8")
    (tmp_path / "run.mjs").write_text(
        'import "./login.spec.mjs";\nimport { runAll } from "@playwright/test";\nawait runAll();\n', "utf-8"
    )
    with Sandbox() as sandbox:
        ended = run("node", tmp_path / "run.mjs", cwd=tmp_path, env={"SANDBOX": sandbox.url})
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.count("passed: ") == block("js").count("\ntest(") == 2
        (fault,) = sandbox.faults.pending
        assert (fault.call, fault.delay) == ("status", 2.0)
        habit = sandbox.world.residents.phone_of("lucas").habit
        assert habit is not None
        assert (habit.behaviour, habit.after) == ("refuse", 1.0)


def test_a_wrong_javascript_example_would_be_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.spec.mjs"
    wrong.write_text(block("js").replace("=> {", "= > {", 1), "utf-8")
    assert run("node", "--check", wrong).returncode != 0


def test_the_page_names_every_fixture_and_every_argument(run_tests: RunTests) -> None:
    fixtures = set(re.findall(r"^((?:async_)?itsme\w*)(?: |$)", run_tests("", "--fixtures").stdout.str(), re.MULTILINE))
    listed = run_tests("", "--markers").stdout.str()
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert fixtures <= rows
    marker = re.search(r"@pytest\.mark\.itsme\(\*, (.*?)\):", listed)
    assert marker is not None
    arguments = set(re.findall(r"(\w+)=", marker[1]))
    assert rows == fixtures | arguments
