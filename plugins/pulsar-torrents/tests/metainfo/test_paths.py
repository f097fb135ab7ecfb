"""Names and paths, separately and in combination."""

from __future__ import annotations

from typing import Any

import pytest

from torrents.metainfo import MetainfoError
from torrents.metainfo.errors import Faults
from torrents.metainfo.paths import check_together, read_component, read_path, refuse_alias

UNSAFE = {
    "empty_name": [""],
    "dot_name": [".", ".."],
    "path_separator": ["/", "/etc", "a/b", "a\\b", "..\\..", "a/"],
    "control_character": ["\0", "a\0.txt", "a\nb", "\x1f", "a\x7f", "a\x85b"],
    "bidi_character": [f"a{c}gpj.exe" for c in "\u061c\u200e\u200f\u202a\u202e\u2066\u2069"],
    "reserved_character": ["C:", "a<b", "a>b", "a:b", 'a"b', "a|b", "a?b", "a*b"],
    "device_name": [
        *["CON", "con", "Prn", "AUX.txt", "nul.tar.gz", "COM1", "com9.x", "LPT3", "COM¹", "NUL .a"],
        *["CON ", "CONIN$", "conout$.log"],
    ],
    "trailing_dot_or_space": ["a.", "a ", "...", " ", "a.txt "],
}
SAFE = [
    *[
        "a",
        ".hidden",
        "..a",
        "a..b",
        " a",
        "CONSOLE",
        "con air.mkv",
        "COM",
        "COM10",
        "COM0",
        "LPT.a",
    ],
    *[
        "auxiliary.txt",
        "a~",
        "日本語.txt",
        "é",
        "e\u0301",
        "👩\u200d👩",
        "\uff43\uff4f\uff4e",
        "a'b",
        "#1 (x) [y]",
    ],
]


class TestReadComponent:
    @pytest.mark.parametrize(
        ("name", "code"), [(name, code) for code, names in UNSAFE.items() for name in names]
    )
    def test_unsafe(self, name: str, code: str) -> None:
        with pytest.raises(MetainfoError) as caught:
            read_component(name.encode())
        assert caught.value.code == code
        assert str(caught.value).isprintable()

    @pytest.mark.parametrize("name", SAFE)
    def test_safe(self, name: str) -> None:
        assert read_component(name.encode()) == name

    @pytest.mark.parametrize(
        "raw", [b"\xe9", b"a\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
    )
    def test_not_utf8(self, raw: bytes) -> None:
        with pytest.raises(MetainfoError) as caught:
            read_component(raw)
        assert caught.value.code == "not_utf8"

    @pytest.mark.parametrize("letter", ["a", "é", "日", "👩"])
    def test_longest(self, letter: str) -> None:
        """File systems count bytes, not characters."""
        size = len(letter.encode())
        longest = letter * (255 // size) + "a" * (255 % size)
        assert read_component(longest.encode()) == longest
        with pytest.raises(MetainfoError) as caught:
            read_component((longest + "a").encode())
        assert caught.value.code == "name_too_long"

    def test_all_reasons(self) -> None:
        with pytest.raises(MetainfoError) as caught:
            read_component(b"a?\n ")
        assert str(caught.value) == (
            r"The name 'a?\n ' contains a control character and contains one of the characters "
            """< > : " | ? * and ends in a dot or a space."""
        )

    def test_a_long_name_is_cut_in_the_sentence(self) -> None:
        with pytest.raises(MetainfoError) as caught:
            read_component(b"a" * 100_000 + b"?")
        assert len(str(caught.value)) < 200


class TestReadPath:
    def test_joins(self) -> None:
        assert read_path([b"a", b"b.txt"]) == "a/b.txt"

    @pytest.mark.parametrize("parts", [[], b"a", 1, {}, [1], [b"a", [b"b"]]])
    def test_not_a_list_of_names(self, parts: Any) -> None:
        with pytest.raises(MetainfoError) as caught:
            read_path(parts)
        assert caught.value.code == "bad_path"


class TestRefuseAlias:
    @pytest.mark.parametrize("entry", [{b"name": b"a"}, {b"name": b"a", b"name.utf-8": b"a"}])
    def test_same(self, entry: dict[bytes, Any]) -> None:
        refuse_alias(entry, b"name")

    @pytest.mark.parametrize("alias", [b"b", b"", [b"a"]])
    def test_different(self, alias: Any) -> None:
        with pytest.raises(MetainfoError) as caught:
            refuse_alias({b"name": b"a", b"name.utf-8": alias}, b"name")
        assert caught.value.code == "name_mismatch"


def faults_of(paths: list[str], folder: str | None = "x") -> MetainfoError | None:
    """Return the faults of the paths in combination."""
    faults = Faults()
    check_together(paths, folder=folder, max_path=255, faults=faults)
    try:
        faults.check()
    except MetainfoError as error:
        return error
    return None


class TestCheckTogether:
    @pytest.mark.parametrize(
        "paths",
        [["a", "b"], ["a/b", "a/c"], ["a", "b/a"], ["a/b/c", "a/b/d", "a/e"], ["a.txt", "a/b"]],
    )
    def test_apart(self, paths: list[str]) -> None:
        assert faults_of(paths) is None

    @pytest.mark.parametrize(
        "paths",
        [
            ["a", "a"],
            ["a/b", "A/B"],
            ["É", "é"],
            ["x/Σ", "x/ς"],
            ["a", "b", "a"],
            # The same letters, composed and decomposed, also if only the case differs.
            ["\u00e9.txt", "e\u0301.txt"],
            ["\u00c9.txt", "e\u0301.txt"],
            ["\uac00", "\u1100\u1161"],
            # The order of two marks does not matter, also after case folding.
            ["a\u0345\u0301", "a\u0301\u0345"],
            ["\u1fb4", "\u03ac\u03b9"],
            # A character that is only another code for a letter.
            ["\u212b", "\u00e5"],
        ],
    )
    def test_duplicate(self, paths: list[str]) -> None:
        error = faults_of(paths)
        assert error is not None
        assert error.code == "duplicate_path"

    @pytest.mark.parametrize(
        "paths",
        [
            ["a", "a/b"],
            ["a/b", "a"],
            ["A", "a/b"],
            ["a/b/c/d", "a/b"],
            ["a.b", "a", "a\x7f", "a!", "a/b/c"],
            ["\u00e9", "e\u0301/b"],
        ],
    )
    def test_file_and_folder(self, paths: list[str]) -> None:
        error = faults_of(paths)
        assert error is not None
        assert error.code == "file_and_folder"

    @pytest.mark.parametrize(("folder", "longest"), [(None, 255), ("x" * 55, 199)])
    def test_length_counts_folder_and_slash(self, folder: str | None, longest: int) -> None:
        assert faults_of(["é" * longest], folder) is None
        error = faults_of(["é" * (longest + 1)], folder)
        assert error is not None
        assert error.code == "path_too_long"

    def test_all_at_once(self) -> None:
        error = faults_of(["a", "A", "b", "b/c", "x" * 300])
        assert error is not None
        assert {error.code, *(other.code for other in error.others)} == {
            "duplicate_path",
            "file_and_folder",
            "path_too_long",
        }
