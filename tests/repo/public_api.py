"""Writes down the public API as it is in the source, without importing it: `make api`."""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("public_api.txt")
CHANGELOG = ROOT / "CHANGELOG.md"
ROOMS = (
    "itsme_facade",
    "itsme_facade.flow",
    "itsme_facade.store",
    "itsme_facade.web.starlette",
    "itsme_facade.web.flask",
    "itsme_facade.web.django",
    "itsme_facade.sandbox",
    "itsme_facade.testing",
)
HEAD = "# The public API, written by `make api`. The changelog's digest when it was:"


def public_api(root: Path = ROOT) -> list[str]:
    """A line for every public name, attribute and signature, in order."""
    loader = griffe.GriffeLoader(search_paths=[root, root / "generated"])
    loader.load("cm_itsme_client", try_relative_path=False)
    package = loader.load("itsme_facade", try_relative_path=False)
    loader.resolve_aliases(external=False)
    lines: list[str] = []
    for room in ROOMS:
        module = package if room == package.path else package[room.removeprefix(f"{package.path}.")]
        assert module.exports, f"{room} has no __all__"
        for name in sorted(str(each) for each in module.exports):
            lines += _lines(f"{room}.{name}", module.members[name])
    return lines


def changelog_digest(root: Path = ROOT) -> str:
    """What tells one changelog from another."""
    return sha256((root / CHANGELOG.name).read_bytes()).hexdigest()[:16]


def recorded(root: Path = ROOT) -> tuple[str, list[str]]:
    """The changelog's digest when the record was made, and the API as it was then."""
    head, *lines = (root / RECORD.relative_to(ROOT)).read_text("utf-8").splitlines()
    return head.removeprefix(HEAD).strip(), lines


def record(root: Path = ROOT) -> str | None:
    """Writes the record anew; says why not when the changelog says nothing of the change."""
    path = root / RECORD.relative_to(ROOT)
    lines, digest = public_api(root), changelog_digest(root)
    if path.exists():
        before, old = recorded(root)
        if old != lines and before == digest:
            changed = sorted(set(old) ^ set(lines))
            return "Say in CHANGELOG.md what changes in the public API, then again:\n  " + "\n  ".join(changed[:20])
    path.write_text("\n".join([f"{HEAD} {digest}", *lines]) + "\n", "utf-8")
    return None


def _lines(path: str, found: griffe.Object | griffe.Alias) -> Iterator[str]:
    if isinstance(found, griffe.Alias):
        if not found.target_path.startswith(("itsme_facade.", "cm_itsme_client.")):
            yield f"{path} = {found.target_path}"
            return
        found = found.final_target
    if isinstance(found, griffe.Class):
        yield f"class {path}({', '.join(str(base) for base in found.bases)})"
        for name, member in sorted(found.all_members.items()):
            if not name.startswith("_") or name == "__init__":
                yield from _lines(f"{path}.{name}", member)
    elif isinstance(found, griffe.Function):
        yield f"def {path}{_signature(found)}"
    else:
        annotation = found.annotation if isinstance(found, griffe.Attribute) else None
        yield f"{path}: {annotation}" if annotation is not None else path


def _signature(function: griffe.Function) -> str:
    parameters: list[str] = []
    starred = False
    for parameter in function.parameters:
        kind = parameter.kind
        if kind is griffe.ParameterKind.keyword_only and not starred:
            parameters.append("*")
        starred = starred or kind in (griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional)
        stars = ""
        if kind in (griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword):
            stars = "*" if kind is griffe.ParameterKind.var_positional else "**"
        annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
        default = f" = {parameter.default}" if parameter.default is not None and not stars else ""
        parameters.append(f"{stars}{parameter.name}{annotation}{default}")
    return f"({', '.join(parameters)}) -> {function.returns}"


if __name__ == "__main__":
    sys.exit(record())
