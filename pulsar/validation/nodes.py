"""Strict colander types: values of other types are refused, never converted."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import colander

from ..errors import ApiError
from .choices import one_of

MAX_INTEGER = 2**63 - 1
#: The number of an object's unknown keys that a response names; further ones are only counted.
MAX_UNKNOWN = 5
#: The maximum length of a key in a response, in characters.
MAX_NAME = 64
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.ASCII | re.IGNORECASE,
)


class Type(colander.SchemaType):
    """A type of JSON values. ``convert`` reads a value from the text of a query or a form."""

    expected = ""

    def accepts(self, value: Any) -> bool:
        """Return whether the JSON value has this type."""
        raise NotImplementedError(type(self).__name__)

    def convert(self, text: str) -> Any:
        """Return the value of a text, or the text itself if it is not valid."""
        return text

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return colander.null
        if not self.accepts(cstruct):
            raise colander.Invalid(node, f"expected {self.expected}")
        return cstruct


class IntegerType(Type):
    """An integer; ``true`` is not one."""

    expected = "int"

    def accepts(self, value: Any) -> bool:
        """Return whether the value is a JSON integer."""
        return isinstance(value, int) and not isinstance(value, bool)

    def convert(self, text: str) -> Any:
        """Read decimal digits; Python reads at most 4300 of them."""
        return int(text) if re.fullmatch(r"-?[0-9]{1,4000}", text, re.ASCII) else text

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Validate the value.

        JSON parsers read integers of more than 64 bits as floats; these are reported as out of
        range.
        """
        if isinstance(cstruct, float) and abs(cstruct) > MAX_INTEGER and cstruct.is_integer():
            return int(cstruct)
        return super().deserialize(node, cstruct)


class StringType(Type):
    """Text without NUL, which PostgreSQL cannot store, and without lone surrogates."""

    expected = "str"

    def accepts(self, value: Any) -> bool:
        """Return whether the value is a JSON string."""
        return isinstance(value, str)

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Validate the type and the characters."""
        value = super().deserialize(node, cstruct)
        if value is colander.null:
            return value
        if "\0" in value:
            raise colander.Invalid(node, "value must not contain NUL characters")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise colander.Invalid(node, "value is not valid Unicode") from error
        return value


class BooleanType(Type):
    """``true`` or ``false``, as a JSON boolean or as text."""

    expected = "bool"
    _words: ClassVar[dict[str, bool]] = {"1": True, "true": True, "0": False, "false": False}

    def accepts(self, value: Any) -> bool:
        """Return whether the value is a JSON boolean."""
        return isinstance(value, bool)

    def convert(self, text: str) -> Any:
        """Read 1, 0, true and false, regardless of case."""
        return self._words.get(text.lower(), text) if len(text) < 6 else text

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if isinstance(cstruct, str):
            cstruct = self.convert(cstruct)
        if cstruct is not colander.null and not self.accepts(cstruct):
            raise colander.Invalid(
                node, 'boolean must be "1", "true", "0", or "false" (case insensitive)'
            )
        return cstruct


class UploadType(Type):
    """A file of a multipart form. The value is its bytes."""

    expected = "a file"

    def accepts(self, value: Any) -> bool:
        """Return whether the value is the content of a file."""
        return isinstance(value, bytes)


class Key:
    """Stands for a node in errors about a name that comes from the input."""

    __slots__ = ("name",)
    typ = None

    def __init__(self, name: str) -> None:
        self.name = name[:MAX_NAME]


class UnknownKey(colander.Invalid):
    """An unknown key; ``more`` is the number of further ones without an error of their own."""

    def __init__(self, name: str, more: int = 0) -> None:
        super().__init__(Key(name), "extra keys not allowed")
        self.more = more


class MappingType(colander.Mapping):
    """Values by name. Unknown names are reported together with all other errors."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Validate the names and their values."""
        if cstruct is colander.null:
            return colander.null
        if not isinstance(cstruct, dict):
            raise colander.Invalid(node, "expected a dictionary")
        names = {child.name for child in node.children}
        errors = colander.Invalid(node)
        unknown = [name for name in cstruct if name not in names]
        if unknown:
            errors.children.extend(map(UnknownKey, unknown[:MAX_UNKNOWN]))
            errors.children[-1].more = max(0, len(unknown) - MAX_UNKNOWN)
            cstruct = {name: cstruct[name] for name in names if name in cstruct}
        try:
            values = super().deserialize(node, cstruct)
        except colander.Invalid as error:
            errors.children.extend(error.children)
        if errors.children:
            raise errors
        return values


class ListType(colander.Sequence):
    """A list. Its length is validated before its elements."""

    def __init__(self, minimum: int, maximum: int) -> None:
        super().__init__()
        self.minimum = minimum
        self.maximum = maximum

    def deserialize(self, node: colander.SchemaNode, cstruct: Any, **kwargs: Any) -> Any:
        """Validate the length, then the elements."""
        if cstruct is not colander.null:
            if not isinstance(cstruct, list):
                raise colander.Invalid(node, "expected a list")
            if len(cstruct) > self.maximum:
                raise colander.Invalid(node, f"length of value must be at most {self.maximum}")
            if len(cstruct) < self.minimum:
                raise colander.Invalid(node, f"length of value must be at least {self.minimum}")
        return super().deserialize(node, cstruct, **kwargs)


class InTurn(colander.All):
    """Validators that are called in turn until one refuses the value.

    The length comes first, so that other validators never process texts that are too long.
    """

    def __call__(self, node: colander.SchemaNode, value: Any) -> None:
        for validator in self.validators:
            validator(node, value)


class Schema(colander.Schema):
    """An endpoint's input. Unknown keys are errors, and nodes are required by default."""

    schema_type = MappingType
    #: Whether the body is a form with files instead of JSON.
    multipart = False
    #: A valid body, for the API's description.
    example: ClassVar[dict[str, Any]] = {}
    #: The errors that views may raise because of this input, in addition to their own.
    errors: ClassVar[tuple[type[ApiError], ...]] = ()


class Nothing(Schema):
    """An endpoint without input."""


def field(
    typ: Any, *validators: Any, required: bool = False, default: Any = colander.drop, **kwargs: Any
) -> colander.SchemaNode:
    """Return a node. Missing values are left out of ``request.validated`` unless defaulted."""
    if len(validators) == 1:
        kwargs["validator"] = validators[0]
    elif validators:
        kwargs["validator"] = InTurn(*validators)
    if not required:
        kwargs["missing"] = default
    return colander.SchemaNode(typ, missing_msg="required key not provided", **kwargs)


def Integer(  # noqa: N802  # reads as a type where schemas are declared
    minimum: int = 0, maximum: int = MAX_INTEGER, **kwargs: Any
) -> colander.SchemaNode:
    """Return a node for an integer within a range."""
    limits = colander.Range(
        minimum,
        maximum,
        min_err="value must be at least ${min}",
        max_err="value must be at most ${max}",
    )
    return field(IntegerType(), limits, **kwargs)


def String(  # noqa: N802
    minimum: int = 0, maximum: int = 255, *validators: Any, **kwargs: Any
) -> colander.SchemaNode:
    """Return a node for text, with limits of its length in characters."""
    length = colander.Length(
        minimum,
        maximum,
        min_err="length of value must be at least ${min}",
        max_err="length of value must be at most ${max}",
    )
    return field(StringType(), length, *validators, **kwargs)


def Boolean(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    return field(BooleanType(), **kwargs)


def Choice(*values: str, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Return a node for one of the words."""
    return field(StringType(), one_of(values), **kwargs)


def Email(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Return a node for a mail address of at most 255 characters."""

    def check(node: colander.SchemaNode, value: str) -> None:
        if len(value) > 255 or not _EMAIL.fullmatch(value):
            raise colander.Invalid(node, "expected an Email")

    return field(StringType(), check, **kwargs)


def ListOf(  # noqa: N802
    item: colander.SchemaNode,
    maximum: int = 100,
    *validators: Any,
    minimum: int = 0,
    **kwargs: Any,
) -> colander.SchemaNode:
    """Return a node for a list whose elements are validated by ``item``."""
    node = field(ListType(minimum, maximum), *validators, **kwargs)
    item.name = "item"
    node.add(item)
    return node


def Upload(setting: str, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Return a node for a file; the setting of this name has its maximum size in bytes."""
    kwargs["required"] = True
    node = field(UploadType(), **kwargs)
    node.setting = setting
    return node


class Paging(Schema):
    """The query of a list: ``page`` from 1 and ``limit`` up to 100."""

    page = Integer(1, 10_000_000, default=1)
    limit = Integer(1, 100, default=50)


class TextPaging(Paging):
    """The query of a list of texts. Pages may have fewer than ``limit``; ``after`` goes on."""

    after = Integer(description="The `after` of the part before, instead of a page.")
