/* Posts with their shifts, stations, and what they hold; see generate_plan.h.
 *
 * A post is staffed from 06:00 to 22:00 in two shifts of three volunteers, Monday to Thursday by one crew and Friday to
 * Sunday by another: twelve people a post.
 */
#include "county/generate_plan.h"

enum { STREAM_SERVICES = 121, CREW = 3 };

static const struct {
  uint8_t weekdays;
  uint16_t start_min, end_min;
} SHIFTS[] = {{0x0F, 360, 840}, {0x0F, 840, 1320}, {0x70, 360, 840}, {0x70, 840, 1320}};

typedef struct stock {
  const char *kind;
  unsigned per_100; /* of the places that hold it */
  uint32_t count;
} stock;

static const stock POST_STOCK[] = {{"water", 100, 96},        {"umbrella", 100, 30}, {"charger", 100, 8},
                                   {"first_aid_kit", 100, 2}, {"aed", 100, 1},       {"extinguisher", 100, 6},
                                   {"pump", 60, 1},           {"life_vest", 60, 10}};
static const stock STATION_STOCK[] = {{"water", 100, 24},        {"umbrella", 100, 10}, {"charger", 100, 4},
                                      {"first_aid_kit", 100, 1}, {"aed", 20, 1},        {"extinguisher", 100, 4},
                                      {"pump", 30, 1},           {"life_vest", 35, 6}};

static void add_stock(MusterCountyBuilder *builder, mi_random *random, int64_t holder, const stock *stocks,
                      size_t count) {
  for (size_t i = 0; i < count; i++)
    if (mi_random_below(random, 100) < stocks[i].per_100)
      muster_county_builder_add_equipment(
          builder, &(MusterEquipment){.holder = holder, .kind = stocks[i].kind, .count = stocks[i].count});
}

static bool serves(const mi_plan_post *post, uint32_t community) {
  for (uint32_t i = 0; i < post->served_count; i++)
    if (post->served[i] == community) return true;
  return false;
}

/* Volunteers (from 0) who may stand at the post: free ones of the teams of the communities it serves; if they are too
 * few, all who are free; if those are too few, everybody. */
static GArray *list_candidates(const mi_plan *plan, const mi_roster *roster, const mi_plan_post *post,
                               const bool *busy) {
  GArray *candidates = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (int anybody = 0; anybody < 3 && candidates->len < CREW; anybody++) {
    g_array_set_size(candidates, 0);
    for (uint32_t team = 0; team < plan->team_count; team++) {
      bool near = roster->team_level[team] == MUSTER_AREA_COMMUNITY && serves(post, roster->team_area[team]);
      if (!near && anybody == 0) continue;
      for (uint32_t i = roster->team_first[team]; i < roster->team_first[team + 1]; i++)
        if (!busy[i] || anybody == 2) g_array_append_val(candidates, i);
    }
  }
  return candidates;
}

/* Nobody stands at two posts or in two crews, as long as there are people enough. */
static void add_shifts(const mi_plan *plan, const mi_roster *roster, uint32_t which, mi_random *random, bool *busy,
                       MusterCountyBuilder *builder) {
  g_autoptr(GArray) candidates = list_candidates(plan, roster, &plan->posts[which], busy);
  uint32_t *list = (uint32_t *)(void *)candidates->data;
  mi_random_shuffle_u32(random, list, candidates->len);
  uint32_t next = 0;
  for (size_t shift = 0; shift < G_N_ELEMENTS(SHIFTS); shift++)
    for (uint32_t k = 0; k < MIN((uint32_t)CREW, candidates->len); k++) {
      uint32_t volunteer = list[next];
      next = (next + 1) % candidates->len;
      busy[volunteer] = true;
      muster_county_builder_add_shift(builder, &(MusterShift){.post = (int64_t)which + 1,
                                                              .volunteer = (int64_t)volunteer + 1,
                                                              .weekdays = SHIFTS[shift].weekdays,
                                                              .start_min = SHIFTS[shift].start_min,
                                                              .end_min = SHIFTS[shift].end_min});
    }
}

static void add_post(const mi_plan *plan, const mi_housing *housing, uint32_t which, const uint32_t *grid_first,
                     MusterCountyBuilder *builder) {
  const mi_plan_post *post = &plan->posts[which];
  MusterPosition position =
      mi_housing_nearest(housing, grid_first[post->community], grid_first[post->community + 1], post->wanted);
  muster_county_builder_add_post(builder, &(MusterPost){.id = (int64_t)which + 1,
                                                        .community_code = plan->communities[post->community].code,
                                                        .name = post->name,
                                                        .position = position});
  for (uint32_t i = 0; i < post->served_count; i++)
    muster_county_builder_add_post_area(builder, (int64_t)which + 1, plan->communities[post->served[i]].code);
}

void mi_plan_add_services(const mi_plan *plan, const mi_roster *roster, const mi_housing *housing,
                          MusterCountyBuilder *builder) {
  mi_random random;
  mi_random_init(&random, plan->seed, STREAM_SERVICES);
  g_autofree uint32_t *grid_first = mi_plan_grid_first(plan);
  g_autofree bool *busy = g_new0(bool, plan->volunteer_count + 1);
  for (uint32_t i = 0; i < plan->post_count; i++) {
    add_post(plan, housing, i, grid_first, builder);
    add_shifts(plan, roster, i, &random, busy, builder);
    add_stock(builder, &random, (int64_t)i + 1, POST_STOCK, G_N_ELEMENTS(POST_STOCK));
  }
  for (uint32_t i = 0; i < plan->community_count; i++) {
    const mi_plan_area *community = &plan->communities[i];
    MusterStation station = {.id = (int64_t)plan->post_count + i + 1,
                             .community_code = community->code,
                             .name = community->name,
                             .position = community->seat};
    muster_county_builder_add_station(builder, &station);
    add_stock(builder, &random, station.id, STATION_STOCK, G_N_ELEMENTS(STATION_STOCK));
  }
}
