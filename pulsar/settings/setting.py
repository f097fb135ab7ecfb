"""Options of the ini file, declared as attributes of a class and read with their types."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pyramid.exceptions import ConfigurationError

from ..registry import Registry

Value = TypeVar("Value")


@dataclass(eq=False)
class Setting(Generic[Value]):
    """One option: the text of its default, its parser, and its explanation."""

    default: str
    parse: Callable[[str], Value]
    doc: str
    #: Its name in the ini file, like ``pulsar.site_name``, set by the class that declares it.
    key: str = field(init=False, default="")

    def of(self, registry: Registry) -> Value:
        """The value in this application."""
        return self.read(registry.settings)

    def read(self, settings: Mapping[str, Any]) -> Value:
        """The value from settings that were parsed with :meth:`Settings.parse`."""
        value: Value = settings[self.key]
        return value


class Settings:
    """The options of the core or of a plugin: ``class WikiSettings(Settings, prefix="wiki")``."""

    prefix: ClassVar[str] = ""
    #: The settings by name, in their order.
    declared: ClassVar[dict[str, Setting[Any]]] = {}

    def __init_subclass__(cls, prefix: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.prefix = prefix
        cls.declared = {
            name: value for name, value in vars(cls).items() if isinstance(value, Setting)
        }
        for name, setting in cls.declared.items():
            setting.key = f"{prefix}.{name}"

    @classmethod
    def parse(cls, settings: dict[str, Any]) -> None:
        """Replace the text of every declared option, or of its default, with its value.

        Raises ConfigurationError for a value that does not parse and for an unknown option with the
        prefix, so that a misspelt option is not silently ignored.
        """
        require_known(settings, cls.prefix, cls.declared)
        for setting in cls.declared.values():
            value = settings.get(setting.key, setting.default)
            if isinstance(value, str):
                try:
                    value = setting.parse(value)
                except ValueError as error:
                    message = f"Setting {setting.key}: {value!r} {error}."
                    raise ConfigurationError(message) from error
            settings[setting.key] = value


def require_known(settings: Mapping[str, Any], prefix: str, names: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for an option with the prefix that is not one of the names."""
    dotted = f"{prefix}."
    for key in settings:
        name = key.removeprefix(dotted)
        if name != key and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {dotted}{near[0]}?" if near else ""
            raise ConfigurationError(f"Unknown setting {key}.{hint}")
