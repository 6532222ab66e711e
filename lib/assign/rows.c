/* Rows and their arcs; see state.h. */
#include "assign/state.h"

#include <stdlib.h>
#include <string.h>

/* ---- the columns' lists ---- */

static mi_arc *arc_at(const MusterAssignment *a, uint32_t at) { return (mi_arc *)a->arcs.items + at; }

/* Room for the places of all arcs. */
static void reserve_places(MusterAssignment *a) {
  if (a->in_place_capacity == a->arcs.capacity) return;
  size_t had = a->in_place_capacity;
  a->in_place_capacity = a->arcs.capacity;
  a->in_place = mi_large_resize(a->in_place, had * sizeof *a->in_place, a->arcs.capacity * sizeof *a->in_place);
}

static void link_arc(MusterAssignment *a, MusterAssignRow row, uint32_t at) {
  if (!a->has_ins) return;
  const mi_arc *arc = arc_at(a, at);
  mi_assign_column *column = &a->columns[arc->column];
  mi_blocks_reserve(&a->ins, &column->first_in, &column->in_block, column->in_count, column->in_count + 1);
  *mi_arc_in_at(a, column->first_in + column->in_count) = (mi_arc_in){arc->high, arc->low, row, at};
  reserve_places(a);
  a->in_place[at] = column->in_count++;
}

/* What unlinking arcs that lie one after another will touch: it is spread over memory, and asked for in time all at
 * once it costs little more than one of it. */
static void prefetch_unlinking(const MusterAssignment *a, uint32_t first, uint32_t count) {
  if (!a->has_ins) return;
  for (uint32_t at = first; at < first + count; at++) __builtin_prefetch(&a->columns[arc_at(a, at)->column], 1);
  for (uint32_t at = first; at < first + count; at++) {
    const mi_assign_column *column = &a->columns[arc_at(a, at)->column];
    __builtin_prefetch(mi_arc_in_at(a, column->first_in + a->in_place[at]), 1);
    __builtin_prefetch(mi_arc_in_at(a, column->first_in + column->in_count - 1));
  }
}

static void unlink_arc(MusterAssignment *a, uint32_t at) {
  if (!a->has_ins) return;
  mi_assign_column *column = &a->columns[arc_at(a, at)->column];
  uint32_t place = a->in_place[at], last = --column->in_count;
  if (place != last) {
    mi_arc_in *moved = mi_arc_in_at(a, column->first_in + place);
    *moved = *mi_arc_in_at(a, column->first_in + last);
    a->in_place[moved->arc] = place;
  }
  if (last == 0) mi_blocks_give(&a->ins, column->first_in, column->in_block);
}

void mi_list_ins(MusterAssignment *a) {
  if (a->has_ins) return;
  a->has_ins = true;
  for (MusterAssignRow row = 0; row < a->row_capacity; row++)
    for (uint32_t i = 0; i < a->rows[row].arc_count; i++) link_arc(a, row, a->rows[row].first_arc + i);
}

/* ---- a row's arcs ---- */

/* The arcs from `old` on now lie at `moved`. */
static void follow_arcs(MusterAssignment *a, uint32_t old, uint32_t moved, uint32_t count) {
  if (!a->has_ins) return;
  reserve_places(a);
  for (uint32_t i = 0; i < count; i++) {
    const mi_assign_column *column = &a->columns[arc_at(a, moved + i)->column];
    uint32_t place = a->in_place[moved + i] = a->in_place[old + i];
    mi_arc_in_at(a, column->first_in + place)->arc = moved + i;
  }
}

/* Room for `count` arcs in all; those there move along. */
static void reserve_arcs(MusterAssignment *a, MusterAssignRow id, uint32_t count) {
  mi_assign_row *row = &a->rows[id];
  uint32_t old = row->first_arc;
  mi_blocks_reserve(&a->arcs, &row->first_arc, &row->block, row->arc_count, count);
  if (row->arc_count > 0 && row->first_arc != old) follow_arcs(a, old, row->first_arc, row->arc_count);
}

void mi_row_drop_arcs(MusterAssignment *a, MusterAssignRow id) {
  mi_assign_row *row = &a->rows[id];
  prefetch_unlinking(a, row->first_arc, row->arc_count);
  for (uint32_t i = 0; i < row->arc_count; i++) unlink_arc(a, row->first_arc + i);
  if (row->arc_count) mi_blocks_give(&a->arcs, row->first_arc, row->block);
  row->arc_count = 0;
}

uint32_t mi_row_find_arc(const MusterAssignment *a, MusterAssignRow id, MusterAssignColumn column) {
  const mi_assign_row *row = &a->rows[id];
  const mi_arc *arcs = mi_row_arcs(a, row);
  for (uint32_t i = 0; i < row->arc_count; i++)
    if (arcs[i].column == column) return i;
  return MUSTER_NONE;
}

void mi_row_remove_arc(MusterAssignment *a, MusterAssignRow id, uint32_t number) {
  mi_assign_row *row = &a->rows[id];
  if (row->arc_count == 1) {
    mi_row_drop_arcs(a, id);
    return;
  }
  for (uint32_t i = number; i < row->arc_count; i++) unlink_arc(a, row->first_arc + i);
  mi_arc *arcs = mi_row_arcs(a, row);
  memmove(arcs + number, arcs + number + 1, (row->arc_count - number - 1) * sizeof *arcs);
  row->arc_count--;
  for (uint32_t i = number; i < row->arc_count; i++) link_arc(a, id, row->first_arc + i);
}

void mi_row_add_arc(MusterAssignment *a, MusterAssignRow id, const mi_arc *arc) {
  reserve_arcs(a, id, a->rows[id].arc_count + 1);
  mi_assign_row *row = &a->rows[id];
  mi_arc *arcs = mi_row_arcs(a, row);
  uint32_t at = row->arc_count;
  while (at > 0 && arcs[at - 1].high > arc->high) at--;
  for (uint32_t i = at; i < row->arc_count; i++) unlink_arc(a, row->first_arc + i);
  memmove(arcs + at + 1, arcs + at, (row->arc_count - at) * sizeof *arcs);
  arcs[at] = *arc;
  row->arc_count++;
  for (uint32_t i = at; i < row->arc_count; i++) link_arc(a, id, row->first_arc + i);
}

/* ---- candidates ---- */

bool mi_forbidden(const MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column) {
  GHashTable *forbidden = a->facts[row].forbidden;
  return forbidden && g_hash_table_contains(forbidden, GUINT_TO_POINTER(column));
}

void mi_forbid(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column) {
  mi_row_facts *facts = &a->facts[row];
  if (!facts->forbidden) facts->forbidden = g_hash_table_new(NULL, NULL);
  g_hash_table_add(facts->forbidden, GUINT_TO_POINTER(column));
}

void mi_allow(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column) {
  GHashTable *forbidden = a->facts[row].forbidden;
  if (forbidden) g_hash_table_remove(forbidden, GUINT_TO_POINTER(column));
}

void mi_allow_all(MusterAssignment *a, MusterAssignRow row) {
  g_clear_pointer(&a->facts[row].forbidden, g_hash_table_unref);
}

static int compare_arcs(const void *a, const void *b) {
  const mi_arc *x = a, *y = b;
  if (x->high != y->high) return x->high < y->high ? -1 : 1;
  if (x->low != y->low) return x->low < y->low ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

static void sort_arcs(mi_arc *arcs, size_t count) {
  enum { NEARLY = 8 };
  size_t out_of_order = 0;
  for (size_t i = 1; i < count; i++) out_of_order += arcs[i - 1].high > arcs[i].high;
  if (out_of_order == 0) return;
  if (count > 32 && out_of_order > NEARLY) {
    qsort(arcs, count, sizeof *arcs, compare_arcs);
    return;
  }
  for (size_t i = 1; i < count; i++) {
    mi_arc arc = arcs[i];
    size_t at = i;
    for (; at > 0 && arcs[at - 1].high > arc.high; at--) arcs[at] = arcs[at - 1];
    arcs[at] = arc;
  }
}

/* Which of the row's arcs leads to the column, by the notes of this call; MUSTER_NONE: none yet. */
static uint32_t known_arc(const MusterAssignment *a, MusterAssignColumn column) {
  const mi_column_facts *facts = &a->column_facts[column];
  return facts->listing == a->listing ? facts->number : MUSTER_NONE;
}

static void note_arc(MusterAssignment *a, MusterAssignColumn column, uint32_t number) {
  a->column_facts[column].listing = a->listing;
  a->column_facts[column].number = number;
}

static void prefetch_columns(const MusterAssignment *a, const MusterAssignCandidate *candidates, size_t count) {
  enum { MOST = 256 }; /* more than this, the first are no longer near when they are wanted */
  for (size_t i = 0; i < MIN(count, MOST); i++) {
    MusterAssignColumn column = candidates[i].column;
    if (column >= a->column_capacity) continue;
    __builtin_prefetch(&a->columns[column], 1);
    __builtin_prefetch(&a->column_facts[column], 1);
  }
}

/* Blocks twice as large as what they hold, in both directions, then stay far below 2³². */
enum { ARCS_MOST = 1 << 27 };

static bool check_candidates(const MusterAssignment *a, MusterAssignRow id, const MusterAssignCandidate *candidates,
                             size_t count, GError **error) {
  if (count > ARCS_MOST - MIN((size_t)a->arcs.used + a->rows[id].arc_count, ARCS_MOST)) {
    g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
                "row %u: expected at most %u candidates of all rows at once, found more", id, ARCS_MOST);
    return false;
  }
  prefetch_columns(a, candidates, count);
  for (size_t i = 0; i < count; i++) {
    MusterAssignColumn column = candidates[i].column;
    if (!mi_scale_check(&a->scale, &candidates[i].cost, "row", id, error)) return false;
    if (column < a->column_capacity && a->columns[column].is_known) continue;
    g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
                "row %u: expected columns that have been added, found column %u", id, column);
    return false;
  }
  return true;
}

/* Arcs had … end, sorted, join those before them, behind those of the same high word: what a search has looked at does
 * not move (forward.c). */
static void merge_arcs(MusterAssignment *a, MusterAssignRow id, uint32_t had, uint32_t end) {
  mi_assign_row *row = &a->rows[id];
  mi_arc *arcs = mi_row_arcs(a, row);
  uint32_t first = had;
  while (first > 0 && arcs[first - 1].high > arcs[had].high) first--;
  for (uint32_t i = first; i < had; i++) unlink_arc(a, row->first_arc + i);
  for (uint32_t i = had; first < had && i < end; i++) {
    mi_arc arc = arcs[i];
    uint32_t at = i;
    for (; at > first && arcs[at - 1].high > arc.high; at--) arcs[at] = arcs[at - 1];
    arcs[at] = arc;
  }
  row->arc_count = end;
  for (uint32_t i = first; i < end; i++) link_arc(a, id, row->first_arc + i);
}

bool mi_row_take_candidates(MusterAssignment *a, MusterAssignRow id, const MusterAssignCandidate *candidates,
                            size_t count, GError **error) {
  if (!check_candidates(a, id, candidates, count, error)) return false;
  if (++a->listing == 0) {
    for (uint32_t i = 0; i < a->column_capacity; i++) a->column_facts[i].listing = 0;
    a->listing = 1;
  }
  mi_assign_row *row = &a->rows[id];
  uint32_t had = row->arc_count;
  for (uint32_t i = 0; i < had; i++) note_arc(a, mi_row_arcs(a, row)[i].column, i);
  reserve_arcs(a, id, had + (uint32_t)count);
  mi_arc *arcs = mi_row_arcs(a, row);
  uint32_t end = had;
  for (size_t i = 0; i < count; i++) {
    MusterAssignColumn column = candidates[i].column;
    const mi_column_facts *facts = &a->column_facts[column];
    if ((facts->skills & a->facts[id].skills) != a->facts[id].skills || mi_forbidden(a, id, column)) continue;
    mi_packed_cost cost = mi_scale_pack(&a->scale, &candidates[i].cost, a->facts[id].id, facts->id);
    uint32_t known = known_arc(a, column);
    mi_arc arc = {cost.high, cost.low, column};
    if (known != MUSTER_NONE) {
      if (known >= had && compare_arcs(&arc, &arcs[known]) < 0) arcs[known] = arc;
      continue;
    }
    note_arc(a, column, end);
    arcs[end++] = arc;
  }
  if (end == had) {
    if (had == 0 && count > 0) mi_blocks_give(&a->arcs, row->first_arc, row->block);
    return true;
  }
  sort_arcs(arcs + had, end - had);
  merge_arcs(a, id, had, end);
  return true;
}

/* ---- the source ---- */

enum { NAMED_FIRST = 8, NAMED_MOST = 4096 };

int64_t mi_row_frontier(const MusterAssignment *a, MusterAssignRow id) {
  const mi_assign_row *row = &a->rows[id];
  return !a->source || row->exhausted ? INT64_MAX : a->facts[id].frontier;
}

bool mi_row_extend(MusterAssignment *a, MusterAssignRow id, GError **error) {
  size_t most = CLAMP(a->facts[id].named, NAMED_FIRST, NAMED_MOST);
  if (!a->named) a->named = g_new(MusterAssignCandidate, NAMED_MOST);
  size_t count = a->source(id, a->facts[id].named, a->named, most, a->source_data);
  if (count > most) {
    g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
                "row %u: expected at most %zu candidates of its source at once, found %zu", id, most, count);
    return false;
  }
  int64_t least = a->facts[id].frontier;
  for (size_t i = 0; i < count; i++) {
    if (!mi_scale_check(&a->scale, &a->named[i].cost, "row", id, error)) return false;
    int64_t high = (int64_t)a->named[i].cost.tier * a->scale.tier_radix + a->named[i].cost.time_ms;
    if (high < least) {
      g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_ORDER,
                  "row %u: expected candidate %zu of its source at no less than the one before, found (%u, %d ms)", id,
                  a->facts[id].named + i, a->named[i].cost.tier, a->named[i].cost.time_ms);
      return false;
    }
    least = high;
  }
  if (!mi_row_take_candidates(a, id, a->named, count, error)) return false;
  a->facts[id].frontier = least;
  a->facts[id].named += (uint32_t)count;
  a->rows[id].exhausted = count < most;
  return true;
}
