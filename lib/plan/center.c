/* p-center: the least radius at which p sites have every demand within it.
 *
 * A radius is possible if a cover of p sites is found for it (Minieka, SIAM Review 12, 1970), impossible if the dual of
 * set cover needs more; both are bisected over the table's times, and what is left between is searched again.
 */
#include <string.h>

#include "plan/median.h"
#include "plan/search.h"
#include "plan/set_cover.h"

enum { EXCHANGES_A_STEP = 100, QUICK_SHARE = 20 };

typedef struct center {
  mi_locate *job;
  uint32_t *radii; /* the times there are, ascending, each once */
  size_t count;
  size_t found;  /* p sites do at this one: a place in radii */
  size_t proven; /* they do not at any before this one */
} center;

static int compare_times(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static void list_radii(center *c) {
  const MusterLocateTable *table = c->job->table;
  c->radii = g_new(uint32_t, table->demand_count * table->site_count + 1);
  size_t count = 0;
  for (size_t demand = 0; demand < table->demand_count; demand++)
    for (size_t site = 0; site < table->site_count && mi_weight(table, demand); site++) {
      uint32_t time = table->times[demand * table->site_count + site];
      if (time != MUSTER_UNREACHABLE_MS) c->radii[count++] = time;
    }
  qsort(c->radii, count, sizeof *c->radii, compare_times);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || c->radii[i] != c->radii[i - 1]) c->radii[c->count++] = c->radii[i];
}

static size_t place_of(const center *c, uint32_t radius) {
  size_t low = 0, high = c->count - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (c->radii[middle] < radius)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The longest way of a demand that counts to its nearest of these sites. */
static uint32_t radius_of(const center *c, const uint32_t *sites, size_t count) {
  const MusterLocateTable *table = c->job->table;
  uint32_t worst = 0;
  for (size_t demand = 0; demand < table->demand_count; demand++) {
    if (mi_weight(table, demand) == 0) continue;
    uint32_t least = MUSTER_UNREACHABLE_MS;
    for (size_t i = 0; i < count; i++) least = MIN(least, table->times[demand * table->site_count + sites[i]]);
    worst = MAX(worst, least);
  }
  return worst;
}

/* Whether p sites are found for the radius; if so they are the answer's, and `found` is how far they really reach. */
static bool try_radius(center *c, size_t place, uint64_t exchanges) {
  mi_locate *job = c->job;
  g_auto(mi_incidence) incidence = {0};
  if (!mi_incidence_init(&incidence, job->table, c->radii[place], c->radii[place], 1, NULL) ||
      mi_incidence_find_uncovered(&incidence, job->table) != MUSTER_NONE)
    return false;
  g_auto(mi_set_cover) cover;
  mi_set_cover_init(&cover, &incidence, job->fixed, job->fixed_count, job->options->p);
  if (!mi_set_cover_search(&cover, job, exchanges)) return false;
  mi_set_cover_pad(&cover, job->options->p);
  memcpy(job->sites, cover.chosen, cover.chosen_count * sizeof *job->sites);
  c->found = place_of(c, radius_of(c, job->sites, job->options->p));
  return true;
}

static bool is_impossible(const center *c, size_t place) {
  mi_locate *job = c->job;
  g_auto(mi_incidence) incidence = {0};
  if (!mi_incidence_init(&incidence, job->table, c->radii[place], c->radii[place], 1, NULL)) return false;
  if (mi_incidence_find_uncovered(&incidence, job->table) != MUSTER_NONE) return true;
  uint32_t p = job->options->p;
  return mi_set_cover_bound(&incidence, job, p + 1) > p;
}

/* Narrows [proven, found] as far as quick searches go. */
static bool find_quickly(center *c, GError **error) {
  uint64_t exchanges = MAX(1, (uint64_t)c->job->options->steps * EXCHANGES_A_STEP / QUICK_SHARE);
  c->found = c->count;
  if (!try_radius(c, c->count - 1, exchanges)) {
    if (!mi_locate_report(c->job, 0, error)) return false;
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "expected %u sites that reach every demand, found none", c->job->options->p);
    return false;
  }
  for (size_t low = 0; low < c->found;) {
    if (!mi_locate_report(c->job, 0.25 * (double)low / (double)c->found, error)) return false;
    size_t middle = low + (c->found - low) / 2;
    if (!try_radius(c, middle, exchanges)) low = middle + 1;
  }
  return true;
}

/* Raises `proven` as far as the bound goes; that p sites do not do at `found` − 1 is asked first. */
static bool prove(center *c, GError **error) {
  if (c->found == c->proven) return true;
  if (is_impossible(c, c->found - 1)) {
    c->proven = c->found;
    return true;
  }
  for (size_t high = c->found - 1; c->proven < high;) {
    if (!mi_locate_report(c->job, 0.5, error)) return false;
    size_t middle = c->proven + (high - c->proven) / 2;
    if (is_impossible(c, middle))
      c->proven = middle + 1;
    else
      high = middle;
  }
  return true;
}

/* What is neither found nor proven: longer searches, from above. */
static bool search_gap(center *c, GError **error) {
  uint64_t exchanges = (uint64_t)c->job->options->steps * EXCHANGES_A_STEP;
  do {
    if (!mi_locate_report(c->job, 0.75, error)) return false;
  } while (c->found > c->proven && try_radius(c, c->found - 1, exchanges));
  return true;
}

static bool refuse_unreached(const center *c, GError **error) {
  const MusterLocateTable *table = c->job->table;
  for (size_t demand = 0; demand < table->demand_count; demand++) {
    bool is_reached = mi_weight(table, demand) == 0;
    for (size_t site = 0; site < table->site_count && !is_reached; site++)
      is_reached = table->times[demand * table->site_count + site] != MUSTER_UNREACHABLE_MS;
    if (is_reached) continue;
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "demand %zu: expected a site that reaches it, found none", demand + 1);
    return false;
  }
  return true;
}

static bool search_all(center *c, GError **error) {
  return refuse_unreached(c, error) && find_quickly(c, error) && prove(c, error) && search_gap(c, error);
}

/* Nobody counts: any sites do. */
static void choose_any(mi_locate *job) {
  uint32_t count = 0;
  for (; count < job->fixed_count; count++) job->sites[count] = job->fixed[count];
  for (uint32_t site = 0, next = 0; count < job->options->p; site++) {
    while (next < job->fixed_count && job->fixed[next] < site) next++;
    if (next == job->fixed_count || job->fixed[next] != site) job->sites[count++] = site;
  }
}

bool mi_locate_center(mi_locate *job, GError **error) {
  center c = {.job = job};
  list_radii(&c);
  bool done = true;
  if (c.count == 0 && refuse_unreached(&c, NULL)) {
    choose_any(job);
    job->answer->is_optimal = true;
  } else {
    done = search_all(&c, error);
  }
  if (done && c.count > 0) {
    job->answer->objective = c.radii[c.found];
    job->answer->bound = c.radii[c.proven];
    job->answer->is_optimal = c.found == c.proven;
  }
  job->answer->count = job->options->p;
  g_free(c.radii);
  return done;
}
