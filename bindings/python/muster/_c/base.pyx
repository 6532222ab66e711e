"""Errors and progress, shared by all subjects."""
cimport cython


def version():
    """The core's version, "MAJOR.MINOR.PATCH"."""
    return text(muster_version())


@cython.final
cdef class Watch:
    def __cinit__(self, callback):
        self.callback = callback
        self.raised = None

    cdef int fail(self, GError *error) except -1:
        if self.raised is None:
            return fail(error)
        g_error_free(error)
        raise self.raised

    cdef int tell(self, double share_done) except -1:
        if not watch_progress(share_done, <void *>self):
            raise self.raised
        return 0


cdef c_bool watch_progress(double share_done, void *watch) noexcept nogil:
    with gil:
        try:
            PyErr_CheckSignals()
            if (<Watch>watch).callback is not None:
                (<Watch>watch).callback(share_done)
            return True
        except BaseException as raised:
            (<Watch>watch).raised = raised
            return False
