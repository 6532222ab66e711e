"""What is installed can be used by a stranger: pkg-config, one header, shared library, C and C++, manual pages."""

import subprocess

import pytest
from installation import flags

SOURCE = r"""
#include <muster/muster.h>
#include <stdio.h>

int main(void) {
  GError *error = NULL;
  MusterPosition position;
  if (!muster_position_parse("109.4,29.5", &position, &error)) return 1;
  muster_datum_convert(MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, &position, 1);
  MusterCounty *county = muster_county_open("/nowhere/county.gpkg", &error);
  printf("%s %d %s\n", muster_version(), (int)position.lon_e7, county ? "opened" : error->message);
  g_clear_error(&error);
  return county != NULL;
}
"""


@pytest.mark.parametrize("compiler, name", [("gcc", "host.c"), ("g++", "host.cpp")])
def test_a_stranger_compiles_links_and_runs(installed, compiler, name, tmp_path):
    _, environment = installed
    (tmp_path / name).write_text(SOURCE)
    command = [compiler, "-Wall", "-Wextra", "-Werror", name, *flags(environment, "--cflags", "--libs"), "-o", "host"]
    subprocess.run(command, check=True, cwd=tmp_path)
    result = subprocess.run([tmp_path / "host"], capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "/nowhere/county.gpkg" in result.stdout


def test_only_the_runtime_needs_libuv(installed):
    _, environment = installed
    assert not [flag for flag in flags(environment, "--cflags", "--libs") if "uv" in flag]
    assert {"-lmuster-uv", "-lmuster", "-luv"} <= set(flags(environment, "--libs", package="muster-uv"))


def test_program_and_manual_pages_are_installed(installed):
    prefix, environment = installed
    program = prefix / "bin" / "muster"
    assert subprocess.run([program, "--version"], capture_output=True, text=True, env=environment).stdout.startswith("muster ")
    pages = {page.name for page in (prefix / "share" / "man" / "man1").iterdir()}
    assert {"muster.1", "muster-route.1", "muster-county-check.1"} <= pages


def test_shared_library_carries_its_version(installed):
    prefix, _ = installed
    names = {path.name for path in prefix.rglob("libmuster.so*")}
    assert {"libmuster.so", "libmuster.so.0"} <= names
    assert {path.name for path in prefix.rglob("libmuster-uv.so*")} >= {"libmuster-uv.so", "libmuster-uv.so.0"}
    assert not list(prefix.rglob("*internal*"))
