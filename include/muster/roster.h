/* Rosters: who is on duty at a post on which shift, with rest between, fairly shared.
 *
 * A roster covers some weeks and then begins anew, so the rest between its end and its start is kept too. Places are
 * to be taken, each by one person who may take it; nobody has too little rest between two, nor too many in a week. As
 * many places as can be are filled, and among such rosters one is sought whose burden is shared most evenly. Beside the
 * answer stand bounds that no roster passes. Method: docs/roster.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but an array's whose count is 0 and `error`. Arrays are read, or
 * written, during the call and stay the caller's. False with *error set is an error of MUSTER_PLAN_ERROR; what was to
 * be written is then as it was. Any thread; the calls keep nothing between them.
 */
#ifndef MUSTER_ROSTER_H
#define MUSTER_ROSTER_H

#include <muster/county.h>
#include <muster/plan.h>

G_BEGIN_DECLS

enum {
  MUSTER_ROSTER_WEEK_MIN = 7 * 1440,
  MUSTER_ROSTER_WEEKS_MOST = 26,
  MUSTER_ROSTER_PLACES_MOST = 4096,
  MUSTER_ROSTER_PEOPLE_MOST = 4096,
  MUSTER_ROSTER_REST_MOST = 3 * 1440,
  MUSTER_ROSTER_NEEDS_MOST = 4,
  MUSTER_ROSTER_STEPS_USUAL = 5000,
};

typedef struct MusterRosterPlace {
  uint32_t start_min, end_min; /* from Monday 0:00 of the first week; start lies in the roster, the end is 1 minute to a
                                  day later, also beyond the roster's end */
  uint32_t unsocial_min;       /* of them at night or on a weekend */
} MusterRosterPlace;

typedef struct MusterRosterTable {
  const MusterRosterPlace *places;
  size_t place_count;  /* 1 … MUSTER_ROSTER_PLACES_MOST */
  size_t person_count; /* 0 … MUSTER_ROSTER_PEOPLE_MOST */
  const bool *may;     /* person × place_count + place: that the person may take it: has the skills, is free then */
  uint32_t week_count; /* after so many the roster begins anew, 1 … MUSTER_ROSTER_WEEKS_MOST */
} MusterRosterTable;

typedef struct MusterRosterOptions {
  uint32_t rest_min;    /* at least, between the end of one's place and the start of the next; 0 … _REST_MOST */
  uint32_t most_a_week; /* places that begin in it, of one person; at least 1 */
  uint64_t seed;
  uint32_t steps;          /* how often a part is taken back and given anew */
  MusterProgress progress; /* NULL: none. Called now and then from the calling thread */
  void *user_data;
} MusterRosterOptions;
/* Eleven hours of rest, two a week, the usual steps. */
MUSTER_EXPORT void muster_roster_options_init(MusterRosterOptions *options);

typedef struct MusterRosterAnswer {
  uint32_t filled, filled_bound; /* places; no roster fills more than the bound */
  int64_t unevenness; /* Σ over people: (minutes on duty)² + (unsocial minutes)²: least where all have the same */
  int64_t unevenness_bound; /* no roster that fills as many is below it */
  bool is_optimal;          /* both bounds are met: proven */
} MusterRosterAnswer;
/* Who takes each place: out_person[place_count], MUSTER_NONE: nobody. The same input gives the same bytes on any
 * machine. Greedy by least burden, chains of people who change places where nobody is left for one, then parts are
 * taken back and given anew; ends early where the bounds are met. The bounds: a flow of least convex cost in which the
 * rest between two days is not asked for; of lengths whose common divisor would make more than 2¹⁶ parts, only that all
 * minutes are shared by all people. Cold; memory O(places² + people × places). False: OPTION; LIMIT; CANCELLED. */
MUSTER_EXPORT bool muster_roster(const MusterRosterTable *table, const MusterRosterOptions *options,
                                 MusterRosterAnswer *out, uint32_t *out_person, GError **error);

/* ---- the posts of a county ---- */

typedef struct MusterRosterShift { /* of every day */
  uint16_t start_min, end_min;     /* minutes after midnight, below 1440 and up to 1440; end ≤ start: past midnight */
} MusterRosterShift;

typedef struct MusterRosterCaseOptions {
  const MusterCounty *county;
  const MusterRosterShift *shifts;
  size_t shift_count;                        /* 1 … 24 */
  uint32_t people[MUSTER_ROSTER_NEEDS_MOST]; /* on each shift: so many who have … */
  uint64_t skills[MUSTER_ROSTER_NEEDS_MOST]; /* … these, bits of the county's; 0: anybody */
  size_t need_count;                         /* 1 or more */
  uint32_t pool;                             /* people a post's roster is made of, at most; 1 … _PEOPLE_MOST */
  uint32_t work_start_hour, work_end_hour; /* Monday to Friday in [start, end) who is registered at work is not free */
  uint32_t night_start_hour, night_end_hour; /* unsocial, as are Saturday and Sunday */
  uint32_t week_count;
} MusterRosterCaseOptions;
/* All but county and shifts: three of anybody, 60 people, work from 8 to 18, night from 22 to 6, four weeks. */
MUSTER_EXPORT void muster_roster_case_options_init(MusterRosterCaseOptions *options);

/* Tables of all posts. Immutable; any thread. */
typedef struct MusterRosterCase MusterRosterCase;
/* A place for each person needed on each shift of each day, by (day, shift, need). A post's people are approved
 * volunteers of its own community and of those it serves, each at the nearest post that serves theirs: of each need's
 * skills its share of the pool, the nearest homes first, then whoever lives nearest. NULL: OPTION; LIMIT (places of a
 * post); INFEASIBLE (no posts). O(volunteers × posts). */
MUSTER_EXPORT MusterRosterCase *muster_roster_case_new(const MusterRosterCaseOptions *options, GError **error);
MUSTER_EXPORT void muster_roster_case_free(MusterRosterCase *roster_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterRosterCase, muster_roster_case_free)
/* Views that stay as long as the case. */
MUSTER_EXPORT MusterRosterTable muster_roster_case_table(const MusterRosterCase *roster_case, MusterPostId post);
/* The post's people, ascending: person i of its table. */
MUSTER_EXPORT MusterSpan32 muster_roster_case_people(const MusterRosterCase *roster_case, MusterPostId post);

G_END_DECLS

#endif
