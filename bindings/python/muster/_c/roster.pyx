"""Who is on duty at a post on which shift."""
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *
from muster._c.people cimport MusterCounty
from muster._c.county cimport County


cdef extern from "<muster/roster.h>" nogil:
    enum:
        MUSTER_ROSTER_NEEDS_MOST
    ctypedef struct MusterRosterPlace:
        uint32_t start_min, end_min, unsocial_min
    ctypedef struct MusterRosterTable:
        const MusterRosterPlace *places
        size_t place_count, person_count
        uint32_t week_count
    ctypedef struct MusterRosterOptions:
        uint32_t rest_min, most_a_week
        uint64_t seed
        uint32_t steps
        MusterProgress progress
        void *user_data
    void muster_roster_options_init(MusterRosterOptions *options)
    ctypedef struct MusterRosterAnswer:
        uint32_t filled, filled_bound
        int64_t unevenness, unevenness_bound
        c_bool is_optimal
    bint muster_roster(const MusterRosterTable *table, const MusterRosterOptions *options, MusterRosterAnswer *out,
                       uint32_t *out_person, GError **error)
    ctypedef struct MusterRosterShift:
        uint16_t start_min, end_min
    ctypedef struct MusterRosterCaseOptions:
        const MusterCounty *county
        const MusterRosterShift *shifts
        size_t shift_count
        uint32_t people[4]
        uint64_t skills[4]
        size_t need_count
        uint32_t pool, work_start_hour, work_end_hour, night_start_hour, night_end_hour, week_count
    void muster_roster_case_options_init(MusterRosterCaseOptions *options)
    ctypedef struct MusterRosterCase:
        pass
    MusterRosterCase *muster_roster_case_new(const MusterRosterCaseOptions *options, GError **error)
    void muster_roster_case_free(MusterRosterCase *roster_case)
    MusterRosterTable muster_roster_case_table(const MusterRosterCase *roster_case, uint32_t post)
    MusterSpan32 muster_roster_case_people(const MusterRosterCase *roster_case, uint32_t post)


NEEDS_MOST, SHIFTS_MOST = MUSTER_ROSTER_NEEDS_MOST, 24


cdef object fill(MusterRosterCase *scene, uint32_t post, MusterRosterOptions *rules, Watch watch):
    cdef GError *error = NULL
    cdef MusterRosterTable table = muster_roster_case_table(scene, post)
    cdef MusterSpan32 people = muster_roster_case_people(scene, post)
    cdef MusterRosterAnswer out
    cdef size_t i
    cdef bint done
    persons, starts, ends, unsocial = (np.empty(table.place_count, np.uint32) for _ in range(4))
    members = np.empty(people.count, np.uint32)
    cdef uint32_t[::1] to_persons = persons, to_starts = starts, to_ends = ends, to_unsocial = unsocial, to_members = members
    with nogil:
        done = muster_roster(&table, rules, &out, &to_persons[0], &error)
    if not done:
        watch.fail(error)
    for i in range(table.place_count):
        to_starts[i], to_ends[i] = table.places[i].start_min, table.places[i].end_min
        to_unsocial[i] = table.places[i].unsocial_min
    for i in range(people.count):
        to_members[i] = people.data[i]
    return (out.filled, out.filled_bound, out.unevenness, out.unevenness_bound, bool(out.is_optimal), persons, starts, ends,
            unsocial, members)


def roster(County county not None, posts, shifts, needs, options, progress):
    """For each of these posts (places among the county's): (filled, its bound, unevenness, its bound, is optimal, and by
    place the person, MUSTER_NONE: nobody, start, end and unsocial minutes; then the people, as places among the volunteers).

    shifts: at most SHIFTS_MOST of (start, end) in minutes. needs: at most NEEDS_MOST of (count, bits of the county's skills).
    options: members of the C structures by name, None: the usual.
    """
    cdef Watch watch = Watch(progress)
    cdef GError *error = NULL
    cdef MusterRosterCaseOptions case
    cdef MusterRosterOptions rules
    cdef MusterRosterShift[24] room
    cdef MusterRosterCase *scene
    cdef size_t i
    muster_roster_case_options_init(&case)
    muster_roster_options_init(&rules)
    case.county, case.shifts, case.shift_count, case.need_count = county.county, room, len(shifts), len(needs)
    for i in range(case.shift_count):
        room[i].start_min, room[i].end_min = shifts[i]
    for i in range(case.need_count):
        case.people[i], case.skills[i] = needs[i]
    case.pool, case.week_count = options["pool"], options["week_count"]
    case.work_start_hour, case.work_end_hour = options["work_start_hour"], options["work_end_hour"]
    rules.rest_min, rules.most_a_week, rules.seed = options["rest_min"], options["most_a_week"], options["seed"]
    if options["steps"] is not None:
        rules.steps = options["steps"]
    with nogil:
        scene = muster_roster_case_new(&case, &error)
    if scene is NULL:
        watch.fail(error)
    try:
        filled = []
        for i in range(<size_t>len(posts)):
            watch.tell(<double>i / len(posts))
            filled.append(fill(scene, posts[i], &rules, watch))
        watch.tell(1)
        return filled
    finally:
        muster_roster_case_free(scene)
