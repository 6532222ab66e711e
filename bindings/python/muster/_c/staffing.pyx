"""How few people on duty keep the promise."""
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport calloc, free
import numpy as np
from muster._c.base cimport *
from muster._c.road cimport MusterMetric
from muster._c.alert cimport Model
from muster._c.county cimport County
from muster._c.coverage cimport MusterCoverageOptions, MusterServices, muster_coverage_options_init
from muster._c.network cimport Network


cdef extern from "<muster/alert.h>" nogil:
    enum:
        MUSTER_ALERT_NEEDS_MAX
    ctypedef struct MusterAlertNeed:
        uint32_t count, roles


cdef extern from "<muster/staffing.h>" nogil:
    ctypedef struct MusterStaffingTable:
        const double *chances
        size_t demand_count, stand_count
        const uint32_t *roles
        const uint32_t *most
    ctypedef struct MusterStaffingOptions:
        MusterAlertNeed needs[4]
        size_t need_count
        double alpha
        uint64_t seed
        uint32_t steps, bound_steps, search_nodes
        MusterProgress progress
        void *user_data
    void muster_staffing_options_init(MusterStaffingOptions *options)
    ctypedef struct MusterStaffingAnswer:
        uint32_t people, bound
        c_bool is_optimal
        size_t hopeless
    bint muster_staffing(const MusterStaffingTable *table, const MusterStaffingOptions *options,
                         MusterStaffingAnswer *out, uint32_t *out_people, double *out_chances, GError **error)
    ctypedef struct MusterStaffingCaseOptions:
        const MusterCoverageOptions *coverage
        MusterServices services
        uint64_t skills[4]
        size_t need_count
        double least_chance
        uint32_t most
        double acceptance
    ctypedef struct MusterStaffingStand:
        uint32_t place, roles, most
    ctypedef struct MusterStaffingCase:
        pass
    MusterStaffingCase *muster_staffing_case_new(const MusterStaffingCaseOptions *options, GError **error)
    void muster_staffing_case_free(MusterStaffingCase *staffing_case)
    MusterStaffingTable muster_staffing_case_table(const MusterStaffingCase *staffing_case)
    const MusterStaffingStand *muster_staffing_case_stands(const MusterStaffingCase *staffing_case)


NEEDS_MOST = MUSTER_ALERT_NEEDS_MAX


cdef object staff(MusterStaffingCase *scene, MusterStaffingOptions *options, Watch watch):
    cdef GError *error = NULL
    cdef MusterStaffingTable table = muster_staffing_case_table(scene)
    cdef const MusterStaffingStand *stands = muster_staffing_case_stands(scene)
    cdef MusterStaffingAnswer out
    cdef size_t j
    cdef bint done
    people, chances = np.empty(table.stand_count, np.uint32), np.empty(table.demand_count)
    places, roles, most = (np.empty(table.stand_count, np.uint32) for _ in range(3))
    cdef uint32_t[::1] to_people = people, to_places = places, to_roles = roles, to_most = most
    cdef double[::1] to_chances = chances
    with nogil:
        done = muster_staffing(&table, options, &out, &to_people[0], &to_chances[0], &error)
    if not done:
        watch.fail(error)
    for j in range(table.stand_count):
        to_places[j], to_roles[j], to_most[j] = stands[j].place, stands[j].roles, stands[j].most
    return (out.people, out.bound, bool(out.is_optimal), out.hopeless, people, chances, places, roles, most)


def staffing(County county not None, networks, Model model not None, needs, options, progress):
    """(people, bound, is optimal, hopeless, people by stand, chance by demand, and by stand place, roles, most).

    networks: one a mode, each on its own metric. needs: at most NEEDS_MOST of (count, bits of the county's skills).
    options: members of the C structures by name, None: the usual.
    """
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterCoverageOptions coverage
    cdef MusterStaffingCaseOptions case
    cdef MusterStaffingOptions chosen
    cdef MusterStaffingCase *scene
    cdef Network network
    cdef size_t i, count = len(networks)
    cdef MusterMetric **metrics = <MusterMetric **>calloc(count + 1, sizeof(MusterMetric *))
    try:
        for i in range(count):
            network = networks[i]
            metrics[i] = network.metric
        muster_coverage_options_init(&coverage)
        coverage.county, coverage.metrics, coverage.metric_count, coverage.model = county.county, metrics, count, model.model
        coverage.hours, coverage.doors = options["hours"], options["doors"]
        muster_staffing_options_init(&chosen)
        chosen.need_count = case.need_count = len(needs)
        for i in range(chosen.need_count):
            chosen.needs[i].count, chosen.needs[i].roles, case.skills[i] = needs[i][0], 1 << i, needs[i][1]
        case.coverage, case.services = &coverage, <MusterServices><int>options["services"]
        case.least_chance, case.most, case.acceptance = options["least_chance"], options["most"], options["acceptance"]
        chosen.alpha, chosen.seed = options["alpha"], options["seed"]
        if options["steps"] is not None:
            chosen.steps = options["steps"]
        if options["search_nodes"] is not None:
            chosen.search_nodes = options["search_nodes"]
        chosen.progress, chosen.user_data = watch_progress, <void *>watch
        with nogil:
            scene = muster_staffing_case_new(&case, &error)
        if scene is NULL:
            watch.fail(error)
        try:
            return staff(scene, &chosen, watch)
        finally:
            muster_staffing_case_free(scene)
    finally:
        free(metrics)
