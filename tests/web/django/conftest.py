"""Django, ready, with an empty database for each test."""

from collections.abc import Iterator

import pytest

from tests.web.django import project

project.set_up()


@pytest.fixture(autouse=True)
def empty_database() -> Iterator[None]:
    yield
    project.empty()
