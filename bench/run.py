"""Runs the benchmarks and prints one table; the raw figures go to build/bench/results.json in Google Benchmark's format.

Three kinds of figures:
- kernels, timed by Google Benchmark (bench/micro), the median of several repetitions;
- kernels by instruction count (--instructions): callgrind counts what one call executes, which does not depend on the load of the machine;
- whole programs side by side with other software, run in turn; the ratio of the medians is the figure, single times are not.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = pathlib.Path(os.environ.get("MUSTER_TEST_DATA", ROOT.parent / "shared" / "data"))
EXTRACTS = ["osm/andorra.osm.pbf", "osm/liechtenstein.osm.pbf", "osm/monaco-osrm.osm.pbf", "osm/porto-alegre/poa.osm.pbf"]

# Benchmark program, its filter, and the function whose instructions are counted.
COUNTED = [
    *[("route", f"{kind}/graph:0/responders:{count}/busy_percent:{busy}$", function)
      for kind, function in (("nearest", "muster_search_nearest"), ("nearest_plain", "mi_search_nearest_dijkstra"))
      for busy in (0, 99) for count in (30000, 2000, 200)],
    *[("route", f"toggle/responders:{count}$", "muster_fleet_set_available") for count in (30000, 2000, 200)],
    ("route", "every_node$", "muster_search_nearest_batch"),
    ("route", "point_to_point/graph:0", "mi_search_time_within"),
    ("route", "path$", "muster_search_path"),
    ("route", "matrix/graph:0/side:108", "muster_search_matrix"),
    ("route", "matrix/graph:0/side:1000", "muster_search_matrix"),
    ("route", "reach_within_10_min", "muster_search_reach"),
    ("metric", "order$", "mi_order_find"),
    ("metric", "customize/threads:1", "mi_metric_customize"),
    ("metric", "close_arcs/arcs:100$", "muster_metric_close"),
    ("engine", "S13", "muster_engine_step"),
    ("assign", "S10/assign/solve/rows:20000/columns:33000/random_order:0/near_homes:0", "muster_assignment_solve"),
    *[("alert", f"S12/choose/needs:{needs}/redundant:0$", "muster_alert_set_choose") for needs in (0, 1, 2)],
    ("alert", "assess$", "muster_alert_model_assess"),
]


def run_micro(program, repetitions, pattern):
    command = [
        program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
        "--benchmark_report_aggregates_only=true", f"--benchmark_filter={pattern}",
    ]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MUSTER_TEST_DATA": str(DATA)})
    if "Failed to match any benchmarks" in result.stderr:
        return {"benchmarks": []}
    if result.returncode != 0 or not result.stdout.strip():
        sys.exit(f"{program.name} failed: {result.stderr.strip()[-400:]}")
    return json.loads(result.stdout)


def count_instructions(program, pattern, function):
    """Instructions of one call of the function, everything it calls included; None if it was not called."""
    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder) / "profile"
        command = [
            "valgrind", "--tool=callgrind", f"--toggle-collect={function}", f"--callgrind-out-file={profile}",
            str(program), f"--benchmark_filter={pattern}", "--benchmark_min_time=0.3",
        ]
        result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MUSTER_TEST_DATA": str(DATA)})
        if result.returncode != 0 or not profile.exists():
            return None
        text = profile.read_text(encoding="utf-8", errors="replace")
    total = int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))
    names = dict(re.findall(r"^c?fn=\((\d+)\) (\S+)", text, re.MULTILINE))
    wanted = {number for number, name in names.items() if name == function}
    calls = sum(int(count) for number, count in re.findall(r"^cfn=\((\d+)\)[^\n]*\ncalls=(\d+)", text, re.MULTILINE) if number in wanted)
    return (total / calls, calls) if calls else None


def timed(command):
    """CPU and wall time of a whole run, in ms, with what it printed on standard error."""
    before, started = os.times(), time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = os.times()
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu * 1000, (time.perf_counter() - started) * 1000, result.stderr


def compare_osm_reading(build, rounds):
    """S19: the reading part of `network build` against osmium-tool reading the same file, in turn."""
    for relative in EXTRACTS:
        extract = DATA / relative
        if not extract.exists() or not shutil.which("osmium"):
            print(f"skipped: {extract} or osmium-tool is not there", file=sys.stderr)
            continue
        ours, peer = [], []
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "n.mnet"
            build_command = [build / "muster", "network", "build", "--osm", extract, "--mode", "car", "--timing", "-o", target]
            for _ in range(rounds):
                timing = [line for line in timed(build_command)[2].splitlines() if line.startswith("{")]
                ours.append(json.loads(timing[-1])["load_ms"])
                peer.append(timed(["osmium", "fileinfo", "-e", "--no-progress", extract])[1])
        ours_ms, peer_ms = statistics.median(ours), statistics.median(peer)
        yield {
            "name": f"S19/read_osm_pbf/{extract.stem.split('.')[0]}", "run_type": "aggregate", "aggregate_name": "median",
            "iterations": rounds, "real_time": ours_ms, "cpu_time": ours_ms, "time_unit": "ms",
            "peer": "osmium fileinfo -e", "peer_real_time": peer_ms, "ratio": ours_ms / peer_ms,
        }


def medians(document):
    return [entry for entry in document["benchmarks"] if entry.get("aggregate_name") == "median"]


def print_table(entries):
    print("\n| benchmark | time | CPU | remarks |\n| --- | ---: | ---: | --- |")
    known = {
        "name", "run_name", "run_type", "repetitions", "threads", "aggregate_name", "aggregate_unit", "iterations", "real_time", "cpu_time",
        "time_unit", "family_index", "per_family_instance_index", "repetition_index", "label",
    }
    for entry in entries:
        extra = [entry["label"]] if entry.get("label") else []
        extra += [f"{key} {value:,.4g}" if isinstance(value, (int, float)) else f"{key} {value}" for key, value in entry.items() if key not in known]
        unit = entry["time_unit"]
        print(f"| {entry['name'].removesuffix('_median')} | {entry['real_time']:.4g} {unit} | {entry['cpu_time']:.4g} {unit} | {', '.join(extra)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--filter", default=".", help="run the kernels whose name matches this expression only")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--instructions", action="store_true", help="count instructions too (slow)")
    options = parser.parse_args()

    document = {"context": {}, "benchmarks": []}
    for source in sorted((ROOT / "bench" / "micro").glob("bench_*.cpp")):
        program = options.build / "bench" / source.stem.replace("_", "-")
        part = run_micro(program, options.repetitions, options.filter)
        document["context"] |= part.get("context", {})
        document["benchmarks"] += medians(part)
    document["benchmarks"] += compare_osm_reading(options.build, options.repetitions)
    if options.instructions:
        for name, pattern, function in COUNTED:
            counted = count_instructions(options.build / "bench" / f"bench-{name}", pattern, function)
            if counted:
                document.setdefault("instructions", {})[f"{name}/{pattern}"] = {"function": function, "a_call": counted[0], "calls": counted[1]}
    folder = options.build / "bench"
    (folder / "results.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print_table(document["benchmarks"])
    for name, count in document.get("instructions", {}).items():
        print(f"{name}: {count['a_call']:,.0f} instructions a call of {count['function']} (mean of {count['calls']:,} calls)")
    print(f"\n{folder / 'results.json'}")


if __name__ == "__main__":
    main()
