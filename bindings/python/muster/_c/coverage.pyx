"""How likely the promise is kept, grid by grid and hour by hour; the service circles of posts and stations."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t
from libc.stdlib cimport calloc, free
import numpy as np
from muster._c.base cimport *
from muster._c.road cimport MUSTER_FROM_PLACE, MUSTER_TO_PLACE, MusterMetric
from muster._c.alert cimport Model
from muster._c.county cimport County
from muster._c.network cimport Network, polygons_to_arrays


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


def circles(County county not None, Network network not None, uint32_t limit_ms, bint each, bint toward, uint32_t doors,
            unsigned threads, progress):
    """A list of (services, place among those or None, area as polygons_to_arrays, its m², residents, their share)."""
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterCircleOptions chosen
    cdef MusterCircles *found
    cdef const MusterCircle *listed
    cdef size_t i, count = 0
    muster_circle_options_init(&chosen)
    chosen.county, chosen.metric, chosen.limit_ms = county.county, network.metric, limit_ms
    chosen.direction = MUSTER_TO_PLACE if toward else MUSTER_FROM_PLACE
    chosen.each, chosen.doors, chosen.threads = each, doors, threads
    chosen.progress, chosen.user_data = watch_progress, <void *>watch
    with nogil:
        found = muster_circles_new(&chosen, &error)
    if found is NULL:
        watch.fail(error)
    try:
        listed = muster_circles_list(found, &count)
        return [(text(muster_services_name(listed[i].services)),
                 None if listed[i].place == MUSTER_NONE else listed[i].place, polygons_to_arrays(listed[i].area),
                 listed[i].area_m2, listed[i].residents, listed[i].share) for i in range(count)]
    finally:
        muster_circles_free(found)
