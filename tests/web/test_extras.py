"""What is not installed is named, and nothing of one framework is needed for another."""

import pytest

from tests.programs import python


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("starlette", "starlette", "starlette"),
        ("starlette", "jinja2", "starlette"),
        ("flask", "flask", "flask"),
        ("flask", "flask_wtf", "flask"),
    ],
)
def test_a_framework_that_is_not_installed_is_named_with_its_extra(module: str, missing: str, extra: str) -> None:
    ended = python("-c", f"import sys; sys.modules[{missing!r}] = None; import itsme_facade.web.{module}")
    assert ended.returncode == 1
    assert f"MissingExtra: This needs more packages: pip install 'itsme-facade[{extra}]'" in ended.stderr


def test_what_the_frameworks_share_needs_none_of_them() -> None:
    forbidden = ("starlette", "flask", "django", "jinja2", "markupsafe", "uvicorn")
    shared = "skin, pages, button, headers, sessions, forms, access_logs"
    ended = python(
        "-c",
        f"import sys\nfrom itsme_facade.web import {shared}\n"
        f"print([name for name in {forbidden!r} if name in sys.modules])",
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "[]"), ended.stderr
