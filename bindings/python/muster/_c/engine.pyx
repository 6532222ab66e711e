"""Engines: one JSON text an event in, one a step out."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
import numpy as np
from muster._c.base cimport *
from muster._c.people cimport MusterCounty
from muster._c.road cimport *
from muster._c.county cimport County
from muster._c.network cimport Network


@cython.final
cdef class Policy:
    """Settings; any thread."""

    @staticmethod
    cdef Policy wrap(MusterPolicy *policy):
        cdef Policy self = Policy.__new__(Policy)
        self.policy = policy
        return self

    def __dealloc__(self):
        if self.policy is not NULL:
            muster_policy_unref(self.policy)

    @staticmethod
    def new(bytes name_or_path):
        cdef GError *error = NULL
        cdef MusterPolicy *policy = muster_policy_new(NULL if name_or_path is None else <const char *>name_or_path,
                                                      &error)
        if policy is NULL:
            fail(error)
        return Policy.wrap(policy)

    @staticmethod
    def parse(bytes name, bytes ini):
        cdef GError *error = NULL
        cdef MusterPolicy *policy = muster_policy_parse(name, ini, len(ini), &error)
        if policy is NULL:
            fail(error)
        return Policy.wrap(policy)

    def with_plans(self, bytes path):
        cdef GError *error = NULL
        cdef MusterPlans *plans = muster_plans_new(path, &error)
        cdef MusterPolicy *policy
        if plans is NULL:
            fail(error)
        policy = muster_policy_with_plans(self.policy, plans, &error)
        muster_plans_unref(plans)
        if policy is NULL:
            fail(error)
        return Policy.wrap(policy)

    def name(self):
        return text(muster_policy_name(self.policy))

    def to_ini(self):
        return take_text(muster_policy_to_ini(self.policy))

    def describe(self):
        return take_text(muster_policy_describe(self.policy))


@cython.final
cdef class Travel:
    """Who reaches whom, when: made for one engine, which takes it."""

    def __dealloc__(self):
        muster_travel_free(self.travel)

    cdef MusterTravel *take(self) except NULL:
        cdef MusterTravel *travel = self.travel
        if travel is NULL:
            raise ValueError("expected a travel oracle that no engine has taken yet")
        self.travel = NULL
        return travel

    @staticmethod
    def on_networks(networks, double snap_limit_m):
        """Networks of different modes, each on its own metric."""
        cdef Travel self = Travel.__new__(Travel)
        cdef GError *error = NULL
        cdef size_t i, count = len(networks)
        cdef Network network
        cdef MusterNetwork **handles = <MusterNetwork **>calloc(count + 1, sizeof(MusterNetwork *))
        try:
            for i in range(count):
                network = networks[i]
                handles[i] = network.network
            with nogil:
                self.travel = muster_travel_new_networks(handles, count, snap_limit_m, &error)
        finally:
            free(handles)
        if self.travel is NULL:
            fail(error)
        cdef MusterNetworkInfo info
        for network in networks:
            muster_network_info(network.network, &info)
            muster_travel_set_metric(self.travel, info.mode, network.metric)
        return self

    @staticmethod
    def read_matrix(bytes path):
        cdef Travel self = Travel.__new__(Travel)
        cdef GError *error = NULL
        self.travel = muster_travel_read_matrix(path, &error)
        if self.travel is NULL:
            fail(error)
        return self

    @staticmethod
    def on_matrix(names, const uint32_t[:, ::1] times_ms):
        """names: bytes, one a place"""
        cdef Travel self = Travel.__new__(Travel)
        cdef size_t i, count = len(names)
        cdef bytes name
        if <size_t>times_ms.shape[0] != count or <size_t>times_ms.shape[1] != count or count == 0:
            raise ValueError(f"expected {count} × {count} times, found {times_ms.shape[0]} × {times_ms.shape[1]}")
        cdef const char **texts = <const char **>calloc(count, sizeof(char *))
        try:
            for i in range(count):
                name = names[i]
                texts[i] = name
            self.travel = muster_travel_new_matrix(texts, count, &times_ms[0, 0])
        finally:
            free(texts)
        return self


cdef MusterId id_of(object id) except *:
    """Of an int or bytes, which must stay while the id is used."""
    cdef MusterId out
    if isinstance(id, bytes):
        out.text, out.number = <const char *>id, 0
    else:
        out.text, out.number = NULL, id
    return out


@cython.final
cdef class Engine:
    """One thread at a time."""

    @staticmethod
    cdef Engine wrap(MusterEngine *engine):
        cdef Engine self = Engine.__new__(Engine)
        self.engine, self.reader = engine, muster_event_reader_new()
        return self

    def __dealloc__(self):
        muster_engine_free(self.engine)
        muster_event_reader_free(self.reader)

    @staticmethod
    def new(County county, Travel travel not None, Policy policy not None, bint on_duty):
        cdef GError *error = NULL
        cdef MusterCounty *held = NULL if county is None else county.county
        cdef MusterTravel *taken = travel.take()
        cdef MusterEngine *engine
        with nogil:
            engine = muster_engine_new(held, taken, policy.policy, on_duty, &error)
        if engine is NULL:
            fail(error)
        return Engine.wrap(engine)

    @staticmethod
    def restore(County county, Travel travel not None, Policy policy not None, bytes snapshot):
        cdef GError *error = NULL
        cdef MusterCounty *held = NULL if county is None else county.county
        cdef MusterTravel *taken = travel.take()
        cdef const uint8_t *data = snapshot
        cdef size_t count = len(snapshot)
        cdef MusterEngine *engine
        with nogil:
            engine = muster_engine_restore(held, taken, policy.policy, data, count, &error)
        if engine is NULL:
            fail(error)
        return Engine.wrap(engine)

    def step(self, bytes json):
        """(time of the event or of its refusal, JSON array of decisions, why it was no event or None)"""
        cdef GError *error = NULL
        cdef MusterEvent event
        cdef const MusterDecision *decisions
        cdef size_t count, length = len(json)
        cdef const char *line = json
        cdef char *out
        if not muster_event_reader_parse(self.reader, line, length, &event, &error):
            why = text(error.message)
            decisions = muster_engine_refuse(self.engine, error.message, &count)
            g_error_free(error)
            return decisions[0].at_ms, take_text(muster_decisions_to_json(self.engine, decisions, count)), why
        with nogil:
            decisions = muster_engine_step(self.engine, &event, &count)
            out = muster_decisions_to_json(self.engine, decisions, count)
        return event.at_ms, take_text(out), None

    def next_deadline_ms(self):
        return muster_engine_next_deadline_ms(self.engine)

    def now_ms(self):
        return muster_engine_now_ms(self.engine)

    def state_hash(self):
        return muster_engine_state_hash(self.engine)

    def event_count(self):
        return muster_engine_event_count(self.engine)

    def snapshot(self):
        cdef size_t count
        cdef uint8_t *data
        with nogil:
            data = muster_engine_snapshot(self.engine, &count)
        try:
            return (<char *>data)[:count]
        finally:
            g_free(data)

    def why_not(self, incident, volunteer):
        cdef GError *error = NULL
        cdef char *sentence = muster_engine_why_not(self.engine, id_of(incident), id_of(volunteer), &error)
        if sentence is NULL:
            fail(error)
        return take_text(sentence)

    def volunteer_record(self, volunteer):
        """(served_ms, served, ratings, rating sum), None of somebody unknown"""
        cdef MusterVolunteerRecord record
        if not muster_engine_volunteer_record(self.engine, id_of(volunteer), &record):
            return None
        return record.served_ms, record.served, record.ratings, record.rating_sum
