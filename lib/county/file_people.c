/* Tables "skills" and "teams" and the layer "volunteers" of a county file. */
#include <string.h>

#include "county/builder.h"
#include "county/file.h"
#include "road/modes.h"

static const mi_layer skills_layer = {"skills", "Names of skills, at most 64", "name TEXT NOT NULL UNIQUE", "name",
                                      NULL};

static const mi_layer teams_layer = {"teams", "Volunteer teams",
                                     "id INTEGER NOT NULL UNIQUE, area_code INTEGER, name TEXT NOT NULL",
                                     "id, area_code, name", NULL};
enum { TEAM_ID, TEAM_AREA, TEAM_NAME };

static const mi_layer volunteers_layer = {
    "volunteers", "Volunteers at their homes; no names or numbers of people, contact ids only",
    "id INTEGER NOT NULL UNIQUE, team INTEGER, role TEXT NOT NULL, branch_role TEXT, modes TEXT, approved BOOLEAN, "
    "skills TEXT, work_lon REAL, work_lat REAL, contact TEXT",
    "geom, id, team, role, branch_role, modes, approved, skills, work_lon, work_lat, contact", "POINT"};
enum { GEOM, ID, TEAM, ROLE, BRANCH_ROLE, MODES, APPROVED, SKILLS, WORK_LON, WORK_LAT, CONTACT };

/* ---- writing ---- */

static bool write_skills(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &skills_layer, error);
  if (!writer) return false;
  for (unsigned bit = 0; bit < county->skill_count; bit++) {
    mi_gpkg_writer_text(writer, 0, county->skills[bit]);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &skills_layer, writer, error);
}

static bool write_teams(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &teams_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < county->team_count; i++) {
    mi_gpkg_writer_int(writer, TEAM_ID, county->teams[i].id);
    mi_layer_put_reference(writer, TEAM_AREA, county->teams[i].area_code);
    mi_gpkg_writer_text(writer, TEAM_NAME, county->teams[i].name);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &teams_layer, writer, error);
}

/* "first;second", NULL for none. */
static void write_skill_names(mi_gpkg_writer *writer, const MusterCounty *county, uint64_t skills, GString *text) {
  g_string_truncate(text, 0);
  for (unsigned bit = 0; bit < county->skill_count; bit++)
    if (skills & UINT64_C(1) << bit) {
      if (text->len) g_string_append_c(text, ';');
      g_string_append(text, county->skills[bit]);
    }
  mi_gpkg_writer_text(writer, SKILLS, text->len ? text->str : NULL);
}

static void write_volunteer(mi_gpkg_writer *writer, const MusterCounty *county, const MusterVolunteer *volunteer,
                            char *const *mode_texts, GString *text) {
  mi_gpkg_writer_point(writer, GEOM, volunteer->home);
  mi_gpkg_writer_int(writer, ID, volunteer->id);
  mi_layer_put_reference(writer, TEAM, volunteer->team);
  mi_gpkg_writer_text(writer, ROLE, muster_role_name((MusterRole)volunteer->role));
  mi_gpkg_writer_text(writer, BRANCH_ROLE,
                      volunteer->branch_role == MUSTER_BRANCH_NONE
                          ? NULL
                          : muster_branch_role_name((MusterBranchRole)volunteer->branch_role));
  mi_gpkg_writer_text(writer, MODES, mode_texts[volunteer->modes]);
  mi_gpkg_writer_int(writer, APPROVED, volunteer->approved);
  write_skill_names(writer, county, volunteer->skills, text);
  if (volunteer->has_work) {
    mi_layer_put_degrees(writer, WORK_LON, volunteer->work);
  } else {
    mi_gpkg_writer_null(writer, WORK_LON);
    mi_gpkg_writer_null(writer, WORK_LAT);
  }
  mi_gpkg_writer_text(writer, CONTACT, volunteer->contact);
  mi_gpkg_writer_row(writer);
}

static bool write_volunteers(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &volunteers_layer, error);
  if (!writer) return false;
  enum { MODE_SETS = 1 << MUSTER_MODE_COUNT };
  char *mode_texts[MODE_SETS];
  for (unsigned modes = 0; modes < MODE_SETS; modes++) mode_texts[modes] = mi_modes_format(modes);
  g_autoptr(GString) text = g_string_new(NULL);
  for (size_t i = 0; i < county->volunteer_count; i++)
    write_volunteer(writer, county, &county->volunteers[i], mode_texts, text);
  for (unsigned modes = 0; modes < MODE_SETS; modes++) g_free(mode_texts[modes]);
  return mi_layer_end(gpkg, &volunteers_layer, writer, error);
}

bool mi_file_write_people(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  return write_skills(gpkg, county, error) && write_teams(gpkg, county, error) && write_volunteers(gpkg, county, error);
}

/* ---- reading ---- */

static bool read_skills(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, skills_layer.table, skills_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    const char *name = mi_gpkg_reader_text(reader, 0);
    if (mi_gpkg_reader_failed(reader)) break;
    if (!*name || strchr(name, ';'))
      mi_gpkg_reader_refuse(reader, "name: expected a name without \";\", found \"%s\"", name);
    else if (muster_county_builder_skill(builder, name) < 0)
      mi_gpkg_reader_refuse(reader, "name: expected at most %u skills, \"%s\" is one more", MI_SKILL_LIMIT, name);
  }
  return mi_gpkg_reader_end(reader, error);
}

static bool read_teams(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, teams_layer.table, teams_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    MusterTeam team = {
        .id = mi_gpkg_reader_int(reader, TEAM_ID, 1, INT64_MAX),
        .area_code = mi_layer_get_reference(reader, TEAM_AREA),
        .name = mi_gpkg_reader_text_or_null(reader, TEAM_NAME),
    };
    if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_team(builder, &team);
  }
  return mi_gpkg_reader_end(reader, error);
}

static uint8_t read_role(mi_gpkg_reader *reader) {
  const char *text = mi_gpkg_reader_text_or_null(reader, ROLE);
  MusterRole role = MUSTER_ROLE_MEMBER;
  if (text && !muster_role_from_name(text, &role))
    mi_gpkg_reader_refuse(reader, "role: expected captain, deputy, backbone or member, found \"%s\"", text);
  return (uint8_t)role;
}

static uint8_t read_branch_role(mi_gpkg_reader *reader) {
  const char *text = mi_gpkg_reader_text_or_null(reader, BRANCH_ROLE);
  MusterBranchRole role = MUSTER_BRANCH_NONE;
  if (text && *text && !muster_branch_role_from_name(text, &role))
    mi_gpkg_reader_refuse(reader, "branch_role: expected none, secretary, deputy_secretary or committee, found \"%s\"",
                          text);
  return (uint8_t)role;
}

static uint8_t read_modes(mi_gpkg_reader *reader) {
  const char *text = mi_gpkg_reader_text_or_null(reader, MODES);
  g_autofree char *wrong = NULL;
  uint8_t modes = 0;
  if (text && !mi_modes_parse(text, &modes, &wrong))
    mi_gpkg_reader_refuse(reader, "modes: expected words of foot, ebike, car, found \"%s\"", wrong);
  return modes;
}

/* A skill that a planner has typed and that the table "skills" has not yet is added. */
static uint64_t read_skill_names(mi_gpkg_reader *reader, MusterCountyBuilder *builder) {
  const char *text = mi_gpkg_reader_text_or_null(reader, SKILLS);
  uint64_t skills = 0;
  if (!text || !*text) return 0;
  g_auto(GStrv) names = g_strsplit(text, ";", -1);
  for (char **name = names; *name; name++) {
    if (!*g_strstrip(*name)) continue;
    int bit = muster_county_builder_skill(builder, *name);
    if (bit < 0) {
      mi_gpkg_reader_refuse(reader, "skills: expected at most %u skills in all, \"%s\" is one more", MI_SKILL_LIMIT,
                            *name);
      return 0;
    }
    skills |= UINT64_C(1) << bit;
  }
  return skills;
}

static bool read_volunteers(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, volunteers_layer.table, volunteers_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    MusterVolunteer volunteer = {
        .home = mi_gpkg_reader_point(reader, GEOM),
        .id = mi_gpkg_reader_int(reader, ID, INT64_MIN, INT64_MAX),
        .team = mi_layer_get_reference(reader, TEAM),
        .role = read_role(reader),
        .branch_role = read_branch_role(reader),
        .modes = read_modes(reader),
        .approved = mi_gpkg_reader_int_or(reader, APPROVED, 0, 1, 0) != 0,
        .skills = read_skill_names(reader, builder),
        .contact = mi_gpkg_reader_text_or_null(reader, CONTACT),
    };
    volunteer.has_work = mi_layer_get_degrees(reader, WORK_LON, "work", &volunteer.work);
    if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_volunteer(builder, &volunteer);
  }
  return mi_gpkg_reader_end(reader, error);
}

bool mi_file_read_people(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  return read_skills(gpkg, builder, error) && read_teams(gpkg, builder, error) && read_volunteers(gpkg, builder, error);
}
