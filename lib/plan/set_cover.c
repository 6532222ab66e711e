/* A search for covers by row weighting; see set_cover.h.
 *
 * Gao, Weise & Li, "An efficient local search heuristic with row weighting for the unicost set covering problem",
 * European Journal of Operational Research 246, 2015: whoever stays uncovered gains weight, until it pays to go there.
 */
#include "plan/set_cover.h"

enum { EXCHANGES_A_REPORT = 256 };

static void put_uncovered(mi_set_cover *cover, uint32_t demand) {
  cover->place[demand] = cover->uncovered_count;
  cover->uncovered[cover->uncovered_count++] = demand;
}

static void take_uncovered(mi_set_cover *cover, uint32_t demand) {
  uint32_t last = cover->uncovered[--cover->uncovered_count];
  cover->uncovered[cover->place[demand]] = last;
  cover->place[last] = cover->place[demand];
}

/* Adds to the scores of the demand's sites, all but one. */
static void score_sites(mi_set_cover *cover, uint32_t demand, uint32_t but, int64_t by) {
  const mi_lists *lists = &cover->incidence->sites;
  for (uint32_t i = lists->first[demand]; i < lists->first[demand + 1]; i++)
    if (lists->items[i] != but) cover->score[lists->items[i]] += by;
}

static void count_in(mi_set_cover *cover, uint32_t site) {
  const mi_lists *lists = &cover->incidence->demands;
  cover->is_chosen[site] = true;
  cover->stamp[site] = cover->step;
  for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
    uint32_t demand = lists->items[i], before = cover->cover_count[demand]++;
    if (before == 0) {
      take_uncovered(cover, demand);
      score_sites(cover, demand, site, -cover->weight[demand]);
    } else if (before == 1) {
      cover->score[cover->cover_xor[demand]] -= cover->weight[demand];
    }
    cover->cover_xor[demand] ^= site;
  }
}

static void count_out(mi_set_cover *cover, uint32_t site) {
  const mi_lists *lists = &cover->incidence->demands;
  cover->is_chosen[site] = false;
  cover->stamp[site] = cover->step;
  for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
    uint32_t demand = lists->items[i], left = --cover->cover_count[demand];
    cover->cover_xor[demand] ^= site;
    if (left == 0) {
      put_uncovered(cover, demand);
      score_sites(cover, demand, site, cover->weight[demand]);
    } else if (left == 1) {
      cover->score[cover->cover_xor[demand]] += cover->weight[demand];
    }
  }
}

static void choose(mi_set_cover *cover, uint32_t site) {
  cover->chosen[cover->chosen_count++] = site;
  count_in(cover, site);
}

/* Of two sites that could come, the better one: more demands, then the longer left alone, then the lower. */
static bool is_better(const mi_set_cover *cover, uint32_t a, uint32_t b) {
  if (b == MUSTER_NONE) return true;
  if (cover->score[a] != cover->score[b]) return cover->score[a] > cover->score[b];
  return cover->stamp[a] != cover->stamp[b] ? cover->stamp[a] < cover->stamp[b] : a < b;
}

static void choose_greedily(mi_set_cover *cover, uint32_t most) {
  while (cover->uncovered_count > 0 && cover->chosen_count < most) {
    uint32_t best = MUSTER_NONE;
    for (uint32_t site = 0; site < cover->incidence->demands.count; site++)
      if (!cover->is_chosen[site] && is_better(cover, site, best)) best = site;
    choose(cover, best);
  }
}

void mi_set_cover_init(mi_set_cover *cover, const mi_incidence *incidence, const uint32_t *fixed, uint32_t fixed_count,
                       uint32_t most) {
  uint32_t sites = incidence->demands.count, demands = incidence->sites.count;
  *cover = (mi_set_cover){.incidence = incidence, .fixed_count = fixed_count};
  cover->chosen = g_new(uint32_t, sites);
  cover->is_chosen = g_new0(bool, sites);
  cover->stamp = g_new0(uint64_t, sites);
  cover->score = g_new0(int64_t, sites);
  cover->weight = g_new(int64_t, demands);
  cover->cover_count = g_new0(uint32_t, demands);
  cover->cover_xor = g_new0(uint32_t, demands);
  cover->uncovered = g_new(uint32_t, demands);
  cover->place = g_new(uint32_t, demands);
  for (uint32_t demand = 0; demand < demands; demand++) {
    cover->weight[demand] = 1;
    if (incidence->sites.first[demand] == incidence->sites.first[demand + 1]) continue;
    put_uncovered(cover, demand);
    score_sites(cover, demand, MUSTER_NONE, 1);
  }
  for (uint32_t i = 0; i < fixed_count; i++) choose(cover, fixed[i]);
  choose_greedily(cover, MIN(most, sites));
}

void mi_set_cover_clear(mi_set_cover *cover) {
  g_free(cover->chosen);
  g_free(cover->is_chosen);
  g_free(cover->stamp);
  g_free(cover->score);
  g_free(cover->weight);
  g_free(cover->cover_count);
  g_free(cover->cover_xor);
  g_free(cover->uncovered);
  g_free(cover->place);
  *cover = (mi_set_cover){0};
}

/* The place among the chosen of the one that can best be spared, but for `kept`; MUSTER_NONE: all are fixed. */
static uint32_t find_spare(const mi_set_cover *cover, uint32_t kept) {
  uint32_t best = MUSTER_NONE;
  for (uint32_t place = cover->fixed_count; place < cover->chosen_count; place++) {
    uint32_t site = cover->chosen[place];
    if (site == kept) continue;
    if (best == MUSTER_NONE) {
      best = place;
      continue;
    }
    uint32_t rival = cover->chosen[best];
    bool is_less = cover->score[site] != cover->score[rival]   ? cover->score[site] < cover->score[rival]
                   : cover->stamp[site] != cover->stamp[rival] ? cover->stamp[site] < cover->stamp[rival]
                                                               : site < rival;
    if (is_less) best = place;
  }
  return best;
}

bool mi_set_cover_drop(mi_set_cover *cover) {
  uint32_t place = find_spare(cover, MUSTER_NONE);
  if (place == MUSTER_NONE) return false;
  count_out(cover, cover->chosen[place]);
  cover->chosen[place] = cover->chosen[--cover->chosen_count];
  return true;
}

void mi_set_cover_pad(mi_set_cover *cover, uint32_t count) {
  for (uint32_t site = 0; site < cover->incidence->demands.count && cover->chosen_count < count; site++)
    if (!cover->is_chosen[site]) choose(cover, site);
}

/* Of the sites of an uncovered demand the best, but for the one that has just gone if there is another. */
static uint32_t find_comer(const mi_set_cover *cover, uint32_t demand, uint32_t gone) {
  const mi_lists *lists = &cover->incidence->sites;
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = lists->first[demand]; i < lists->first[demand + 1]; i++)
    if (lists->items[i] != gone && is_better(cover, lists->items[i], best)) best = lists->items[i];
  return best == MUSTER_NONE ? gone : best;
}

static void weigh_uncovered(mi_set_cover *cover) {
  for (uint32_t i = 0; i < cover->uncovered_count; i++) {
    cover->weight[cover->uncovered[i]]++;
    score_sites(cover, cover->uncovered[i], MUSTER_NONE, 1);
  }
}

bool mi_set_cover_search(mi_set_cover *cover, mi_locate *job, uint64_t steps) {
  uint32_t came = MUSTER_NONE;
  for (uint64_t step = 0; step < steps && cover->uncovered_count > 0; step++) {
    if (step % EXCHANGES_A_REPORT == 0 && !mi_locate_goes_on(job)) return false;
    uint32_t place = find_spare(cover, came);
    if (place == MUSTER_NONE) place = find_spare(cover, MUSTER_NONE);
    if (place == MUSTER_NONE) return false;
    cover->step++;
    uint32_t gone = cover->chosen[place];
    count_out(cover, gone);
    uint32_t demand = cover->uncovered[mi_random_below(&job->random, cover->uncovered_count)];
    came = find_comer(cover, demand, gone);
    cover->chosen[place] = came;
    count_in(cover, came);
    weigh_uncovered(cover);
  }
  return cover->uncovered_count == 0;
}
