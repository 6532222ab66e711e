"""Responders on a network: the nearest available ones of many places at once."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *
from muster._c.road cimport *
from muster._c.network cimport Network
from muster._c.network import POINT

cdef enum:
    PLACES_A_TURN = 8192


cdef const MusterRoadPoint *points_of(object array) except? NULL:
    if array.dtype != POINT or not array.flags.c_contiguous:
        raise TypeError("expected a contiguous array of road points")
    cdef size_t address = array.ctypes.data
    return <const MusterRoadPoint *>address


@cython.final
cdef class Fleet:
    """Not safe for several threads at a time."""
    cdef MusterFleet *fleet
    cdef Network network

    def __cinit__(self, Network network not None):
        self.network = network
        self.fleet = muster_fleet_new(network.network)
        muster_fleet_set_metric(self.fleet, network.metric)

    def __dealloc__(self):
        muster_fleet_free(self.fleet)

    def move_to(self, Network network not None):
        """From now on on that metric of the same network."""
        if network.network != self.network.network:
            raise ValueError("expected the fleet's own network with other roads closed, found another network")
        self.network = network
        with nogil:
            muster_fleet_set_metric(self.fleet, network.metric)

    def put(self, const uint32_t[::1] responders, points, const uint64_t[::1] skills):
        cdef const MusterRoadPoint *places = points_of(points)
        cdef Py_ssize_t i
        if len(points) != responders.shape[0] or skills.shape[0] != responders.shape[0]:
            raise ValueError("expected as many places and skills as responders")
        with nogil:
            for i in range(responders.shape[0]):
                muster_fleet_put(self.fleet, responders[i], &places[i], skills[i])

    def remove(self, const uint32_t[::1] responders):
        cdef Py_ssize_t i
        for i in range(responders.shape[0]):
            muster_fleet_remove(self.fleet, responders[i])

    def set_available(self, const uint32_t[::1] responders, const uint8_t[::1] available):
        cdef Py_ssize_t i
        if available.shape[0] != responders.shape[0]:
            raise ValueError("expected as many answers as responders")
        with nogil:
            for i in range(responders.shape[0]):
                muster_fleet_set_available(self.fleet, responders[i], available[i])

    def nearest(self, points, size_t k, uint32_t limit_ms, uint64_t skills, bint toward,
                const uint32_t[::1] excluded):
        """(responders, ms), each (place, rank); MUSTER_NONE and MUSTER_UNREACHABLE_MS where there are fewer."""
        cdef const MusterRoadPoint *places = points_of(points)
        cdef size_t i = 0, j, rank, turn, count = len(points)
        cdef MusterNearestOptions options
        options.direction = MUSTER_TO_PLACE if toward else MUSTER_FROM_PLACE
        options.skills, options.k, options.limit_ms = skills, k, limit_ms
        options.excluded = &excluded[0] if excluded.shape[0] else NULL
        options.excluded_count = excluded.shape[0]
        responders = np.full((count, k), MUSTER_NONE, np.uint32)
        times_ms = np.full((count, k), MUSTER_UNREACHABLE_MS, np.uint32)
        cdef uint32_t[:, ::1] to_responders = responders, to_times = times_ms
        found, counts = np.empty((PLACES_A_TURN, k, 2), np.uint32), np.empty(PLACES_A_TURN, np.uintp)
        cdef size_t found_address = found.ctypes.data, counts_address = counts.ctypes.data
        cdef MusterNearest *hits = <MusterNearest *>found_address
        cdef size_t *hit_counts = <size_t *>counts_address
        cdef MusterSearch *search = self.network.take_search()
        try:
            while i < count and k:
                turn = min(<size_t>PLACES_A_TURN, count - i)
                with nogil:
                    muster_search_nearest_batch(search, self.fleet, places + i, turn, &options, hits, hit_counts)
                    for j in range(turn):
                        for rank in range(hit_counts[j]):
                            to_responders[i + j, rank] = hits[j * k + rank].responder
                            to_times[i + j, rank] = hits[j * k + rank].time_ms
                i += turn
                PyErr_CheckSignals()
        finally:
            self.network.give_search(search)
        return responders, times_ms
