"""muster/coverage.h, which staffing uses too."""
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t
from muster._c.base cimport GError, MusterPolygons, MusterProgress, MusterSpan32, c_bool
from muster._c.people cimport MusterCounty
from muster._c.road cimport MusterDirection, MusterMetric
from muster._c.alert cimport MusterAlertModel


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
    ctypedef enum MusterServices:
        MUSTER_SERVICES_POSTS
        MUSTER_SERVICES_STATIONS
        MUSTER_SERVICES_BOTH
    const char *muster_services_name(MusterServices services)
    ctypedef struct MusterCircleOptions:
        MusterCounty *county
        MusterMetric *metric
        uint32_t limit_ms
        MusterDirection direction
        c_bool each
        uint32_t doors
        unsigned threads
        MusterProgress progress
        void *user_data
    void muster_circle_options_init(MusterCircleOptions *options)
    ctypedef struct MusterCircle:
        MusterServices services
        uint32_t place
        MusterPolygons area
        double area_m2, residents, share
    ctypedef struct MusterCircles:
        pass
    MusterCircles *muster_circles_new(const MusterCircleOptions *options, GError **error)
    void muster_circles_free(MusterCircles *circles)
    const MusterCircle *muster_circles_list(const MusterCircles *circles, size_t *count)
