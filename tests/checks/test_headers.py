"""Every public header stands alone as C11 and as C++17, warning-free."""

import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = sorted((ROOT / "include" / "muster").glob("*.h"))
COMPILERS = {
    "c11": ["gcc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-x", "c"],  # uv.h asks for POSIX
    "c++17": ["g++", "-std=c++17", "-x", "c++"],
}


@pytest.fixture(scope="module")
def glib_flags():
    return subprocess.run(["pkg-config", "--cflags", "glib-2.0"], check=True, capture_output=True, text=True).stdout.split()


@pytest.mark.parametrize("language", COMPILERS)
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_header_stands_alone(header, language, glib_flags):
    source = f"#include <muster/{header.name}>\n#include <muster/{header.name}>\n"
    flags = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I", str(ROOT / "include"), *glib_flags, "-"]
    result = subprocess.run([*COMPILERS[language], *flags], input=source, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_umbrella_includes_every_core_header():
    text = (ROOT / "include" / "muster" / "muster.h").read_text(encoding="utf-8")
    for header in HEADERS:
        if header.name not in ("muster.h", "muster-uv.h"):
            assert f"<muster/{header.name}>" in text


def test_every_header_is_installed():
    listed = (ROOT / "include" / "muster" / "meson.build").read_text(encoding="utf-8")
    for header in HEADERS:
        assert f"'{header.name}'" in listed
