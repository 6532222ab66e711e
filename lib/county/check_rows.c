/* Checks of the rows: references that lead somewhere, captains and duty teams, values in range, codes that fit. What no
 * county can hold at all (an unknown role, a position off the earth) the seal has refused: see values.c. */
#include "county/check.h"
#include "county/import.h"

#define RESIDENTS_MOST 200000000u

static const MusterAreaLevel parent_level[MUSTER_AREA_LEVEL_COUNT] = {
    [MUSTER_AREA_COUNTY] = MUSTER_AREA_LEVEL_COUNT,
    [MUSTER_AREA_TOWNSHIP] = MUSTER_AREA_COUNTY,
    [MUSTER_AREA_COMMUNITY] = MUSTER_AREA_TOWNSHIP,
    [MUSTER_AREA_GRID] = MUSTER_AREA_COMMUNITY,
};

static void check_parent(mi_check *check, MusterAreaId id) {
  const MusterArea *area = &check->areas[id];
  if (area->level == MUSTER_AREA_COUNTY) return;
  g_autofree char *name = mi_check_area_name(check, id);
  MusterAreaLevel wanted = parent_level[area->level];
  MusterAreaId parent = muster_county_find_area(check->county, area->parent_code);
  if (parent == MUSTER_NONE)
    mi_check_add(check, MUSTER_DEFECT_ORPHAN, "%s: parent %" G_GINT64_FORMAT " does not exist", name,
                 area->parent_code);
  else if (check->areas[parent].level != wanted)
    mi_check_add(check, MUSTER_DEFECT_ORPHAN, "%s: parent %" G_GINT64_FORMAT ": expected a %s, found a %s", name,
                 area->parent_code, muster_area_level_name(wanted),
                 muster_area_level_name((MusterAreaLevel)check->areas[parent].level));
}

static void check_area_references(mi_check *check) {
  for (MusterAreaId id = 0; id < check->area_count; id++) {
    const MusterArea *area = &check->areas[id];
    check_parent(check, id);
    if (!area->duty_team || area->duty_team_id != MUSTER_NONE) continue;
    g_autofree char *name = mi_check_area_name(check, id);
    mi_check_add(check, MUSTER_DEFECT_ORPHAN, "%s: duty team %" G_GINT64_FORMAT " does not exist", name,
                 area->duty_team);
  }
}

static void check_people_references(mi_check *check) {
  size_t count;
  const MusterTeam *teams = muster_county_teams(check->county, &count);
  for (size_t i = 0; i < count; i++)
    if (teams[i].area == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN, "team %" G_GINT64_FORMAT ": area %" G_GINT64_FORMAT " does not exist",
                   teams[i].id, teams[i].area_code);
  const MusterVolunteer *volunteers = muster_county_volunteers(check->county, &count);
  for (size_t i = 0; i < count; i++)
    if (volunteers[i].team && volunteers[i].team_id == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "volunteer %" G_GINT64_FORMAT ": team %" G_GINT64_FORMAT " does not exist", volunteers[i].id,
                   volunteers[i].team);
}

static void check_places(mi_check *check, const char *what, const MusterPost *places, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (places[i].community == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "%s %" G_GINT64_FORMAT ": community %" G_GINT64_FORMAT " does not exist", what, places[i].id,
                   places[i].community_code);
}

static bool is_community(const mi_check *check, int64_t code) {
  MusterAreaId area = muster_county_find_area(check->county, code);
  return area != MUSTER_NONE && check->areas[area].level == MUSTER_AREA_COMMUNITY;
}

static void check_post_references(mi_check *check) {
  size_t count;
  const mi_post_area *served = mi_county_post_areas(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    if (muster_county_find_post(check->county, served[i].post) == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "service of community %" G_GINT64_FORMAT ": post %" G_GINT64_FORMAT " does not exist",
                   served[i].community_code, served[i].post);
    if (!is_community(check, served[i].community_code))
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "post %" G_GINT64_FORMAT ": serves community %" G_GINT64_FORMAT ", which does not exist",
                   served[i].post, served[i].community_code);
  }
  const MusterShift *shifts = muster_county_shifts(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    if (muster_county_find_post(check->county, shifts[i].post) == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "shift of volunteer %" G_GINT64_FORMAT ": post %" G_GINT64_FORMAT " does not exist",
                   shifts[i].volunteer, shifts[i].post);
    if (muster_county_find_volunteer(check->county, shifts[i].volunteer) == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN,
                   "shift at post %" G_GINT64_FORMAT ": volunteer %" G_GINT64_FORMAT " does not exist", shifts[i].post,
                   shifts[i].volunteer);
  }
  const MusterEquipment *equipment = muster_county_equipment(check->county, &count);
  for (size_t i = 0; i < count; i++)
    if (muster_county_find_post(check->county, equipment[i].holder) == MUSTER_NONE &&
        muster_county_find_station(check->county, equipment[i].holder) == MUSTER_NONE)
      mi_check_add(check, MUSTER_DEFECT_ORPHAN, "equipment \"%s\": holder %" G_GINT64_FORMAT " does not exist",
                   equipment[i].kind, equipment[i].holder);
}

void mi_check_orphans(mi_check *check) {
  size_t posts, stations;
  check_area_references(check);
  check_people_references(check);
  const MusterPost *post = muster_county_posts(check->county, &posts);
  check_places(check, "post", post, posts);
  const MusterStation *station = muster_county_stations(check->county, &stations);
  check_places(check, "station", station, stations);
  check_post_references(check);
}

static char *team_name(const MusterTeam *team) {
  return team->name && *team->name ? g_strdup_printf("team %" G_GINT64_FORMAT " (%s)", team->id, team->name)
                                   : g_strdup_printf("team %" G_GINT64_FORMAT, team->id);
}

static void check_captain(mi_check *check, MusterTeamId id, const MusterTeam *team) {
  const MusterVolunteer *volunteers = muster_county_volunteers(check->county, NULL);
  MusterSpan32 members = muster_county_team_volunteers(check->county, id);
  size_t captains = 0;
  while (captains < members.count && volunteers[members.data[captains]].role == MUSTER_ROLE_CAPTAIN) captains++;
  if (captains == 1) return;
  g_autofree char *name = team_name(team);
  if (captains == 0)
    mi_check_add(check, MUSTER_DEFECT_NO_CAPTAIN, "%s: has no captain among its %zu volunteers", name, members.count);
  else
    mi_check_add(check, MUSTER_DEFECT_NO_CAPTAIN,
                 "%s: expected one captain, found %zu (volunteers %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT "%s)",
                 name, captains, volunteers[members.data[0]].id, volunteers[members.data[1]].id,
                 captains > 2 ? " and more" : "");
}

void mi_check_command(mi_check *check) {
  size_t team_count;
  const MusterTeam *teams = muster_county_teams(check->county, &team_count);
  for (size_t i = 0; i < team_count; i++) check_captain(check, (MusterTeamId)i, &teams[i]);
  for (MusterAreaId id = 0; id < check->area_count; id++) {
    if (check->areas[id].level != MUSTER_AREA_GRID || check->areas[id].duty_team) continue;
    g_autofree char *name = mi_check_area_name(check, id);
    mi_check_add(check, MUSTER_DEFECT_NO_DUTY_TEAM, "%s: no team answers for it", name);
  }
}

static void check_counties(mi_check *check) {
  size_t count;
  muster_county_level(check->county, MUSTER_AREA_COUNTY, NULL, &count);
  if (count != 1) mi_check_add(check, MUSTER_DEFECT_VALUE, "areas: expected one county, found %zu", count);
}

static void check_residents(mi_check *check) {
  for (MusterAreaId id = 0; id < check->area_count; id++) {
    if (check->areas[id].residents <= RESIDENTS_MOST) continue;
    g_autofree char *name = mi_check_area_name(check, id);
    mi_check_add(check, MUSTER_DEFECT_VALUE, "%s: residents: expected at most %u, found %u", name, RESIDENTS_MOST,
                 check->areas[id].residents);
  }
}

/* A county file names nobody: what a planner types into it in a GIS is looked at here, as the import looks at sheets.
 */
static void check_contact(mi_check *check, const char *name, const char *which, const char *contact) {
  const char *private_number = contact ? mi_import_private_number(contact) : NULL;
  if (private_number)
    mi_check_add(check, MUSTER_DEFECT_VALUE, "%s: %s: expected an opaque contact id, found what looks like %s", name,
                 which, private_number);
}

static void check_contacts(mi_check *check) {
  size_t count;
  for (MusterAreaId id = 0; id < check->area_count; id++) {
    if (!check->areas[id].leader_contact) continue;
    g_autofree char *name = mi_check_area_name(check, id);
    check_contact(check, name, "leader_contact", check->areas[id].leader_contact);
  }
  const MusterVolunteer *volunteers = muster_county_volunteers(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    g_autofree char *name = g_strdup_printf("volunteer %" G_GINT64_FORMAT, volunteers[i].id);
    check_contact(check, name, "contact", volunteers[i].contact);
  }
}

static void check_volunteer_values(mi_check *check) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    const MusterVolunteer *volunteer = &volunteers[i];
    if ((volunteer->modes & (MUSTER_MODE_BIT(MUSTER_MODE_COUNT) - 1)) == 0)
      mi_check_add(check, MUSTER_DEFECT_VALUE,
                   "volunteer %" G_GINT64_FORMAT ": modes: expected at least one of foot, ebike, car, found none",
                   volunteer->id);
  }
}

static void check_shift_values(mi_check *check) {
  size_t count;
  const MusterShift *shifts = muster_county_shifts(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    const MusterShift *shift = &shifts[i];
    g_autofree char *name = g_strdup_printf("shift of volunteer %" G_GINT64_FORMAT " at post %" G_GINT64_FORMAT,
                                            shift->volunteer, shift->post);
    if (shift->weekdays == 0)
      mi_check_add(check, MUSTER_DEFECT_VALUE, "%s: weekdays: expected at least one, found none", name);
    if (shift->start_min >= 1440)
      mi_check_add(check, MUSTER_DEFECT_VALUE, "%s: start: expected a time before midnight, found minute %u", name,
                   shift->start_min);
  }
}

static void check_equipment_values(mi_check *check) {
  size_t count;
  const MusterEquipment *equipment = muster_county_equipment(check->county, &count);
  for (size_t i = 0; i < count; i++)
    if (equipment[i].count == 0)
      mi_check_add(check, MUSTER_DEFECT_VALUE,
                   "equipment \"%s\" of %" G_GINT64_FORMAT ": count: expected at least 1, found 0", equipment[i].kind,
                   equipment[i].holder);
}

/* Six digits of a county, three more a level down; each code begins with its parent's. */
static void check_codes(mi_check *check) {
  static const struct {
    int64_t least;
    unsigned digits;
  } code_of[MUSTER_AREA_LEVEL_COUNT] = {
      [MUSTER_AREA_COUNTY] = {INT64_C(100000), 6},
      [MUSTER_AREA_TOWNSHIP] = {INT64_C(100000000), 9},
      [MUSTER_AREA_COMMUNITY] = {INT64_C(100000000000), 12},
      [MUSTER_AREA_GRID] = {INT64_C(100000000000000), 15},
  };
  for (MusterAreaId id = 0; id < check->area_count; id++) {
    const MusterArea *area = &check->areas[id];
    g_autofree char *name = mi_check_area_name(check, id);
    if (area->code < code_of[area->level].least || area->code / 10 >= code_of[area->level].least)
      mi_check_add(check, MUSTER_DEFECT_CODE, "%s: expected a code of %u digits", name, code_of[area->level].digits);
    else if (area->level != MUSTER_AREA_COUNTY && area->code / 1000 != area->parent_code)
      mi_check_add(check, MUSTER_DEFECT_CODE, "%s: expected a code that begins with its parent's, %" G_GINT64_FORMAT,
                   name, area->parent_code);
  }
}

void mi_check_values(mi_check *check) {
  check_counties(check);
  check_residents(check);
  check_volunteer_values(check);
  check_contacts(check);
  check_shift_values(check);
  check_equipment_values(check);
  check_codes(check);
}
