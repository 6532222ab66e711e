"""What every subject's declarations use: the public headers muster/base.h, muster/geo.h and muster/index.h."""
from libc.stddef cimport size_t
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "<glib.h>" nogil:
    ctypedef uint32_t GQuark
    ctypedef struct GError:
        GQuark domain
        int code
        char *message
    void g_error_free(GError *error)
    const char *g_quark_to_string(GQuark quark)
    void g_free(void *memory)


cdef extern from "<stdbool.h>" nogil:
    ctypedef bint c_bool "bool"


cdef extern from "<muster/base.h>" nogil:
    uint32_t MUSTER_UNREACHABLE_MS
    uint32_t MUSTER_NONE
    const char *muster_version()
    ctypedef c_bool (*MusterProgress)(double share_done, void *user_data) noexcept nogil
    ctypedef struct MusterSpan32:
        const uint32_t *data
        size_t count


cdef extern from "<muster/geo.h>" nogil:
    ctypedef struct MusterPosition:
        int32_t lon_e7
        int32_t lat_e7
    ctypedef struct MusterBox:
        int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7
    bint muster_position_from_degrees(double lon_deg, double lat_deg, MusterPosition *out)


cdef extern from "<muster/index.h>" nogil:
    ctypedef struct MusterPolygons:
        const MusterPosition *positions
        const uint32_t *ring_first
        const uint32_t *polygon_first
        uint32_t ring_count, polygon_count


cdef extern from "<Python.h>":
    int PyErr_CheckSignals() except -1


cdef inline object text(const char *utf8):
    """The str of a C text, None of NULL."""
    return None if utf8 is NULL else utf8.decode("utf-8")


cdef inline object take_text(char *utf8):
    """The same of a text that is the caller's to free."""
    try:
        return text(utf8)
    finally:
        g_free(utf8)


cdef inline int fail(GError *error) except -1:
    """Raises what the core reports."""
    from muster._errors import MusterError
    domain, code, message = text(g_quark_to_string(error.domain)), error.code, text(error.message)
    g_error_free(error)
    raise MusterError(message, domain, code)


cdef class Watch:
    """Follows long work: tells `callback` the share done, and stops the work when that, or Ctrl-C, raises."""
    cdef object callback
    cdef object raised
    cdef int fail(self, GError *error) except -1
    cdef int tell(self, double share_done) except -1


cdef c_bool watch_progress(double share_done, void *watch) noexcept nogil
