/* Volunteers of a made county: role, home and work place, modes, skills; see generate_plan.h.
 *
 * All shares stand in the tables below and in docs/reference-county.md.
 */
#include <string.h>

#include "county/generate_plan.h"

enum { STREAM_PEOPLE = 111, STREAM_BARBERS = 112 };

/* Per cent of the volunteers of villages and of urban grids. */
static const struct { unsigned village, urban; } EBIKE = {60, 50}, CAR = {20, 30}, WORKS_ELSEWHERE = {40, 55};

typedef struct skill_share {
  const char *name;
  unsigned per_10000, leader_per_10000; /* of ordinary members; of captains, deputies and backbone */
} skill_share;

/* The eight standard services, local ones, then emergency skills. "driver" and "boat" stand apart: they hang on other
 * things. */
static const skill_share SKILLS[] = {
    {"policy_talks", 300, 1500},
    {"tutoring", 400, 500},
    {"health_fitness", 500, 500},
    {"legal_help", 40, 120},
    {"hardship_relief", 600, 1200},
    {"culture_arts", 600, 500},
    {"science_advice", 250, 400},
    {"environment", 900, 900},
    {"farming_advice", 500, 700},
    {"mediation", 150, 900},
    {"errands", 1000, 800},
    {"traffic_guide", 300, 700},
    {"child_care", 500, 400},
    {"tujia_miao_language", 800, 800},
    {"tax_officer", 25, 40},
    {"lawyer", 12, 20},
    {"elderly_care", 900, 1200},
    {"psychology", 60, 120},
    {"first_aid", 900, 2400},
    {"firefighting", 350, 1000},
    {"electrician", 120, 150},
    {"pump_operator", 80, 200},
    {"cook", 400, 300},
};
enum { MEDIC_PER_10000 = 110, WATER_RESCUE_PER_10000 = 180, BOAT_PER_100_RESCUERS = 35, DRIVER_PER_100_OWNERS = 75 };

typedef struct people {
  const mi_plan *plan;
  const mi_roster *roster;
  const mi_housing *housing;
  MusterCountyBuilder *builder;
  mi_random random, barbers;
  uint32_t *grid_first;       /* of each community */
  uint64_t *residents_before; /* of each grid: residents of all grids before it; grid_count + 1 */
  uint32_t *seat_of_township;
  int skill_bit[G_N_ELEMENTS(SKILLS)], medic, water_rescue, boat, driver, barber;
  uint32_t people_left, barbers_left;
} people;

static bool chance(people *crowd, unsigned per, unsigned of) { return mi_random_below(&crowd->random, of) < per; }

/* ---- places ---- */

/* A grid of [first, end) in proportion to residents. */
static uint32_t draw_grid(people *crowd, uint32_t first, uint32_t end) {
  const uint64_t *before = crowd->residents_before;
  uint64_t span = before[end] - before[first];
  if (span == 0) return first + mi_random_below(&crowd->random, end - first);
  uint64_t at = before[first] + (uint64_t)(mi_random_unit(&crowd->random) * (double)span);
  uint32_t low = first, high = end - 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (before[middle + 1] > at)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Communities of a township need not stand in a row: drawn by residents among all of the county, until one fits. */
static uint32_t draw_grid_of_township(people *crowd, uint32_t township) {
  const mi_plan *plan = crowd->plan;
  uint64_t total = 0;
  for (uint32_t i = 0; i < plan->community_count; i++)
    if (plan->communities[i].parent == township) total += plan->communities[i].residents;
  uint64_t at = (uint64_t)(mi_random_unit(&crowd->random) * (double)total);
  uint32_t last = 0;
  for (uint32_t i = 0; i < plan->community_count; i++) {
    if (plan->communities[i].parent != township) continue;
    last = i;
    if (at < plan->communities[i].residents) break;
    at -= plan->communities[i].residents;
  }
  return draw_grid(crowd, crowd->grid_first[last], crowd->grid_first[last + 1]);
}

/* Where a member of the team lives: four of five in the grids it answers for, the others anywhere in its area. */
static uint32_t draw_home_grid(people *crowd, uint32_t team) {
  const mi_roster *roster = crowd->roster;
  uint32_t area = roster->team_area[team];
  if (roster->team_level[team] == MUSTER_AREA_COUNTY) return draw_grid(crowd, 0, crowd->plan->grid_count);
  if (roster->team_level[team] == MUSTER_AREA_TOWNSHIP) return draw_grid_of_township(crowd, area);
  uint32_t first = crowd->grid_first[area], end = crowd->grid_first[area + 1];
  if (!chance(crowd, 80, 100)) return draw_grid(crowd, first, end);
  uint32_t duty_first = first;
  while (duty_first < end && roster->grid_team[duty_first] != team) duty_first++;
  uint32_t duty_end = duty_first;
  while (duty_end < end && roster->grid_team[duty_end] == team) duty_end++;
  return duty_end > duty_first ? draw_grid(crowd, duty_first, duty_end) : draw_grid(crowd, first, end);
}

static bool is_rather_seat(const mi_plan_area *a, const mi_plan_area *b) {
  bool a_urban = a->kind == MUSTER_COMMUNITY_URBAN, b_urban = b->kind == MUSTER_COMMUNITY_URBAN;
  return a_urban != b_urban ? a_urban : a->residents > b->residents;
}

/* The township's urban community with the most residents is taken for its seat. */
static uint32_t seat_community(const mi_plan *plan, uint32_t township) {
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = 0; i < plan->community_count; i++)
    if (plan->communities[i].parent == township &&
        (best == MUSTER_NONE || is_rather_seat(&plan->communities[i], &plan->communities[best])))
      best = i;
  return best;
}

/* Work stands in the own township's seat (45 %), anywhere by residents, which is mostly the county town (35 %), or in a
 * community near in the list (20 %). */
static uint32_t draw_work_grid(people *crowd, uint32_t home_grid) {
  const mi_plan *plan = crowd->plan;
  uint32_t community = plan->grids[home_grid].parent, where = mi_random_below(&crowd->random, 100);
  if (where < 45) {
    uint32_t seat = crowd->seat_of_township[plan->communities[community].parent];
    return draw_grid(crowd, crowd->grid_first[seat], crowd->grid_first[seat + 1]);
  }
  if (where < 80) return draw_grid(crowd, 0, plan->grid_count);
  uint32_t low = community > 3 ? community - 3 : 0, high = MIN(community + 4, plan->community_count);
  uint32_t near = low + mi_random_below(&crowd->random, high - low);
  return draw_grid(crowd, crowd->grid_first[near], crowd->grid_first[near + 1]);
}

/* ---- one volunteer ---- */

static uint64_t draw_skills(people *crowd, bool leads, bool owns_car) {
  uint64_t skills = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(SKILLS); i++)
    if (chance(crowd, leads ? SKILLS[i].leader_per_10000 : SKILLS[i].per_10000, 10000))
      skills |= UINT64_C(1) << crowd->skill_bit[i];
  if (chance(crowd, MEDIC_PER_10000, 10000))
    skills |= UINT64_C(1) << crowd->medic | UINT64_C(1) << muster_county_builder_skill(crowd->builder, "first_aid");
  if (chance(crowd, WATER_RESCUE_PER_10000, 10000)) {
    skills |= UINT64_C(1) << crowd->water_rescue;
    if (chance(crowd, BOAT_PER_100_RESCUERS, 100)) skills |= UINT64_C(1) << crowd->boat;
  }
  if (owns_car && chance(crowd, DRIVER_PER_100_OWNERS, 100)) skills |= UINT64_C(1) << crowd->driver;
  /* Exactly so many barbers, everyone equally likely (Knuth, TAOCP 2, 3.4.2, algorithm S). */
  if (mi_random_below(&crowd->barbers, crowd->people_left--) < crowd->barbers_left) {
    crowd->barbers_left--;
    skills |= UINT64_C(1) << crowd->barber;
  }
  return skills;
}

static void place_volunteer(people *crowd, uint32_t team, MusterVolunteer *volunteer) {
  uint32_t grid = draw_home_grid(crowd, team);
  bool urban = crowd->plan->grids[grid].kind == MUSTER_COMMUNITY_URBAN;
  volunteer->home = volunteer->work = mi_housing_address(crowd->housing, grid, &crowd->random);
  volunteer->modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  if (chance(crowd, urban ? EBIKE.urban : EBIKE.village, 100)) volunteer->modes |= MUSTER_MODE_BIT(MUSTER_MODE_EBIKE);
  if (chance(crowd, urban ? CAR.urban : CAR.village, 100)) volunteer->modes |= MUSTER_MODE_BIT(MUSTER_MODE_CAR);
  volunteer->has_work = chance(crowd, urban ? WORKS_ELSEWHERE.urban : WORKS_ELSEWHERE.village, 100);
  if (volunteer->has_work)
    volunteer->work = mi_housing_address(crowd->housing, draw_work_grid(crowd, grid), &crowd->random);
}

typedef struct team_shape {
  uint32_t deputies, backbone, branch_deputies, branch_committee;
  uint32_t secretary; /* place of the branch secretary in the team */
} team_shape;

/* One captain, 1 to 3 deputies, 30 to 50 backbone members. A team too small for that (a scale below 1) has half of its
 * people beside the captain as deputies and backbone. */
static team_shape draw_team_shape(people *crowd, uint32_t size) {
  team_shape shape = {.deputies = 1 + mi_random_below(&crowd->random, 3)};
  uint32_t backbone = 30 + mi_random_below(&crowd->random, 21);
  if (size < 1 + shape.deputies + 30) {
    uint32_t others = size > 0 ? size - 1 : 0;
    shape.deputies = MIN(shape.deputies, (others + 3) / 4);
    backbone = others / 2;
  }
  shape.backbone = MIN(backbone, size > 0 ? size - 1 - shape.deputies : 0);
  shape.branch_deputies = 1 + mi_random_below(&crowd->random, 2);
  shape.branch_committee = 3 + mi_random_below(&crowd->random, 3);
  bool captain_too = chance(crowd, 50, 100) || shape.backbone == 0;
  shape.secretary = captain_too ? 0 : 1 + shape.deputies;
  return shape;
}

static uint8_t role_of(const team_shape *shape, uint32_t place) {
  if (place == 0) return MUSTER_ROLE_CAPTAIN;
  if (place <= shape->deputies) return MUSTER_ROLE_DEPUTY;
  return place <= shape->deputies + shape->backbone ? MUSTER_ROLE_BACKBONE : MUSTER_ROLE_MEMBER;
}

/* The branch's officers: its secretary, then deputies and committee from those who come first in the team. */
static uint8_t branch_role_of(const team_shape *shape, uint32_t place) {
  if (place == shape->secretary) return MUSTER_BRANCH_SECRETARY;
  uint32_t rank = place < shape->secretary ? place : place - 1;
  if (rank < shape->branch_deputies) return MUSTER_BRANCH_DEPUTY_SECRETARY;
  if (rank < shape->branch_deputies + shape->branch_committee) return MUSTER_BRANCH_COMMITTEE;
  return MUSTER_BRANCH_NONE;
}

static void add_members(people *crowd, uint32_t team) {
  uint32_t first = crowd->roster->team_first[team], size = crowd->roster->team_first[team + 1] - first;
  team_shape shape = draw_team_shape(crowd, size);
  for (uint32_t place = 0; place < size; place++) {
    char contact[MI_CONTACT_BYTES];
    MusterVolunteer volunteer = {.id = (int64_t)first + place + 1,
                                 .team = (int64_t)team + 1,
                                 .role = role_of(&shape, place),
                                 .branch_role = branch_role_of(&shape, place),
                                 .approved = true,
                                 .contact = contact};
    mi_contact_write(contact, crowd->plan->seed, MI_CONTACT_VOLUNTEER, volunteer.id);
    place_volunteer(crowd, team, &volunteer);
    bool owns_car = (volunteer.modes & MUSTER_MODE_BIT(MUSTER_MODE_CAR)) != 0;
    volunteer.skills = draw_skills(crowd, volunteer.role != MUSTER_ROLE_MEMBER, owns_car);
    muster_county_builder_add_volunteer(crowd->builder, &volunteer);
  }
}

/* ---- teams ---- */

static void add_team(people *crowd, uint32_t team, uint32_t number_in_area) {
  const mi_plan *plan = crowd->plan;
  const mi_plan_area *area = &plan->county;
  uint32_t place = crowd->roster->team_area[team];
  if (crowd->roster->team_level[team] == MUSTER_AREA_TOWNSHIP) area = &plan->townships[place];
  if (crowd->roster->team_level[team] == MUSTER_AREA_COMMUNITY) area = &plan->communities[place];
  g_autofree char *name = g_strdup_printf("%s %u", area->name, number_in_area);
  muster_county_builder_add_team(crowd->builder,
                                 &(MusterTeam){.id = (int64_t)team + 1, .area_code = area->code, .name = name});
}

static void prepare(people *crowd) {
  const mi_plan *plan = crowd->plan;
  mi_random_init(&crowd->random, plan->seed, STREAM_PEOPLE);
  mi_random_init(&crowd->barbers, plan->seed, STREAM_BARBERS);
  crowd->people_left = plan->volunteer_count;
  crowd->barbers_left = MIN(plan->barber_count, plan->volunteer_count);
  for (size_t i = 0; i < G_N_ELEMENTS(SKILLS); i++)
    crowd->skill_bit[i] = muster_county_builder_skill(crowd->builder, SKILLS[i].name);
  crowd->medic = muster_county_builder_skill(crowd->builder, "medic");
  crowd->water_rescue = muster_county_builder_skill(crowd->builder, "water_rescue");
  crowd->boat = muster_county_builder_skill(crowd->builder, "boat");
  crowd->driver = muster_county_builder_skill(crowd->builder, "driver");
  crowd->barber = muster_county_builder_skill(crowd->builder, "barber");
  crowd->grid_first = mi_plan_grid_first(plan);
  crowd->residents_before = g_new0(uint64_t, plan->grid_count + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++)
    crowd->residents_before[i + 1] = crowd->residents_before[i] + plan->grids[i].residents;
  crowd->seat_of_township = g_new(uint32_t, plan->township_count + 1);
  for (uint32_t i = 0; i < plan->township_count; i++) crowd->seat_of_township[i] = seat_community(plan, i);
}

void mi_plan_add_volunteers(const mi_plan *plan, const mi_roster *roster, const mi_housing *housing,
                            MusterCountyBuilder *builder) {
  people crowd = {.plan = plan, .roster = roster, .housing = housing, .builder = builder};
  prepare(&crowd);
  uint32_t number = 0;
  for (uint32_t team = 0; team < plan->team_count; team++) {
    bool same_area = team > 0 && roster->team_level[team] == roster->team_level[team - 1] &&
                     roster->team_area[team] == roster->team_area[team - 1];
    number = same_area ? number + 1 : 1;
    add_team(&crowd, team, number);
    add_members(&crowd, team);
  }
  g_free(crowd.grid_first);
  g_free(crowd.residents_before);
  g_free(crowd.seat_of_township);
}
