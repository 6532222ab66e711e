"""How likely the promise is kept, grid by grid and hour by hour."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport calloc, free
import numpy as np
from muster._c.base cimport *
from muster._c.people cimport MusterCounty
from muster._c.road cimport MusterMetric
from muster._c.alert cimport Model, MusterAlertModel
from muster._c.county cimport County
from muster._c.network cimport Network


cdef extern from "<muster/coverage.h>" nogil:
    ctypedef struct MusterCoverageOptions:
        MusterCounty *county
        MusterMetric *const *metrics
        size_t metric_count
        MusterAlertModel *model
        uint32_t hours, weekday, work_start_hour, work_end_hour
        double standby[24]
        c_bool follow_shifts
        uint64_t skills
        uint32_t people, alerts, known_ms, reached_ms, on_scene_ms
        double card_share, high_rise_share, alpha
        uint32_t doors
        c_bool find_recruits
        unsigned recruit_modes, threads
        MusterProgress progress
        void *user_data
    void muster_coverage_options_init(MusterCoverageOptions *options)
    ctypedef struct MusterCoverageChance:
        double known, reached, on_scene, kept, mean_s
    ctypedef struct MusterCoverageGrid:
        double weight
        MusterCoverageChance all
        uint32_t worst_hour
        double worst_kept, shortfall, gap
    ctypedef struct MusterCoverage:
        pass
    MusterCoverage *muster_coverage_new(const MusterCoverageOptions *options, GError **error)
    void muster_coverage_free(MusterCoverage *coverage)
    MusterSpan32 muster_coverage_gaps(const MusterCoverage *coverage)
    MusterSpan32 muster_coverage_recruits(const MusterCoverage *coverage)
    bint muster_coverage_area(const MusterCoverage *coverage, uint32_t area, MusterCoverageGrid *out)
    bint muster_coverage_save(const MusterCoverage *coverage, const char *path, GError **error)


cdef object numbers_of(MusterSpan32 span):
    numbers = np.empty(span.count, np.int64)
    cdef size_t i
    for i in range(span.count):
        numbers[i] = span.data[i]
    return numbers


@cython.final
cdef class Coverage:
    """Any thread."""
    cdef MusterCoverage *coverage

    def __dealloc__(self):
        muster_coverage_free(self.coverage)

    def gaps(self):
        """Places in the list of grids."""
        return numbers_of(muster_coverage_gaps(self.coverage))

    def recruits(self):
        return numbers_of(muster_coverage_recruits(self.coverage))

    def area(self, uint32_t area):
        """Figures by name; None: no grid lies in the area, counted as the county counts areas."""
        cdef MusterCoverageGrid found
        if not muster_coverage_area(self.coverage, area, &found):
            return None
        return {"weight": found.weight, "known": found.all.known, "reached": found.all.reached,
                "on_scene": found.all.on_scene, "kept": found.all.kept, "mean_s": found.all.mean_s,
                "worst_hour": found.worst_hour, "worst_kept": found.worst_kept, "shortfall": found.shortfall,
                "gap": found.gap}

    def save(self, bytes path):
        cdef GError *error = NULL
        cdef const char *file = path
        cdef bint saved
        with nogil:
            saved = muster_coverage_save(self.coverage, file, &error)
        if not saved:
            fail(error)


def cover(County county not None, networks, Model model not None, options, progress):
    """networks: one a mode, each on its own metric. options: members of MusterCoverageOptions by name, None: the usual."""
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterCoverageOptions chosen
    cdef Network network
    cdef size_t i, count = len(networks)
    cdef Coverage result = Coverage.__new__(Coverage)
    cdef MusterMetric **metrics = <MusterMetric **>calloc(count + 1, sizeof(MusterMetric *))
    try:
        for i in range(count):
            network = networks[i]
            metrics[i] = network.metric
        muster_coverage_options_init(&chosen)
        chosen.county, chosen.metrics, chosen.metric_count, chosen.model = county.county, metrics, count, model.model
        chosen.hours, chosen.weekday, chosen.follow_shifts = options["hours"], options["weekday"], options["follow_shifts"]
        if options["standby"] is not None:
            for i in range(24):
                chosen.standby[i] = options["standby"][i]
        chosen.skills, chosen.people, chosen.alerts = options["skills"], options["people"], options["alerts"]
        chosen.alpha, chosen.doors, chosen.threads = options["alpha"], options["doors"], options["threads"]
        chosen.find_recruits, chosen.recruit_modes = options["find_recruits"], options["recruit_modes"]
        chosen.progress, chosen.user_data = watch_progress, <void *>watch
        with nogil:
            result.coverage = muster_coverage_new(&chosen, &error)
    finally:
        free(metrics)
    if result.coverage is NULL:
        watch.fail(error)
    return result
