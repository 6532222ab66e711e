"""The shared library exports exactly the symbols of symbols.txt, and each is declared in a public header.

After a wanted change of the interface: `python tests/checks/test_symbols.py --update`.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).with_name("symbols.txt")


def exported():
    program = pathlib.Path(os.environ.get("MUSTER", ROOT / "build" / "muster"))
    library = program.parent / "lib" / "libmuster.so"
    output = subprocess.run(["nm", "-D", "--defined-only", str(library)], check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1].split("@")[0] for line in output.splitlines() if line.split()[-2] != "A"}
    return sorted(names)


def test_exported_symbols_are_those_listed():
    assert exported() == LIST.read_text(encoding="utf-8").split()


def test_exported_symbols_are_declared():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "include" / "muster").glob("*.h"))
    declared = set(re.findall(r"\b(muster_\w+)\s*\(", text))
    assert [name for name in exported() if name not in declared] == []


def test_declared_functions_are_exported():
    names = set(exported())
    for path in (ROOT / "include" / "muster").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for declaration in re.findall(r"MUSTER_EXPORT[^;]*?\b(muster_\w+)\s*\(", text):
            assert declaration in names, f"{path.name} declares {declaration}, the library does not export it"


if __name__ == "__main__" and "--update" in sys.argv:
    LIST.write_text("\n".join(exported()) + "\n", encoding="utf-8")
