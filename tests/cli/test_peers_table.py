"""bench/peers: the tables made of figures, and the launcher that measures memory (the figures need the peers installed)."""

import dataclasses
import pathlib
import subprocess
import sys
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from bench.peers import table  # noqa: E402


@dataclasses.dataclass
class Row:
    graph: str
    peer: str
    peer_ms: float
    muster_ms: float | None
    question: str = "S6 point to point"
    item: str = "pair"
    rounds: int = 3
    answers: str = "equal (10)"
    remark: str = ""
    peak_bytes: int = 0

    @property
    def ratio(self):
        return self.peer_ms / self.muster_ms if self.muster_ms else None


ROWS = [
    Row("small", "Muster", 0.008, 0.008, peak_bytes=20 << 20),
    Row("small", "Other", 0.016, 0.008),
    Row("large", "Muster", 0.024, 0.024, peak_bytes=200 << 20),
]


def test_durations_carry_their_unit():
    assert [table.duration(ms) for ms in (0.0004, 0.0123, 12.34, 12340, 4e6, None)] == ["400 ns", "12.3 µs", "12.3 ms", "12.3 s", "4,000 s", "–"]


def test_ratio_is_the_peers_time_over_musters():
    lines = table.comparison_table(ROWS[:2], "Muster").splitlines()
    assert "| **Muster** | 8 µs | 1 |" in lines[2]
    assert "| Other | 16 µs | 2.00 |" in lines[3]


def test_a_question_muster_cannot_answer_yet_has_no_ratio():
    assert "| Other | 5 ms | – |" in table.comparison_table([Row("small", "Other", 5, None)], "Muster")
    assert "ratio_to_muster" not in table.benchmark_entry(Row("small", "Other", 5, None), "Muster")


def test_growth_of_time_and_memory():
    graphs = [types.SimpleNamespace(name=name, node_count=count) for name, count in (("small", 1000), ("large", 30000))]
    text = table.growth_table(ROWS, *graphs)
    assert "| S6 point to point | Muster | 8 µs | 24 µs | × 3.00 |" in text
    assert "| S6 point to point: memory | Muster | 20 MiB | 200 MiB | × 10.0 |" in text
    assert "Other" not in text  # it was not asked on the large graph
    assert text.endswith("| nodes | | 1,000 | 30,000 | × 30.0 |")


def test_refusals_with_one_reason_share_a_line():
    refusals = [types.SimpleNamespace(peer="Other", question=question, reason="no such call") for question in ("S5", "S8", "S5")]
    assert table.refusal_table(refusals).splitlines()[2:] == ["| Other | S5; S8 | no such call |"]


def test_json_has_the_form_of_google_benchmark():
    entry = table.benchmark_entry(ROWS[1], "Muster")
    assert entry["name"] == "small/S6 point to point/Other" and entry["time_unit"] == "ms" and entry["aggregate_name"] == "median"
    assert entry["ratio_to_muster"] == 2.0


def test_memory_of_a_small_program_started_by_a_large_one(tmp_path):
    ballast = bytearray(b"\1" * (200 << 20))
    launcher = pathlib.Path(table.__file__).with_name("launch.py")
    command = [sys.executable, "-I", "-S", launcher, tmp_path / "peak", "/bin/sh", "-c", "exit 3"]
    assert subprocess.run(list(map(str, command))).returncode == 3
    assert 0 < int((tmp_path / "peak").read_text()) < len(ballast) // 2
