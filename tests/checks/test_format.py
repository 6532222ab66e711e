"""The C and C++ sources are formatted (`./dev format` does it) and keep the size the style asks for."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sources():
    folders = ["include", "lib", "tools", "tests", "bench", "examples"]
    return sorted(p for f in folders for p in (ROOT / f).rglob("*") if p.suffix in (".c", ".h", ".cpp"))


def test_sources_are_formatted():
    beside = pathlib.Path(sys.executable).with_name("clang-format")
    program = str(beside) if beside.exists() else shutil.which("clang-format")
    if not program:
        pytest.skip("clang-format is not installed")
    result = subprocess.run([program, "--dry-run", "--Werror", *map(str, sources())], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[:4000]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_opens_with_a_comment_and_stays_one_noun(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines and lines[0].startswith(("/*", "//")), "a file opens with what it is"
    assert len(lines) <= 700, f"{len(lines)} lines: more than one noun"
