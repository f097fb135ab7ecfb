"""Files of rules: valid ones, and the start-up errors of invalid ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from pulsar.configuration import make_configurator
from pulsar.testing.client import Client
from site_rules.files import SHIPPED, place
from site_rules.interfaces import IRuleBook
from site_rules.tree import MAX_EXTRA

GOOD = 'name = "Name"\nrules = []\n'


def configure(folder: Path | str, **settings: Any) -> Any:
    """Return the registry of a site with the folder."""
    config = make_configurator(
        {
            "sqlalchemy.url": "sqlite://",
            "pulsar.plugins": "rules",
            "pulsar.secret": "x" * 32,
            "rules.folder": str(folder),
            **settings,
        }
    )
    config.commit()
    return config.registry


def rules(depth: int) -> str:
    """Return the TOML of rules that are nested ``depth`` levels deep."""
    return f'[{{summary = "x"{", rules = " + rules(depth - 1) if depth > 1 else ""}}}]'


class TestGood:
    def test_shipped_ones(self) -> None:
        sections = configure("").getUtility(IRuleBook).sections
        assert set(sections) == {"golden", "uploading", "ratio", "forums", "requests"}
        assert set(sections["golden"].texts) == {"en", "de"}
        assert len({section.position for section in sections.values()}) == len(sections)
        english, german = (sections["golden"].texts[tag]["rules"] for tag in ("en", "de"))
        assert [len(item["rules"] or ()) for item in english] == [
            len(item["rules"] or ()) for item in german
        ]

    def test_everything(self, folder: Callable[..., Path]) -> None:
        text = """
            name = "Every\\u00e9"
            description = '''Two
            lines'''
            position = 3
            format = "bbcode"
            [[rules]]
            summary = "a"
            extra = "b"
            [[rules.rules]]
            summary = "c"
            [[rules]]
            summary = "d"
            """
        where = folder(**{"pt-br/all_1": text, "en/all_1": GOOD, ".git/x": "", "en/.all.swp": ""})
        section = configure(where).getUtility(IRuleBook).sections["all_1"]
        assert section.position == 3
        assert section.texts["pt-br"] == {
            "name": "Everyé",
            "description": "Two\n            lines",
            "format": "bbcode",
            "rules": [
                {
                    "summary": "a",
                    "extra": "b",
                    "rules": [{"summary": "c", "extra": None, "rules": None}],
                },
                {"summary": "d", "extra": None, "rules": None},
            ],
        }

    def test_usual_format(self, folder: Callable[..., Path]) -> None:
        registry = configure(folder(**{"en/a": GOOD}), **{"pulsar.text_format": "markdown"})
        text = registry.getUtility(IRuleBook).sections["a"].texts["en"]
        assert (text["format"], text["description"]) == ("markdown", "")

    def test_none_at_all(self, folder: Callable[..., Path]) -> None:
        assert configure(folder()).getUtility(IRuleBook).sections == {}

    def test_other_files_are_another_version(self, folder: Callable[..., Path]) -> None:
        versions = {
            configure(folder(**{"en/a": GOOD + extra})).getUtility(IRuleBook).version
            for extra in ("", "position = 1", "# A comment.")
        }
        assert len(versions) == 2


class TestBroken:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "name: required key not provided"),
            ("", "rules: required key not provided"),
            ("name = ", "is not TOML: Invalid value (at end of document)"),
            (GOOD + "x = [\n", "is not TOML"),
            (GOOD + 'name = "Twice"\n', "is not TOML: Cannot overwrite a value (at line 3"),
            (b'name = "\xff"', "is not UTF-8 at byte 8"),
            ("x = " + "[" * 100_000, "is nested too deeply"),
            ("#" * (1024 * 1024 + 1), "is longer than 1048576 bytes"),
            (GOOD + "title = 1", "title: extra keys not allowed"),
            ("name = 1\nrules = []", "name: expected str"),
            ('name = " "\nrules = []', "name: value must not be blank"),
            (f'name = "{"x" * 65}"\nrules = []', "name: length of value must be at most 64"),
            (GOOD + f'description = "{"x" * 1001}"', "description: length of value must be at"),
            (GOOD + "description = 2026-01-01", "description: expected str"),
            (GOOD + 'position = "1"', "position: expected int"),
            (GOOD + "position = true", "position: expected int"),
            (GOOD + "position = -1", "position: value must be at least 0"),
            (GOOD + "position = 100000", "position: value must be at most 99999"),
            (
                GOOD + 'format = "word"',
                "format: value is not allowed: choose one of bbcode, markdown",
            ),
            ('name = "x"\nrules = "x"', "rules: expected a list"),
            ('name = "x"\nrules = [1]', "rule 1: expected a dictionary"),
            ('name = "x"\n[rules]\nsummary = "x"', "rules: expected a list"),
            ('name = "x"\n[[rules]]', "rule 1: summary: required key not provided"),
            (
                'name = "x"\n[[rules]]\nsummary = "x"\nnumber = 1',
                "rule 1: number: extra keys not allowed",
            ),
            (
                'name = "x"\n[[rules]]\nsummary = "x"\n[[rules]]\nsummary = "y"\n'
                f'[[rules.rules]]\nsummary = "z"\nextra = "{"x" * (MAX_EXTRA + 1)}"',
                f"rule 2.1: extra: length of value must be at most {MAX_EXTRA}",
            ),
            (
                'name = "x"\n[[rules]]\nsummary = "x"\n[[rules]]\nsummary = "x"',
                "rule 2: summary: says the same as rule 1",
            ),
            (
                f'name = "x"\nrules = {rules(5)}',
                "rule 1.1.1.1: rules: rules may be nested 4 levels deep",
            ),
            (
                'name = "x"\n' + "".join(f'[[rules]]\nsummary = "{n}"\n' for n in range(501)),
                "rules: there must be at most 500 rules in all",
            ),
            (GOOD + 'description = "\\u0000"', "description: value must not contain NUL"),
        ],
    )
    def test_file(self, folder: Callable[..., Path], text: str | bytes, said: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            configure(folder(**{"en/law": text, "en/good": GOOD}))
        assert f"\nen/law.toml: {said}" in str(caught.value)
        assert "good" not in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("en/Law.toml", "en/Law.toml: is not a file named <section>.toml"),
            ("en/law.txt", "en/law.txt: is not a file named <section>.toml"),
            ("en/1.toml", "en/1.toml: is not a file"),
            (f"en/{'x' * 33}.toml", "is not a file named"),
            ("EN/law.toml", "EN: is not a folder named like a language"),
            ("english/law.toml", "english: is not a folder named like a language"),
            ("law.toml", "law.toml: is not a folder"),
        ],
    )
    def test_name(self, folder: Callable[..., Path], name: str, said: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            configure(folder(**{name: GOOD}))
        assert said in str(caught.value)

    def test_folder_for_a_file(self, folder: Callable[..., Path]) -> None:
        where = folder(**{"en/good": GOOD})
        (where / "en" / "law.toml").mkdir()
        with pytest.raises(ConfigurationError, match=r"en/law\.toml: is not a file"):
            configure(where)

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="nowhere: No such file or directory"):
            configure(tmp_path / "nowhere")

    def test_the_same_name(self, folder: Callable[..., Path]) -> None:
        with pytest.raises(ConfigurationError, match=r"en/b\.toml: name: en/a\.toml has the same"):
            configure(folder(**{"en/a": GOOD, "en/b": GOOD, "de/b": GOOD}))

    def test_other_positions(self, folder: Callable[..., Path]) -> None:
        files = {"de/a": GOOD + "position = 1", "en/a": GOOD + "position = 2", "fr/a": GOOD}
        said = r"en/a\.toml: position: differs from that of de/a\.toml"
        with pytest.raises(ConfigurationError, match=said):
            configure(folder(**files))

    def test_all_at_once(self, folder: Callable[..., Path]) -> None:
        with pytest.raises(ConfigurationError) as caught:
            configure(folder(**{f"en/s{number:02}": "" for number in range(30)}))
        lines = str(caught.value).splitlines()
        assert len([line for line in lines if line.startswith("en/s")]) == 20
        assert "... and 40 more" in lines

    @pytest.mark.parametrize("language", ["EN", "english", "", "e"])
    def test_language_of_the_site(self, language: str) -> None:
        with pytest.raises(ConfigurationError, match=r"Setting rules\.language"):
            configure("", **{"rules.language": language})


class TestPlace:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("name", "name: "),
            ("rules", "rules: "),
            ("rules.0", "rule 1: "),
            ("rules.1.rules.0.summary", "rule 2.1: summary: "),
            ("rules.1.rules", "rule 2: rules: "),
        ],
    )
    def test_place(self, path: str, expected: str) -> None:
        assert place(path) == expected


class TestSite:
    def test_files_of_ones_own(
        self,
        make_site: Callable[..., Any],
        settle: Callable[..., Client],
        folder: Callable[..., Path],
    ) -> None:
        where = folder(**{"de/recht": GOOD, "fr/droit": GOOD + "position = 1"})
        app = make_site(**{"rules.folder": str(where), "rules.language": "de"})
        member = settle(app, "member")
        rules = member.get("/rules", status=200).json["response"]
        assert [(rule["id"], rule["language"]) for rule in rules] == [
            ("recht", "de"),
            ("droit", "fr"),
        ]
        assert member.get("/rules/recht", status=200).json["response"]["language"] == "de"

    def test_other_files_later(
        self,
        make_site: Callable[..., Any],
        settle: Callable[..., Client],
        folder: Callable[..., Path],
    ) -> None:
        files = {f"en/{name}": GOOD.replace("Name", name) for name in ("kept", "edited", "gone")}
        where = {"rules.folder": str(folder(**files))}
        editor = settle(make_site(**where), "editor", "rules_modify")
        body = {"name": "Edited", "rules": [], "revision": 0}
        editor.put("/rules/edited", body, status=200)
        editor.delete("/rules/gone", status=200)
        for name in ("kept", "edited"):
            editor.get(f"/rules/{name}", status=200)
        folder(
            **{f"en/{name}": GOOD.replace("Name", f"Other {name}") for name in ("kept", "edited")}
        )
        Path(where["rules.folder"], "en", "gone.toml").unlink()
        later = settle(make_site(**where), "later", "rules_modify")
        # Other files take effect at once, even if the cache is older.
        assert later.get("/rules/kept").json["response"]["name"] == "Other kept"
        assert later.get("/rules/edited").json["response"]["name"] == "Edited"
        old = later.get("/rules/edited/revisions/0", status=200).json["response"]
        assert old["name"] == "edited"
        # The section without a file keeps its id, so that it can get a text again.
        later.get("/rules/gone", status=404)
        ids = [rule["id"] for rule in later.get("/rules?include_dead=true").json["response"]]
        assert ids == ["edited", "kept"]
        later.post("/rules", {"id": "gone", **body, "revision": 0}, status=400)
        section = {"id": "gone", "name": "x", "rules": []}
        assert later.post("/rules", section, status=409).json["existing_id"] == "gone"
        later.put("/rules/gone", {**body, "name": "Again"}, status=200)
        later.post("/rules/gone/restore", status=200)
        assert later.get("/rules/gone", status=200).json["response"]["name"] == "Again"

    def test_shipped_folder_is_in_the_package(self) -> None:
        assert sorted(path.name for path in SHIPPED.iterdir()) == ["de", "en"]
