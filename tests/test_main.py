"""The command line as a whole: exit statuses, what imports what, and a quick start."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import main
from imaging.version import __version__

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_help_needs_none_of_the_heavy_parts() -> None:
    script = (
        "import sys, runpy; sys.argv = ['main.py', '--help']\n"
        "try:\n    runpy.run_path('main.py', run_name='__main__')\nexcept SystemExit:\n    pass\n"
        "print(sorted(m for m in ('numpy', 'cv2', 'scipy', 'PySide6', 'sqlalchemy', 'PIL') if m in sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in main.COMMANDS)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_has_its_file_and_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (ROOT / "imaging" / "commands" / f"{name}.py").is_file()
    assert main.main([name, "--help"]) == 0
    assert "usage" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


@pytest.mark.parametrize(
    "arguments",
    [
        ["unknown"],
        ["--unknown"],
        ["measure"],
        ["measure", "a.png"],
        ["measure", "a.png", "--out", "x", "--unknown"],
        ["measure", "a.png", "--out", "x", "--spacing", "20"],
        ["measure", "a.png", "--out", "x", "--spacing-um", "twenty"],
        ["measure", "a.png", "--out", "x", "--spacing-um", "1,2,3"],
        ["measure", "a.png", "--out", "x", "--roi", "1,2,3"],
        ["measure", "a.png", "--out", "x", "--encoding", "jpeg"],
        ["compare", "one", "--out", "x"],
        ["export", "--archive", "x", "--out", "y", "--format", "gif"],
        ["verify"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage" in said.err


def test_statuses_of_the_program_itself(tmp_path: Path) -> None:
    assert run("--version").returncode == 0
    assert run("measure", "nowhere.png", "--out", str(tmp_path / "out"), "--unknown").returncode == 2
    refused = run("measure", "nowhere.png", "--out", str(tmp_path / "out"))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_windows_cameras_open_without_hardware_transforms(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS"
    monkeypatch.setenv(name, "")
    monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "platform", "win32")
    assert main.main(["--version"]) == 0
    assert os.environ[name] == "0"


def test_nothing_imports_main() -> None:
    for path in [*(ROOT / "imaging").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert "main" not in [name.partition(".")[0] for name in names], path
