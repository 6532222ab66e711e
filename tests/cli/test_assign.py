"""muster assign: against a second solver, the OR-Library's optima, its own answers in another order, and itself anew."""

import json
import os
import random

import numpy
import pytest
from conftest import assert_refused
from scipy.optimize import linear_sum_assignment

SEED = 1310


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def ask(muster, path, *options):
    result = muster("assign", path, *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def parse(text):
    """row → column or None, row → cost, and the summary."""
    *lines, last = text.splitlines()
    words = last.split()
    assert words[:2] == ["#", "served"] and words[3] == "late" and words[5] == "total"
    columns, costs = {}, {}
    for line in lines:
        row, column, cost = line.split()
        columns[int(row)] = None if column == "-" else int(column)
        costs[int(row)] = None if cost == "-" else int(cost)
    return columns, costs, (int(words[2]), int(words[4]), int(words[6]))


def best(pairs, rows, columns, unserved=None, deadline=None):
    """(deadlines missed, unserved if they have no price, total) of the best matching, by scipy: the three as one number."""
    row_at, column_at = {r: i for i, r in enumerate(rows)}, {c: i for i, c in enumerate(columns)}
    total_unit, count_unit = 1, 10**6
    missed_unit = count_unit * (len(rows) + 1)

    def worth(cost, missed, left):
        return cost * total_unit + left * count_unit + missed * missed_unit

    impossible = 10**12
    matrix = numpy.full((len(rows), len(columns) + len(rows)), impossible, dtype=numpy.int64)
    for (r, c), cost in pairs.items():
        if r in row_at and c in column_at:
            matrix[row_at[r], column_at[c]] = worth(cost, deadline is not None and cost > deadline, False)
    for i in range(len(rows)):
        matrix[i, len(columns) + i] = worth(unserved or 0, deadline is not None, unserved is None)
    chosen = linear_sum_assignment(matrix)
    return int(matrix[chosen].sum()), worth


def value(summary, row_count, worth, unserved, deadline):
    served, late, total = summary
    missed = late + row_count - served if deadline is not None else 0
    return worth(total, missed, row_count - served if unserved is None else 0)


def random_instance(draw, rows_most=9, columns_most=9):
    rows, columns = range(1, draw.randint(1, rows_most) + 1), range(101, 101 + draw.randint(1, columns_most))
    spread = draw.choice([3, 20, 1000])
    share = draw.choice([0.3, 0.7, 1.0])
    pairs = {(r, c): draw.randint(-spread // 4, spread) for r in rows for c in columns if draw.random() < share}
    unserved = draw.choice([None, draw.randint(0, spread)])
    deadline = draw.choice([None, draw.randint(0, spread)])
    return pairs, unserved, deadline


def options_of(unserved, deadline):
    options = [] if unserved is None else ["--unserved", unserved]
    return options + ([] if deadline is None else ["--deadline", deadline])


def lines_of(pairs):
    return [f"{r} {c} {cost}" for (r, c), cost in pairs.items()]


def test_equals_a_second_solver(muster, tmp_path):
    """Hundreds of instances; the lines of each in two orders give the same matching."""
    draw = random.Random(SEED)
    for _ in range(2000 if os.environ.get("MUSTER_TEST_EFFORT") == "long" else 400):
        pairs, unserved, deadline = random_instance(draw)
        lines = lines_of(pairs)
        if not lines:
            continue
        options = options_of(unserved, deadline)
        text = ask(muster, write(tmp_path / "costs", lines), *options)
        columns, costs, summary = parse(text)
        rows = sorted({r for r, _ in pairs})
        assert sorted(columns) == rows
        taken = [c for c in columns.values() if c is not None]
        assert len(taken) == len(set(taken)) == summary[0]
        assert all(costs[r] == pairs[r, c] for r, c in columns.items() if c is not None)
        left = len(rows) - len(taken)
        assert summary[2] == sum(c for c in costs.values() if c is not None) + (unserved or 0) * left
        assert summary[1] == sum(c is not None and deadline is not None and c > deadline for c in costs.values())
        optimum, worth = best(pairs, rows, sorted({c for _, c in pairs}), unserved, deadline)
        assert value(summary, len(rows), worth, unserved, deadline) == optimum
        draw.shuffle(lines)
        assert sorted(ask(muster, write(tmp_path / "costs", lines), *options).splitlines()) == sorted(text.splitlines())


def sparse_instance(draw):
    """Some hundred rows that list a few columns each, near ones more often than far ones; ties are common."""
    row_count, column_count, listed = draw.randint(150, 300), draw.randint(120, 320), draw.randint(2, 12)
    rows, columns = draw.sample(range(10**6), row_count), draw.sample(range(10**6), column_count)
    pairs = {}
    for at, row in enumerate(rows):
        for _ in range(listed):
            column = columns[int(draw.gauss(at, 25)) % column_count]
            pairs[row, column] = draw.randint(0, 400)
    return pairs, draw.choice([None, draw.randint(50, 400)]), draw.choice([None, draw.randint(50, 400)])


def test_equals_a_second_solver_on_larger_instances(muster, tmp_path):
    draw = random.Random(SEED + 2)
    for _ in range(40):
        pairs, unserved, deadline = sparse_instance(draw)
        rows, columns = sorted({r for r, _ in pairs}), sorted({c for _, c in pairs})
        lines, options = lines_of(pairs), options_of(unserved, deadline)
        text = ask(muster, write(tmp_path / "costs", lines), *options)
        chosen, costs, summary = parse(text)
        taken = [(r, c) for r, c in chosen.items() if c is not None]
        assert len({c for _, c in taken}) == len(taken) == summary[0]
        assert summary[2] == sum(pairs[pair] for pair in taken) + (unserved or 0) * (len(rows) - len(taken))
        assert summary[1] == sum(deadline is not None and pairs[pair] > deadline for pair in taken)
        optimum, worth = best(pairs, rows, columns, unserved, deadline)
        assert value(summary, len(rows), worth, unserved, deadline) == optimum
        draw.shuffle(lines)
        assert sorted(ask(muster, write(tmp_path / "costs", lines), *options).splitlines()) == sorted(text.splitlines())


def test_events_equal_solving_anew(muster, tmp_path):
    draw = random.Random(SEED + 1)
    for _ in range(60):
        pairs, unserved, deadline = random_instance(draw, 12, 10)
        if not pairs:
            continue
        all_rows, all_columns = sorted({r for r, _ in pairs}), sorted({c for _, c in pairs})
        rows, columns, events, expected = set(), set(all_columns), [], []
        for _ in range(80):
            if draw.random() < 0.7:
                row = draw.choice(all_rows)
                events.append(f"{'close' if row in rows else 'arrive'} {row}")
                rows ^= {row}
            else:
                column = draw.choice(all_columns)
                events.append(f"{'leave' if column in columns else 'return'} {column}")
                columns ^= {column}
            expected.append(best(pairs, sorted(rows), sorted(columns), unserved, deadline) + (len(rows),))
        costs = write(tmp_path / "costs", lines_of(pairs))
        text = ask(muster, costs, *options_of(unserved, deadline), "--events", write(tmp_path / "events", events))
        summaries = [tuple(map(int, line.split())) for line in text.splitlines()]
        assert len(summaries) == len(events)
        for summary, (optimum, worth, row_count) in zip(summaries, expected):
            assert value(summary, row_count, worth, unserved, deadline) == optimum


def or_library(path):
    numbers = list(map(int, path.read_text().split()))
    side, rest = numbers[0], numbers[1:]
    if len(rest) == side * side:
        return [f"{i} {j} {rest[i * side + j]}" for i in range(side) for j in range(side)]
    return [f"{rest[i]} {rest[i + 1]} {rest[i + 2]}" for i in range(0, len(rest), 3)]


def test_or_library_optima(muster, data, tmp_path):
    optima = [line.split() for line in data("orlib/assign/optima.txt").read_text().splitlines() if line.strip()]
    assert len(optima) == 6
    for name, optimum in optima:
        costs = write(tmp_path / "costs", or_library(data(f"orlib/assign/{name}.txt")))
        assert parse(ask(muster, costs))[2][2] == int(optimum), name


def test_words_of_the_output(muster, tmp_path):
    costs = write(tmp_path / "costs", ["# pairs", "7 1 5", "8 1 3", "", "9 1 4  # and", "9 2 9"])
    assert ask(muster, costs) == "7 - -\n8 1 3\n9 2 9\n# served 2 late 0 total 12\n"
    assert ask(muster, costs, "--unserved", 6) == "7 - -\n8 1 3\n9 - -\n# served 1 late 0 total 15\n"
    assert ask(muster, costs, "--deadline", 8) == "7 - -\n8 1 3\n9 2 9\n# served 2 late 1 total 12\n"
    assert json.loads(ask(muster, costs, "--json")) == {
        "rows": [
            {"row": 7, "column": None, "cost": None},
            {"row": 8, "column": 1, "cost": 3},
            {"row": 9, "column": 2, "cost": 9},
        ],
        "served": 2,
        "late": 0,
        "total": 12,
    }
    events = write(tmp_path / "events", ["arrive 7", "arrive 8", "leave 1", "return 1 # back", "close 8"])
    assert ask(muster, costs, "--events", events) == "1 0 5\n1 0 3\n0 0 0\n1 0 3\n1 0 5\n"
    assert json.loads(ask(muster, costs, "--events", events, "--json"))["events"][0] == {"served": 1, "late": 0, "total": 5}
    stranger = write(tmp_path / "events", ["arrive 5", "arrive 7", "close 5"])
    assert ask(muster, costs, "--events", stranger, "--unserved", 9) == "0 0 9\n1 0 14\n1 0 5\n"
    assert ask(muster, write(tmp_path / "none", [])) == "# served 0 late 0 total 0\n"


@pytest.mark.parametrize(
    "line, parts",
    [
        ("1 2", ["costs:2: expected ROW COLUMN COST, found two numbers"]),
        ("1 2 3 4", ["costs:2: expected ROW COLUMN COST, found more"]),
        ("one 2 3", ['costs:2: expected a row, a whole number, found "one"']),
        ("1 2 3.5", ['found "3.5"']),
        ("1 2 2147483648", ["expected a cost, a whole number from -2147483647 to 2147483647"]),
    ],
)
def test_bad_costs(muster, tmp_path, line, parts):
    assert_refused(muster("assign", write(tmp_path / "costs", ["1 1 1", line])), *parts)


@pytest.mark.parametrize(
    "line, part",
    [
        ("come 1", 'events:2: expected arrive, close, leave or return, found "come"'),
        ("arrive", "events:2: expected one number after the word, found none"),
        ("close 5", "events:2: expected a row of the costs, found 5"),
        ("leave 5", "events:2: expected a column of the costs, found 5"),
        ("arrive 1", "events:2: expected one that is not there yet, found 1 of one that is there"),
        ("close 2", "events:2: expected one that is there, found 2 of one that is not there"),
    ],
)
def test_bad_events(muster, tmp_path, line, part):
    costs = write(tmp_path / "costs", ["1 1 1", "2 1 1"])
    assert_refused(muster("assign", costs, "--events", write(tmp_path / "events", ["arrive 1", line])), part)


def test_missing_file_and_usage(muster, tmp_path):
    assert_refused(muster("assign", tmp_path / "nowhere"), "nowhere")
    assert_refused(muster("assign", write(tmp_path / "costs", ["1 1 1"]), "--deadline", "soon"), "--deadline")
    assert muster("assign").returncode == 2


def test_overflow_is_an_error(muster, tmp_path):
    lines = [f"{row} 1 2147483647" for row in range(40000)]
    assert_refused(muster("assign", write(tmp_path / "costs", lines), "--deadline", 5), "would not fit")


def test_a_town_with_day_long_costs(muster, tmp_path):
    """60,000 rows, times in ms up to a day, and a deadline, which outweighs every row left, which outweighs all times."""
    lines = [f"{row} {row} {86_400_000 - row}" for row in range(60_000)] + ["0 1 5", "1 60000 86400000"]
    text = ask(muster, write(tmp_path / "costs", lines), "--deadline", 86_340_001)
    columns, costs, summary = parse(text)
    assert columns[0] == 1 and columns[1] == 60_000 and costs[1] == 86_400_000
    assert summary == (60_000, 59_998, 5 + 86_400_000 + sum(86_400_000 - row for row in range(2, 60_000)))
