"""Assignment: rows and columns by number."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *


cdef extern from "<muster/assign.h>" nogil:
    ctypedef struct MusterAssignCost:
        uint32_t tier
        int32_t time_ms
        uint32_t fatigue
    ctypedef struct MusterAssignLimits:
        uint32_t rows, columns
        MusterAssignCost cost
    ctypedef enum MusterAssignMethod:
        pass
    ctypedef struct MusterAssignment:
        pass
    MusterAssignment *muster_assignment_new(const MusterAssignLimits *limits, MusterAssignMethod method, GError **error)
    void muster_assignment_free(MusterAssignment *assignment)
    ctypedef struct MusterAssignCandidate:
        uint32_t column
        MusterAssignCost cost
    bint muster_assignment_add_column(MusterAssignment *assignment, uint32_t column, uint64_t id, uint64_t skills,
                                      GError **error)
    bint muster_assignment_leave(MusterAssignment *assignment, uint32_t column, GError **error)
    void muster_assignment_return(MusterAssignment *assignment, uint32_t column)
    ctypedef struct MusterAssignNeed:
        uint64_t id, skills
        MusterAssignCost unserved
    bint muster_assignment_add_row(MusterAssignment *assignment, uint32_t row, const MusterAssignNeed *need,
                                   const MusterAssignCandidate *candidates, size_t count, GError **error)
    bint muster_assignment_solve(MusterAssignment *assignment, uint64_t step_budget, GError **error)
    void muster_assignment_remove(MusterAssignment *assignment, uint32_t row)
    bint muster_assignment_change(MusterAssignment *assignment, uint32_t row, uint32_t column,
                                  const MusterAssignCost *cost, GError **error)
    bint muster_assignment_change_unserved(MusterAssignment *assignment, uint32_t row, const MusterAssignCost *unserved,
                                           GError **error)
    bint muster_assignment_forbid(MusterAssignment *assignment, uint32_t row, uint32_t column, GError **error)
    bint muster_assignment_pin(MusterAssignment *assignment, uint32_t row, uint32_t column,
                               const MusterAssignCost *cost, GError **error)
    bint muster_assignment_unpin(MusterAssignment *assignment, uint32_t row, GError **error)
    uint32_t muster_assignment_column_of(const MusterAssignment *assignment, uint32_t row)
    MusterAssignCost muster_assignment_cost_of(const MusterAssignment *assignment, uint32_t row)
    ctypedef struct MusterAssignTotals:
        uint32_t rows, served, waiting
        uint64_t tier, fatigue
        int64_t time_ms
    void muster_assignment_totals(const MusterAssignment *assignment, MusterAssignTotals *out)
    const uint32_t *muster_assignment_changed(const MusterAssignment *assignment, size_t *count)
    ctypedef struct MusterAssignDifference:
        int64_t tier, time_ms, fatigue
    ctypedef enum MusterAssignReason:
        pass
    ctypedef struct MusterAssignWhy:
        MusterAssignReason reason
        uint32_t column, other_row
        MusterAssignDifference extra
    bint muster_assignment_why_not(MusterAssignment *assignment, uint32_t row, uint32_t column, MusterAssignWhy *out,
                                   GError **error)
    bint muster_assignment_why_unserved(MusterAssignment *assignment, uint32_t row, MusterAssignWhy *out,
                                        GError **error)
    void muster_assignment_burden(MusterAssignment *assignment, uint32_t row, MusterAssignDifference *out)
    void muster_assignment_saving(MusterAssignment *assignment, uint32_t column, MusterAssignDifference *out)
    int MUSTER_ASSIGN_DEADLINES_MOST
    ctypedef struct MusterAssignRule:
        uint32_t deadlines_ms[4]
        size_t deadline_count
        uint32_t ageing_ms, slot_tiers, stickiness_ms
    ctypedef struct MusterAssignLog:
        const int64_t *reported_ms
        const uint32_t *busy_ms
        size_t incident_count
        const int64_t *free_from_ms
        size_t responder_count
        uint32_t (*first_ms)(size_t responder, size_t incident, void *user_data) noexcept nogil
        uint32_t (*next_ms)(size_t incident_before, size_t incident, void *user_data) noexcept nogil
        void *user_data
    ctypedef struct MusterAssignBound:
        size_t served
        uint64_t tier
        int64_t time_ms
    bint muster_assign_bound(const MusterAssignLog *log, const MusterAssignRule *rule, MusterAssignBound *out,
                             GError **error)


cdef enum:
    STEPS_A_TURN = 1 << 22
    ROWS_A_TURN = 1024

# As MusterAssignCost and MusterAssignCandidate.
COST = np.dtype([("tier", "u4"), ("time_ms", "i4"), ("fatigue", "u4")])
CANDIDATE = np.dtype([("column", "u4"), ("tier", "u4"), ("time_ms", "i4"), ("fatigue", "u4")])
assert CANDIDATE.itemsize == sizeof(MusterAssignCandidate)


cdef MusterAssignCost cost_of(object cost) except *:
    cdef MusterAssignCost out
    out.tier, out.time_ms, out.fatigue = cost
    return out


cdef tuple difference(MusterAssignDifference difference):
    return difference.tier, difference.time_ms, difference.fatigue


cdef tuple why(MusterAssignWhy why):
    return (<int>why.reason, -1 if why.column == MUSTER_NONE else why.column,
            -1 if why.other_row == MUSTER_NONE else why.other_row, difference(why.extra))


@cython.final
cdef class Assignment:
    """One thread at a time. The caller checks that rows and columns are there where the core requires it."""
    cdef MusterAssignment *assignment

    def __cinit__(self, uint32_t rows, uint32_t columns, most, int method):
        cdef MusterAssignLimits limits
        cdef GError *error = NULL
        limits.rows, limits.columns, limits.cost = rows, columns, cost_of(most)
        self.assignment = muster_assignment_new(&limits, <MusterAssignMethod>method, &error)
        if self.assignment is NULL:
            fail(error)

    def __dealloc__(self):
        muster_assignment_free(self.assignment)

    def add_column(self, uint32_t column, uint64_t id, uint64_t skills):
        cdef GError *error = NULL
        if not muster_assignment_add_column(self.assignment, column, id, skills, &error):
            fail(error)

    def leave(self, uint32_t column):
        cdef GError *error = NULL
        if not muster_assignment_leave(self.assignment, column, &error):
            fail(error)

    def come_back(self, uint32_t column):
        muster_assignment_return(self.assignment, column)

    def add_row(self, uint32_t row, uint64_t id, uint64_t skills, unserved, candidates):
        """candidates: an array of CANDIDATE"""
        cdef GError *error = NULL
        cdef MusterAssignNeed need
        if candidates.dtype != CANDIDATE or not candidates.flags.c_contiguous:
            raise TypeError("expected a contiguous array of candidates")
        cdef size_t address = candidates.ctypes.data, count = len(candidates)
        need.id, need.skills, need.unserved = id, skills, cost_of(unserved)
        if not muster_assignment_add_row(self.assignment, row, &need, <const MusterAssignCandidate *>address, count,
                                         &error):
            fail(error)

    def add_matrix(self, const uint32_t[:, ::1] costs_ms, unserved):
        """A row for each of the matrix, columns likewise, ids their numbers; MUSTER_UNREACHABLE_MS: no candidate."""
        cdef GError *error = NULL
        cdef Py_ssize_t row, column, count
        cdef MusterAssignNeed need
        cdef bint added = True
        room = np.empty(costs_ms.shape[1], CANDIDATE)
        cdef size_t address = room.ctypes.data
        cdef MusterAssignCandidate *candidates = <MusterAssignCandidate *>address
        need.skills, need.unserved = 0, cost_of(unserved)
        for column in range(costs_ms.shape[1]):
            self.add_column(column, column, 0)
        for row in range(costs_ms.shape[0]):
            with nogil:
                need.id = row
                count = 0
                for column in range(costs_ms.shape[1]):
                    if costs_ms[row, column] != MUSTER_UNREACHABLE_MS:
                        candidates[count].column = column
                        candidates[count].cost.tier = candidates[count].cost.fatigue = 0
                        candidates[count].cost.time_ms = costs_ms[row, column]
                        count += 1
                added = muster_assignment_add_row(self.assignment, row, &need, candidates, count, &error)
            if not added:
                fail(error)
            if row % ROWS_A_TURN == 0:
                PyErr_CheckSignals()

    def solve(self):
        """Serves all rows that wait; Ctrl-C leaves some waiting."""
        cdef GError *error = NULL
        cdef bint done = False
        while not done:
            with nogil:
                done = muster_assignment_solve(self.assignment, STEPS_A_TURN, &error)
            if error is not NULL:
                fail(error)
            PyErr_CheckSignals()

    def remove(self, uint32_t row):
        muster_assignment_remove(self.assignment, row)

    def change(self, uint32_t row, uint32_t column, cost):
        cdef GError *error = NULL
        cdef MusterAssignCost to = cost_of(cost)
        if not muster_assignment_change(self.assignment, row, column, &to, &error):
            fail(error)

    def change_unserved(self, uint32_t row, cost):
        cdef GError *error = NULL
        cdef MusterAssignCost to = cost_of(cost)
        if not muster_assignment_change_unserved(self.assignment, row, &to, &error):
            fail(error)

    def forbid(self, uint32_t row, uint32_t column):
        cdef GError *error = NULL
        if not muster_assignment_forbid(self.assignment, row, column, &error):
            fail(error)

    def pin(self, uint32_t row, uint32_t column, cost):
        cdef GError *error = NULL
        cdef MusterAssignCost at = cost_of(cost)
        if not muster_assignment_pin(self.assignment, row, column, &at, &error):
            fail(error)

    def unpin(self, uint32_t row):
        cdef GError *error = NULL
        if not muster_assignment_unpin(self.assignment, row, &error):
            fail(error)

    def columns_of(self, const uint32_t[::1] rows):
        """int64, −1 where a row is unserved, waits or is not there"""
        columns = np.empty(rows.shape[0], np.int64)
        cdef int64_t[::1] out = columns
        cdef uint32_t column
        cdef Py_ssize_t i
        for i in range(rows.shape[0]):
            column = muster_assignment_column_of(self.assignment, rows[i])
            out[i] = -1 if column == MUSTER_NONE else column
        return columns

    def cost_of(self, uint32_t row):
        cdef MusterAssignCost cost = muster_assignment_cost_of(self.assignment, row)
        return cost.tier, cost.time_ms, cost.fatigue

    def totals(self):
        cdef MusterAssignTotals totals
        muster_assignment_totals(self.assignment, &totals)
        return (totals.rows, totals.served, totals.waiting, totals.tier, totals.time_ms, totals.fatigue)

    def changed(self):
        cdef size_t i, count
        cdef const uint32_t *rows = muster_assignment_changed(self.assignment, &count)
        return [rows[i] for i in range(count)]

    def why_not(self, uint32_t row, uint32_t column):
        cdef GError *error = NULL
        cdef MusterAssignWhy out
        if not muster_assignment_why_not(self.assignment, row, column, &out, &error):
            fail(error)
        return why(out)

    def why_unserved(self, uint32_t row):
        cdef GError *error = NULL
        cdef MusterAssignWhy out
        if not muster_assignment_why_unserved(self.assignment, row, &out, &error):
            fail(error)
        return why(out)

    def burden(self, uint32_t row):
        cdef MusterAssignDifference out
        muster_assignment_burden(self.assignment, row, &out)
        return difference(out)

    def saving(self, uint32_t column):
        cdef MusterAssignDifference out
        muster_assignment_saving(self.assignment, column, &out)
        return difference(out)


cdef struct Travel:
    const uint32_t *first_ms
    const uint32_t *next_ms
    size_t incidents


cdef uint32_t first_ms_of(size_t responder, size_t incident, void *travel) noexcept nogil:
    cdef Travel *by = <Travel *>travel
    return by.first_ms[responder * by.incidents + incident]


cdef uint32_t next_ms_of(size_t before, size_t incident, void *travel) noexcept nogil:
    cdef Travel *by = <Travel *>travel
    return by.next_ms[before * by.incidents + incident]


def bound(first_ms, next_ms, reported_ms, busy_ms, free_from_ms, deadlines_ms):
    """(served, tier, time_ms). Contiguous arrays: uint32 (responder, incident) and (incident, incident), int64 and uint32
    by incident, int64 by responder; the caller checks that they fit."""
    cdef GError *error = NULL
    cdef MusterAssignLog log
    cdef MusterAssignRule rule
    cdef MusterAssignBound out
    cdef Travel travel
    cdef size_t first = first_ms.ctypes.data, next = next_ms.ctypes.data
    cdef size_t reported = reported_ms.ctypes.data, busy = busy_ms.ctypes.data, free = free_from_ms.ctypes.data
    cdef bint done
    travel.first_ms, travel.next_ms = <const uint32_t *>first, <const uint32_t *>next
    travel.incidents = len(reported_ms)
    log.reported_ms, log.busy_ms = <const int64_t *>reported, <const uint32_t *>busy
    log.free_from_ms = <const int64_t *>free
    log.incident_count, log.responder_count = len(reported_ms), len(free_from_ms)
    log.first_ms, log.next_ms, log.user_data = first_ms_of, next_ms_of, &travel
    rule.ageing_ms = rule.slot_tiers = rule.stickiness_ms = 0
    if len(deadlines_ms) > MUSTER_ASSIGN_DEADLINES_MOST:
        raise ValueError(f"expected at most {MUSTER_ASSIGN_DEADLINES_MOST} deadlines, found {len(deadlines_ms)}")
    rule.deadline_count = len(deadlines_ms)
    for i in range(len(deadlines_ms)):
        rule.deadlines_ms[i] = deadlines_ms[i]
    with nogil:
        done = muster_assign_bound(&log, &rule, &out, &error)
    if not done:
        fail(error)
    return out.served, out.tier, out.time_ms
