"""Journals: a sink and, for writing, the journal on it."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from muster._c.base cimport *
from muster._c.people cimport MusterCounty
from muster._c.road cimport MusterTravel
from muster._c.county cimport County
from muster._c.engine cimport *


cdef extern from "<muster/journal.h>" nogil:
    ctypedef enum MusterJournalAccess:
        MUSTER_JOURNAL_READ
        MUSTER_JOURNAL_WRITE
    const char *muster_journal_kind_name(unsigned kind)
    ctypedef struct MusterJournalRecord:
        uint64_t sequence
        unsigned kind
        int64_t at_ms, wall_ms
        const char *text
        size_t text_bytes
        const uint8_t *data
        size_t data_bytes
        uint8_t hash[32]
    ctypedef struct MusterJournalSink:
        pass
    MusterJournalSink *muster_journal_sink_open(const char *path, MusterJournalAccess access, GError **error)
    void muster_journal_sink_free(MusterJournalSink *sink)
    ctypedef struct MusterJournalSource:
        const char *role
        const char *path
        const char *digest
    ctypedef struct MusterJournalHeader:
        const MusterJournalSource *sources
        size_t source_count
        const char *policy_name
        const char *policy
        c_bool on_duty
        uint32_t version, schema
        const char *program
    MusterJournalHeader *muster_journal_read_header(MusterJournalSink *sink, GError **error)
    void muster_journal_header_free(MusterJournalHeader *header)
    ctypedef struct MusterJournal:
        pass
    MusterJournal *muster_journal_open(MusterJournalSink *sink, const MusterJournalHeader *header, int64_t wall_ms,
                                       GError **error)
    void muster_journal_free(MusterJournal *journal)
    bint muster_journal_add_event(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *json,
                                  size_t bytes, const char *decisions, GError **error)
    bint muster_journal_add_refusal(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *why,
                                    const char *decisions, GError **error)
    bint muster_journal_add_snapshot(MusterJournal *journal, const MusterEngine *engine, int64_t at_ms,
                                     int64_t wall_ms, GError **error)
    bint muster_journal_commit(MusterJournal *journal, GError **error)
    ctypedef struct MusterJournalReader:
        pass
    MusterJournalReader *muster_journal_reader_new(MusterJournalSink *sink)
    void muster_journal_reader_free(MusterJournalReader *reader)
    bint muster_journal_reader_next(MusterJournalReader *reader, MusterJournalRecord *out, GError **error)
    ctypedef struct MusterJournalSummary:
        uint64_t records, events, snapshots
        uint8_t last_hash[32]
    bint muster_journal_check(MusterJournalSink *sink, MusterJournalSummary *out, GError **error)
    ctypedef struct MusterJournalReplay:
        uint64_t records, events, snapshot
    MusterEngine *muster_journal_recover(MusterJournal *journal, MusterCounty *county, MusterTravel *travel,
                                         MusterPolicy *policy, MusterJournalReplay *out, GError **error)
    bint muster_journal_replay(MusterJournalSink *sink, MusterEngine *engine, uint64_t until, MusterJournalReplay *out,
                               GError **error)


@cython.final
cdef class Reader:
    """An existing journal, read only; one thread at a time."""
    cdef MusterJournalSink *sink
    cdef MusterJournalReader *reader

    def __cinit__(self, bytes path):
        cdef GError *error = NULL
        self.sink = muster_journal_sink_open(path, MUSTER_JOURNAL_READ, &error)
        if self.sink is NULL:
            fail(error)

    def __dealloc__(self):
        self.close()

    cpdef close(self):
        muster_journal_reader_free(self.reader)
        muster_journal_sink_free(self.sink)
        self.reader, self.sink = NULL, NULL

    def header(self):
        """{"sources": [(role, path, digest)], "policy_name", "policy", "on_duty", "version", "program"}"""
        cdef GError *error = NULL
        cdef MusterJournalHeader *header = muster_journal_read_header(self.sink, &error)
        cdef size_t i
        if header is NULL:
            fail(error)
        try:
            return {"sources": [(text(header.sources[i].role), text(header.sources[i].path),
                                 text(header.sources[i].digest)) for i in range(header.source_count)],
                    "policy_name": text(header.policy_name), "policy": text(header.policy),
                    "on_duty": bool(header.on_duty), "version": header.version, "program": text(header.program)}
        finally:
            muster_journal_header_free(header)

    def rewind(self):
        muster_journal_reader_free(self.reader)
        self.reader = muster_journal_reader_new(self.sink)

    def next(self):
        """(sequence, kind, at_ms, wall_ms, text, data, hash), each verified; None at the end"""
        cdef GError *error = NULL
        cdef MusterJournalRecord record
        if not muster_journal_reader_next(self.reader, &record, &error):
            if error is not NULL:
                fail(error)
            return None
        return (record.sequence, text(muster_journal_kind_name(record.kind)), record.at_ms, record.wall_ms,
                record.text[:record.text_bytes].decode("utf-8"), (<const char *>record.data)[:record.data_bytes],
                (<const char *>record.hash)[:32])

    def check(self):
        """(records, events, snapshots, last hash)"""
        cdef GError *error = NULL
        cdef MusterJournalSummary summary
        cdef bint intact
        with nogil:
            intact = muster_journal_check(self.sink, &summary, &error)
        if not intact:
            fail(error)
        return summary.records, summary.events, summary.snapshots, (<char *>summary.last_hash)[:32]

    def replay(self, Engine engine not None, uint64_t until):
        """(records, events)"""
        cdef GError *error = NULL
        cdef MusterJournalReplay done
        cdef bint same
        with nogil:
            same = muster_journal_replay(self.sink, engine.engine, until, &done, &error)
        if not same:
            fail(error)
        return done.records, done.events


@cython.final
cdef class Journal:
    """A journal that is written; one thread at a time."""
    cdef MusterJournal *journal

    def __cinit__(self, bytes path, sources, bytes policy_name, bytes policy, bint on_duty, int64_t wall_ms):
        """sources: [(role, path, digest)], bytes"""
        cdef GError *error = NULL
        cdef MusterJournalHeader header
        cdef size_t i
        cdef MusterJournalSource *listed
        cdef MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, &error)
        if sink is NULL:
            fail(error)
        header.source_count = len(sources)
        listed = <MusterJournalSource *>calloc(header.source_count + 1, sizeof(MusterJournalSource))
        for i in range(header.source_count):
            role, where, digest = sources[i]
            listed[i].role, listed[i].path, listed[i].digest = <bytes>role, <bytes>where, <bytes>digest
        header.sources, header.policy_name, header.policy, header.on_duty = listed, policy_name, policy, on_duty
        with nogil:
            self.journal = muster_journal_open(sink, &header, wall_ms, &error)
        free(listed)
        if self.journal is NULL:
            fail(error)

    def __dealloc__(self):
        muster_journal_free(self.journal)

    def close(self):
        muster_journal_free(self.journal)
        self.journal = NULL

    def recover(self, County county, Travel travel not None, Policy policy not None):
        cdef GError *error = NULL
        cdef MusterCounty *held = NULL if county is None else county.county
        cdef MusterTravel *taken = travel.take()
        cdef MusterEngine *engine
        with nogil:
            engine = muster_journal_recover(self.journal, held, taken, policy.policy, NULL, &error)
        if engine is NULL:
            fail(error)
        return Engine.wrap(engine)

    def add(self, int64_t at_ms, int64_t wall_ms, bytes json, bytes decisions, bytes refusal):
        cdef GError *error = NULL
        cdef bint added
        if self.journal is NULL:
            raise ValueError("expected a journal that is open, found one that was closed")
        if refusal is not None:
            added = muster_journal_add_refusal(self.journal, at_ms, wall_ms, refusal, decisions, &error)
        else:
            added = muster_journal_add_event(self.journal, at_ms, wall_ms, json, len(json), decisions, &error)
        if not added:
            fail(error)

    def add_snapshot(self, Engine engine not None, int64_t at_ms, int64_t wall_ms):
        cdef GError *error = NULL
        if self.journal is NULL:
            raise ValueError("expected a journal that is open, found one that was closed")
        if not muster_journal_add_snapshot(self.journal, engine.engine, at_ms, wall_ms, &error):
            fail(error)

    def commit(self):
        cdef GError *error = NULL
        cdef bint done
        if self.journal is NULL:
            raise ValueError("expected a journal that is open, found one that was closed")
        with nogil:
            done = muster_journal_commit(self.journal, &error)
        if not done:
            fail(error)
