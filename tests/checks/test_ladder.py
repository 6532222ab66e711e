"""A module includes only what stands before it on the ladder, and each library is used where it belongs."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LADDER = "base geo index road route county incident assign alert engine cap journal sim plan uv".split()
SAME_RUNG = {"sim": {"sim"}, "plan": {"plan"}}  # neighbours that do not see each other
FURTHER_HEADERS = {"coverage": "plan", "staffing": "plan", "roster": "plan"}  # of modules that have more than one
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# A library and the only folders that may include it.
HOMES = {
    r"libxml/parser\.h": ["lib/cap/read.c"],
    r"proj\.h": ["lib/geo/project.c"],
    r"geos_c\.h": ["lib/index/", "lib/geo/", "lib/road/", "lib/route/", "lib/county/"],
    r"sqlite3\.h": ["lib/geo/", "lib/road/", "lib/county/", "lib/journal/"],
    r"uv\.h": ["lib/uv/", "include/muster/muster-uv.h"],
    r"csv\.h": ["lib/county/", "lib/engine/matrix.c"],
    r"protobuf-c/.*": ["lib/road/"],
}


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".c", ".h"))


def rung(name):
    return LADDER.index(name)


def module_of_header(name):
    stem = name.removesuffix(".h").removeprefix("muster-")
    return FURTHER_HEADERS.get(stem, stem)


def included_module(name):
    """The module an include leads to, or None for a system header or the file's own folder."""
    parts = name.split("/")
    if parts[0] == "muster" and len(parts) == 2:
        module = module_of_header(parts[1])
        return module if module in LADDER else None
    return parts[0] if len(parts) > 1 and parts[0] in LADDER else None


def breaks_ladder(module, wanted):
    if wanted == module:
        return False
    return rung(wanted) > rung(module) or (module in SAME_RUNG and wanted in SAME_RUNG)


@pytest.mark.parametrize("path", sources("lib"), ids=lambda path: str(path.relative_to(ROOT)))
def test_library_file_keeps_to_the_ladder(path):
    module = path.relative_to(ROOT / "lib").parts[0]
    assert module in LADDER, f"{module} is not a module of the ladder"
    for quoted, system in INCLUDE.findall(path.read_text(encoding="utf-8")):
        name = quoted or system
        assert name != "muster/muster.h", f"{path}: the umbrella header sees every module"
        wanted = included_module(name)
        assert not wanted or not breaks_ladder(module, wanted), f"{path}: {module} includes {name}"


def test_public_headers_keep_to_the_ladder():
    for path in sources("include/muster"):
        if path.name == "muster.h":
            continue
        for _, system in INCLUDE.findall(path.read_text(encoding="utf-8")):
            wanted = included_module(system)
            assert not wanted or not breaks_ladder(module_of_header(path.name), wanted), f"{path.name} includes {system}"


def test_tools_and_examples_see_public_headers_only():
    for path in sources("tools", "examples"):
        for quoted, system in INCLUDE.findall(path.read_text(encoding="utf-8")):
            assert not included_module(quoted or ""), f"{path}: {quoted} is internal"
            allowed = system in ("muster/muster.h", "muster/muster-uv.h")
            assert not system.startswith("muster/") or allowed, f"{path}: include <muster/muster.h>"


def test_libraries_stay_where_they_belong():
    for path in sources("lib", "tools", "include", "examples"):
        relative = str(path.relative_to(ROOT))
        for quoted, system in INCLUDE.findall(path.read_text(encoding="utf-8")):
            for pattern, homes in HOMES.items():
                if re.fullmatch(pattern, quoted or system):
                    assert any(relative.startswith(home) for home in homes), f"{relative} includes {quoted or system}"


# Their last bit differs from one mathematical library to another.
INEXACT = re.compile(r"\b(exp2?|expm1|log2|log10|log1p|log|pow|cbrt|hypot|sin|cos|tan|erfc?|lgamma|tgamma)f?\s*\(")


def test_alerting_decides_by_exact_operations():
    for path in sources("lib/alert"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not INEXACT.search(code), f"{path}: use lib/alert/special.h"
