"""Adds up the test reports (JUnit XML) below the folders given and prints "N passed, N failed, N skipped".

Exit status 1 if any test failed or none ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def count(report):
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"FAILED {case.get('classname', '')} {case.get('name', '')}")
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(folders):
    reports = []
    for folder in map(pathlib.Path, folders):
        reports += sorted({*folder.glob("*.junit.xml"), *folder.glob("meson-logs/*.junit.xml")})
    totals = [sum(column) for column in zip(*(count(report) for report in reports))] or [0, 0, 0]
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
