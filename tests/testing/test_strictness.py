"""What the marker says and no test uses is an error, unless that is meant."""

import pytest

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

UNUSED = {
    "a fault of the marker": (
        '@pytest.mark.itsme(faults=[{"call": "status", "drop": "within-answer"}])',
        "itsme_sandbox",
        "pass",
        "a fault did not happen: call='status', drop='within-answer'",
    ),
    "a fault that happened too seldom": (
        '@pytest.mark.itsme(faults=[{"status": 500, "times": 3}])',
        "itsme",
        "pytest.raises(Exception, itsme.login, 'https://shop.example/back')",
        "a fault did not happen 2 times more: any call, status=500",
    ),
    "a fault of the test": ("", "itsme_sandbox", "itsme_sandbox.faults.next(delay=1)", "any call, delay=1"),
    "an answer": (
        '@pytest.mark.itsme(answers="refuse")',
        "itsme_person",
        "pass",
        "answers='refuse' was not used: no login asked 'lucas'",
    ),
    "a person": (
        '@pytest.mark.itsme(person="title")',
        "itsme_sandbox",
        "pass",
        "person='title' was not used: no login asked them, nor did the test",
    ),
    "the marker": ('@pytest.mark.itsme(person="title")', "tmp_path", "pass", "@pytest.mark.itsme did nothing"),
}


def source(marker: str, fixture: str, body: str, more: str = "", name: str = "it") -> str:
    return f"import pytest\n\n{marker}\n{more}\ndef test_{name}({fixture}):\n    {body}\n"


def all_of_them(more: str = "") -> str:
    return "\n".join(source(*UNUSED[what][:3], more, str(number)) for number, what in enumerate(UNUSED))


def test_what_is_not_used_is_an_error_after_a_test_that_passed(run_tests: RunTests) -> None:
    result = run_tests(all_of_them())
    result.assert_outcomes(passed=len(UNUSED), errors=len(UNUSED))
    output = result.stdout.str()
    for number, (_, _, _, said) in enumerate(UNUSED.values()):
        told = output.partition(f"ERROR at teardown of test_{number} _")[2].partition("ERROR at teardown")[0]
        assert said in told
        assert "@pytest.mark.itsme(strict=False)" in told
    assert "itsme_facade/testing/" not in output


def test_a_test_can_say_that_it_is_meant(run_tests: RunTests) -> None:
    run_tests(all_of_them("@pytest.mark.itsme(strict=False)")).assert_outcomes(passed=len(UNUSED))


def test_a_project_can_switch_it_off_and_a_test_on_again(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nitsme_strict = false")
    marker, fixture, body, _ = UNUSED["a fault of the marker"]
    on = source(marker.replace("(", "(strict=True, ", 1), fixture, body, name="strictly")
    run_tests(source(marker, fixture, body) + on).assert_outcomes(passed=2, errors=1)


@pytest.mark.parametrize(
    ("strict", "errors"), [("faults", 1), ("person fixture", 1), ("faults person fixture", 2), ("True", 2), ("off", 0)]
)
def test_each_check_can_be_had_alone(run_tests: RunTests, strict: str, errors: int) -> None:
    tests = source('@pytest.mark.itsme(faults=[{"delay": 1}])', "itsme_sandbox", "pass")
    tests += source("@pytest.mark.itsme", "tmp_path", "pass", name="other")
    run_tests(tests, "-o", f"itsme_strict={strict}").assert_outcomes(passed=2, errors=errors)


def test_a_check_that_does_not_exist_is_named(run_tests: RunTests) -> None:
    marker, fixture, body, _ = UNUSED["a fault of the marker"]
    result = run_tests(source(marker, fixture, body, '@pytest.mark.itsme(strict=["fault"])'))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*strict: 'fault' is not true, false or one of faults, person, fixture*"])


def test_what_was_used_or_cannot_be_told_is_no_error(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest

        @pytest.mark.itsme(faults=[{"probability": 0.0, "status": 500}])
        def test_chances_need_not_come_true(itsme_sandbox):
            pass

        @pytest.mark.itsme(person="title")
        def test_a_person_to_look_at(itsme_person):
            assert itsme_person.id == "title"

        @pytest.mark.itsme(answers="approve")
        def test_asked_so_long_ago_that_the_sandbox_forgot(itsme, itsme_person, itsme_sandbox):
            itsme.login("https://shop.example/back", phone_number=itsme_person.phone.number)
            itsme_sandbox.clock.advance(hours=2)

        @pytest.mark.itsme(answers="approve", faults=[{"delay": 1}])
        def test_a_reset_takes_the_marker_back(itsme_sandbox):
            itsme_sandbox.reset()

        @pytest.mark.itsme(faults=[{"delay": 1}])
        def test_a_failure_is_enough(itsme_sandbox):
            raise AssertionError

        @pytest.mark.itsme(faults=[{"delay": 1}])
        def test_left_out(itsme_sandbox):
            pytest.skip("not today")

        @pytest.mark.skip
        @pytest.mark.itsme(person="nobody")
        def test_not_even_begun(itsme_sandbox):
            pass
        """
    ).assert_outcomes(passed=4, failed=1, skipped=2)
