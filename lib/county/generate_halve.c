/* Equal groups of places side by side, by recursive coordinate bisection (Berger & Bokhari, IEEE Transactions on
 * Computers 1987). */
#include "county/generate_halve.h"

#include <stdlib.h>

typedef struct ranked_place {
  mi_spot at;
  double key, weight;
  uint32_t index;
} ranked_place;

static int compare_ranks(const void *left, const void *right) {
  const ranked_place *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

static void rank_along_longer_side(ranked_place *places, uint32_t count) {
  mi_spot low = places[0].at, high = low;
  for (uint32_t i = 1; i < count; i++) {
    low = (mi_spot){fmin(low.x, places[i].at.x), fmin(low.y, places[i].at.y)};
    high = (mi_spot){fmax(high.x, places[i].at.x), fmax(high.y, places[i].at.y)};
  }
  bool wide = high.x - low.x > high.y - low.y;
  for (uint32_t i = 0; i < count; i++) places[i].key = wide ? places[i].at.x : -places[i].at.y;
  qsort(places, count, sizeof *places, compare_ranks);
}

/* How many of the first places weigh most nearly `share` of all; at least `least`, and at least `rest` are left. */
static uint32_t find_cut(const ranked_place *places, uint32_t count, double share, uint32_t least, uint32_t rest) {
  double sum = 0, half = 0;
  uint32_t cut = 0;
  for (uint32_t i = 0; i < count; i++) sum += places[i].weight;
  while (cut < count && half + places[cut].weight / 2 < sum * share) half += places[cut++].weight;
  if (count < least + rest) return (uint32_t)(count * share);
  return CLAMP(cut, least, count - rest);
}

static void halve(ranked_place *places, uint32_t count, uint32_t first_group, uint32_t parts, uint32_t *group) {
  if (count == 0) return;
  if (parts == 1) {
    for (uint32_t i = 0; i < count; i++) group[places[i].index] = first_group;
    return;
  }
  rank_along_longer_side(places, count);
  uint32_t low_parts = parts / 2;
  uint32_t cut = find_cut(places, count, (double)low_parts / parts, low_parts, parts - low_parts);
  halve(places, cut, first_group, low_parts, group);
  halve(places + cut, count - cut, first_group + low_parts, parts - low_parts, group);
}

void mi_halve(const mi_spot *places, const double *weights, uint32_t count, uint32_t parts, uint32_t *group) {
  g_autofree ranked_place *ranked = g_new(ranked_place, count + 1);
  for (uint32_t i = 0; i < count; i++) ranked[i] = (ranked_place){places[i], 0, weights ? weights[i] : 1, i};
  halve(ranked, count, 0, parts, group);
}
