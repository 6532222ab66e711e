#!/usr/bin/env python3
"""Runs the conformance cases on a program: `python3 conformance/run.py [--why] [--case NAME]… PROGRAM [ARGUMENT…]`.

PROGRAM takes the arguments of `muster drive`, reads events and prints decisions: `run.py build/muster drive`. README.md
says what a case is and what is compared. Exit status: 0 all passed, 1 some failed, 2 usage.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases"


class Fields(list):
    """An object: its fields in their order."""


def is_same(one, other):
    """Python takes 1, 1.0 and true for the same."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def read_lines(text):
    """A line is ended by a newline and by nothing else."""
    if text and not text.endswith("\n"):
        raise RuntimeError("expected a newline at the end of what is printed, found none")
    return text.split("\n")[:-1]


def read_decision(line, with_why):
    """The fields in their order, and what is wrong with any decision that has them."""
    fields = json.loads(line, object_pairs_hook=Fields)
    if not isinstance(fields, Fields):
        raise ValueError("not one JSON object")
    names = [name for name, _ in fields]
    if names[:3] != ["type", "at_ms", "event"] or names[-1:] != ["why"]:
        raise ValueError("does not begin with type, at_ms, event and end with why")
    if not isinstance(fields[-1][1], str) or not fields[-1][1]:
        raise ValueError("its why says nothing")
    return Fields(fields if with_why else fields[:-1])


def run(command, case):
    """The lines that the program prints; RuntimeError if it does not end well."""
    with open(case / "events.jsonl", "rb") as events:
        result = subprocess.run([*command, *(case / "arguments").read_text(encoding="utf-8").split()], cwd=case,
                                stdin=events, capture_output=True, timeout=600)
    if result.returncode != 0:
        raise RuntimeError(f"exit status {result.returncode}: {result.stderr.decode(errors='replace').strip()}")
    return read_lines(result.stdout.decode())


def find_fault(command, case, with_why):
    """What is wrong, or None."""
    wanted = read_lines((case / "decisions.jsonl").read_bytes().decode())
    try:
        found = run(command, case)
    except (RuntimeError, UnicodeDecodeError, subprocess.TimeoutExpired) as error:
        return str(error)
    for number, (want, got) in enumerate(zip(wanted, found), 1):
        try:
            if not is_same(read_decision(got, with_why), read_decision(want, with_why)):
                return f"decision {number}\n  expected {want}\n  found    {got}"
        except ValueError as error:
            return f"decision {number}: {error}\n  found    {got}"
    if len(wanted) != len(found):
        return f"expected {len(wanted)} decisions, found {len(found)}"
    return None


def main():
    parser = argparse.ArgumentParser(prog="run.py", description="Runs the conformance cases on a program.")
    parser.add_argument("--why", action="store_true", help="compare the sentences too")
    parser.add_argument("--case", action="append", default=[], help="this case only; may be given several times")
    parser.add_argument("--cases", type=pathlib.Path, default=CASES, help="the folder of the cases")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="what takes the arguments of `muster drive`")
    options = parser.parse_args()
    if not options.program:
        parser.error("which program?")
    first = shutil.which(options.program[0])
    if not first:
        parser.error(f"{options.program[0]}: cannot be run")
    command = [str(pathlib.Path(first).resolve()), *options.program[1:]]
    cases = {path.name: path for path in options.cases.iterdir() if path.is_dir()}
    if unknown := sorted(set(options.case) - cases.keys()):
        parser.error(f"there is no case {', '.join(unknown)}")
    cases = [cases[name] for name in sorted(options.case or cases)]
    failed = 0
    for case in cases:
        fault = find_fault(command, case, options.why)
        if fault:
            failed += 1
            print(f"FAILED {case.name}: {fault}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
