"""Runs a program and writes the most memory it held, in bytes, to a file: launch.py FILE PROGRAM ARGUMENT…

A process apart, and a small one: Linux counts into a child's peak what its parent held when it was started, so a large parent cannot
measure a small child. What this process itself holds, about 10 MiB, is the least it can tell.
"""

import os
import sys

process = os.spawnv(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(process, 0)
with open(sys.argv[1], "w", encoding="ascii") as stream:
    stream.write(str(usage.ru_maxrss * 1024))
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
