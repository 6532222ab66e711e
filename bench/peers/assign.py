"""Assignment beside other solvers: one instance in a file, the same costs for all, the totals checked, the ratio of times.

Every row takes one column or stays unserved at a cost of its own. Who knows no such choice is given a column for it to each row; who
takes square problems only is also given a row to each column, which takes the column where nobody else does.
"""

import dataclasses
import functools
import json
import statistics
import subprocess
import sys
import time

import numpy

from . import table

INSTANCES = [(1000, 5000, "front"), (5000, 33000, "front"), (20000, 33000, "front"), (20000, 33000, "homes")]  # incidents, volunteers, where incidents are
K = 32


@dataclasses.dataclass
class Answer:
    prepare_ms: float
    solve_ms: float
    total_ms: int
    served: int


class Instance:
    """As bench/peers/assign_instance.c wrote it."""

    def __init__(self, path):
        self.path = path
        self.rows, self.columns, self.k = (int(value) for value in numpy.fromfile(path, dtype=numpy.int64, count=3))
        values = numpy.fromfile(path, dtype=numpy.int32, offset=24)
        pairs = self.rows * self.k
        self.column_of = values[:pairs].reshape(self.rows, self.k).astype(numpy.int64)
        self.cost_ms = values[pairs : 2 * pairs].reshape(self.rows, self.k).astype(numpy.int64)
        self.unserved_ms = values[2 * pairs :].astype(numpy.int64)

    def arcs(self):
        """Tail, head and cost, rows numbered from 0, columns behind them."""
        tail = numpy.repeat(numpy.arange(self.rows), self.k)
        return tail, self.rows + self.column_of.ravel(), self.cost_ms.ravel()

    def with_own_columns(self):
        """A sparse matrix, row by row, with a column more for each row, which stands for staying unserved."""
        indices = numpy.concatenate((self.column_of, (self.columns + numpy.arange(self.rows))[:, None]), axis=1)
        costs = numpy.concatenate((self.cost_ms, self.unserved_ms[:, None]), axis=1)
        order = numpy.argsort(indices, axis=1)
        return numpy.take_along_axis(indices, order, axis=1), numpy.take_along_axis(costs, order, axis=1)

    def squared(self):
        """Tail, head and cost by tail and head: a row more for each column takes it, or what is left of the rows that list it, for 0."""
        tail, head, cost = self.arcs()
        head = head - self.rows
        rows, columns = numpy.arange(self.rows), numpy.arange(self.columns)
        tails = numpy.concatenate((tail, rows, self.rows + columns, self.rows + head))
        heads = numpy.concatenate((head, self.columns + rows, columns, self.columns + tail))
        costs = numpy.concatenate((cost, self.unserved_ms, numpy.zeros(self.columns + len(tail), dtype=numpy.int64)))
        order = numpy.lexsort((heads, tails))
        return tails[order], heads[order], costs[order]

    def answer(self, prepare_ms, solve_ms, column_of_row):
        """column_of_row: a column of this instance, or one beyond them for a row that stays unserved."""
        served = column_of_row < self.columns
        at = numpy.argmax(self.column_of == column_of_row[:, None], axis=1)
        costs = numpy.where(served, self.cost_ms[numpy.arange(self.rows), at], self.unserved_ms)
        return Answer(prepare_ms, solve_ms, int(costs.sum()), int(served.sum()))


class Watch:
    def __init__(self):
        self.at = time.perf_counter()

    def lap_ms(self):
        before, self.at = self.at, time.perf_counter()
        return (self.at - before) * 1000


def run_program(program, instance):
    result = subprocess.run([program, instance.path], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{program.name}: {result.stderr.strip()}")
    return Answer(**json.loads(result.stdout))


def scipy_full_matching(instance):
    import scipy.sparse
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    watch = Watch()
    indices, costs = instance.with_own_columns()
    first = numpy.arange(instance.rows + 1) * (instance.k + 1)
    matrix = scipy.sparse.csr_array((costs.ravel().astype(float), indices.ravel(), first), shape=(instance.rows, instance.columns + instance.rows))
    prepare_ms = watch.lap_ms()
    _, columns = min_weight_full_bipartite_matching(matrix)
    return instance.answer(prepare_ms, watch.lap_ms(), columns)


def lapx_lapmod(instance):
    """It refuses costs above a million; a power of two as divisor keeps them exact."""
    import lap

    watch = Watch()
    tails, heads, costs = instance.squared()
    size = instance.rows + instance.columns
    first = numpy.searchsorted(tails, numpy.arange(size + 1)).astype(numpy.int32)
    scaled = costs / 64
    heads = heads.astype(numpy.int32)
    prepare_ms = watch.lap_ms()
    columns, _ = lap.lapmod(size, scaled, first, heads, return_cost=False)
    return instance.answer(prepare_ms, watch.lap_ms(), numpy.asarray(columns[: instance.rows]))


def ortools_flow(instance):
    from ortools.graph.python import min_cost_flow

    watch = Watch()
    tail, head, cost = instance.arcs()
    rows, columns = numpy.arange(instance.rows), instance.rows + numpy.arange(instance.columns)
    sink = instance.rows + instance.columns
    tails = numpy.concatenate((tail, rows, columns))
    heads = numpy.concatenate((head, numpy.full(len(rows) + len(columns), sink)))
    costs = numpy.concatenate((cost, instance.unserved_ms, numpy.zeros(len(columns), dtype=numpy.int64)))
    supplies = numpy.concatenate((numpy.ones(len(rows)), numpy.zeros(len(columns)), [-len(rows)])).astype(numpy.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, numpy.ones(len(tails), dtype=numpy.int64), costs)
    flow.set_nodes_supplies(numpy.arange(sink + 1), supplies)
    prepare_ms = watch.lap_ms()
    status = flow.solve()
    solve_ms = watch.lap_ms()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-Tools min-cost flow: {status}")
    return Answer(prepare_ms, solve_ms, flow.optimal_cost(), int(flow.flows(arcs[: len(tail)]).sum()))


def ortools_assignment(instance):
    from ortools.graph.python import linear_sum_assignment

    watch = Watch()
    tails, heads, costs = instance.squared()
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(tails, heads, costs)
    prepare_ms = watch.lap_ms()
    status = solver.solve()
    solve_ms = watch.lap_ms()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"OR-Tools linear assignment: {status}")
    columns = numpy.array([solver.right_mate(row) for row in range(instance.rows)])
    return instance.answer(prepare_ms, solve_ms, columns)


def find_solvers(folder):
    """Muster first. Programs that the build did not make are left out and named."""
    solvers, refused = {}, {}
    for name, program in (("Muster", "bench-assign-muster"), ("LEMON network simplex", "bench-assign-lemon")):
        if (folder / program).exists():
            solvers[name] = functools.partial(run_program, folder / program)
        else:
            refused[name] = "liblemon-dev was not there when it was built"
    solvers |= {
        "lapx lapmod": lapx_lapmod,
        "scipy full matching": scipy_full_matching,
        "OR-Tools min-cost flow": ortools_flow,
        "OR-Tools linear assignment": ortools_assignment,
    }
    return solvers, refused


def solve_in_turn(instance, solvers, rounds, refused):
    answers = {}
    for _ in range(rounds):
        for name, solve in solvers.items():
            if name in refused:
                continue
            try:
                answers.setdefault(name, []).append(solve(instance))
            except (ImportError, RuntimeError) as error:
                refused[name] = str(error)
    return answers


def table_rows(instance, where, answers):
    ours = answers["Muster"]
    ours_ms = statistics.median(answer.solve_ms for answer in ours)
    size = f"{instance.rows:,} × {instance.columns:,}" + (", near homes" if where == "homes" else "")
    for name, given in answers.items():
        solve_ms = statistics.median(answer.solve_ms for answer in given)
        prepare_ms = statistics.median(answer.prepare_ms for answer in given)
        difference = given[0].total_ms - ours[0].total_ms
        yield {
            "name": f"S10/assign/{instance.rows}x{instance.columns}/{where}/{name}", "run_type": "aggregate", "aggregate_name": "median",
            "iterations": len(given), "real_time": solve_ms, "cpu_time": solve_ms, "time_unit": "ms", "size": size, "program": name,
            "prepare_ms": prepare_ms, "ratio": solve_ms / ours_ms, "served": given[0].served,
            "total": "equal" if difference == 0 else f"**differs by {difference:+,} ms**",
        }


def print_table(rows, refused):
    print(f"| instance, k = {K} | program | time | peer ÷ Muster | preparation | served | total |\n| --- | --- | ---: | ---: | ---: | ---: | --- |")
    for row in rows:
        muster = row["program"] == "Muster"
        name, ratio = ("**Muster**", "1") if muster else (row["program"], table.number(row["ratio"]))
        print(f"| {row['size']} | {name} | {table.duration(row['real_time'])} | {ratio} | {table.duration(row['prepare_ms'])} | {row['served']:,} | {row['total']} |")
    for name, reason in refused.items():
        print(f"\n{name}: no figure: {reason}")


def compare(build, rounds):
    folder = build / "bench"
    (folder / "peers").mkdir(parents=True, exist_ok=True)
    solvers, refused = find_solvers(folder)
    rows = []
    for row_count, column_count, where in INSTANCES:
        path = folder / "peers" / f"assign-{row_count}-{where}.bin"
        subprocess.run([folder / "bench-assign-instance", str(row_count), str(column_count), str(K), where, path], check=True)
        print(f"assignment {row_count:,} × {column_count:,}, {where}", file=sys.stderr)
        instance = Instance(path)
        rows += table_rows(instance, where, solve_in_turn(instance, solvers, rounds, refused))
    results = folder / "peers-assign.json"
    results.write_text(json.dumps({"benchmarks": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print_table(rows, refused)
    print(f"\n{results}")
    if any(row["total"] != "equal" for row in rows):
        sys.exit("the totals differ")
