from libc.stddef cimport size_t
from muster._c.base cimport MusterPolygons
from muster._c.road cimport MusterMetric, MusterNetwork, MusterRoads, MusterSearch


cdef object polygons_to_arrays(MusterPolygons polygons)

cdef class Roads:
    cdef MusterRoads *roads
    @staticmethod
    cdef Roads wrap(MusterRoads *roads)


cdef class Network:
    cdef MusterNetwork *network
    cdef MusterMetric *metric
    cdef MusterSearch **idle
    cdef size_t idle_count, idle_room
    @staticmethod
    cdef Network wrap(MusterNetwork *network, MusterMetric *metric)
    cdef MusterSearch *take_search(self) except NULL
    cdef int give_search(self, MusterSearch *search) except -1
