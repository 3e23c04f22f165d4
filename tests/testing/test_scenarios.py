"""The marker: who logs in, what they answer, and what goes wrong."""

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

ANSWERS = """
    import pytest

    BACK = "https://shop.example/itsme/back?state=abc"
    ENDS = {
        "approve": "success", "refuse": "cancelled", "wrong_icon": "cancelled", "ignore": "expired",
        "fail": "failure", "expire": "expired",
    }

    def log_in(itsme, person, **how):
        started = itsme.login(BACK)
        assert person.log_in(started.authentication_url, **how) == BACK
        return itsme.status(started).status

    @pytest.mark.parametrize(
        ("answer", "end"), [pytest.param(a, e, marks=pytest.mark.itsme(answers=a)) for a, e in ENDS.items()]
    )
    def test_the_marker_says_what_the_person_answers(itsme, itsme_person, answer, end):
        assert log_in(itsme, itsme_person) == end

    @pytest.mark.parametrize("who", ["lucas", "refuses", "approves"])
    @pytest.mark.parametrize(("answer", "end"), ENDS.items())
    def test_one_login_may_be_answered_otherwise(itsme, itsme_sandbox, who, answer, end):
        before = log_in(itsme, itsme_sandbox.person(who))
        assert log_in(itsme, itsme_sandbox.person(who), answers=answer) == end
        assert log_in(itsme, itsme_sandbox.person(who)) == before

    @pytest.mark.itsme(answers="approve", after=60)
    def test_a_person_takes_their_time_and_the_test_does_not(itsme, itsme_person, itsme_sandbox):
        import time

        begun, before = time.monotonic(), itsme_sandbox.clock.now()
        assert log_in(itsme, itsme_person) == "success"
        assert time.monotonic() - begun < 20
        assert 60 <= (itsme_sandbox.clock.now() - before).total_seconds() < 90

    def test_the_clock_stands_where_nobody_is_waited_for(itsme, itsme_person, itsme_sandbox):
        import time

        begun, before = time.monotonic(), itsme_sandbox.clock.now()
        assert log_in(itsme, itsme_person) == "success"
        moved = (itsme_sandbox.clock.now() - before).total_seconds() - (time.monotonic() - begun)
        assert abs(moved) < 0.1

    @pytest.mark.itsme(answers="refuse")
    def test_the_person_answers_by_themselves_too(itsme, itsme_person):
        assert itsme.status(itsme.login(BACK, phone_number=itsme_person.phone.number)).status == "cancelled"

    @pytest.mark.itsme(person="year-only")
    class TestClasses:
        def test_a_class_may_carry_it(self, itsme_person):
            assert itsme_person.id == "year-only"

        @pytest.mark.itsme(person="title", answers="ignore")
        def test_the_nearest_has_the_say(self, itsme, itsme_person):
            assert itsme_person.id == "title"
            assert log_in(itsme, itsme_person) == "expired"

        @pytest.mark.itsme(answers="refuse")
        def test_each_argument_for_itself(self, itsme, itsme_person):
            assert itsme_person.id == "year-only"
            assert log_in(itsme, itsme_person) == "cancelled"

    @pytest.mark.parametrize(("who", "end"), [
        pytest.param(who, end, marks=pytest.mark.itsme(person=who)) for who, end in [
            ("never-comes-back", "expired"), ("blocked", "failure"), ("wrong-icon", "cancelled"),
            ("magic-approves", "success"), ("magic-fails", "failure"), ("magic-expires", "expired"),
            ("magic-silent", "expired"), ("magic-link", "success"), ("magic-twice", "success"),
            ("magic-slow", "success"),
        ]
    ])
    def test_people_do_what_they_always_do(itsme, itsme_person, who, end):
        assert log_in(itsme, itsme_person) == end
"""


def test_people_answer_as_the_marker_and_the_call_say(run_tests: RunTests) -> None:
    run_tests(ANSWERS, "--strict-markers").assert_outcomes(passed=6 + 18 + 3 + 3 + 10)


def test_faults_happen_in_their_order_to_the_calls_they_are_for(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest
        from itsme_facade import Outcome, RequestRefused, ServerFailed
        from itsme_facade.sandbox import Fault

        @pytest.mark.itsme(faults=[
            {"call": "create", "status": 429, "message": "not so fast"},
            Fault(call="create", status=503),
            {"call": "status", "drop": "within-answer"},
        ])
        def test_everything_goes_wrong(itsme, itsme_person):
            with pytest.raises(RequestRefused, match="not so fast"):
                itsme.login("https://shop.example/back")
            with pytest.raises(ServerFailed):
                itsme.login("https://shop.example/back")
            started = itsme.login("https://shop.example/back", scopes=["profile"])
            itsme_person.log_in(started.authentication_url)
            assert itsme.status(started).outcome is Outcome.LOST
        """
    ).assert_outcomes(passed=1)


WRONG = {
    'person="lukas"': "person: there is no 'lukas'; did you mean 'lucas'?",
    'person="magic-aproves"': "person: there is no 'magic-aproves'; did you mean 'magic-approves'?",
    "person=7": "person: there is no 7; there are: lucas, no-given-name,",
    'answers="wrong-icon"': "answers: there is no 'wrong-icon'; did you mean 'wrong_icon'?",
    'answers="xyzzy"': "answers: there is no 'xyzzy'; there are: approve, refuse, wrong_icon, ignore, fail, expire",
    'persn="lucas"': "argument: there is no 'persn'; did you mean 'person'?",
    'faults=[{"cal": "status", "status": 500}]': "faults[0]: there is no 'cal'; did you mean 'call'?",
    'faults=[{"delay": 1}, {"drop": "before"}]': "faults[1]: drop: not one of before-answer, instead-of-answer",
    'faults=[{"delay": "1"}]': "faults[0]: delay: not seconds",
    "faults=[{}]": "faults[0]: nothing would go wrong",
    'faults={"call": "status"}': "faults: not a list",
    'faults=["status"]': "faults[0]: neither a dict",
    "after=2": "after: goes with what a person answers",
    'answers="fail", after=2': "after: goes with what a person answers",
    'answers="approve", after=-1': "after: not a number of seconds",
    '"refuse"': "@pytest.mark.itsme takes named arguments only",
}


def test_a_marker_that_cannot_be_says_what_is_meant(run_tests: RunTests) -> None:
    tests = [
        f"@pytest.mark.itsme({marker})\ndef test_{number}(itsme_sandbox):\n    raise AssertionError('never reached')\n"
        for number, marker in enumerate(WRONG)
    ]
    result = run_tests("\n".join(["import pytest", *tests]))
    result.assert_outcomes(errors=len(WRONG))
    output = result.stdout.str()
    for number, said in enumerate(WRONG.values()):
        assert said in output.partition(f"ERROR at setup of test_{number} _")[2].partition("ERROR at setup")[0]
    assert "During handling" not in output
    assert "itsme_facade/testing/" not in output


def test_a_wrong_marker_does_not_disturb_the_next_test(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest

        @pytest.mark.itsme(faults=[{"status": 500}, {"drop": "x"}])
        def test_wrong(itsme_sandbox):
            pass

        def test_right(itsme, itsme_sandbox):
            assert itsme_sandbox.faults.pending == ()
            itsme.login("https://shop.example/back")
        """
    ).assert_outcomes(errors=1, passed=1)
