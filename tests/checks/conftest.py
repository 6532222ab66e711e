"""Muster as it is installed, once for all checks of it."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("MUSTER", ROOT / "build" / "muster"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    target = tmp_path_factory.mktemp("install")
    subprocess.run(["meson", "install", "-C", str(PROGRAM.parent), "--no-rebuild", "--destdir", str(target)],
                   check=True, capture_output=True)
    prefix = target / "usr" / "local"
    package_configs = sorted(prefix.rglob("muster*.pc"))
    for package_config in package_configs:
        text = package_config.read_text(encoding="utf-8").replace("prefix=/usr/local", f"prefix={prefix}")
        package_config.write_text(text, encoding="utf-8")
    folder = package_configs[0].parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(folder), "LD_LIBRARY_PATH": str(folder.parent)}
    return prefix, environment
