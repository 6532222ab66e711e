"""Facility location on tables of times."""
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *


cdef extern from "<muster/plan.h>" nogil:
    ctypedef struct MusterLocateTable:
        const uint32_t *times
        size_t demand_count, site_count
        const uint32_t *weights
    ctypedef enum MusterLocateProblem:
        pass
    ctypedef struct MusterLocateOptions:
        MusterLocateProblem problem
        uint32_t p, radius, outer_radius, share_ppm, first_ppm, busy_ppm, per_site
        const uint32_t *existing
        size_t existing_count
        uint64_t seed
        uint32_t steps, bound_steps
        MusterProgress progress
        void *user_data
    void muster_locate_options_init(MusterLocateOptions *options)
    ctypedef struct MusterLocateAnswer:
        size_t count
        int64_t objective, bound
        c_bool is_optimal
        uint32_t unserved
    bint muster_locate(const MusterLocateTable *table, const MusterLocateOptions *options, MusterLocateAnswer *out,
                       uint32_t *out_sites, GError **error)
    bint muster_locate_write_mps(const MusterLocateTable *table, const MusterLocateOptions *options, const char *path,
                                 GError **error)
    ctypedef struct MusterPmed:
        uint32_t node_count, p
        uint32_t *times
    bint muster_pmed_read(const char *path, MusterPmed *out, GError **error)
    void muster_pmed_clear(MusterPmed *pmed)


def locate(int problem, const uint32_t[:, ::1] times, const uint32_t[::1] weights, const uint32_t[::1] existing,
           options, progress, bytes mps_path):
    """(sites, objective, bound, is optimal, unserved). options: members of MusterLocateOptions by name.

    mps_path: the problem is written there instead, and nothing returned.
    """
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterLocateTable table
    cdef MusterLocateOptions chosen
    cdef MusterLocateAnswer out
    cdef size_t room
    cdef bint done
    if times.shape[0] == 0 or times.shape[1] == 0:
        raise ValueError("expected demands and sites, found none")
    if weights is not None and weights.shape[0] != times.shape[0]:
        raise ValueError(f"expected a weight for each of {times.shape[0]} demands, found {weights.shape[0]}")
    table.times, table.demand_count, table.site_count = &times[0, 0], times.shape[0], times.shape[1]
    table.weights = NULL if weights is None or weights.shape[0] == 0 else &weights[0]
    muster_locate_options_init(&chosen)
    chosen.problem = <MusterLocateProblem>problem
    chosen.p, chosen.radius, chosen.outer_radius = options["p"], options["radius"], options["outer_radius"]
    chosen.share_ppm, chosen.first_ppm = options["share_ppm"], options["first_ppm"]
    chosen.busy_ppm, chosen.per_site = options["busy_ppm"], options["per_site"]
    chosen.seed = options["seed"]
    if options["steps"] is not None:
        chosen.steps = options["steps"]
    if options["bound_steps"] is not None:
        chosen.bound_steps = options["bound_steps"]
    chosen.existing, chosen.existing_count = &existing[0] if existing.shape[0] else NULL, existing.shape[0]
    chosen.progress, chosen.user_data = watch_progress, <void *>watch
    cdef const char *path
    if mps_path is not None:
        path = mps_path
        with nogil:
            done = muster_locate_write_mps(&table, &chosen, path, &error)
        if not done:
            fail(error)
        return None
    room = chosen.p if chosen.p else table.site_count
    sites = np.empty(room, np.uint32)
    cdef uint32_t[::1] to_sites = sites
    with nogil:
        done = muster_locate(&table, &chosen, &out, &to_sites[0], &error)
    if not done:
        watch.fail(error)
    return sites[:out.count], out.objective, out.bound, bool(out.is_optimal), out.unserved


def read_pmed(bytes path):
    """(times, p)"""
    cdef GError *error = NULL
    cdef MusterPmed pmed
    cdef const char *file = path
    cdef size_t i
    cdef bint read
    pmed.node_count = pmed.p = 0
    pmed.times = NULL
    with nogil:
        read = muster_pmed_read(file, &pmed, &error)
    if not read:
        fail(error)
    times = np.empty((pmed.node_count, pmed.node_count), np.uint32)
    cdef uint32_t[::1] out = times.reshape(-1)
    for i in range(<size_t>pmed.node_count * pmed.node_count):
        out[i] = pmed.times[i]
    p = pmed.p
    muster_pmed_clear(&pmed)
    return times, p
