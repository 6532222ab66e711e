"""The stubs say what the modules hold, the package and its users pass `mypy --strict`."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SETTINGS = HERE.parents[2] / "pyproject.toml"


def run(folder, *arguments):
    result = subprocess.run([sys.executable, "-m", *map(str, arguments)], cwd=folder, capture_output=True, text=True,
                            env={**os.environ, "MYPY_CACHE_DIR": str(folder / "cache")})
    assert result.returncode == 0, result.stdout + result.stderr


def test_package_and_example_are_typed(tmp_path):
    run(tmp_path, "mypy", "--config-file", SETTINGS, "-p", "muster")
    run(tmp_path, "mypy", "--strict", HERE / "typed_example.py")


def test_stubs_are_the_modules(tmp_path):
    run(tmp_path, "mypy.stubtest", "--mypy-config-file", SETTINGS, "--allowlist", HERE / "stubtest_allowlist.txt", "muster")


def test_example_runs(county, tmp_path):
    result = subprocess.run([sys.executable, HERE / "typed_example.py", county._path], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "(3, 2)" in result.stdout
