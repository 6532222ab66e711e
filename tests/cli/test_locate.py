"""muster locate: published optima, a second solver on the exported program, other orders of the same table, refusals."""

import itertools
import json
import random

import numpy
import pytest
from conftest import assert_refused
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

SEED = 1310
PROBLEMS = ["pmedian", "pcenter", "mclp", "setcover", "backup", "dsm", "mexclp"]
LEAST = {"pmedian", "pcenter", "setcover"}
# Objectives in millionths of the weight, as the exported program counts them.
IN_PARTS = {"backup", "mexclp"}


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_table(path, times):
    return write(path, (",".join("" if t is None else str(t) for t in row) for row in times))


def ask(muster, *arguments):
    result = muster("locate", *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def parse(text):
    """The sites, the objective, the bound."""
    *sites, last = [line for line in text.splitlines() if not line.startswith("# unserved")]
    mark, objective_word, objective, bound_word, bound = last.split()
    assert (mark, objective_word, bound_word) == ("#", "objective", "bound")
    return sites, float(objective), float(bound)


def random_times(draw, demands, sites, spread=40, no_way=0.0):
    return [[None if draw.random() < no_way else draw.randrange(spread) for _ in range(sites)] for _ in range(demands)]


# ---- published optima ----


@pytest.mark.parametrize("number", range(1, 21))
def test_pmed_optimum(muster, data, number):
    optima = dict(line.split() for line in data("orlib/pmed/pmedopt.txt").read_text().splitlines()[1:] if line.strip())
    sites, objective, bound = parse(ask(muster, "pmedian", "--orlib", data(f"orlib/pmed/pmed{number}.txt")))
    assert objective == float(optima[f"pmed{number}"])
    assert bound <= objective
    assert len(sites) == len(set(sites))


def test_mclp_optima(muster, data, tmp_path):
    rows = [line.split() for line in data("mclp/BDS1000.txt").read_text().splitlines()[1:]]
    sites = [(float(r[2]), float(r[3])) for r in rows if r[0] == "F"]
    demands = [(float(r[2]), float(r[3]), int(r[4])) for r in rows if r[0] == "C"]
    times = [[f"{((x - sx) ** 2 + (y - sy) ** 2) ** 0.5:.6f}" for sx, sy in sites] for x, y, _ in demands]
    table = write_table(tmp_path / "times.csv", times)
    weights = write(tmp_path / "weights", [w for _, _, w in demands])
    for line in data("mclp/BDS1000_optima_computed.csv").read_text().splitlines()[1:]:
        radius, p, optimum, _, _ = map(int, line.split(","))
        answer = ask(muster, "mclp", "--matrix", table, "--weights", weights, "-p", p, "--radius", radius)
        chosen, objective, bound = parse(answer)
        assert (len(chosen), objective) == (p, optimum)
        assert bound >= optimum


# ---- the exported program, by another solver ----


def read_mps(path):
    """Free MPS → cost, constraint matrix, its limits, bounds, which columns are whole."""
    section, whole, kinds, names, columns = None, False, {}, {}, {}
    entries, cost, right, low, high, is_whole = [], {}, {}, {}, {}, {}
    for line in path.read_text().splitlines():
        words = line.split()
        if not line.startswith(" "):
            section = words[0]
        elif section == "ROWS":
            if words[0] != "N":
                names[words[1]] = len(names)
                kinds[words[1]] = words[0]
        elif section == "COLUMNS":
            if words[1] == "'MARKER'":
                whole = words[2] == "'INTORG'"
                continue
            column = columns.setdefault(words[0], len(columns))
            is_whole[column] = whole
            if words[1] == "cost":
                cost[column] = float(words[2])
            else:
                entries.append((names[words[1]], column, float(words[2])))
        elif section == "RHS":
            right[words[1]] = float(words[2])
        elif section == "BOUNDS":
            (low if words[0] == "LO" else high)[columns[words[2]]] = float(words[3])
    assert section == "ENDATA"
    count = len(columns)
    matrix = csr_matrix(([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])), (len(names), count))
    least = [right.get(n, 0) if kinds[n] in "EG" else -numpy.inf for n in names]
    most = [right.get(n, 0) if kinds[n] in "EL" else numpy.inf for n in names]
    bounds = Bounds([low.get(c, 0) for c in range(count)], [high.get(c, numpy.inf) for c in range(count)])
    costs = numpy.array([cost.get(c, 0) for c in range(count)])
    integrality = numpy.array([int(is_whole[c]) for c in range(count)])
    return costs, LinearConstraint(matrix, least, most), bounds, integrality


def solve_mps(path):
    """The least cost; None: no solution."""
    costs, constraints, bounds, integrality = read_mps(path)
    found = milp(costs, constraints=constraints, bounds=bounds, integrality=integrality, options={"mip_rel_gap": 0})
    return round(found.fun) if found.success else None


@pytest.mark.parametrize("problem", PROBLEMS)
def test_second_solver_on_the_exported_program(muster, tmp_path, problem):
    draw = random.Random(SEED)
    solved = 0
    for _ in range(12):
        demands, sites = draw.randint(3, 25), draw.randint(3, 12)
        table = write_table(tmp_path / "times.csv", random_times(draw, demands, sites))
        weights = write(tmp_path / "weights", [draw.randrange(6) for _ in range(demands)])
        p = draw.randint(2, min(sites, 5))
        radius = draw.randint(5, 20)
        options = ["--matrix", table, "--weights", weights, "-p", p, "--seed", draw.randrange(99)]
        if problem not in ("pmedian", "pcenter"):
            options += ["--radius", radius]
        if problem in ("backup", "dsm", "mexclp"):
            options += ["--per-site", draw.randint(1, 2)]
        if problem == "dsm":
            options += ["--outer-radius", radius + 10, "--share", draw.choice([0, 0.5, 0.8])]
        if problem == "backup":
            options += ["--first", draw.choice([0.2, 0.5, 0.9])]
        if draw.random() < 0.5:
            options += ["--existing", write(tmp_path / "existing", [draw.randint(1, sites)])]
        mps = tmp_path / "program.mps"
        mps.unlink(missing_ok=True)
        result = muster("locate", problem, *options, "--mps", mps)
        if result.returncode != 0:
            assert_refused(result, "expected", "found")
            continue
        _, objective, bound = parse(result.stdout)
        best = solve_mps(mps)
        scale = 10**6 if problem in IN_PARTS else 1
        assert round(objective * scale) == (best if problem in LEAST else -best)
        assert bound <= objective if problem in LEAST else bound >= objective
        solved += 1
    assert solved >= 3


# ---- the same whatever the order, the same bytes ----


def named_lines(times, demands, sites):
    return [",".join(["", *sites]), *(",".join([d, *map(str, row)]) for d, row in zip(demands, times))]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_names_make_the_order_of_lines_and_columns_meaningless(muster, tmp_path, problem):
    draw = random.Random(SEED)
    times = random_times(draw, 30, 9, spread=8)
    demands, sites = [f"d{i}" for i in range(30)], [str(i + 5) for i in range(9)]
    options = ["-p", 4] + ([] if problem in ("pmedian", "pcenter") else ["--radius", 3])
    options += ["--outer-radius", 6, "--share", 0.5] if problem == "dsm" else []
    answers = set()
    for turn in range(4):
        rows, columns = list(range(30)), list(range(9))
        draw.shuffle(rows)
        draw.shuffle(columns)
        shuffled = [[times[r][c] for c in columns] for r in rows]
        d, s = [demands[r] for r in rows], [sites[c] for c in columns]
        if turn % 2:
            path = write(tmp_path / "t.csv", named_lines(zip(*shuffled), s, d))
            answers.add(ask(muster, problem, "--matrix", path, "--names", "yes", "--rows", "sites", *options))
        else:
            path = write(tmp_path / "t.csv", named_lines(shuffled, d, s))
            answers.add(ask(muster, problem, "--matrix", path, "--names", "yes", *options))
    assert len(answers) == 1


def test_same_seed_same_bytes(muster, data):
    options = ["pmedian", "--orlib", data("orlib/pmed/pmed6.txt"), "--steps", 30, "--seed", 5]
    assert ask(muster, *options) == ask(muster, *options)


def test_more_sites_are_no_worse(muster, data):
    path = data("orlib/pmed/pmed2.txt")
    objectives = [parse(ask(muster, "pmedian", "--orlib", path, "-p", p))[1] for p in range(1, 12)]
    assert objectives == sorted(objectives, reverse=True)


# ---- what is printed, and options ----


def test_every_choice_of_a_small_table(muster, tmp_path):
    times = [[0, 7, 9], [7, 0, 4], [9, 4, 0], [3, 3, 3]]
    table = write_table(tmp_path / "t.csv", times)
    best = min(sum(min(row[s] for s in pair) for row in times) for pair in itertools.combinations(range(3), 2))
    assert ask(muster, "pmedian", "--matrix", table, "-p", 2) == f"1\n2\n# objective {best} bound {best}\n"
    found = json.loads(ask(muster, "pmedian", "--matrix", table, "-p", 2, "--json"))
    assert found == {"problem": "pmedian", "sites": [1, 2], "objective": best, "bound": best, "optimal": True, "unserved": 0}


def test_decimals(muster, tmp_path):
    table = write(tmp_path / "t.csv", [",north,\"south\"", "a,1.25,2", "b,2.5,0.125"])
    assert ask(muster, "pmedian", "--matrix", table, "-p", 1) == "south\n# objective 2.125 bound 2.125\n"
    assert ask(muster, "pcenter", "--matrix", table, "-p", 1) == "south\n# objective 2 bound 2\n"
    assert ask(muster, "mclp", "--matrix", table, "-p", 1, "--radius", "1.25") == "north\n# objective 1 bound 1\n"
    assert ask(muster, "mexclp", "--matrix", table, "-p", 1, "--radius", "3", "--busy", 0.25).endswith("# objective 1.5 bound 1.5\n")
    assert json.loads(ask(muster, "pcenter", "--matrix", table, "-p", 1, "--json"))["sites"] == ["south"]


def test_existing_sites_stay(muster, tmp_path):
    table = write(tmp_path / "t.csv", [",x,y,z", "a,0,5,5", "b,5,0,5", "c,5,1,0"])
    existing = write(tmp_path / "e", ["# here since 1990", "z"])
    assert ask(muster, "pmedian", "--matrix", table, "-p", 2, "--existing", existing).splitlines()[:2] in (["x", "z"], ["y", "z"])
    weights = write(tmp_path / "w", ["a 0", "b 10"])
    text = ask(muster, "pmedian", "--matrix", table, "-p", 2, "--existing", existing, "--weights", weights)
    assert text == "y\nz\n# objective 0 bound 0\n"


def test_a_demand_without_a_way(muster, tmp_path):
    table = write(tmp_path / "t.csv", ["1,4", ",", "5,2"])
    first = write(tmp_path / "first.csv", [",4", "1,4", "5,2"])
    assert_refused(muster("locate", "pmedian", "--matrix", first, "-p", 1), "first.csv:1: expected --names yes or --names no")
    assert ask(muster, "pmedian", "--matrix", first, "-p", 1, "--names", "no") == "2\n# objective 10 bound 10\n"
    assert ask(muster, "pmedian", "--matrix", first, "-p", 1, "--names", "yes") == "4\n# objective 6 bound 6\n"
    assert ask(muster, "pmedian", "--matrix", table, "-p", 1) == "1\n# unserved 1\n# objective 6 bound 6\n"
    assert_refused(muster("locate", "pcenter", "--matrix", table, "-p", 1), "demand 2: expected a site that reaches it, found none")
    assert_refused(muster("locate", "setcover", "--matrix", table, "--radius", 9), "demand 2: expected a site within the radius")


@pytest.mark.parametrize("problem", PROBLEMS)
def test_without_a_step(muster, tmp_path, problem):
    table = write_table(tmp_path / "t.csv", random_times(random.Random(SEED), 12, 6))
    options = ["--matrix", table, "-p", 3, "--steps", 0, "--bound-steps", 0]
    options += [] if problem in ("pmedian", "pcenter") else ["--radius", 39]
    options += ["--outer-radius", 39] if problem == "dsm" else []
    _, objective, bound = parse(ask(muster, problem, *options))
    assert bound <= objective if problem in LEAST else objective <= bound <= 12


def test_set_cover_at_most(muster, tmp_path):
    table = write_table(tmp_path / "t.csv", [[0, 9, 9], [9, 0, 9], [9, 9, 0]])
    assert ask(muster, "setcover", "--matrix", table, "--radius", 1).endswith("# objective 3 bound 3\n")
    assert_refused(muster("locate", "setcover", "--matrix", table, "--radius", 1, "-p", 2), "expected 2 sites or fewer", "found a need of 3")


def test_repeated_edges_of_the_or_library(muster, tmp_path):
    path = write(tmp_path / "pmed", ["3 3 1", "1 2 1", "2 3 5", "1 2 4"])
    assert ask(muster, "pmedian", "--orlib", path) == "2\n# objective 9 bound 9\n"
    text = path.read_text()
    assert ask(muster, "pmedian", "--orlib", path) == muster("locate", "pmedian", "--orlib", "-", input=text).stdout


# ---- refusals ----


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ([], ["t.csv: expected a line of times, found none"]),
        (["1,2", "3"], ["t.csv:2: expected 2 cells as in the first line, found 1"]),
        (["1,2", "3,x"], ["t.csv:2: expected a number of 0 or more", '"x"']),
        (["1,2", "3,-4"], ["t.csv:2:", '"-4"']),
        (["-1,2"], ["t.csv:1:", '"-1"']),
        (["1,0.1234567"], ["t.csv:1:", "at most 6 decimals"]),
        (["1,4294967295"], ["t.csv: line 1 of times, cell 2: expected at most 4294967294"]),
        ([",a,a", "b,1,2"], ['t.csv: expected each name once, found "a" twice']),
        ([",a,", "b,1,2"], ["t.csv:1: expected a name, found an empty cell"]),
    ],
)
def test_refused_tables(muster, tmp_path, lines, parts):
    assert_refused(muster("locate", "pmedian", "--matrix", write(tmp_path / "t.csv", lines), "-p", 1), *parts)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (["-p", 0], ["-p: expected a whole number from 1", '"0"']),
        (["-p", 3], ["p: expected 1 to 2, found 3"]),
        (["-p", 1, "--weights", "w"], ["w: expected 2 weights, one a demand, found 1"]),
        (["-p", 1, "--weights", "n"], ["n:1: expected a demand of the table", '"7"']),
        (["-p", 1, "--existing", "e"], ["e:2: expected a site of the table", '"3"']),
        (["-p", 1, "--existing", "absent"], ["absent: cannot be read"]),
        (["-p", 1, "--per-site", 2], ["vehicles at a site: expected 1 to 1, found 2"]),
        (["-p", 1, "--mps", "no/such/folder"], ["no/such/folder: cannot be written"]),
    ],
)
def test_refused_options(muster, tmp_path, options, parts):
    write(tmp_path / "t.csv", ["1,2", "3,4"])
    write(tmp_path / "w", [1])
    write(tmp_path / "n", ["7 1"])
    write(tmp_path / "e", ["1", "3"])
    assert_refused(muster("locate", "pmedian", "--matrix", "t.csv", *options, cwd=tmp_path), *parts)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e", "n", "t.csv", "w"]


@pytest.mark.parametrize(
    "options",
    [["pmedian", "-p", "1"], ["pmedian", "--matrix", "t", "--orlib", "t", "-p", "1"], ["nearest", "--matrix", "t", "-p", "1"],
     ["mclp", "--matrix", "t", "-p", "1"], ["pmedian", "--matrix", "t"], ["dsm", "--matrix", "t", "-p", "1", "--radius", "2"]],
)
def test_usage(muster, options):
    result = muster("locate", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
