/* Teams: how many each community has, how large each is, which grids each answers for; see generate_plan.h.
 */
#include <stdlib.h>

#include "county/generate_plan.h"

/* Streams of the seed, one for each thing that is drawn, so that a change of one leaves the others as they are. */
enum { STREAM_TEAMS = 101 };

/* Of the teams beyond one for each community, so many in a hundred belong to the townships' and the county's own
 * institutions (offices, schools, hospitals). */
enum { INSTITUTION_PERCENT = 8, COUNTY_INSTITUTION_PERCENT = 25 };

static double *residents_of(const mi_plan_area *areas, uint32_t count) {
  double *residents = g_new(double, count + 1);
  for (uint32_t i = 0; i < count; i++) residents[i] = areas[i].residents;
  return residents;
}

/* Fewer teams than communities: the most populous get one. */
static void give_to_largest(const double *residents, uint32_t count, uint32_t teams, uint32_t *out) {
  for (uint32_t i = 0; i < count; i++) out[i] = 0;
  for (uint32_t given = 0; given < teams; given++) {
    uint32_t best = MUSTER_NONE;
    for (uint32_t i = 0; i < count; i++)
      if (out[i] == 0 && (best == MUSTER_NONE || residents[i] > residents[best])) best = i;
    out[best] = 1;
  }
}

static void place_teams(mi_roster *roster, const mi_plan *plan) {
  uint32_t communities = plan->community_count, beyond = 0;
  if (plan->team_count > communities) beyond = plan->team_count - communities;
  uint32_t institutions = beyond * INSTITUTION_PERCENT / 100;
  uint32_t of_county = institutions * COUNTY_INSTITUTION_PERCENT / 100;
  g_autofree double *community_residents = residents_of(plan->communities, communities);
  g_autofree double *township_residents = residents_of(plan->townships, plan->township_count);
  g_autofree uint32_t *of_community = g_new(uint32_t, communities + 1);
  g_autofree uint32_t *of_township = g_new(uint32_t, plan->township_count + 1);
  if (plan->team_count < communities)
    give_to_largest(community_residents, communities, plan->team_count, of_community);
  else
    mi_share_out(plan->team_count - institutions, 1, community_residents, communities, of_community);
  mi_share_out(institutions - of_county, 0, township_residents, plan->township_count, of_township);

  uint32_t team = 0;
  for (uint32_t i = 0; i < communities; i++)
    for (uint32_t k = 0; k < of_community[i]; k++, team++) {
      roster->team_level[team] = MUSTER_AREA_COMMUNITY;
      roster->team_area[team] = i;
    }
  for (uint32_t i = 0; i < plan->township_count; i++)
    for (uint32_t k = 0; k < of_township[i]; k++, team++) {
      roster->team_level[team] = MUSTER_AREA_TOWNSHIP;
      roster->team_area[team] = i;
    }
  for (; team < plan->team_count; team++) {
    roster->team_level[team] = MUSTER_AREA_COUNTY;
    roster->team_area[team] = 0;
  }
}

static void size_teams(mi_roster *roster, const mi_plan *plan) {
  /* Large enough for a captain, three deputies and thirty backbone members wherever the numbers allow it; for a captain
   * in any case. */
  enum { LEAST = 40 };
  uint32_t mean = plan->team_count > 0 ? plan->volunteer_count / plan->team_count : 0;
  uint32_t least = mean >= LEAST + 5 ? LEAST : MAX(mean * 6 / 10, 1u);
  mi_random random;
  mi_random_init(&random, plan->seed, STREAM_TEAMS);
  g_autofree double *weights = g_new(double, plan->team_count + 1);
  g_autofree uint32_t *sizes = g_new(uint32_t, plan->team_count + 1);
  for (uint32_t i = 0; i < plan->team_count; i++) weights[i] = 0.4 + 1.2 * mi_random_unit(&random);
  mi_share_out(plan->volunteer_count, least, weights, plan->team_count, sizes);
  for (uint32_t i = 0; i < plan->team_count; i++) roster->team_first[i + 1] = roster->team_first[i] + sizes[i];
}

/* The team of the township (else of the county) whose community is nearest by its place in the list. */
static uint32_t nearest_team(const mi_roster *roster, const mi_plan *plan, uint32_t community) {
  uint32_t best = MUSTER_NONE, best_rank = UINT32_MAX;
  for (uint32_t team = 0; team < plan->team_count; team++) {
    uint32_t rank = 2 * plan->community_count + 1;
    if (roster->team_level[team] == MUSTER_AREA_COMMUNITY) {
      uint32_t other = roster->team_area[team];
      rank = other > community ? other - community : community - other;
      if (plan->communities[other].parent != plan->communities[community].parent) rank += plan->community_count;
    }
    if (rank >= best_rank) continue;
    best_rank = rank;
    best = team;
  }
  return best;
}

static void assign_duty(mi_roster *roster, const mi_plan *plan) {
  g_autofree uint32_t *grid_first = mi_plan_grid_first(plan);
  uint32_t team = 0;
  for (uint32_t i = 0; i < plan->community_count; i++) {
    uint32_t first = team, grids = grid_first[i + 1] - grid_first[i];
    while (team < plan->team_count && roster->team_level[team] == MUSTER_AREA_COMMUNITY && roster->team_area[team] == i)
      team++;
    uint32_t teams = team - first, substitute = teams > 0 ? MUSTER_NONE : nearest_team(roster, plan, i);
    for (uint32_t k = 0; k < grids; k++)
      roster->grid_team[grid_first[i] + k] =
          teams > 0 ? first + (uint32_t)((uint64_t)k * teams / MAX(grids, teams)) : substitute;
  }
}

void mi_roster_init(mi_roster *roster, const mi_plan *plan) {
  *roster = (mi_roster){.team_area = g_new0(uint32_t, plan->team_count + 1),
                        .team_level = g_new0(uint8_t, plan->team_count + 1),
                        .team_first = g_new0(uint32_t, plan->team_count + 1),
                        .grid_team = g_new(uint32_t, plan->grid_count + 1)};
  place_teams(roster, plan);
  size_teams(roster, plan);
  assign_duty(roster, plan);
}

void mi_roster_clear(mi_roster *roster) {
  g_free(roster->team_area);
  g_free(roster->team_level);
  g_free(roster->team_first);
  g_free(roster->grid_team);
  *roster = (mi_roster){0};
}
