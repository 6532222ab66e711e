"""muster/engine.h, and the handles that journal and simulation use."""
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from muster._c.base cimport GError
from muster._c.people cimport MusterCounty
from muster._c.road cimport MusterTravel


cdef extern from "<muster/incident.h>" nogil:
    ctypedef struct MusterPlans:
        pass
    MusterPlans *muster_plans_new(const char *path, GError **error)
    void muster_plans_unref(MusterPlans *plans)


cdef extern from "<muster/engine.h>" nogil:
    ctypedef struct MusterId:
        const char *text
        uint64_t number
    ctypedef struct MusterEvent:
        int64_t at_ms
    ctypedef struct MusterDecision:
        int64_t at_ms
    ctypedef struct MusterPolicy:
        pass
    MusterPolicy *muster_policy_new(const char *name_or_path, GError **error)
    void muster_policy_unref(MusterPolicy *policy)
    MusterPolicy *muster_policy_ref(MusterPolicy *policy)
    const char *muster_policy_name(const MusterPolicy *policy)
    char *muster_policy_to_ini(const MusterPolicy *policy)
    MusterPolicy *muster_policy_parse(const char *name, const char *ini, size_t bytes, GError **error)
    MusterPolicy *muster_policy_with_plans(const MusterPolicy *policy, MusterPlans *plans, GError **error)
    MusterPlans *muster_policy_plans(const MusterPolicy *policy)
    char *muster_policy_describe(const MusterPolicy *policy)
    ctypedef struct MusterEngine:
        pass
    MusterEngine *muster_engine_new(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy,
                                    bint enrol_on_duty, GError **error)
    void muster_engine_free(MusterEngine *engine)
    const MusterDecision *muster_engine_step(MusterEngine *engine, const MusterEvent *event, size_t *count)
    const MusterDecision *muster_engine_refuse(MusterEngine *engine, const char *why, size_t *count)
    int64_t muster_engine_next_deadline_ms(const MusterEngine *engine)
    int64_t muster_engine_now_ms(const MusterEngine *engine)
    uint64_t muster_engine_state_hash(const MusterEngine *engine)
    uint64_t muster_engine_event_count(const MusterEngine *engine)
    uint8_t *muster_engine_snapshot(const MusterEngine *engine, size_t *bytes)
    MusterEngine *muster_engine_restore(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy,
                                        const uint8_t *snapshot, size_t bytes, GError **error)
    char *muster_engine_why_not(MusterEngine *engine, MusterId incident, MusterId volunteer, GError **error)
    ctypedef struct MusterVolunteerRecord:
        int64_t served_ms
        uint32_t served, ratings, rating_sum
    bint muster_engine_volunteer_record(const MusterEngine *engine, MusterId volunteer, MusterVolunteerRecord *out)
    MusterTravel *muster_travel_read_matrix(const char *path, GError **error)
    ctypedef struct MusterEventReader:
        pass
    MusterEventReader *muster_event_reader_new()
    void muster_event_reader_free(MusterEventReader *reader)
    bint muster_event_reader_parse(MusterEventReader *reader, const char *json, size_t bytes, MusterEvent *out,
                                   GError **error)
    char *muster_decisions_to_json(const MusterEngine *engine, const MusterDecision *decisions, size_t count)


cdef class Policy:
    cdef MusterPolicy *policy
    @staticmethod
    cdef Policy wrap(MusterPolicy *policy)


cdef class Travel:
    cdef MusterTravel *travel
    cdef MusterTravel *take(self) except NULL


cdef class Engine:
    cdef MusterEngine *engine
    cdef MusterEventReader *reader
    @staticmethod
    cdef Engine wrap(MusterEngine *engine)
