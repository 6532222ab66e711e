"""pgRouting in a PostgreSQL server of its own: on a socket in a temporary folder, ended with the run.

Each call reads all arcs from their table: that is how pgRouting is used, and part of its time.
"""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import time

import numpy

from .answer import UNREACHABLE, Answer, NotOffered, NotToBeHad

PACKAGE = "postgresql-15-pgrouting (Debian)"
BINARIES = [pathlib.Path(f"/usr/lib/postgresql/{version}/bin") for version in (17, 16, 15)]
ARCS = "'SELECT id, source, target, cost FROM arcs'"
QUESTIONS_A_CALL = 10
START_LIMIT_S = 30


class Server:
    """A PostgreSQL cluster in a temporary folder, without a network port."""

    def __init__(self):
        self.process = None
        self.folder = tempfile.mkdtemp(prefix="muster-peers-")
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        binaries = next((folder for folder in BINARIES if (folder / "postgres").exists()), None)
        if not binaries:
            raise NotToBeHad("PostgreSQL is not installed (packages.txt, section peers)")
        self.owner = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        data = f"{self.folder}/data"
        self.call([binaries / "initdb", "-D", data, "-U", "bench", "-A", "trust", "--no-sync"])
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off", "max_parallel_workers_per_gather": "0", "jit": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen([binaries / "postgres", "-D", data, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self.owner)
        self.psql = [shutil.which("psql") or binaries / "psql", "-X", "-q", "-A", "-t", "-F", " ", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "bench", "-d", "postgres"]
        self.wait_until_ready()

    def call(self, command):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd="/", **self.owner)
        if result.returncode != 0:
            raise NotToBeHad(f"{pathlib.Path(command[0]).name}: {result.stderr.strip().splitlines()[-1]}")

    def wait_until_ready(self):
        deadline = time.monotonic() + START_LIMIT_S
        while subprocess.run([*self.psql, "-c", "SELECT 1"], capture_output=True).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NotToBeHad("the PostgreSQL server did not start")
            time.sleep(0.1)

    def query(self, sql):
        result = subprocess.run(self.psql, input=sql, capture_output=True, text=True)
        if result.returncode != 0:
            raise NotToBeHad(result.stderr.strip().splitlines()[0])
        return result.stdout

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def sql_array(nodes):
    return f"ARRAY[{','.join(map(str, nodes))}]::bigint[]"


class PgRouting:
    name = "pgRouting"
    exact = True

    def __init__(self, graph, folder):
        self.graph = graph
        self.server = Server()
        self.close = self.server.stop
        try:
            self.load()
        except BaseException:
            self.close()
            raise

    def load(self):
        rows = "\n".join(f"{i} {t} {h} {w}" for i, (t, h, w) in enumerate(zip(self.graph.tail, self.graph.head, self.graph.weight_ms)))
        self.server.query(
            "CREATE EXTENSION pgrouting CASCADE;\nCREATE TABLE arcs (id bigint, source bigint, target bigint, cost float8);\n"
            f"COPY arcs FROM STDIN WITH (DELIMITER ' ');\n{rows}\n\\.\nANALYZE arcs;\n"
        )

    def timed(self, statements):
        """Rows of all statements, and their time as the client sees it."""
        text = self.server.query("\\timing on\n" + "\n".join(f"{statement};" for statement in statements))
        elapsed_ms = sum(float(number) for number in re.findall(r"^Time: ([\d.]+) ms", text, re.MULTILINE))
        rows = [line.split() for line in text.splitlines() if line and not line.startswith("Time:")]
        return rows, elapsed_ms

    def costs(self, rows):
        return {(int(source), int(target)): round(float(cost)) for source, target, cost in rows}

    def point_to_point(self, question, budget_s):
        pairs = list(zip(question.sources.tolist(), question.targets.tolist()))[:QUESTIONS_A_CALL]
        call = "SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCost({}, {}, {})"
        rows, elapsed_ms = self.timed([call.format(ARCS, source, target) for source, target in pairs])
        costs = self.costs(rows)
        values = [0 if source == target else costs.get((source, target), UNREACHABLE) for source, target in pairs]
        return Answer(numpy.array(values), len(pairs), elapsed_ms)

    def matrix(self, question, budget_s):
        if len(question.sources) > 200:
            raise NotOffered("one search a source to all targets: minutes for 1,000²")
        rows, elapsed_ms = self.timed([f"SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCost({ARCS}, {sql_array(question.sources)}, {sql_array(question.targets)})"])
        costs = self.costs(rows)
        values = [[0 if s == t else costs.get((s, t), UNREACHABLE) for t in question.targets.tolist()] for s in question.sources.tolist()]
        return Answer(numpy.array(values), 1, elapsed_ms)

    def nearest(self, question, budget_s):
        incidents = question.targets[:QUESTIONS_A_CALL].tolist()
        call = "SELECT start_vid, {2}, agg_cost FROM pgr_dijkstraNearCost({0}, {1}, {2}, directed => true, cap => {3})"
        values = numpy.full((len(incidents), question.k), UNREACHABLE, dtype=numpy.int64)
        elapsed_ms = 0.0
        available = sql_array(question.available)
        for place, incident in enumerate(incidents):
            rows, took_ms = self.timed([call.format(ARCS, available, incident, question.k)])
            times = sorted(round(float(cost)) for _, _, cost in rows)[: question.k]
            values[place, : len(times)] = times
            elapsed_ms += took_ms
        return Answer(values, len(incidents), elapsed_ms, "pgr_dijkstraNearCost")

    def nearest_of_all(self, question, budget_s):
        raise NotOffered("one call a node is the row of S1")

    def build(self, question, budget_s):
        raise NotOffered("no preparation kept between calls")

    customize = build

    def close_disc(self, question, budget_s):
        closed = sql_array(question.closed_arcs)
        arcs = f"'SELECT id, source, target, cost FROM arcs WHERE id <> ALL ({closed})'"
        source, target = int(question.sources[0]), int(question.targets[0])
        rows, elapsed_ms = self.timed([f"SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCost({arcs}, {source}, {target})"])
        return Answer(numpy.array([self.costs(rows).get((source, target), UNREACHABLE)]), 1, elapsed_ms, "closed arcs left out by the query")
