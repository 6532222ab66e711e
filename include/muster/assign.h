/* Assignment: all open needs matched to responders at the least total cost, exactly, again after every event.
 *
 * A row is one place to fill (a slot of an incident), a column one responder. A row takes at most one column, a column
 * serves at most one row, and every row has a price of its own for staying unserved. Which pairs are possible, and at
 * what cost, the caller says; roads are unknown here. The total is least over all matchings, in the order (tier,
 * time_ms, fatigue), and of several such matchings it is the one with the least sum of hashes of the rows' and columns'
 * stable ids. So the answer follows from what is there, not from the order in which it came.
 *
 * The method: successive shortest paths over columns with prices that are kept from event to event (Tomizawa 1971;
 * Edmonds & Karp, JACM 1972), rows sorted by cost so that searches end early (Jonker & Volgenant, Computing 1987, for
 * sparse problems). Costs below are in c arcs looked at, which an event seldom has many of, and h ≤ c columns reached:
 * O(c + h log h). See docs/assignment.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but an array's whose count is 0 and `error`. Arrays and structs
 * are read, or written, during the call and stay the caller's. "Must" is a precondition whose breach is a programming
 * error; where g_return_if_fail can see it, it warns, changes nothing and returns false or zeros. False with *error
 * set is an error by the codes named, for reasons of the data. An assignment belongs to one thread at a time, also to
 * ask it; different ones may be used at once. Rules, and what is made of them, are for any thread.
 */
#ifndef MUSTER_ASSIGN_H
#define MUSTER_ASSIGN_H

#include <muster/base.h>

G_BEGIN_DECLS

#define MUSTER_ASSIGN_ERROR (muster_assign_error_quark())
MUSTER_EXPORT GQuark muster_assign_error_quark(void);
typedef enum MusterAssignError {
  MUSTER_ASSIGN_ERROR_LIMIT, /* a cost, a number of rows or an id above what was announced, or sums that may overflow */
  MUSTER_ASSIGN_ERROR_ORDER, /* a candidate source went back to a nearer candidate */
} MusterAssignError;

typedef uint32_t MusterAssignRow;    /* dense, the caller's own, below MusterAssignLimits.rows */
typedef uint32_t MusterAssignColumn; /* dense, the caller's own, below MusterAssignLimits.columns */

/* Compared member by member, in this order: a total with less tier wins whatever the times. */
typedef struct MusterAssignCost {
  uint32_t tier;    /* deadlines missed, say */
  int32_t time_ms;  /* travel time, say; a bonus may make it negative */
  uint32_t fatigue; /* what it asks of a person beyond the time */
} MusterAssignCost;

/* Largest of each that will occur; the less, the more room for the sums. */
typedef struct MusterAssignLimits {
  uint32_t rows, columns; /* ids, so also how many there are at once; rows below 2²⁴ (room for ties), columns 2³¹ */
  MusterAssignCost cost;  /* time_ms binds both ways: −time_ms … time_ms */
} MusterAssignLimits;

/* How rows get their columns. All but the first are baselines to hold the first against. */
typedef enum MusterAssignMethod {
  MUSTER_ASSIGN_OPTIMAL,
  MUSTER_ASSIGN_NEAREST_FCFS, /* a row takes its cheapest free column; a freed column the row that waits longest */
  MUSTER_ASSIGN_NEAREST_FAIR, /* the same, but a freed column takes the row that is cheapest for it */
  MUSTER_ASSIGN_GREEDY,       /* the cheapest pair of all waiting rows and free columns first; pairs made stay */
} MusterAssignMethod;

/* Mutable, one owner. About 130 bytes a row, 100 a column, 44 a candidate. */
typedef struct MusterAssignment MusterAssignment;
/* NULL with LIMIT if sums within these limits could overflow, or leave too little room to break ties (with 20,000 rows
 * and times up to a day, 260,000 tiers and 1,000 steps of fatigue fit). Free with muster_assignment_free. O(1): memory
 * grows with the largest ids used. */
MUSTER_EXPORT MusterAssignment *muster_assignment_new(const MusterAssignLimits *limits, MusterAssignMethod method,
                                                      GError **error);
/* NULL: nothing. */
MUSTER_EXPORT void muster_assignment_free(MusterAssignment *assignment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterAssignment, muster_assignment_free)

typedef struct MusterAssignCandidate {
  MusterAssignColumn column;
  MusterAssignCost cost;
} MusterAssignCandidate;

/* ---- columns ---- */

/* A new column, present and free, or another stable id and other skills for one that no row lists yet. `id` breaks ties
 * and must differ between columns; skills are bits of the caller's own meaning. False: LIMIT, a column not below the
 * limit. O(1). */
MUSTER_EXPORT bool muster_assignment_add_column(MusterAssignment *assignment, MusterAssignColumn column, uint64_t id,
                                                uint64_t skills, GError **error);
/* The column goes: its row is served anew. Nothing if it is not present or was never added. False: LIMIT, ORDER of the
 * source. */
MUSTER_EXPORT bool muster_assignment_leave(MusterAssignment *assignment, MusterAssignColumn column, GError **error);
/* The column is back, and rows that list it may take it. Nothing if it is present or was never added. */
MUSTER_EXPORT void muster_assignment_return(MusterAssignment *assignment, MusterAssignColumn column);
/* The column goes as with muster_assignment_leave, and no row lists it any more: added again it is new, with candidates
 * that have to be told anew (muster_assignment_change). For somebody who is elsewhere now. Nothing if it was never
 * added. False: ORDER. O(arcs of the rows that listed it). */
MUSTER_EXPORT bool muster_assignment_forget(MusterAssignment *assignment, MusterAssignColumn column, GError **error);

/* ---- rows ---- */

typedef struct MusterAssignNeed {
  uint64_t id;               /* stable, breaks ties; differs between rows */
  uint64_t skills;           /* a column must have all of them; 0: any column */
  MusterAssignCost unserved; /* what it costs to leave the row without a column */
} MusterAssignNeed;

/* A row, which must not be there yet; it waits for muster_assignment_solve. Candidates in any order; those without
 * the skills are passed over, of several of one column the cheapest counts; their columns must have been added.
 * Several rows of one incident are its slots: give them the same candidates and, if one is worth more than the next,
 * costs that say so. False: LIMIT, and nothing has changed: a row not below the limit, a cost beyond it, a column never
 * added. O(candidates) if they come sorted by (tier, time_ms), else O(k log k). */
MUSTER_EXPORT bool muster_assignment_add_row(MusterAssignment *assignment, MusterAssignRow row,
                                             const MusterAssignNeed *need, const MusterAssignCandidate *candidates,
                                             size_t count, GError **error);
/* Serves the rows that wait, in the order they came, until `step_budget` arcs have been looked at (0: no limit; what is
 * begun is ended; MUSTER_ASSIGN_GREEDY, whose batch is one, takes no notice). True when none waits any more. The rows
 * served so far have the least total among themselves, so stopping early is no mistake, only incomplete: the same bytes
 * whatever the budgets. False with *error set: ORDER, as muster_assignment_set_source says. */
MUSTER_EXPORT bool muster_assignment_solve(MusterAssignment *assignment, uint64_t step_budget, GError **error);
/* The row goes, its column comes free, and the rest makes the best of it. Nothing if it is not there. */
MUSTER_EXPORT void muster_assignment_remove(MusterAssignment *assignment, MusterAssignRow row);
/* muster_assignment_add_row and _solve without a budget. False: LIMIT; LIMIT, ORDER of the source, and the row waits.
 */
MUSTER_EXPORT bool muster_assignment_insert(MusterAssignment *assignment, MusterAssignRow row,
                                            const MusterAssignNeed *need, const MusterAssignCandidate *candidates,
                                            size_t count, GError **error);

/* ---- pairs ---- */

/* Another cost for the pair, which becomes possible if it was not; where it is pinned, from muster_assignment_unpin on.
 * The baselines keep a pair made, at its new cost. Costs no search while prices say that it changes
 * nothing. The row must be there and the column have been added. False: LIMIT, and nothing has changed; LIMIT, ORDER of
 * the source, as there. O(candidates of the row), or an event. */
MUSTER_EXPORT bool muster_assignment_change(MusterAssignment *assignment, MusterAssignRow row,
                                            MusterAssignColumn column, const MusterAssignCost *cost, GError **error);
/* Another cost of leaving the row unserved: those who wait grow older. The row must be there. False as _change. */
MUSTER_EXPORT bool muster_assignment_change_unserved(MusterAssignment *assignment, MusterAssignRow row,
                                                     const MusterAssignCost *unserved, GError **error);
/* The pair is impossible from now on, also where a source names it later; until muster_assignment_change allows it or
 * the row goes. A pair that is pinned stays until it is not. The row must be there and the column have been added.
 * False: LIMIT, ORDER of the source. */
MUSTER_EXPORT bool muster_assignment_forbid(MusterAssignment *assignment, MusterAssignRow row,
                                            MusterAssignColumn column, GError **error);
/* The pair stands, whatever it costs others: ordered, or on the scene. It counts with this cost. The column's row looks
 * for another; what the row held comes free. The pair need not be possible. The row must be there; the column must be
 * present and not pinned to another row. False as _change: with an error of the source the pair is pinned all the same,
 * and who had the column waits. */
MUSTER_EXPORT bool muster_assignment_pin(MusterAssignment *assignment, MusterAssignRow row, MusterAssignColumn column,
                                         const MusterAssignCost *cost, GError **error);
/* The row takes part again. Nothing if it is not pinned, or not there. False: LIMIT, ORDER of the source. */
MUSTER_EXPORT bool muster_assignment_unpin(MusterAssignment *assignment, MusterAssignRow row, GError **error);

/* Candidates on demand: rows added with few candidates, or none, get more when the prices call for them, and no more
 * than that. The answer is the optimum over all candidates that the source could name.
 * Writes up to `most` candidates of the row, from number `skip` on (those of muster_assignment_add_row included), with
 * (tier, time_ms) never less than of those before; returns how many, fewer than `most` only at the end. Columns that
 * are absent or lack skills may be named, and must be if they may come back. `skip` counts all that have been named for
 * the row, those forgotten since included, so a source that leaves these out counts from its own last candidate. Called
 * inside muster_assignment_solve and whatever searches; must not touch the assignment. */
typedef size_t (*MusterAssignSource)(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most,
                                     void *user_data);
/* Must come before the first row; NULL: no source. `user_data` is the caller's, handed on as it is (it may be NULL),
 * and must stay while the source is asked. A source that goes back to less fails the call with ORDER, one that names an
 * unknown column, a cost beyond the limits or more than `most` with LIMIT; the row that looked for a column waits then,
 * and muster_assignment_solve takes it up again. */
MUSTER_EXPORT void muster_assignment_set_source(MusterAssignment *assignment, MusterAssignSource source,
                                                void *user_data);

/* ---- answers ---- */

/* MUSTER_NONE: unserved, waiting, or not there. O(1). */
MUSTER_EXPORT MusterAssignColumn muster_assignment_column_of(const MusterAssignment *assignment, MusterAssignRow row);
/* MUSTER_NONE: free, absent, or unknown. O(1). */
MUSTER_EXPORT MusterAssignRow muster_assignment_row_of(const MusterAssignment *assignment, MusterAssignColumn column);
/* What the pair costs where the row has its column, else what it costs to leave it. The row must be there. O(1). */
MUSTER_EXPORT MusterAssignCost muster_assignment_cost_of(const MusterAssignment *assignment, MusterAssignRow row);

typedef struct MusterAssignTotals {
  uint32_t rows, served, waiting; /* unserved: rows − served − waiting */
  uint64_t tier, fatigue;         /* sums over served and unserved rows, not over those that wait */
  int64_t time_ms;
} MusterAssignTotals;
/* Any time, O(1). */
MUSTER_EXPORT void muster_assignment_totals(const MusterAssignment *assignment, MusterAssignTotals *out);
/* Arcs looked at since the assignment was made: work as a number that no clock changes. O(1). */
MUSTER_EXPORT uint64_t muster_assignment_steps(const MusterAssignment *assignment);

/* Rows whose column the last call that can change any has changed, each once, ascending: *count of them, in a view that
 * is the assignment's and stays until the next such call. O(n log n) for n that were touched, once a call. */
MUSTER_EXPORT const MusterAssignRow *muster_assignment_changed(const MusterAssignment *assignment, size_t *count);

/* ---- reasons (MUSTER_ASSIGN_OPTIMAL only; they change nothing) ----
 *
 * Each is one or two searches of the kind an event needs: O(c + h log h). The whys may ask the source for more
 * candidates. If it breaks its word they fail, as muster_assignment_set_source says, with *out as it was and everybody
 * where they were: the same question may be asked again. */

/* A difference of two totals, least significant last; compared in that order it is 0 or more. */
typedef struct MusterAssignDifference {
  int64_t tier, time_ms, fatigue;
} MusterAssignDifference;

typedef enum MusterAssignReason {
  MUSTER_ASSIGN_SERVED,       /* it has the pair in question */
  MUSTER_ASSIGN_NO_CANDIDATE, /* no column that is present can serve the row */
  MUSTER_ASSIGN_IMPOSSIBLE,   /* this pair is not among the row's candidates, forbidden, or the column is absent */
  MUSTER_ASSIGN_PINNED,       /* the column is pinned to `other_row`, or the row to another column */
  MUSTER_ASSIGN_OUTBID,       /* the column serves `other_row` at present */
  MUSTER_ASSIGN_DEARER,       /* the column is free, but another choice costs less */
  MUSTER_ASSIGN_NOT_WORTH_IT, /* free columns cost more than leaving the row unserved */
} MusterAssignReason;

typedef struct MusterAssignWhy {
  MusterAssignReason reason;
  MusterAssignColumn column; /* asked about; for an unserved row the one that would serve it at the least extra total */
  MusterAssignRow other_row; /* who has that column, MUSTER_NONE: nobody */
  MusterAssignDifference extra; /* what the total would grow by if the pair were made; OUTBID, DEARER, NOT_WORTH_IT */
} MusterAssignWhy;
/* Why the row does not have this column. The row must be there and not wait; a column never added (MUSTER_NONE also) is
 * IMPOSSIBLE. False: LIMIT, ORDER. */
MUSTER_EXPORT bool muster_assignment_why_not(MusterAssignment *assignment, MusterAssignRow row,
                                             MusterAssignColumn column, MusterAssignWhy *out, GError **error);
/* Why the row is unserved, SERVED if it is not; the same for the same world, whoever came first. PINNED only if all the
 * candidates that are present are. The row must be there and not wait. False: LIMIT, ORDER. */
MUSTER_EXPORT bool muster_assignment_why_unserved(MusterAssignment *assignment, MusterAssignRow row,
                                                  MusterAssignWhy *out, GError **error);
/* What the rest would save if the row were not there: the price it sets on its neighbours. All 0 for a row without a
 * column, and for one that nobody waits behind. The row must be below those ever added. */
MUSTER_EXPORT void muster_assignment_burden(MusterAssignment *assignment, MusterAssignRow row,
                                            MusterAssignDifference *out);
/* What one more volunteer at the same costs as this one would save. The column must have been added. */
MUSTER_EXPORT void muster_assignment_saving(MusterAssignment *assignment, MusterAssignColumn column,
                                            MusterAssignDifference *out);

/* ---- costs of incidents ---- */

enum { MUSTER_ASSIGN_DEADLINES_MOST = 4, MUSTER_ASSIGN_AGES_MOST = 1000 };

/* How waiting and travel become costs: tiers for the deadlines missed, counted from the report, ms below them. */
typedef struct MusterAssignRule {
  uint32_t deadlines_ms[MUSTER_ASSIGN_DEADLINES_MOST]; /* from the report, ascending */
  size_t deadline_count;                               /* at most MUSTER_ASSIGN_DEADLINES_MOST */
  uint32_t ageing_ms;  /* beyond its last deadline a need that waits weighs one tier more each time this has gone by (at
                          most MUSTER_ASSIGN_AGES_MOST times), so that the late do not starve; 0: it does not age */
  uint32_t slot_tiers; /* the first slot of an incident weighs this many tiers more than if it were the only one, the
                          second one less, and so on down to 0 */
  uint32_t stickiness_ms; /* a pair that has been ordered counts as so much quicker than it is, among pairs of the
                             same tier: tiers are those of its true arrival, so nobody late counts as in time */
} MusterAssignRule;

/* Of a responder who is there after travel_ms, at most INT32_MAX (MUSTER_UNREACHABLE_MS is no way and must not be a
 * candidate), for a need reported waited_ms ago (0 … 2⁶²). O(1). */
MUSTER_EXPORT MusterAssignCost muster_assign_rule_pair(const MusterAssignRule *rule, int64_t waited_ms,
                                                       uint32_t travel_ms, uint32_t fatigue, bool is_ordered);
/* Of leaving the slot (0: the first) empty until the next event. O(1). */
MUSTER_EXPORT MusterAssignCost muster_assign_rule_unserved(const MusterAssignRule *rule, int64_t waited_ms,
                                                           uint32_t slot);
/* What muster_assignment_new needs to hear for such costs, travel_ms and fatigue at most these. False with LIMIT if a
 * cost has no room for the rule's tiers or for the times; *out is then as it was. O(1). */
MUSTER_EXPORT bool muster_assign_rule_limits(const MusterAssignRule *rule, uint32_t rows, uint32_t columns,
                                             uint32_t travel_ms, uint32_t fatigue, MusterAssignLimits *out,
                                             GError **error);

/* ---- a bound for any policy ---- */

/* A finished log: what was reported when, and who was there to help. Each incident takes one responder. */
typedef struct MusterAssignLog {
  const int64_t *reported_ms; /* by incident */
  const uint32_t *busy_ms;    /* by incident: how long it binds its responder from the arrival on */
  size_t incident_count;
  const int64_t *free_from_ms; /* by responder: on duty from then on */
  size_t responder_count;
  /* Travel time of a responder from where it begins, or from one incident's place to another's; MUSTER_UNREACHABLE_MS:
   * no way. Called inside muster_assign_bound, each pair more than once: always the same answer. */
  uint32_t (*first_ms)(size_t responder, size_t incident, void *user_data);
  uint32_t (*next_ms)(size_t incident_before, size_t incident, void *user_data);
  void *user_data;
} MusterAssignLog;

typedef struct MusterAssignBound {
  size_t served;   /* of the incidents, where the bound is reached */
  uint64_t tier;   /* deadlines missed in all */
  int64_t time_ms; /* from report to arrival, summed over those served, at this tier */
} MusterAssignBound;
/* No policy, clairvoyant or not, whose responders wait where they last helped has a total below this, deadlines missed
 * first, then time from report to arrival, unserved incidents at the rule's cost for 0 ms waited. Relaxation: every
 * incident served has a predecessor of its own (a responder's beginning, or the incident its responder helped before,
 * free at the earliest when the nearest of all could have been there); choosing predecessors is an assignment. A
 * response of more than INT32_MAX ms counts as that. Cold: O(n (n + r) log k) calls and O(n k) memory for n incidents,
 * r responders and the k predecessors that an incident hears of, nearest first, until no other can matter. False:
 * LIMIT. */
MUSTER_EXPORT bool muster_assign_bound(const MusterAssignLog *log, const MusterAssignRule *rule, MusterAssignBound *out,
                                       GError **error);

G_END_DECLS

#endif
