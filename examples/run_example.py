"""run_example.py COUNTY PATTERN PROGRAM: runs an example on a county; what it prints must hold the pattern."""

import re
import subprocess
import sys

county, pattern, program = sys.argv[1:]
result = subprocess.run([program, county], capture_output=True, encoding="utf-8")
if result.returncode != 0 or not re.search(pattern, result.stdout):
    sys.exit(f"exit {result.returncode}, expected /{pattern}/ in:\n{result.stdout}{result.stderr}")
refused = subprocess.run([program, __file__], capture_output=True, encoding="utf-8")
if refused.returncode != 1 or "is not a GeoPackage" not in refused.stderr:
    sys.exit(f"expected a refusal of a file that is no county, found exit {refused.returncode}: {refused.stderr}")
