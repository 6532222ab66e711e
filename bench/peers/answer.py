"""What a peer hands back: answers in ms, how long they took, and what it cannot do."""

import dataclasses
import time

import numpy

UNREACHABLE = -1


class NotOffered(Exception):
    """The peer has no way to answer this kind of question; the text says what is missing."""


class NotToBeHad(Exception):
    """The peer could not be set up on this machine; the text says why."""


@dataclasses.dataclass
class Answer:
    """Answers to the first questions of a list.

    `values_ms` is an array with an entry (or a row of entries) a question answered, UNREACHABLE where there is no way;
    None for work that has no answer of its own.
    """

    values_ms: numpy.ndarray | None
    items: int
    elapsed_ms: float
    remark: str = ""
    peak_bytes: int = 0

    @property
    def item_ms(self):
        return self.elapsed_ms / self.items


def ask_each(questions, budget_s, ask):
    """Asks one at a time until the list or the time allowed is at its end; at least one."""
    values = []
    started = time.perf_counter()
    for question in questions:
        values.append(ask(question))
        if time.perf_counter() - started > budget_s:
            break
    return values, (time.perf_counter() - started) * 1000


def timed_ms(work):
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000


def whole_ms(times):
    """Times as whole ms; what is not finite, or None, is UNREACHABLE."""
    times = numpy.asarray(times, dtype=float)
    return numpy.where(numpy.isfinite(times), numpy.rint(times), UNREACHABLE).astype(numpy.int64)


def smallest(times, k):
    """The k smallest of each row, ascending, filled up with UNREACHABLE."""
    times = numpy.atleast_2d(numpy.asarray(times, dtype=float))
    times = numpy.where(numpy.isfinite(times) & (times >= 0), times, numpy.inf)
    k_there = min(k, times.shape[1])
    nearest = numpy.sort(numpy.partition(times, k_there - 1, axis=1)[:, :k_there], axis=1)
    out = numpy.full((len(times), k), UNREACHABLE, dtype=numpy.int64)
    out[:, :k_there] = whole_ms(nearest)
    return out
