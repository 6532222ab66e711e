/* An assignment's memory: rows with their arcs, columns, the search's heap.
 *
 * Arcs lie row by row in blocks of one pool, in the order of their high words. Where searches also run from columns to
 * rows (after something came free), each column has a list of the arcs that lead to it; the lists are made when first
 * needed, so that solving once does not pay for them.
 *
 * What holds between calls of an optimal assignment (mi_assignment_find_fault checks it), for rows that are served or
 * unserved and columns that are present and not pinned:
 *   a column's price is 0 or more, and 0 if nobody has it;
 *   a row's price is at most its cost of staying unserved, and that if it is unserved;
 *   a row's price is at most cost + price of each of its arcs, and that of the arc it has;
 *   a row's price is at most the high word of what its source may still name.
 * By linear programming duality these prove the matching the best one.
 */
#ifndef MI_ASSIGN_STATE_H
#define MI_ASSIGN_STATE_H

#include "assign/blocks.h"
#include "assign/key.h"

typedef struct mi_arc {
  int64_t high;
  uint32_t low;
  MusterAssignColumn column;
} mi_arc;

/* The same arc in the list of its column. */
typedef struct mi_arc_in {
  int64_t high;
  uint32_t low;
  MusterAssignRow row;
  uint32_t arc;
} mi_arc_in;

typedef enum mi_row_state { MI_ROW_ABSENT, MI_ROW_WAITING, MI_ROW_UNSERVED, MI_ROW_SERVED, MI_ROW_PINNED } mi_row_state;

/* What searches look at, a cache line. */
typedef struct mi_assign_row {
  mi_key price;
  mi_packed_cost unserved, taken; /* taken: what its column costs it */
  uint32_t first_arc, arc_count;
  MusterAssignColumn column;
  uint8_t state; /* mi_row_state */
  uint8_t block; /* of its arcs */
  bool exhausted;
} mi_assign_row;

/* A row's place among those that wait. */
typedef struct mi_waiting {
  MusterAssignRow row;
  uint64_t ticket; /* a row that went and came again has another one */
} mi_waiting;

typedef struct mi_row_facts {
  uint64_t id, skills;
  uint64_t ticket;  /* of its place among those that wait */
  uint64_t since;   /* the baselines' order of coming; 0: never looked at */
  int64_t frontier; /* high word of the last candidate its source has named: it names nothing nearer any more */
  uint32_t named;   /* how many it has */
  MusterAssignColumn column_before;
  uint64_t call;         /* the last one that changed its column; column_before is from before it */
  GHashTable *forbidden; /* columns; NULL: never any */
} mi_row_facts;

/* What a row that takes candidates looks at. */
typedef struct mi_column_facts {
  uint64_t id, skills;
  uint32_t listing, number; /* the arc to it in the row that took candidates when `listing` was the assignment's */
} mi_column_facts;

/* A cache line too. */
typedef struct mi_assign_column {
  mi_key price;
  mi_key distance; /* of the search whose mark it bears */
  MusterAssignRow row;
  uint32_t mark;
  uint32_t via_row; /* forward: the row from which it was reached. In reverse: the column that its row could move to */
  uint32_t via;     /* forward: number of the arc in that row. In reverse: the arc there, in the columns' lists */
  uint32_t heap_place;
  uint32_t first_in, in_count; /* its list of arcs */
  uint8_t in_block;
  bool is_known, is_present, is_pinned;
} mi_assign_column;

enum { MI_CACHE_LINE = 64 };
G_STATIC_ASSERT(sizeof(mi_assign_row) == MI_CACHE_LINE && sizeof(mi_assign_column) == MI_CACHE_LINE);

struct MusterAssignment {
  MusterAssignMethod method;
  MusterAssignLimits limits;
  mi_scale scale;
  mi_assign_row *rows;
  mi_row_facts *facts; /* of rows */
  mi_assign_column *columns;
  mi_column_facts *column_facts;
  uint32_t listing; /* of the row that takes candidates just now */
  uint32_t row_capacity, column_capacity;
  mi_blocks arcs;     /* mi_arc, row by row */
  mi_blocks ins;      /* mi_arc_in, column by column; of has_ins, as the next */
  uint32_t *in_place; /* arc → its place in the list of its column */
  uint32_t in_place_capacity;
  bool has_ins;
  MusterAssignSource source;
  void *source_data;
  MusterAssignCandidate *named; /* room for what a source names at once */
  GArray *waiting;              /* mi_waiting in order of coming; those that no longer wait are passed over */
  guint waiting_first;
  uint64_t tickets, arrivals;
  MusterAssignTotals totals;
  GArray *changed; /* MusterAssignRow */
  uint64_t call;
  uint64_t steps;
  uint32_t mark;
  uint32_t *heap, heap_count; /* columns by distance */
  uint32_t *settled, settled_count;
};

/* ---- rows.c ---- */

static inline mi_key mi_arc_key(const MusterAssignment *a, const mi_arc *arc) {
  return mi_scale_key(&a->scale, arc->high, arc->low);
}
static inline mi_key mi_packed_key(const MusterAssignment *a, mi_packed_cost cost) {
  return mi_scale_key(&a->scale, cost.high, cost.low);
}
static inline mi_arc *mi_row_arcs(const MusterAssignment *a, const mi_assign_row *row) {
  return (mi_arc *)a->arcs.items + row->first_arc;
}
static inline mi_arc_in *mi_arc_in_at(const MusterAssignment *a, uint32_t at) { return (mi_arc_in *)a->ins.items + at; }
static inline mi_key mi_arc_in_key(const MusterAssignment *a, const mi_arc_in *in) {
  return mi_scale_key(&a->scale, in->high, in->low);
}
/* It may be given to a row: searches look at no other. */
static inline bool mi_column_takes_part(const mi_assign_column *column) {
  return column->is_present && !column->is_pinned;
}

/* Gives the row these candidates, checked; those it lacks the skills for, has forbidden or has already are left out. */
bool mi_row_take_candidates(MusterAssignment *a, MusterAssignRow row, const MusterAssignCandidate *candidates,
                            size_t count, GError **error);
/* Asks the source for more; false on an error. */
bool mi_row_extend(MusterAssignment *a, MusterAssignRow row, GError **error);
/* The least high word that the source may still name for the row, INT64_MAX: nothing. */
int64_t mi_row_frontier(const MusterAssignment *a, MusterAssignRow row);
void mi_row_drop_arcs(MusterAssignment *a, MusterAssignRow row);
/* The number of the row's arc to the column, MUSTER_NONE if there is none. */
uint32_t mi_row_find_arc(const MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column);
void mi_row_remove_arc(MusterAssignment *a, MusterAssignRow row, uint32_t number);
void mi_row_add_arc(MusterAssignment *a, MusterAssignRow row, const mi_arc *arc);
/* Makes the columns' lists. */
void mi_list_ins(MusterAssignment *a);

bool mi_forbidden(const MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column);
void mi_forbid(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column);
void mi_allow(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column);
void mi_allow_all(MusterAssignment *a, MusterAssignRow row);

/* ---- matching.c: every change of a row's state passes here, so totals and the list of changes are right ---- */

void mi_row_set_served(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, mi_packed_cost cost);
void mi_row_set_pinned(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, mi_packed_cost cost);
void mi_row_set_unserved(MusterAssignment *a, MusterAssignRow row);
/* Takes its column from it, which stays without a row; it is not there for searches until it is set again. */
void mi_row_detach(MusterAssignment *a, MusterAssignRow row);
void mi_row_set_waiting(MusterAssignment *a, MusterAssignRow row);
void mi_row_set_absent(MusterAssignment *a, MusterAssignRow row);
void mi_call_begin(MusterAssignment *a);
static inline bool mi_still_waits(const MusterAssignment *a, const mi_waiting *entry) {
  return a->rows[entry->row].state == MI_ROW_WAITING && a->facts[entry->row].ticket == entry->ticket;
}

/* ---- the methods ---- */

/* Finds the detached row its column, or leaves it unserved; with an error it waits. forward.c, baseline.c */
bool mi_serve_optimal(MusterAssignment *a, MusterAssignRow row, GError **error);
bool mi_serve_nearest(MusterAssignment *a, MusterAssignRow row, GError **error);
/* Gives the free column to whoever gains by it. reverse.c, baseline.c */
void mi_release_optimal(MusterAssignment *a, MusterAssignColumn column);
void mi_release_nearest(MusterAssignment *a, MusterAssignColumn column);
/* By how much the total would grow if the unserved row had to be served, and the column it would have; MUSTER_NONE:
 * none that takes part can serve it (*extra is left). As the next, it changes nothing; false: the source failed. */
bool mi_extra_to_serve(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn *column, mi_key *extra,
                       GError **error);
/* By how much it would grow if the row, served or unserved, had to take this arc, whose column takes part: the shortest
 * way round, along the arc, over those who give way, back by the column that the row leaves (or its unserved option).
 */
bool mi_extra_of_pair(MusterAssignment *a, MusterAssignRow row, const mi_arc *arc, mi_key *extra, GError **error);
/* By how much less than its price the total would fall if the column's row were not there. */
mi_key mi_release_distance(MusterAssignment *a, MusterAssignColumn column);
/* The least price at which no row would rather have the column. */
mi_key mi_price_to_return(MusterAssignment *a, MusterAssignColumn column);
/* How much the total falls if a column at this price, in the place of `like` (with its arcs), comes free; changes
 * nothing. */
mi_key mi_release_gain(MusterAssignment *a, MusterAssignColumn like, mi_key price);
/* Serves all rows that wait, cheapest pair first. baseline.c */
bool mi_solve_greedily(MusterAssignment *a, GError **error);

static inline bool mi_serve(MusterAssignment *a, MusterAssignRow row, GError **error) {
  return (a->method == MUSTER_ASSIGN_OPTIMAL ? mi_serve_optimal : mi_serve_nearest)(a, row, error);
}
static inline void mi_release(MusterAssignment *a, MusterAssignColumn column) {
  (a->method == MUSTER_ASSIGN_OPTIMAL ? mi_release_optimal : mi_release_nearest)(a, column);
}

/* What is wrong with it, by the conditions above, totals and lists; NULL if nothing is. O(arcs). Free with g_free. */
char *mi_assignment_find_fault(const MusterAssignment *a);

#endif
