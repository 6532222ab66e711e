"""Simulations in this process."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from muster._c.base cimport *
from muster._c.people cimport MusterCounty
from muster._c.road cimport MusterMetric, MusterNetwork
from muster._c.county cimport County
from muster._c.network cimport Network
from muster._c.engine cimport MusterPlans, MusterPolicy, Policy, muster_policy_plans


cdef extern from "<muster/sim.h>" nogil:
    ctypedef struct MusterScenario:
        pass
    ctypedef struct MusterJournal:
        pass
    MusterScenario *muster_scenario_new_with_plans(const char *name_or_path, MusterPlans *plans, GError **error)
    void muster_scenario_unref(MusterScenario *scenario)
    const char *muster_scenario_name(const MusterScenario *scenario)
    char *muster_scenario_describe(const MusterScenario *scenario)
    ctypedef struct MusterSimOptions:
        MusterCounty *county
        MusterNetwork *const *networks
        size_t network_count
        MusterMetric *const *metrics
        MusterScenario *scenario
        MusterPolicy *policy
        uint32_t days, runs
        uint64_t seed
        unsigned threads
        MusterJournal *journal
        MusterProgress progress
        void *user_data
    ctypedef struct MusterSimResult:
        pass
    MusterSimResult *muster_simulate(const MusterSimOptions *options, GError **error)
    void muster_sim_result_free(MusterSimResult *result)
    uint64_t muster_sim_result_event_count(const MusterSimResult *result)
    char *muster_sim_result_to_json(const MusterSimResult *result)
    char *muster_sim_result_to_text(const MusterSimResult *result)
    void muster_sim_result_set_command(MusterSimResult *result, const char *command)
    bint muster_sim_result_write_report(const MusterSimResult *result, const char *directory, GError **error)


@cython.final
cdef class Scenario:
    """Any thread."""
    cdef MusterScenario *scenario

    def __cinit__(self, bytes name_or_path, Policy policy not None):
        """With the kinds of the policy's response plans."""
        cdef GError *error = NULL
        self.scenario = muster_scenario_new_with_plans(name_or_path, muster_policy_plans(policy.policy), &error)
        if self.scenario is NULL:
            fail(error)

    def __dealloc__(self):
        if self.scenario is not NULL:
            muster_scenario_unref(self.scenario)

    def name(self):
        return text(muster_scenario_name(self.scenario))

    def describe(self):
        return take_text(muster_scenario_describe(self.scenario))


@cython.final
cdef class Result:
    """What a simulation has found."""
    cdef MusterSimResult *result

    def __dealloc__(self):
        muster_sim_result_free(self.result)

    def event_count(self):
        return muster_sim_result_event_count(self.result)

    def to_json(self):
        return take_text(muster_sim_result_to_json(self.result))

    def to_text(self):
        return take_text(muster_sim_result_to_text(self.result))

    def write_report(self, bytes folder, bytes command):
        cdef GError *error = NULL
        muster_sim_result_set_command(self.result, NULL if command is None else <const char *>command)
        if not muster_sim_result_write_report(self.result, folder, &error):
            fail(error)


def simulate(County county not None, networks, Scenario scenario not None, Policy policy not None, uint32_t days,
             uint32_t runs, uint64_t seed, unsigned threads, progress):
    """networks: one a mode, each on its own metric; none: built from the county's roads. 0 days or runs: the scenario's"""
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterSimOptions options
    cdef Network network
    cdef size_t i, count = len(networks)
    cdef Result result = Result.__new__(Result)
    cdef MusterNetwork **handles = <MusterNetwork **>calloc(count + 1, sizeof(MusterNetwork *))
    cdef MusterMetric **metrics = <MusterMetric **>calloc(count + 1, sizeof(MusterMetric *))
    try:
        for i in range(count):
            network = networks[i]
            handles[i], metrics[i] = network.network, network.metric
        options.county, options.networks, options.network_count = county.county, handles, count
        options.metrics = metrics
        options.scenario, options.policy = scenario.scenario, policy.policy
        options.days, options.runs, options.seed, options.threads = days, runs, seed, threads
        options.journal = NULL
        options.progress, options.user_data = watch_progress, <void *>watch
        with nogil:
            result.result = muster_simulate(&options, &error)
    finally:
        free(handles)
        free(metrics)
    if result.result is NULL:
        watch.fail(error)
    return result
