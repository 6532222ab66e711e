"""Alerting: the chances of persons, and the fewest who meet a goal."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *
from muster._c.road cimport MusterMode


cdef extern from "<muster/alert.h>" nogil:
    MusterAlertModel *muster_alert_model_new(const char *path, GError **error)
    MusterAlertModel *muster_alert_model_parse(const char *name, const char *ini, size_t bytes, GError **error)
    void muster_alert_model_unref(MusterAlertModel *model)
    const char *muster_alert_model_default_text(size_t *bytes)
    uint32_t muster_alert_model_find_weather(const MusterAlertModel *model, const char *name)
    uint32_t muster_alert_model_find_kind(const MusterAlertModel *model, const char *name)
    double muster_alert_model_error(const MusterAlertModel *model)
    ctypedef struct MusterAlertHistory:
        double accepts, refusals
        int64_t updated_ms
    ctypedef struct MusterAlertConditions:
        int64_t at_ms
        uint32_t hour, weather, kind
        c_bool high_rise
        uint32_t accept_within_ms, on_scene_within_ms
    ctypedef struct MusterAlertPerson:
        uint64_t id
        uint32_t variant, roles
        MusterMode mode
        uint32_t distance_m, travel_ms
        c_bool fetches
        const MusterAlertHistory *history
        double price
    ctypedef struct MusterAlertCandidate:
        uint64_t id
        uint32_t variant, roles
        double p_accept, p_on_scene, price
    void muster_alert_model_assess(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                                   const MusterAlertPerson *persons, size_t count, MusterAlertCandidate *out)
    int MUSTER_ALERT_NEEDS_MAX
    ctypedef struct MusterAlertNeed:
        uint32_t roles, count
    ctypedef struct MusterAlertGoal:
        MusterAlertNeed needs[4]
        size_t need_count
        double alpha_accept, alpha_on_scene, redundant_price
        uint32_t search_nodes
    ctypedef enum MusterAlertStatus:
        pass
    ctypedef struct MusterAlertChoice:
        MusterAlertStatus status
        const uint32_t *chosen
        size_t chosen_count
        double p_accept, p_on_scene, redundant, cost, cost_bound
        c_bool short_on_scene
        uint32_t short_needs, missing
    ctypedef struct MusterAlertSet:
        pass
    MusterAlertSet *muster_alert_set_new()
    void muster_alert_set_free(MusterAlertSet *set)
    bint muster_alert_set_prepare(MusterAlertSet *set, const MusterAlertGoal *goal, GError **error)
    void muster_alert_set_choose(MusterAlertSet *set, const MusterAlertCandidate *alerted, size_t alerted_count,
                                 const MusterAlertCandidate *candidates, size_t count, MusterAlertChoice *out)
    ctypedef struct MusterAlertWaves:
        double p_accept, p_decline
        uint32_t per_wave, every_ms, alive_ms
        c_bool replace_declines
        uint32_t within_ms
    ctypedef struct MusterAlertWavesResult:
        double p_accepted, alerts, redundant, error
    bint muster_alert_waves_evaluate(const MusterAlertModel *model, const MusterAlertWaves *waves,
                                     MusterAlertWavesResult *out)
    double muster_alert_field_probability(double per_km2, double radius_m, double p_accept, uint32_t wanted)
    ctypedef struct MusterAlertLedger:
        pass
    MusterAlertLedger *muster_alert_ledger_new(MusterAlertModel *model)
    void muster_alert_ledger_free(MusterAlertLedger *ledger)
    void muster_alert_ledger_enrol(MusterAlertLedger *ledger, uint64_t id)
    void muster_alert_ledger_note_alert(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms)
    void muster_alert_ledger_note_accept(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms)
    void muster_alert_ledger_note_arrival(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms)
    void muster_alert_ledger_note_released(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms)
    ctypedef enum MusterAlertLeave:
        pass
    MusterAlertLeave muster_alert_ledger_leave(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms,
                                               int64_t *again_ms)
    double muster_alert_ledger_price(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms)
    void muster_alert_ledger_rotate(MusterAlertLedger *ledger, int64_t at_ms, uint64_t *ids, size_t count)
    ctypedef struct MusterAlertFairness:
        uint64_t volunteers, alerts, accepts, arrivals, incidents
        uint32_t most_alerts
        double gini, alerts_per_arrival
    void muster_alert_ledger_report(MusterAlertLedger *ledger, MusterAlertFairness *out)

ctypedef void (*note_what)(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) noexcept nogil


# As MusterAlertCandidate.
CANDIDATE = np.dtype([("id", "u8"), ("variant", "u4"), ("roles", "u4"), ("p_accept", "f8"), ("p_on_scene", "f8"),
                      ("price", "f8")])
assert CANDIDATE.itemsize == sizeof(MusterAlertCandidate)


cdef const MusterAlertCandidate *candidates_of(object array) except? NULL:
    if array.dtype != CANDIDATE or not array.flags.c_contiguous:
        raise TypeError("expected a contiguous array of candidates")
    cdef size_t address = array.ctypes.data
    return <const MusterAlertCandidate *>address


def default_text():
    """The built-in model, an INI file."""
    cdef size_t count
    cdef const char *ini = muster_alert_model_default_text(&count)
    return ini[:count].decode("utf-8")


def field_probability(double per_km2, double radius_m, double p_accept, uint32_t wanted):
    return muster_alert_field_probability(per_km2, radius_m, p_accept, wanted)


@cython.final
cdef class Model:
    """Any thread."""

    def __cinit__(self, bytes path, bytes ini):
        cdef GError *error = NULL
        if ini is not None:
            self.model = muster_alert_model_parse("the model's text", ini, len(ini), &error)
        else:
            self.model = muster_alert_model_new(NULL if path is None else <const char *>path, &error)
        if self.model is NULL:
            fail(error)

    def __dealloc__(self):
        if self.model is not NULL:
            muster_alert_model_unref(self.model)

    def error(self):
        return muster_alert_model_error(self.model)

    def assess(self, conditions, const uint8_t[::1] modes, const uint32_t[::1] distances_m,
               const uint32_t[::1] travels_ms, const uint8_t[::1] fetches, const double[::1] accepts,
               const double[::1] refusals):
        """(p_accept, p_on_scene). conditions: hour, weather, kind (None: plain), high_rise, two limits in ms"""
        cdef MusterAlertConditions under
        cdef MusterAlertPerson person
        cdef MusterAlertHistory history
        cdef MusterAlertCandidate out
        cdef Py_ssize_t i, count = travels_ms.shape[0]
        if not (modes.shape[0] == distances_m.shape[0] == fetches.shape[0] == accepts.shape[0] == refusals.shape[0]
                == count):
            raise ValueError("expected as many of each figure as persons")
        hour, weather, kind, high_rise, accept_within_ms, on_scene_within_ms = conditions
        under.at_ms, under.hour, under.high_rise = 0, hour, high_rise
        under.weather = under.kind = MUSTER_NONE
        if weather is not None:
            under.weather = muster_alert_model_find_weather(self.model, weather.encode())
            if under.weather == MUSTER_NONE:
                raise ValueError(f"expected a weather class of the model, found {weather!r}")
        if kind is not None:
            under.kind = muster_alert_model_find_kind(self.model, kind.encode())
            if under.kind == MUSTER_NONE:
                raise ValueError(f"expected a kind of alert of the model, found {kind!r}")
        under.accept_within_ms, under.on_scene_within_ms = accept_within_ms, on_scene_within_ms
        p_accept, p_on_scene = np.empty(count), np.empty(count)
        cdef double[::1] to_accept = p_accept, to_on_scene = p_on_scene
        history.updated_ms = 0
        person.id = person.variant = person.roles = 0
        person.price = 0
        with nogil:
            for i in range(count):
                history.accepts, history.refusals = accepts[i], refusals[i]
                person.mode = <MusterMode>modes[i]
                person.distance_m, person.travel_ms, person.fetches = distances_m[i], travels_ms[i], fetches[i]
                person.history = &history
                muster_alert_model_assess(self.model, &under, &person, 1, &out)
                to_accept[i], to_on_scene[i] = out.p_accept, out.p_on_scene
        return p_accept, p_on_scene

    def waves(self, double p_accept, double p_decline, uint32_t per_wave, uint32_t every_ms, uint32_t alive_ms,
              bint replace_declines, uint32_t within_ms):
        cdef MusterAlertWaves waves
        cdef MusterAlertWavesResult out
        cdef bint valid
        waves.p_accept, waves.p_decline, waves.per_wave, waves.every_ms = p_accept, p_decline, per_wave, every_ms
        waves.alive_ms, waves.replace_declines, waves.within_ms = alive_ms, replace_declines, within_ms
        with nogil:
            valid = muster_alert_waves_evaluate(self.model, &waves, &out)
        if not valid:
            raise ValueError("expected chances from 0 to 1 in all, a wave of one or more, at most 200 waves within an hour")
        return out.p_accepted, out.alerts, out.redundant, out.error


@cython.final
cdef class Chooser:
    """A reusable search for the fewest alerts; one thread at a time."""
    cdef MusterAlertSet *set

    def __cinit__(self, needs, double alpha_accept, double alpha_on_scene, double redundant_price,
                  uint32_t search_nodes):
        """needs: [(roles, count)]"""
        cdef MusterAlertGoal goal
        cdef GError *error = NULL
        cdef size_t i
        self.set = muster_alert_set_new()
        if len(needs) > MUSTER_ALERT_NEEDS_MAX:
            raise ValueError(f"expected at most {MUSTER_ALERT_NEEDS_MAX} needs, found {len(needs)}")
        goal.need_count = len(needs)
        for i in range(goal.need_count):
            goal.needs[i].roles, goal.needs[i].count = needs[i]
        goal.alpha_accept, goal.alpha_on_scene = alpha_accept, alpha_on_scene
        goal.redundant_price, goal.search_nodes = redundant_price, search_nodes
        if not muster_alert_set_prepare(self.set, &goal, &error):
            fail(error)

    def __dealloc__(self):
        muster_alert_set_free(self.set)

    def choose(self, alerted, candidates):
        """(status, rows chosen, p_accept, p_on_scene, redundant, cost, bound, short on scene, short needs, missing)"""
        cdef MusterAlertChoice out
        cdef size_t i, alerted_count = len(alerted), count = len(candidates)
        cdef const MusterAlertCandidate *before = candidates_of(alerted)
        cdef const MusterAlertCandidate *offered = candidates_of(candidates)
        with nogil:
            muster_alert_set_choose(self.set, before, alerted_count, offered, count, &out)
        chosen = np.array([out.chosen[i] for i in range(out.chosen_count)], np.int64)
        return (<int>out.status, chosen, out.p_accept, out.p_on_scene, out.redundant, out.cost, out.cost_bound,
                bool(out.short_on_scene), out.short_needs, out.missing)


@cython.final
cdef class Ledger:
    """Who was alerted how often; one thread at a time."""
    cdef MusterAlertLedger *ledger

    def __cinit__(self, Model model):
        self.ledger = muster_alert_ledger_new(model.model)

    def __dealloc__(self):
        muster_alert_ledger_free(self.ledger)

    def enrol(self, const uint64_t[::1] ids):
        cdef Py_ssize_t i
        for i in range(ids.shape[0]):
            muster_alert_ledger_enrol(self.ledger, ids[i])

    cdef note(self, note_what what, const uint64_t[::1] ids, int64_t at_ms):
        cdef Py_ssize_t i
        for i in range(ids.shape[0]):
            what(self.ledger, ids[i], at_ms)

    def note_alert(self, ids, int64_t at_ms):
        self.note(muster_alert_ledger_note_alert, ids, at_ms)

    def note_accept(self, ids, int64_t at_ms):
        self.note(muster_alert_ledger_note_accept, ids, at_ms)

    def note_arrival(self, ids, int64_t at_ms):
        self.note(muster_alert_ledger_note_arrival, ids, at_ms)

    def note_released(self, ids, int64_t at_ms):
        self.note(muster_alert_ledger_note_released, ids, at_ms)

    def leave(self, const uint64_t[::1] ids, int64_t at_ms):
        """(reasons, when each ends in ms)"""
        cdef Py_ssize_t i
        reasons, again = np.empty(ids.shape[0], np.uint8), np.empty(ids.shape[0], np.int64)
        cdef uint8_t[::1] to_reasons = reasons
        cdef int64_t[::1] to_again = again
        for i in range(ids.shape[0]):
            to_reasons[i] = <uint8_t>muster_alert_ledger_leave(self.ledger, ids[i], at_ms, &to_again[i])
        return reasons, again

    def prices(self, const uint64_t[::1] ids, int64_t at_ms):
        cdef Py_ssize_t i
        prices = np.empty(ids.shape[0])
        cdef double[::1] out = prices
        for i in range(ids.shape[0]):
            out[i] = muster_alert_ledger_price(self.ledger, ids[i], at_ms)
        return prices

    def rotate(self, uint64_t[::1] ids, int64_t at_ms):
        """in place"""
        if ids.shape[0] > 0:
            muster_alert_ledger_rotate(self.ledger, at_ms, &ids[0], ids.shape[0])

    def report(self):
        cdef MusterAlertFairness out
        muster_alert_ledger_report(self.ledger, &out)
        return (out.volunteers, out.alerts, out.accepts, out.arrivals, out.incidents, out.most_alerts, out.gini,
                out.alerts_per_arrival)
