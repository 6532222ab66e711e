/* The sites that a relaxed problem chooses: a selection in linear expected time (Hoare's FIND, CACM 4, 1961). */
#include "plan/pick.h"

#include "muster/base.h"

static bool is_before(const int64_t *cost, uint32_t a, uint32_t b) {
  return cost[a] != cost[b] ? cost[a] < cost[b] : a < b;
}

/* Orders `sites` so that the first `count` are the least ones. */
static void select_least(const int64_t *cost, uint32_t *sites, int64_t length, int64_t count) {
  int64_t low = 0, high = length - 1;
  while (low < high) {
    uint32_t pivot = sites[low + (high - low) / 2];
    int64_t i = low, j = high;
    while (i <= j) {
      while (is_before(cost, sites[i], pivot)) i++;
      while (is_before(cost, pivot, sites[j])) j--;
      if (i > j) break;
      uint32_t kept = sites[i];
      sites[i++] = sites[j];
      sites[j--] = kept;
    }
    if (count - 1 <= j)
      high = j;
    else if (count - 1 >= i)
      low = i;
    else
      return;
  }
}

void mi_pick_least(const int64_t *cost, uint32_t site_count, const bool *is_fixed, uint32_t count, uint32_t *out) {
  uint32_t fixed = 0, length = 0;
  for (uint32_t site = 0; site < site_count; site++)
    if (is_fixed[site]) out[fixed++] = site;
  for (uint32_t site = 0; site < site_count; site++)
    if (!is_fixed[site]) out[fixed + length++] = site;
  if (count > fixed) select_least(cost, out + fixed, length, count - fixed);
}
