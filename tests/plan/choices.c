/* Random tables and the slow answers; see choices.h. */
#include "plan/choices.h"

#include <string.h>

bool is_least_wanted(MusterLocateProblem problem) {
  return problem == MUSTER_LOCATE_PMEDIAN || problem == MUSTER_LOCATE_PCENTER || problem == MUSTER_LOCATE_SET_COVER;
}

static bool has_vehicles(MusterLocateProblem problem) {
  return problem == MUSTER_LOCATE_BACKUP || problem == MUSTER_LOCATE_DSM || problem == MUSTER_LOCATE_MEXCLP;
}

static void draw_options(small *s, mi_random *random, uint32_t spread, MusterLocateProblem problem) {
  MusterLocateOptions *options = &s->options;
  uint32_t sites = (uint32_t)s->table.site_count;
  muster_locate_options_init(options);
  options->problem = problem;
  options->steps = 300;
  options->bound_steps = 200;
  options->seed = mi_random_u64(random);
  if (has_vehicles(problem)) options->per_site = 1 + mi_random_below(random, 2);
  options->p = 1 + mi_random_below(random, MIN(sites * options->per_site, 5));
  options->radius = mi_random_below(random, spread);
  options->outer_radius = options->radius + mi_random_below(random, spread);
  options->share_ppm = 100000 * mi_random_below(random, 11);
  options->first_ppm = 100000 * mi_random_below(random, 11);
  options->busy_ppm = mi_random_below(random, MUSTER_LOCATE_PPM);
  if (problem == MUSTER_LOCATE_SET_COVER && mi_random_below(random, 2)) options->p = 0;
  options->existing = s->existing;
  options->existing_count = mi_random_below(random, 1 + MIN(2, options->p));
  uint32_t first = mi_random_below(random, sites);
  for (size_t i = 0; i < options->existing_count; i++)
    s->existing[i] = options->per_site > 1 ? first : (first + (uint32_t)i) % sites;
  if (options->per_site == 1 && sites == 1) options->existing_count = MIN(options->existing_count, 1);
}

void small_draw(small *s, mi_random *random, MusterLocateProblem problem) {
  uint32_t spread = (uint32_t[]){4, 30, 100000}[mi_random_below(random, 3)];
  uint32_t no_way = mi_random_below(random, 4);
  s->table = (MusterLocateTable){.times = s->times,
                                 .demand_count = 1 + mi_random_below(random, SIDE_MOST),
                                 .site_count = 1 + mi_random_below(random, SIDE_MOST),
                                 .weights = mi_random_below(random, 4) ? s->weights : NULL};
  for (size_t i = 0; i < s->table.demand_count * s->table.site_count; i++)
    s->times[i] = mi_random_below(random, 10) < no_way ? MUSTER_UNREACHABLE_MS : mi_random_below(random, spread);
  for (size_t i = 0; i < s->table.demand_count; i++) s->weights[i] = mi_random_below(random, 5);
  draw_options(s, random, spread, problem);
}

/* ---- what a choice is worth ---- */

static uint32_t weight_of(const small *s, size_t demand) { return s->table.weights ? s->table.weights[demand] : 1; }

static uint32_t time_of(const small *s, size_t demand, uint32_t site) {
  return s->times[demand * s->table.site_count + site];
}

static uint32_t nearest(const small *s, size_t demand, const uint32_t *sites, size_t count) {
  uint32_t least = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < count; i++) least = MIN(least, time_of(s, demand, sites[i]));
  return least;
}

static uint32_t covers(const small *s, size_t demand, const uint32_t *sites, size_t count, uint32_t radius) {
  uint32_t covers = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t time = time_of(s, demand, sites[i]);
    covers += time != MUSTER_UNREACHABLE_MS && time <= radius;
  }
  return covers;
}

/* 1 − q^k in millionths, by floating point, which is near enough at few covers. */
static int64_t expected(uint32_t busy_ppm, uint32_t covers) {
  double all_busy = 1;
  for (uint32_t k = 0; k < covers; k++) all_busy *= busy_ppm / 1e6;
  return MUSTER_LOCATE_PPM - (int64_t)(all_busy * 1e6 + 0.5 - 1e-7);
}

static bool add_demand(const small *s, size_t demand, const uint32_t *sites, size_t count, worth *out) {
  const MusterLocateOptions *options = &s->options;
  int64_t weight = weight_of(s, demand);
  if (weight == 0) return true;
  uint32_t time = nearest(s, demand, sites, count), k = covers(s, demand, sites, count, options->radius);
  switch (options->problem) {
    case MUSTER_LOCATE_PMEDIAN:
      if (time == MUSTER_UNREACHABLE_MS)
        out->unserved++;
      else
        out->objective += weight * time;
      return true;
    case MUSTER_LOCATE_PCENTER:
      out->objective = MAX(out->objective, time);
      return time != MUSTER_UNREACHABLE_MS;
    case MUSTER_LOCATE_MCLP:
      out->objective += k ? weight : 0;
      return true;
    case MUSTER_LOCATE_SET_COVER:
      out->objective = (int64_t)count;
      return k > 0;
    case MUSTER_LOCATE_BACKUP:
      if (k >= 1) out->objective += weight * options->first_ppm;
      if (k >= 2) out->objective += weight * (MUSTER_LOCATE_PPM - options->first_ppm);
      return true;
    case MUSTER_LOCATE_DSM:
      out->objective += k >= 2 ? weight : 0;
      return covers(s, demand, sites, count, options->outer_radius) > 0;
    case MUSTER_LOCATE_MEXCLP:
      out->objective += weight * expected(options->busy_ppm, k);
      return true;
  }
  g_assert_not_reached();
}

static bool keeps_share(const small *s, const uint32_t *sites, size_t count) {
  int64_t once = 0, total = 0;
  for (size_t demand = 0; demand < s->table.demand_count; demand++) {
    total += weight_of(s, demand);
    if (covers(s, demand, sites, count, s->options.radius)) once += weight_of(s, demand);
  }
  return once * MUSTER_LOCATE_PPM >= total * s->options.share_ppm;
}

bool small_value(const small *s, const uint32_t *sites, size_t count, worth *out) {
  *out = (worth){0};
  if (s->options.problem == MUSTER_LOCATE_SET_COVER) out->objective = (int64_t)count;
  for (size_t demand = 0; demand < s->table.demand_count; demand++)
    if (!add_demand(s, demand, sites, count, out)) return false;
  return s->options.problem != MUSTER_LOCATE_DSM || keeps_share(s, sites, count);
}

/* ---- all choices ---- */

typedef struct walk {
  const small *s;
  uint32_t sites[SIDE_MOST * 2];
  size_t wanted;
  bool found;
  worth best;
} walk;

static bool holds_existing(const walk *w, size_t count) {
  for (size_t i = 0; i < w->s->options.existing_count; i++) {
    size_t wanted = 0, there = 0;
    for (size_t k = 0; k < w->s->options.existing_count; k++) wanted += w->s->existing[k] == w->s->existing[i];
    for (size_t k = 0; k < count; k++) there += w->sites[k] == w->s->existing[i];
    if (there < wanted) return false;
  }
  return true;
}

static void take(walk *w, size_t count) {
  worth value;
  if (!holds_existing(w, count) || !small_value(w->s, w->sites, count, &value)) return;
  bool least = is_least_wanted(w->s->options.problem);
  bool is_better = !w->found || value.unserved < w->best.unserved ||
                   (value.unserved == w->best.unserved &&
                    (least ? value.objective < w->best.objective : value.objective > w->best.objective));
  if (is_better) w->best = value;
  w->found = true;
}

/* Choices of `wanted` vehicles, sites ascending from `site` on. */
static void walk_on(walk *w, uint32_t site, size_t count) {
  if (count == w->wanted) {
    take(w, count);
    return;
  }
  for (; site < w->s->table.site_count; site++) {
    size_t there = 0;
    for (size_t i = 0; i < count; i++) there += w->sites[i] == site;
    if (there == w->s->options.per_site) continue;
    w->sites[count] = site;
    walk_on(w, site, count + 1);
  }
}

bool small_best(const small *s, worth *out) {
  walk w = {.s = s, .wanted = s->options.p};
  if (s->options.problem == MUSTER_LOCATE_SET_COVER) {
    size_t most = s->options.p ? s->options.p : s->table.site_count;
    for (w.wanted = 0; w.wanted <= most && !w.found; w.wanted++) walk_on(&w, 0, 0);
  } else {
    walk_on(&w, 0, 0);
  }
  *out = w.best;
  return w.found;
}

/* ---- another order ---- */

void small_shuffle(const small *s, small *out, mi_random *random) {
  *out = *s;
  uint32_t demands[SIDE_MOST], sites[SIDE_MOST];
  for (uint32_t i = 0; i < SIDE_MOST; i++) demands[i] = sites[i] = i;
  mi_random_shuffle_u32(random, demands, s->table.demand_count);
  mi_random_shuffle_u32(random, sites, s->table.site_count);
  for (size_t i = 0; i < s->table.demand_count; i++) {
    out->weights[demands[i]] = s->weights[i];
    for (size_t j = 0; j < s->table.site_count; j++)
      out->times[demands[i] * s->table.site_count + sites[j]] = s->times[i * s->table.site_count + j];
  }
  for (size_t i = 0; i < s->options.existing_count; i++) out->existing[i] = sites[s->existing[i]];
  out->table.times = out->times;
  out->table.weights = s->table.weights ? out->weights : NULL;
  out->options.existing = out->existing;
}
