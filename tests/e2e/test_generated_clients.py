"""Clients that public generators create from the API's description work and are complete."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .api import Api
from .client_tools import TOOLS
from .server import Server
from .torrents import make_content, make_hybrid

SOURCES = Path(__file__).with_name("generated")
TITLE = "Read by a generated client"
TIMEOUT = 240

Run = Callable[..., str]


pytestmark = pytest.mark.usefixtures("client_tools")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run(program, *arguments)``: the output of a program, which must succeed."""

    def run_program(program: str | Path, *arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, f"{program}:\n{done.stdout[-8000:]}\n{done.stderr[-8000:]}"
        return done.stdout + done.stderr

    return run_program


@pytest.fixture(scope="module")
def title(uploader: Api, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The title of a torrent on the site."""
    content = make_content(tmp_path_factory.mktemp("content"), "generated")
    uploader.upload("/torrents", make_hybrid(content), title=TITLE, category="other")
    return TITLE


class TestPython:
    """openapi-python-client."""

    def test_reads_a_list(
        self, server: Server, uploader: Api, title: str, run: Run, tmp_path: Path
    ) -> None:
        generator = TOOLS / "venv" / "bin" / "openapi-python-client"
        config = str(SOURCES / "python.yml")
        run(
            *(generator, "generate", "--url", f"{server.url}/openapi.json", "--config", config),
            *("--meta", "none", "--output-path", "pulsar_client", "--fail-on-warning"),
        )
        shutil.copy(SOURCES / "list_torrents.py", tmp_path)
        python = TOOLS / "venv" / "bin" / "python"
        assert title in run(python, "list_torrents.py", server.url, uploader.key).splitlines()


class TestTypeScript:
    """openapi-typescript and openapi-fetch."""

    def test_reads_a_list(
        self, server: Server, uploader: Api, title: str, run: Run, tmp_path: Path
    ) -> None:
        modules = TOOLS / "node_modules"
        (tmp_path / "node_modules").symlink_to(modules)
        for name in ("list_torrents.ts", "tsconfig.json"):
            shutil.copy(SOURCES / name, tmp_path)
        (tmp_path / "package.json").write_text('{"type": "module"}')
        generator = modules / ".bin" / "openapi-typescript"
        said = run(generator, f"{server.url}/openapi.json", "--output", "schema.ts")
        assert "warn" not in said.lower()
        run(modules / ".bin" / "tsc", "--project", "tsconfig.json")
        said = run("node", "built/list_torrents.js", server.url, uploader.key)
        assert title in said.splitlines()
