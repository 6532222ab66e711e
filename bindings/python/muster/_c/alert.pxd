"""The model, which coverage uses too."""
from muster._c.base cimport GError


cdef extern from "<muster/alert.h>" nogil:
    ctypedef struct MusterAlertModel:
        pass


cdef class Model:
    cdef MusterAlertModel *model
