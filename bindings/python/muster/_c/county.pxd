from muster._c.people cimport MusterCounty


cdef class County:
    cdef MusterCounty *county
    @staticmethod
    cdef County wrap(MusterCounty *county)
