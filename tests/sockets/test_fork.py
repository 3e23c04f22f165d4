"""After a fork, parent and child both go on, over connections of their own."""

import json

import pytest

from tests.programs import python
from tests.sockets.behaviours import hang
from tests.sockets.fault_server import Asked, FaultServer, Line
from tests.sockets.people import somebody_of_their_own


def hang_for_one(line: Line, asked: Asked) -> None:
    (hang if asked.path.endswith("hangs") else somebody_of_their_own)(line, asked)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_parent_and_child_go_on_over_connections_of_their_own(server: FaultServer, kind: str) -> None:
    server.otherwise = hang_for_one
    ended = python("-m", "tests.sockets.forked", kind, server.url)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [True] * 4
    connection = {asked.path.rpartition("/")[2]: asked.connection for asked in server.requests}
    assert connection.keys() - {"hangs"} == {"before", "child-one", "child-two", "parent-one", "parent-two"}
    parents = {connection[name] for name in ("before", "parent-one", "parent-two")}
    childs = {connection[name] for name in ("child-one", "child-two")}
    assert not parents & childs
    if kind == "sync":  # asyncio.run closes its connections each time
        assert (len(parents), len(childs)) == (1, 1)
