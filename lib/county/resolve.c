/* Outside ids → dense ids, and the lists of who belongs to whom. A reference that leads nowhere becomes MUSTER_NONE;
 * its outside id stays in the row, so that muster_county_check can name it. */
#include "county/seal.h"

static int compare_codes(const void *a, const void *b, void *areas) {
  const MusterArea *rows = areas;
  int64_t x = rows[*(const MusterAreaId *)a].code, y = rows[*(const MusterAreaId *)b].code;
  return (x > y) - (x < y);
}

static void index_areas(MusterCounty *county) {
  county->areas_by_code = g_new(MusterAreaId, county->area_count);
  for (size_t i = 0; i < county->area_count; i++) county->areas_by_code[i] = (MusterAreaId)i;
  g_qsort_with_data(county->areas_by_code, (gint)county->area_count, sizeof(MusterAreaId), compare_codes,
                    county->areas);
  size_t at = 0;
  for (unsigned level = 0; level <= MUSTER_AREA_LEVEL_COUNT; level++) {
    while (at < county->area_count && county->areas[at].level < level) at++;
    county->level_first[level] = (MusterAreaId)at;
  }
}

/* The community of that code; no other level will do. */
static MusterAreaId find_community(const MusterCounty *county, int64_t code) {
  MusterAreaId area = muster_county_find_area(county, code);
  return area != MUSTER_NONE && county->areas[area].level == MUSTER_AREA_COMMUNITY ? area : MUSTER_NONE;
}

static void resolve_rows(MusterCounty *county) {
  for (size_t i = 0; i < county->area_count; i++) {
    MusterArea *area = &county->areas[i];
    MusterAreaId parent = area->parent_code ? muster_county_find_area(county, area->parent_code) : MUSTER_NONE;
    /* Only upwards: whoever climbs from parent to parent comes to an end. */
    area->parent = parent != MUSTER_NONE && county->areas[parent].level < area->level ? parent : MUSTER_NONE;
    area->duty_team_id = area->duty_team ? muster_county_find_team(county, area->duty_team) : MUSTER_NONE;
  }
  for (size_t i = 0; i < county->team_count; i++)
    county->teams[i].area = muster_county_find_area(county, county->teams[i].area_code);
  for (size_t i = 0; i < county->volunteer_count; i++) {
    MusterVolunteer *volunteer = &county->volunteers[i];
    volunteer->team_id = volunteer->team ? muster_county_find_team(county, volunteer->team) : MUSTER_NONE;
  }
  for (size_t i = 0; i < county->post_count; i++)
    county->posts[i].community = find_community(county, county->posts[i].community_code);
  for (size_t i = 0; i < county->station_count; i++)
    county->stations[i].community = find_community(county, county->stations[i].community_code);
}

/* Items in ascending order under owner[i] (MUSTER_NONE: nobody's); item NULL: the items are 0, 1, 2 … */
static mi_lists list_items(size_t owner_count, const uint32_t *owner, const uint32_t *item, size_t item_count) {
  mi_lists lists = {g_new0(uint32_t, owner_count + 1), g_new(uint32_t, item_count + 1)};
  for (size_t i = 0; i < item_count; i++)
    if (owner[i] != MUSTER_NONE) lists.first[owner[i] + 1]++;
  for (size_t i = 0; i < owner_count; i++) lists.first[i + 1] += lists.first[i];
  g_autofree uint32_t *next = g_memdup2(lists.first, (owner_count + 1) * sizeof *next);
  for (size_t i = 0; i < item_count; i++)
    if (owner[i] != MUSTER_NONE) lists.items[next[owner[i]]++] = item ? item[i] : (uint32_t)i;
  return lists;
}

static void list_areas(MusterCounty *county) {
  g_autofree uint32_t *owner = g_new(uint32_t, county->area_count + county->team_count);
  for (size_t i = 0; i < county->area_count; i++) owner[i] = county->areas[i].parent;
  county->children = list_items(county->area_count, owner, NULL, county->area_count);
  for (size_t i = 0; i < county->team_count; i++) owner[i] = county->teams[i].area;
  county->area_teams = list_items(county->area_count, owner, NULL, county->team_count);
}

/* Listed by (team, role), then the roles of a team are taken together. */
static void list_volunteers(MusterCounty *county) {
  enum { ROLES = MUSTER_ROLE_MEMBER + 1 };
  g_autofree uint32_t *owner = g_new(uint32_t, county->volunteer_count);
  for (size_t i = 0; i < county->volunteer_count; i++) {
    const MusterVolunteer *volunteer = &county->volunteers[i];
    owner[i] = volunteer->team_id == MUSTER_NONE ? MUSTER_NONE : volunteer->team_id * ROLES + volunteer->role;
  }
  mi_lists lists = list_items(county->team_count * ROLES, owner, NULL, county->volunteer_count);
  for (size_t team = 0; team <= county->team_count; team++) lists.first[team] = lists.first[team * ROLES];
  county->team_volunteers = lists;
}

static void list_served(MusterCounty *county) {
  g_autofree uint32_t *owner = g_new(uint32_t, county->post_area_count);
  g_autofree uint32_t *area = g_new(uint32_t, county->post_area_count);
  for (size_t i = 0; i < county->post_area_count; i++) {
    area[i] = find_community(county, county->post_areas[i].community_code);
    owner[i] = area[i] == MUSTER_NONE ? MUSTER_NONE : muster_county_find_post(county, county->post_areas[i].post);
  }
  county->served = list_items(county->post_count, owner, area, county->post_area_count);
}

void mi_seal_resolve(MusterCounty *county) {
  index_areas(county);
  resolve_rows(county);
  list_areas(county);
  list_volunteers(county);
  list_served(county);
}
