"""Names and paths, one by one and together."""

from __future__ import annotations

from typing import Any

import pytest

from torrents.metainfo import MetainfoError
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


class TestCheckTogether:
    @pytest.mark.parametrize(
        "paths",
        [["a", "b"], ["a/b", "a/c"], ["a", "b/a"], ["a/b/c", "a/b/d", "a/e"], ["a.txt", "a/b"]],
    )
    def test_apart(self, paths: list[str]) -> None:
        check_together(paths, folder="x", max_path=255)

    @pytest.mark.parametrize(
        "paths", [["a", "a"], ["a/b", "A/B"], ["É", "é"], ["x/Σ", "x/ς"], ["a", "b", "a"]]
    )
    def test_duplicate(self, paths: list[str]) -> None:
        with pytest.raises(MetainfoError) as caught:
            check_together(paths, folder="x", max_path=255)
        assert caught.value.code == "duplicate_path"

    @pytest.mark.parametrize(
        "paths",
        [
            ["a", "a/b"],
            ["a/b", "a"],
            ["A", "a/b"],
            ["a/b/c/d", "a/b"],
            ["a.b", "a", "a\x7f", "a!", "a/b/c"],
        ],
    )
    def test_file_and_folder(self, paths: list[str]) -> None:
        with pytest.raises(MetainfoError) as caught:
            check_together(paths, folder="x", max_path=255)
        assert caught.value.code == "file_and_folder"

    @pytest.mark.parametrize(("folder", "longest"), [(None, 255), ("x" * 55, 199)])
    def test_length_counts_folder_and_slash(self, folder: str | None, longest: int) -> None:
        check_together(["é" * longest], folder=folder, max_path=255)
        with pytest.raises(MetainfoError) as caught:
            check_together(["é" * (longest + 1)], folder=folder, max_path=255)
        assert caught.value.code == "path_too_long"
