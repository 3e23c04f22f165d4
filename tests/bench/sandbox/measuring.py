"""One run over the local sandbox: everything that is measured, in which amounts."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.environment import node, versions
from tests.bench.sandbox.in_process import SUBJECTS, InProcess, in_process
from tests.bench.sandbox.memory import Memory, memory
from tests.bench.sandbox.mocks import MOCKS, node_versions
from tests.bench.sandbox.serving import Rounds, ServingLoad, UnderLoad, serve, start_and_stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class SandboxPlan:
    """Which servers are measured, and how long. The first load has one connection, the second 32."""

    servers: Sequence[str]
    subjects: Sequence[str]
    loads: tuple[ServingLoad, ServingLoad]
    start_rounds: int
    in_process_rounds: int
    batch: int
    batches: int


_FEW, _FEW_SUBJECTS = ("starlette", "sandbox"), ("uvicorn", "sandbox")

FULL = SandboxPlan(
    servers=list(MOCKS),
    subjects=list(SUBJECTS),
    loads=(ServingLoad(31, 1, 1000, 0.1), ServingLoad(31, 32, 2000, 0.1)),
    start_rounds=7,
    in_process_rounds=7,
    batch=5000,
    batches=4,
)
QUICK = SandboxPlan(_FEW, _FEW_SUBJECTS, (ServingLoad(31, 1, 1000, 0.1), ServingLoad(31, 32, 2000, 0.1)), 3, 3, 3000, 3)
SMALLEST = SandboxPlan(_FEW, _FEW_SUBJECTS, (ServingLoad(1, 1, 10, 5), ServingLoad(1, 32, 40, 5)), 1, 1, 200, 2)


@dataclass(frozen=True)
class SandboxFindings:
    """Everything that one run found: the loads by number of connections, seconds, MiB, milliseconds."""

    versions: dict[str, str]
    under_load: dict[int, UnderLoad]
    first_answer: Rounds
    memory_at_start: Rounds
    in_process: dict[str, list[InProcess]]
    memory: Memory


def measure_sandbox(plan: SandboxPlan, python: Path) -> SandboxFindings:
    """Carries a plan out with that Python, some seconds to two minutes long."""
    _say("servers under load")
    served = serve(python, plan.servers, plan.loads)
    _say("servers from command to first answer")
    first_answer, memory_at_start = start_and_stop(python, plan.servers, plan.start_rounds)
    _say("servers in a test's own process")
    within = in_process(python, plan.subjects, plan.in_process_rounds)
    _say("the memory of finished transactions")
    return SandboxFindings(
        versions={**versions(python), **_of_node(plan)},
        under_load={load.connections: found for load, found in zip(plan.loads, served, strict=True)},
        first_answer=first_answer,
        memory_at_start=memory_at_start,
        in_process=within,
        memory=memory(python, plan.batch, plan.batches),
    )


def _of_node(plan: SandboxPlan) -> dict[str, str]:
    if "prism" not in plan.servers:
        return {}
    found = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return {"Node": found.stdout.strip().removeprefix("v"), **node_versions()}


def _say(what: str) -> None:
    print(f"Measuring {what}", flush=True)
