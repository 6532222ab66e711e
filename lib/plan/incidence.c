/* Who is within the radius of whom; see incidence.h. */
#include "plan/incidence.h"

#include "plan/median.h"

typedef struct within {
  const MusterLocateTable *table;
  uint32_t radius, outer_radius;
} within;

/* 0: within the radius, 1: within the outer one only, 2: neither. */
static unsigned ring_of(const within *w, size_t demand, size_t site) {
  uint32_t time = w->table->times[demand * w->table->site_count + site];
  if (time == MUSTER_UNREACHABLE_MS || time > w->outer_radius || mi_weight(w->table, demand) == 0) return 2;
  return time > w->radius;
}

static bool count_pairs(const within *w, uint32_t per_site, size_t *out, GError **error) {
  uint64_t pairs = 0;
  for (size_t demand = 0; demand < w->table->demand_count; demand++)
    for (size_t site = 0; site < w->table->site_count; site++) pairs += ring_of(w, demand, site) < 2;
  pairs *= per_site;
  *out = (size_t)pairs;
  if (pairs <= INT32_MAX) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT,
              "pairs of a demand and a site within the radius: expected at most %d, found %" G_GUINT64_FORMAT,
              INT32_MAX, pairs);
  return false;
}

static void init_lists(mi_lists *lists, size_t count, size_t pairs) {
  lists->count = (uint32_t)count;
  lists->first = g_new(uint32_t, count + 1);
  lists->inner_end = g_new(uint32_t, count + 1);
  lists->items = g_new(uint32_t, pairs + 1);
}

static void list_sites(const within *w, uint32_t per_site, mi_lists *lists) {
  uint32_t end = 0;
  for (size_t demand = 0; demand < lists->count; demand++) {
    lists->first[demand] = end;
    for (unsigned ring = 0; ring < 2; ring++) {
      bool is_empty = ring && w->outer_radius == w->radius;
      for (size_t site = 0; site < w->table->site_count && !is_empty; site++)
        for (uint32_t vehicle = 0; vehicle < per_site && ring_of(w, demand, site) == ring; vehicle++)
          lists->items[end++] = (uint32_t)(site * per_site + vehicle);
      if (ring == 0) lists->inner_end[demand] = end;
    }
  }
  lists->first[lists->count] = end;
}

/* Turns one side's lists round, ring by ring. */
static void turn_round(const mi_lists *from, mi_lists *to) {
  uint32_t *end = to->first;
  for (uint32_t i = 0; i <= to->count; i++) to->first[i] = to->inner_end[i] = 0;
  for (uint32_t pair = 0; pair < from->first[from->count]; pair++) to->first[from->items[pair]]++;
  for (uint32_t i = 0, sum = 0; i <= to->count; i++) {
    uint32_t here = end[i];
    end[i] = sum;
    sum += here;
  }
  for (unsigned ring = 0; ring < 2; ring++) {
    for (uint32_t i = 0; i < from->count; i++) {
      uint32_t begin = ring ? from->inner_end[i] : from->first[i];
      uint32_t stop = ring ? from->first[i + 1] : from->inner_end[i];
      for (uint32_t pair = begin; pair < stop; pair++) to->items[end[from->items[pair]]++] = i;
    }
    if (ring == 0)
      for (uint32_t i = 0; i < to->count; i++) to->inner_end[i] = end[i];
  }
  for (uint32_t i = to->count; i > 0; i--) to->first[i] = end[i - 1];
  to->first[0] = 0;
}

bool mi_incidence_init(mi_incidence *incidence, const MusterLocateTable *table, uint32_t radius, uint32_t outer_radius,
                       uint32_t per_site, GError **error) {
  *incidence = (mi_incidence){0};
  within w = {table, radius, outer_radius};
  size_t pairs;
  if (!count_pairs(&w, per_site, &pairs, error)) return false;
  init_lists(&incidence->sites, table->demand_count, pairs);
  init_lists(&incidence->demands, table->site_count * per_site, pairs);
  list_sites(&w, per_site, &incidence->sites);
  turn_round(&incidence->sites, &incidence->demands);
  return true;
}

static void clear_lists(mi_lists *lists) {
  g_free(lists->first);
  g_free(lists->inner_end);
  g_free(lists->items);
}

void mi_incidence_clear(mi_incidence *incidence) {
  clear_lists(&incidence->sites);
  clear_lists(&incidence->demands);
  *incidence = (mi_incidence){0};
}

uint32_t mi_incidence_find_uncovered(const mi_incidence *incidence, const MusterLocateTable *table) {
  for (uint32_t demand = 0; demand < incidence->sites.count; demand++)
    if (mi_weight(table, demand) && incidence->sites.first[demand] == incidence->sites.first[demand + 1]) return demand;
  return MUSTER_NONE;
}
