"""The settings of the plugin, under ``rules.`` in the ini file."""

from __future__ import annotations

from pulsar.settings import Setting, Settings, boolean, text

from .schemas import LANGUAGE


def parse_language(value: str) -> str:
    """Parse the tag of a language."""
    if not LANGUAGE.fullmatch(value.strip()):
        raise ValueError("must be a language in lower case, e.g. en or pt-br")
    return value.strip()


class RulesSettings(Settings, prefix="rules"):
    """The plugin's settings; read one with ``RulesSettings.folder.of(registry)``."""

    folder = Setting("", text, "Folder with the rules' files; empty takes the shipped samples.")
    language = Setting("en", parse_language, "The language of rules where none is asked for.")
    public = Setting("false", boolean, "Whether the rules can be read without a key.")
