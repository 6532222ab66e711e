"""One question to Muster and all peers in turn, several rounds; medians, ratios, and whether the answers are the same."""

import dataclasses
import statistics
import sys

import numpy

from .answer import UNREACHABLE, NotOffered, timed_ms

ONE_ROUND_AFTER_BUDGETS = 8


@dataclasses.dataclass
class Row:
    """A line of the table; times are medians in ms of one item."""

    graph: str
    question: str
    item: str
    peer: str
    muster_ms: float | None
    peer_ms: float
    rounds: int
    answers: str
    remark: str
    peak_bytes: int

    @property
    def ratio(self):
        return self.peer_ms / self.muster_ms if self.muster_ms else None


@dataclasses.dataclass
class Refusal:
    graph: str
    question: str
    peer: str
    reason: str


def check_exact(values, expected):
    """Both hold answers to the first questions of one list; the shorter counts."""
    count = min(len(values), len(expected))
    values, expected = values[:count], expected[:count]
    if numpy.array_equal(values, expected):
        return f"equal ({values.size:,})"
    unlike = values != expected
    worst = int(numpy.abs(values - expected)[unlike].max())
    return f"**{int(unlike.sum()):,} of {values.size:,} differ**, by {worst:,} ms at most"


def check_plausible(values, expected):
    """For engines with speeds of their own: how their times stand to Muster's."""
    count = min(len(values), len(expected))
    values, expected = values[:count], expected[:count]
    both = (values != UNREACHABLE) & (expected > 0)
    if not both.any():
        return "nothing to compare"
    ratios = numpy.sort(values[both] / expected[both])
    low, middle, high = (ratios[int(share * (len(ratios) - 1))] for share in (0.05, 0.5, 0.95))
    one_sided = int(((values == UNREACHABLE) != (expected == UNREACHABLE)).sum())
    unlike = f"; {one_sided:,} answered by one only" if one_sided else ""
    return f"plausible: {middle:.2f} × the times on Muster's graph ({low:.2f} to {high:.2f}){unlike}"


class Comparison:
    def __init__(self, graph, muster, peers, reference, rounds, budget_s):
        self.graph, self.muster, self.peers, self.reference = graph, muster, peers, reference
        self.rounds, self.budget_s = rounds, budget_s
        self.rows, self.refusals = [], []

    def refuse(self, question, peer, reason):
        self.refusals.append(Refusal(self.graph.name, question.title, peer.name, reason))

    def ask(self, question):
        """Each round asks Muster, then every peer that still answers and is not so slow that one round has to do."""
        rounds = 1 if question.kind == "build" and self.graph.node_count > 500_000 else self.rounds
        answers = {}
        asked = [self.muster, *self.peers]
        for _ in range(rounds):
            for peer in list(asked):
                arguments = () if peer is self.muster else (self.budget_s,)
                try:
                    answer, took_ms = timed_ms(lambda: getattr(peer, question.kind)(question, *arguments))
                    answers.setdefault(peer, []).append(answer)
                    if peer is not self.muster and took_ms > ONE_ROUND_AFTER_BUDGETS * self.budget_s * 1000:
                        asked.remove(peer)
                except NotOffered as reason:
                    self.refuse(question, peer, str(reason))
                    asked.remove(peer)
        self.judge(question, answers)

    def judge(self, question, answers):
        expected = self.expected(question)
        ours = answers.pop(self.muster, None)
        muster_ms = statistics.median(answer.item_ms for answer in ours) if ours else None
        if ours:
            self.add(question, self.muster, ours, muster_ms, expected)
        for peer, given in answers.items():
            self.add(question, peer, given, muster_ms, expected if peer.exact or not ours else ours[0].values_ms)

    def expected(self, question):
        """The reference's answers, to more questions than it is timed on."""
        try:
            return getattr(self.reference, question.kind)(question, 4 * self.budget_s).values_ms
        except NotOffered:
            return None

    def add(self, question, peer, answers, muster_ms, expected):
        values = answers[0].values_ms
        if peer is self.reference:
            verdict = "the reference"
        elif values is None or expected is None:
            verdict = ""
        else:
            verdict = (check_exact if getattr(peer, "exact", True) else check_plausible)(values, expected)
        item_ms = statistics.median(answer.item_ms for answer in answers)
        peak_bytes = max(answer.peak_bytes for answer in answers)
        row = Row(self.graph.name, question.title, question.item, peer.name, muster_ms, item_ms, len(answers), verdict, answers[-1].remark, peak_bytes)
        self.rows.append(row)
        print(f"  {question.title}: {peer.name}", file=sys.stderr)
