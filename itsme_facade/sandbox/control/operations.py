"""What a row of the control API's table is: one call, what it takes and what it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

import msgspec
from attrs import field, frozen

from itsme_facade.sandbox.contract import BadRequest, read_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CONTROL_PATH: Final = "/_sandbox"
Method = Literal["GET", "POST"]


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """Something that the control API answers with."""


class Body(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Something that the control API is sent."""


class NoBody(Body):
    """Nothing needs to be said."""


BodyT = TypeVar("BodyT", bound=Body)
ShapeT = TypeVar("ShapeT", bound=Shape)
Parts = Mapping[str, str]
Links = Mapping[str, tuple[str, str]]


@frozen(kw_only=True)
class Operation(Generic[BodyT, ShapeT]):
    """One call.

    Attributes:
        method: GET looks, POST does something.
        path: Below `CONTROL_PATH`, with the names of its parts in braces.
        act: Does it, given the parts of the path and the body. Its name is the operation's, and the first line of its
            docstring says what it does.
        body: What is sent with a POST.
        answer: What comes back.
        links: What can follow: an operation's name, with the part of its path and where in the answer that stands.
    """

    method: Method
    path: str
    act: Callable[[Parts, BodyT], ShapeT | Awaitable[ShapeT]]
    body: type[BodyT]
    answer: type[ShapeT]
    links: Links = field(factory=dict[str, tuple[str, str]])

    @property
    def id(self) -> str:
        """Its name in the OpenAPI document."""
        first, *rest = self.act.__name__.strip("_").split("_")
        return first + "".join(part.capitalize() for part in rest)

    @property
    def about(self) -> str:
        """What it does, in one sentence."""
        return (self.act.__doc__ or "").partition("\n")[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def read(self, body: bytes) -> BodyT:
        """Read the body that was sent; nothing at all is an empty object.

        Raises:
            BadRequest: It is not what this operation takes; the message names the field.
        """
        fields = read_object(body) if body.strip() else {}
        # 2.0 is an integer in JSON Schema, which knows numbers only.
        fields = {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in fields.items()}
        try:
            return msgspec.convert(fields, self.body)
        except msgspec.ValidationError as error:
            raise BadRequest([_readable(str(error))]) from None


AnyOperation = Operation[Any, Any]


def get(
    path: str,
    act: Callable[[Parts, NoBody], ShapeT],
    answer: type[ShapeT],
    links: Links | None = None,
) -> AnyOperation:
    """Make the row of a call that looks."""
    return Operation(method="GET", path=path, act=act, body=NoBody, answer=answer, links=links or {})


def post(
    path: str,
    act: Callable[[Parts, BodyT], ShapeT | Awaitable[ShapeT]],
    body: type[BodyT],
    answer: type[ShapeT],
    links: Links | None = None,
) -> AnyOperation:
    """Make the row of a call that does something."""
    return Operation(method="POST", path=path, act=act, body=body, answer=answer, links=links or {})


def _readable(message: str) -> str:
    """Put the field first, and leave out any value."""
    problem, _, where = message.partition(" - at `$")
    where = where.strip("`.")
    if named := re.fullmatch(r"Object missing required field `(.+)`", problem):
        return f"{_join(where, named[1])}: required"
    if named := re.fullmatch(r"Object contains unknown field `(.*)`", problem, re.DOTALL):
        return f"{_join(where, ascii(named[1])[1:-1][:40])}: unknown field"
    if problem.startswith("Invalid enum value"):
        problem = "not one of the values that this field can have"
    return f"{where or 'body'}: {problem[:1].lower()}{problem[1:]}"


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
