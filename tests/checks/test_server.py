"""The dispatch server of examples/, built by a stranger: it answers events over TCP, and goes on after its end or a kill."""

import json
import pathlib
import signal
import socket
import subprocess

import pytest
from installation import flags

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "dispatch_server.c"
TIMES = "from,A,B\nA,0,120\nB,120,0\n"


@pytest.fixture(scope="module")
def program(installed, tmp_path_factory):
    _, environment = installed
    folder = tmp_path_factory.mktemp("server")
    (folder / "times.csv").write_text(TIMES)
    linked = flags(environment, "--cflags", "--libs", package="muster-uv")
    command = ["gcc", "-Wall", "-Wextra", "-Werror", SOURCE, *linked, "-o", folder / "dispatch_server"]
    subprocess.run(command, check=True)
    return folder / "dispatch_server", environment


class Server:
    """A running server and one connection to it."""

    def __init__(self, program, journal):
        path, environment = program
        self.process = subprocess.Popen([path, path.with_name("times.csv"), journal], env=environment,
                                        stdout=subprocess.PIPE, encoding="utf-8")
        port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.lines = self.socket.makefile("rw", encoding="utf-8")

    def send(self, *events):
        self.lines.write("".join(json.dumps(event) + "\n" for event in events))
        self.lines.flush()

    def answers(self, count):
        return [json.loads(self.lines.readline()) for _ in range(count)]

    def end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        self.lines.close()
        self.socket.close()
        return code, rest


@pytest.fixture
def start(program, tmp_path):
    servers = []

    def run():
        servers.append(Server(program, tmp_path / "j.journal"))
        return servers[-1]

    yield run
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def types(answer):
    return [decision["type"] for decision in answer["decisions"]]


def test_events_are_answered_and_kept(start):
    server = start()
    server.send({"type": "enrol", "volunteer": "wang", "place": "A"}, {"type": "report", "incident": "i1", "place": "B"})
    enrolled, reported = server.answers(2)
    assert (enrolled["event"], types(enrolled)) == (1, [])
    assert "alert" in types(reported) and reported["at_ms"] >= enrolled["at_ms"]
    assert server.end(signal.SIGTERM) == (0, "stopped, 0 dropped\n")
    server = start()
    server.send({"type": "accept", "volunteer": "wang"})
    (accepted,) = server.answers(1)
    assert accepted["event"] == 3 and "assign" in types(accepted)
    assert server.end(signal.SIGTERM)[0] == 0


def test_more_than_the_intake_holds(start):
    server = start()
    volunteers = [{"type": "enrol", "volunteer": number, "place": "A"} for number in range(10000)]
    for first in range(0, len(volunteers), 5000):
        server.send(*volunteers[first:first + 5000])
    assert [answer["event"] for answer in server.answers(10000)] == list(range(1, 10001))
    assert server.end(signal.SIGTERM)[0] == 0


def test_what_was_answered_outlasts_a_kill(start):
    server = start()
    server.send(*({"type": "enrol", "volunteer": number, "place": "A"} for number in range(100)))
    server.answers(100)
    server.send(*({"type": "enrol", "volunteer": number, "place": "A"} for number in range(100, 200)))
    assert server.end(signal.SIGKILL)[0] == -signal.SIGKILL
    server = start()
    server.send({"type": "enrol", "volunteer": 7, "place": "A"})
    (again,) = server.answers(1)
    assert again["event"] > 100 and types(again) == ["refused"]
    assert server.end(signal.SIGTERM)[0] == 0


def test_refusals(program, start, tmp_path):
    path, environment = program
    result = subprocess.run([path, "/nowhere.csv", tmp_path / "j"], capture_output=True, text=True, env=environment)
    assert result.returncode == 1 and "/nowhere.csv" in result.stderr
    server = start()
    server.lines.write("no event\n")
    server.lines.flush()
    assert types(server.answers(1)[0]) == ["refused"]
    server.lines.write(200_000 * "x" + "\n")
    server.lines.flush()
    assert types(server.answers(1)[0]) == ["refused"]
    assert server.end(signal.SIGTERM)[0] == 0
