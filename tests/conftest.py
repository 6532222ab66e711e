"""What the Python tests share: the program under test, the real data, temporary files."""

import os
import pathlib
import signal
import subprocess

import pytest

# A shell that runs the tests in the background has them ignore Ctrl-C; programs under test must be able to catch it.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("MUSTER", str(ROOT / "build" / "muster"))


@pytest.fixture(scope="session")
def muster():
    """Runs the program: muster("county", "check", path, input=…) → CompletedProcess with text output."""

    def run(*arguments, **options):
        options.setdefault("timeout", 600)
        options.setdefault("encoding", "utf-8")
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, **options)

    return run


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Muster as it is installed: its prefix, and the environment in which a stranger finds it."""
    target = tmp_path_factory.mktemp("install")
    subprocess.run(["meson", "install", "-C", str(pathlib.Path(PROGRAM).parent), "--no-rebuild", "--destdir", str(target)],
                   check=True, capture_output=True)
    prefix = target / "usr" / "local"
    package_configs = sorted(prefix.rglob("muster*.pc"))
    for package_config in package_configs:
        text = package_config.read_text(encoding="utf-8").replace("prefix=/usr/local", f"prefix={prefix}")
        package_config.write_text(text, encoding="utf-8")
    folder = package_configs[0].parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(folder), "LD_LIBRARY_PATH": str(folder.parent)}
    return prefix, environment


@pytest.fixture(scope="session")
def data():
    """data("osm/andorra.osm.pbf") → its path; skips the test where the real data are absent."""
    folder = pathlib.Path(os.environ.get("MUSTER_TEST_DATA", ROOT.parent / "shared" / "data"))

    def find(relative):
        path = folder / relative
        if not path.exists():
            pytest.skip(f"{path} is not there")
        return path

    return find


def assert_refused(result, *parts):
    """Exit 1, nothing on stdout, one line on stderr that holds all the parts."""
    assert result.returncode == 1, result.stderr
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for part in parts:
        assert part in lines[0]
