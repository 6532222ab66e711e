"""The shared libraries export exactly the symbols of symbols.txt and symbols-uv.txt, and each is declared in a public header.

After a wanted change of the interface: `python tests/checks/test_symbols.py --update`.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTS = {
    "libmuster.so": pathlib.Path(__file__).with_name("symbols.txt"),
    "libmuster-uv.so": pathlib.Path(__file__).with_name("symbols-uv.txt"),
}


def exported(library):
    program = pathlib.Path(os.environ.get("MUSTER", ROOT / "build" / "muster"))
    path = program.parent / "lib" / library
    output = subprocess.run(["nm", "-D", "--defined-only", str(path)], check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1].split("@")[0] for line in output.splitlines() if line.split()[-2] != "A"}
    return sorted(names)


def all_exported():
    return {name for library in LISTS for name in exported(library)}


@pytest.mark.parametrize("library", LISTS)
def test_exported_symbols_are_those_listed(library):
    assert exported(library) == LISTS[library].read_text(encoding="utf-8").split()


def test_exported_symbols_are_declared():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "include" / "muster").glob("*.h"))
    declared = set(re.findall(r"\b(muster_\w+)\s*\(", text))
    assert [name for name in sorted(all_exported()) if name not in declared] == []


def test_declared_functions_are_exported():
    names = all_exported()
    for path in (ROOT / "include" / "muster").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for declaration in re.findall(r"MUSTER_EXPORT[^;]*?\b(muster_\w+)\s*\(", text):
            assert declaration in names, f"{path.name} declares {declaration}, no library exports it"


if __name__ == "__main__" and "--update" in sys.argv:
    for library, listed in LISTS.items():
        listed.write_text("\n".join(exported(library)) + "\n", encoding="utf-8")
