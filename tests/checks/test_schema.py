"""The schema of the protocol knows the types of the library and of the documentation, and is where pkg-config says."""

import ctypes
import pathlib
import re

import pytest
from installation import flags

from conftest import PROGRAM, ROOT
from protocol import FOLDER, SCHEMAS, Lines, read_line, types_of

DOCUMENT = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
HEADER = (ROOT / "include" / "muster" / "engine.h").read_text(encoding="utf-8")


def library_types(name):
    library = ctypes.CDLL(str(pathlib.Path(PROGRAM).parent / "lib" / "libmuster.so"))
    function = getattr(library, f"muster_{name}_type_name")
    function.restype = ctypes.c_char_p
    count = len(re.findall(rf"\n  MUSTER_{name.upper()}_(?!TYPE_COUNT)\w+,", HEADER))
    return [function(number).decode() for number in range(count)]


def rows(title):
    """The first two cells of each row of the table of types below the title."""
    section = re.split(r"^## ", DOCUMENT.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    table = section.split("| --- | --- | --- |\n", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.split("|")[1:3]] for row in table.splitlines()]


@pytest.mark.parametrize("name, title", [("event", "Events"), ("decision", "Decisions")])
def test_types_are_the_same(name, title):
    assert sorted(types_of(name)) == sorted(library_types(name))
    assert sorted(types_of(name)) == sorted(row[0].strip("`") for row in rows(title))


@pytest.mark.parametrize("name, title", [("event", "Events"), ("decision", "Decisions")])
def test_fields_are_those_of_the_documentation(name, title):
    common = {"event": {"type", "at_ms"}, "decision": {"type", "at_ms", "event", "why"}}[name]
    for kind, cell in rows(title):
        shape = SCHEMAS[name]["$defs"][f"{name}_{kind.strip('`')}"]
        places = {"place", "position", "grid", "node"} if "*place*" in cell else set()
        optional = set(re.findall(r"\[`(\w+)`\]", cell))
        named = set(re.findall(r"`(\w+)`", cell))
        assert set(shape["properties"]) == common | places | named, kind
        assert set(shape["required"]) == common | (named - optional), kind
        assert bool(places) == (shape.get("$ref") == "#/$defs/placed"), kind


def test_fields_of_decisions_are_in_the_order_of_the_documentation():
    for kind, cell in rows("Decisions"):
        fields = list(SCHEMAS["decision"]["$defs"][f"decision_{kind.strip('`')}"]["properties"])
        assert fields == ["type", "at_ms", "event", *re.findall(r"`(\w+)`", cell), "why"]


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_examples_in_the_documentation(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith('{"type":') and "…" not in line:
            assert any(Lines(name).is_valid(read_line(line)) for name in ("event", "decision")), line


def test_version_is_that_of_the_header():
    version = re.search(r"MUSTER_EVENT_SCHEMA_VERSION (\d+)", HEADER).group(1)
    for name, schema in SCHEMAS.items():
        assert schema["$id"] == f"urn:muster:{name}:{version}"
    assert SCHEMAS["journal"]["$defs"]["header"]["properties"]["schema"]["const"] == int(version)
    assert f"Schema version **{version}**" in DOCUMENT


def test_schemas_are_installed(installed):
    prefix, environment = installed
    (folder,) = flags(environment, "--variable=schemadir")
    assert str(prefix) in folder
    for path in FOLDER.glob("*.json"):
        assert (pathlib.Path(folder) / path.name).read_bytes() == path.read_bytes()
