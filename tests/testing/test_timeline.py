"""The report of a test that failed says what the sandbox saw."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

FAILING = """
    from pathlib import Path

    import pytest

    @pytest.mark.itsme(faults=[{"call": "status", "drop": "within-answer"}, {"call": "create", "delay": 3, "times": 2}])
    def test_it(itsme, itsme_person, itsme_sandbox):
        itsme_sandbox.faults.clear()
        itsme_sandbox.faults.next(call="status", drop="within-answer")
        itsme_sandbox.faults.next(call="create", status=400, message="token: not today")
        pytest.raises(Exception, itsme.register, "https://shop.example/back")
        started = itsme.login("https://shop.example/back?state=secret-state", scopes=["profile", "email"], locale="fr")
        Path("secrets.txt").write_text(started.transaction_token)
        itsme_sandbox.clock.advance(minutes=1)
        itsme_person.log_in(started.authentication_url)
        result = itsme.status(started)
        itsme_sandbox.faults.next(call="create", delay=1.5)
        fail_here(itsme)

    def test_another_one(itsme, itsme_person):
        itsme_person.log_in(itsme.login("https://shop.example/back").authentication_url)

    def test_nothing_came(itsme_sandbox):
        fail_here(None)
"""
CLOCK = r"\d\d:\d\d:\d\d\.\d{3}"
EXPECTED = rf"""
{CLOCK}  -        POST /transactions: answered 400 'token: not today', as a fault has it
{CLOCK}  login 1  POST /transactions: answered 200
{CLOCK}  login 1  created
{CLOCK}  login 1  login page opened
{CLOCK}  login 1  app of lucas asked
{CLOCK}  login 1  success: approved by lucas
{CLOCK}  login 1  browser sent to redirectUrl
{CLOCK}  login 1  GET /status/{{transactionToken}}: answered 200, as a fault has it
{CLOCK}  login 1  user information handed out
{CLOCK}  login 1  GET /status/{{transactionToken}}: answered 200
login 1: success, scopes profile email, in fr, status read 2 times, user information handed out
a fault waits: call='create', delay=1.5
The sandbox's clock says \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.
"""


def section(output: str, of: str) -> str:
    """What the report of one test says about the sandbox."""
    report = output.partition(f"_ {of} _")[2]
    return re.split(r"\n[-_=]{5,}", report.partition(" itsme sandbox -")[2].partition("\n")[2])[0]


def test_a_failure_shows_calls_and_moments_in_order_by_the_sandboxes_clock_and_nothing_secret(
    run_tests: RunTests, pytester: pytest.Pytester
) -> None:
    result = run_tests(FAILING)
    result.assert_outcomes(failed=2, passed=1)
    output = result.stdout.str()
    told = section(output, "test_it").strip()
    assert re.fullmatch(EXPECTED.strip(), told)
    created, opened = (time_of(line) for line in told.splitlines()[2:4])
    assert 60 <= (opened - created).seconds < 90
    token = Path(pytester.path, "secrets.txt").read_text("utf-8")
    assert len(token) == 64
    for secret in (token, "secret-state", "5a0db0c5", "Maes", "Lucas", "mail.example", "+3247"):
        assert secret not in told
    nothing = section(output, "test_nothing_came").splitlines()
    assert nothing[0].startswith("No call reached the sandbox.")
    assert len(nothing) == 2
    assert output.count("- itsme sandbox -") == 2


def time_of(line: str) -> datetime:
    return datetime.strptime(line[:12], "%H:%M:%S.%f").replace(tzinfo=UTC)


def test_a_failure_in_a_fixture_and_an_unused_fault_show_it_too(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest

        @pytest.fixture
        def logged_in(itsme, itsme_person):
            started = itsme.login("https://shop.example/back")
            raise ValueError("the shop is closed")

        def test_set_up(logged_in):
            pass

        @pytest.mark.itsme(faults=[{"call": "status", "status": 500}])
        def test_tear_down(itsme):
            itsme.login("https://shop.example/back")
        """
    )
    result.assert_outcomes(errors=2, passed=1)
    for name in ("test_set_up", "test_tear_down"):
        assert "login 1: open, scopes none" in section(result.stdout.str().replace(f"of {name}", f"_ {name}"), name)


def test_a_long_one_is_cut(run_tests: RunTests) -> None:
    told = section(
        run_tests(
            """
            def test_it(itsme):
                for _ in range(150):
                    itsme.login("https://shop.example/back")
                raise AssertionError
            """
        ).stdout.str(),
        "test_it",
    )
    assert told.startswith("(50 earlier moments are left out)")
    assert "  login 150  created\n" in told
    assert "login 150: open" in told
