"""The fixtures of the pytest plugin, as somebody's own tests use them."""

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

WHOLE_LOGINS = """
    from itsme_facade import Success
    from itsme_facade.testing import PersonInTests, SandboxInTests

    BACK = "https://shop.example/itsme/back?state=abc"

    def test_a_person_logs_in(itsme, itsme_sandbox: SandboxInTests, itsme_person: PersonInTests):
        assert (itsme_person.id, itsme_person.details.name) == ("lucas", "Lucas Maes")
        assert itsme_person.account.state == "active"
        started = itsme.login(BACK, scopes=["profile"])
        assert itsme.status(started).status == "open"
        assert itsme_person.log_in(started.authentication_url) == BACK
        result = itsme.status(started)
        assert isinstance(result, Success)
        assert result.identity.name.full == "Lucas Maes"
        assert result.identity.user_id == itsme_person.user_id()
        assert [seen.what for seen in itsme_sandbox.transactions[0].timeline] == [
            "created", "login page opened", "app of lucas asked", "success: approved by lucas",
            "browser sent to redirectUrl", "user information handed out",
        ]

    def test_everybody_in_the_sandbox_can_log_in(itsme, itsme_sandbox):
        assert itsme_sandbox.transactions == ()
        for person in itsme_sandbox.people:
            if person.account.state == "active":
                started = itsme.login(BACK, phone_number=person.phone.number)
                assert person.log_in(started.authentication_url) == BACK
                assert itsme.status(started).status != "open"

    def test_the_next_test_finds_nobody_changed(itsme, itsme_sandbox, itsme_person):
        assert itsme_sandbox.transactions == itsme_sandbox.faults.pending == itsme_sandbox.calls == ()
        itsme_person.always("refuse")
        itsme_person.account.block()
        itsme_sandbox.clock.advance(hours=5)
        itsme_sandbox.faults.refuse_connections()

    def test_nor_is_the_one_after_that_disturbed(itsme, itsme_sandbox, itsme_person):
        assert itsme_person.account.state == "active"
        started = itsme.login(BACK)
        itsme_person.log_in(started.authentication_url)
        assert itsme.status(started).status == "success"

    def test_two_logins_at_once_are_two(itsme, itsme_person, itsme_sandbox):
        one, two = (itsme.login(f"{BACK}{n}") for n in (1, 2))
        assert itsme_person.log_in(two.authentication_url) == f"{BACK}2"
        assert [itsme.status(started).status for started in (one, two)] == ["open", "success"]
        assert itsme_sandbox.person("refuses").log_in(one.authentication_url) == f"{BACK}1"
        assert itsme.status(one).status == "cancelled"

    def test_one_person_is_at_many_logins_at_once(itsme, itsme_person):
        from concurrent.futures import ThreadPoolExecutor

        def log_in(number):
            started = itsme.login(f"{BACK}{number}", scopes=["profile"])
            return itsme_person.log_in(started.authentication_url), itsme.status(started).identity.name.full

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(log_in, range(12))) == [(f"{BACK}{number}", "Lucas Maes") for number in range(12)]

    def test_the_same_browser_may_open_the_page_again(itsme, itsme_person):
        started = itsme.login(BACK)
        assert [itsme_person.log_in(started.authentication_url) for _ in range(2)] == [BACK, BACK]
"""


def test_a_whole_login_and_a_fresh_sandbox_for_each_test(run_tests: RunTests) -> None:
    run_tests(WHOLE_LOGINS).assert_outcomes(passed=7)


def test_the_sandbox_starts_once_and_its_address_is_known_to_longer_fixtures(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest

        @pytest.fixture(scope="session")
        def address(itsme_sandbox_server):
            return itsme_sandbox_server.api_url

        @pytest.mark.parametrize("number", range(3))
        def test_it_is_the_same(address, itsme_sandbox, number):
            assert itsme_sandbox.api_url == address
            assert not address.endswith(":8484/itsme/v1")
        """
    ).assert_outcomes(passed=3)


def test_a_project_can_have_people_and_assumptions_of_its_own(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest

        @pytest.mark.itsme(person="eva")
        def test_eva(itsme, itsme_person):
            started = itsme.register("https://shop.example/back", scopes=["profile"], locale="fr")
            itsme_person.log_in(started.authentication_url)
            assert itsme.status(started).identity.name.given == "Eva"
        """,
        conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def itsme_sandbox_options():
            from itsme_facade.sandbox import Person, default_people

            eva = Person(id="eva", phone_number="+352621123456", given_name="Eva")
            return {"people": default_people() | {"eva": eva}}
        """,
    ).assert_outcomes(passed=1)


ASYNC = """
    import pytest

    from itsme_facade import AsyncItsme

    async def one_login(itsme, person):
        assert isinstance(itsme, AsyncItsme)
        started = await itsme.login("https://shop.example/back", scopes=["profile"])
        person.log_in(started.authentication_url)
        return await itsme.wait(started)
"""


def test_the_asynchronous_client_works_on_asyncio_and_trio(run_tests: RunTests) -> None:
    run_tests(
        ASYNC
        + """
    @pytest.mark.anyio
    async def test_a_login(async_itsme, itsme_person, anyio_backend_name):
        assert (await one_login(async_itsme, itsme_person)).identity.name.full == "Lucas Maes"

    @pytest.mark.anyio
    async def test_many_at_once(async_itsme, itsme_sandbox):
        import anyio

        names = []

        async def log_in(person):
            names.append((await one_login(async_itsme, person)).status)

        async with anyio.create_task_group() as tasks:
            for who in ("lucas", "refuses", "year-only", "title"):
                tasks.start_soon(log_in, itsme_sandbox.person(who))
        assert sorted(names) == ["cancelled", "success", "success", "success"]

    @pytest.mark.anyio
    @pytest.mark.itsme(faults=[{"call": "status", "drop": "within-answer"}])
    async def test_a_broken_connection(async_itsme, itsme_person):
        assert (await one_login(async_itsme, itsme_person)).outcome == "lost"
        """,
        "-p",
        "anyio.pytest_plugin",
    ).assert_outcomes(passed=6)


def test_the_asynchronous_client_needs_no_plugin_for_event_loops(run_tests: RunTests) -> None:
    run_tests(
        ASYNC
        + """
    def test_a_loop_of_ones_own(async_itsme, itsme_person):
        import asyncio, gc

        for _ in range(2):
            assert asyncio.run(one_login(async_itsme, itsme_person)).status == "success"
        gc.collect()
        """
    ).assert_outcomes(passed=1)


def test_clients_and_browsers_are_closed_after_the_test(run_tests: RunTests) -> None:
    run_tests(
        """
        import gc, threading

        browsers = []

        def test_a_login(itsme, itsme_person, itsme_sandbox):
            itsme_person.log_in(itsme.login("https://shop.example/back").authentication_url)
            browsers.append(itsme_sandbox.browser_of("lucas"))
            assert not browsers[0].client.is_closed

        def test_nothing_of_it_is_left():
            gc.collect()
            assert browsers[0].client.is_closed
            assert [thread.name for thread in threading.enumerate()] == ["MainThread", "itsme-sandbox"]
        """
    ).assert_outcomes(passed=2)


STOPS = {
    "another_api": (
        'itsme_person.log_in("https://api.cmdisp.com/login/secret-of-somebody")',
        "an address at api.cmdisp.com is no login page of this sandbox",
    ),
    "nonsense": ('itsme_person.log_in("http://[secret-of-somebody")', "give what your application redirected to"),
    "no_login_page": ('itsme_person.log_in("/welcome")', "has to be itsme_sandbox.api_url"),
    "no_address": ("itsme_person.log_in(None)", "the Location header of the answer that began the login"),
    "unknown": (
        "itsme_person.log_in(f'{itsme_sandbox.url}/login/none')",
        "Go back to the site you came from and start again",
    ),
    "no_account": ('itsme_sandbox.person("newcomer").log_in(url)', "Make one with your eID or at your bank"),
    "another_browser": (
        'itsme_person.log_in(url); itsme_sandbox.person("title").log_in(url)',
        "It belongs to the browser that opened",
    ),
}


def test_a_login_that_cannot_go_on_says_why_at_the_line_that_asked(run_tests: RunTests) -> None:
    result = run_tests(
        "".join(
            f"def test_{name}(itsme, itsme_person, itsme_sandbox):\n"
            f'    url = itsme.login("https://shop.example/back").authentication_url\n    {call}\n\n'
            for name, (call, _) in STOPS.items()
        )
    )
    result.assert_outcomes(failed=len(STOPS))
    output = result.stdout.str()
    for number, (name, (_, said)) in enumerate(STOPS.items()):
        told = output.partition(f"_ test_{name} _")[2].partition("\n____")[0]
        assert said in told
        assert f"test_login.py:{4 * number + 3}: " in told
        assert not [line for line in told.splitlines() if line.startswith("E ") and "secret-of-somebody" in line]
    assert "itsme_facade/testing/" not in output
