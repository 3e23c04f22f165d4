"""With pytest-xdist, each worker has a sandbox of its own."""

import pytest

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]


def test_each_worker_has_its_own_sandbox(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    result = run_tests(
        """
        from pathlib import Path

        import pytest

        @pytest.mark.parametrize("number", range(8))
        @pytest.mark.itsme(answers="approve", faults=[{"call": "status", "delay": 0.1}])
        def test_a_login(itsme, itsme_person, itsme_sandbox, worker_id, number):
            assert itsme_sandbox.transactions == ()
            started = itsme.login("https://shop.example/back", scopes=["profile"])
            itsme_person.log_in(started.authentication_url)
            assert itsme.status(started).identity.name.family == "Maes"
            assert len(itsme_sandbox.transactions) == 1
            with Path("addresses.txt").open("a") as file:
                file.write(f"{worker_id} {itsme_sandbox.url}\\n")
        """,
        "-p",
        "xdist.plugin",
        "-n",
        "2",
    )
    result.assert_outcomes(passed=8)
    pairs = {tuple(line.split()) for line in (pytester.path / "addresses.txt").read_text("utf-8").splitlines()}
    assert {worker for worker, _ in pairs} == {"gw0", "gw1"}
    assert len(pairs) == len({address for _, address in pairs}) == 2


def test_strictness_and_the_timeline_come_through(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest

        @pytest.mark.itsme(faults=[{"delay": 1}])
        def test_unused(itsme_sandbox):
            pass

        def test_failing(itsme):
            itsme.login("https://shop.example/back")
            raise AssertionError
        """,
        "-p",
        "xdist.plugin",
        "-n",
        "2",
    )
    result.assert_outcomes(passed=1, errors=1, failed=1)
    result.stdout.fnmatch_lines_random(["*a fault did not happen: any call, delay=1*", "*login 1  created"])
