/* The sheets of teams and volunteers. Without a sheet of teams, the teams that volunteers name are taken as they come:
 * each belongs to the community where its captain lives. */
#include "county/import_sheet.h"

static const mi_word role_words[] = {{"captain|队长", MUSTER_ROLE_CAPTAIN},
                                     {"deputy|deputy_captain|副队长", MUSTER_ROLE_DEPUTY},
                                     {"backbone|骨干|骨干队员", MUSTER_ROLE_BACKBONE},
                                     {"member|队员|普通队员|志愿者", MUSTER_ROLE_MEMBER},
                                     {0}};
static const mi_word branch_words[] = {{"none|无", MUSTER_BRANCH_NONE},
                                       {"secretary|书记|支部书记", MUSTER_BRANCH_SECRETARY},
                                       {"deputy_secretary|副书记|支部副书记", MUSTER_BRANCH_DEPUTY_SECRETARY},
                                       {"committee|委员|支部委员", MUSTER_BRANCH_COMMITTEE},
                                       {0}};
static const mi_word mode_words[] = {{"foot|walk|步行", MUSTER_MODE_BIT(MUSTER_MODE_FOOT)},
                                     {"ebike|bike|电动车|电瓶车|电动自行车|摩托车", MUSTER_MODE_BIT(MUSTER_MODE_EBIKE)},
                                     {"car|汽车|小汽车|轿车|开车", MUSTER_MODE_BIT(MUSTER_MODE_CAR)},
                                     {0}};
static const mi_word yes_words[] = {
    {"yes|true|1|是|已审核|已批准|通过", 1}, {"no|false|0|否|未审核|未批准|未通过", 0}, {0}};

/* ---- teams ---- */

enum { TEAM_ID, TEAM_NAME, TEAM_AREA };
static const mi_column team_columns[] = {{"id|编号|队伍编号", true},
                                         {"name|名称|队伍名称", true},
                                         {"area|区域|区域代码|所属区域|社区代码|community", true},
                                         {0}};

static void read_team(mi_sheet *sheet) {
  MusterTeam team = {.id = mi_sheet_new_id(sheet, TEAM_ID, sheet->import->teams, 0),
                     .name = mi_sheet_text(sheet, TEAM_NAME),
                     .area_code = mi_sheet_int(sheet, TEAM_AREA, 1, INT64_MAX, 0)};
  mi_import *import = sheet->import;
  const mi_known *area = team.area_code ? mi_import_find(import->areas, team.area_code) : NULL;
  if (team.area_code && !area && !import->broken[MI_SHEET_AREAS])
    mi_sheet_refuse(sheet, TEAM_AREA, "there is no area with the code %" G_GINT64_FORMAT, team.area_code);
  if (area && area->detail == MUSTER_AREA_GRID)
    mi_sheet_refuse(sheet, TEAM_AREA, "%" G_GINT64_FORMAT " is a grid; expected a community, a township or the county",
                    team.area_code);
  if (sheet->good) muster_county_builder_add_team(import->builder, &team);
}

void mi_import_teams(mi_import *import) {
  if (!import->paths[MI_SHEET_TEAMS]) return;
  mi_sheet sheet;
  if (mi_sheet_open(import, MI_SHEET_TEAMS, team_columns, &sheet))
    while (mi_sheet_next(&sheet)) read_team(&sheet);
  mi_sheet_close(&sheet);
}

/* ---- teams that only the volunteers' sheet names ---- */

typedef struct implied_team {
  int64_t id;
  uint32_t line;
  uint8_t role; /* of the highest member so far whose home is known, and UINT8_MAX without one */
  MusterPosition home;
} implied_team;

static void note_team(GHashTable *implied, const MusterVolunteer *volunteer, bool placed, uint32_t line) {
  implied_team *team = g_hash_table_lookup(implied, &volunteer->team);
  if (!team) {
    team = g_new0(implied_team, 1);
    *team = (implied_team){.id = volunteer->team, .line = line, .role = UINT8_MAX};
    g_hash_table_insert(implied, &team->id, team);
  }
  if (placed && volunteer->role < team->role) {
    team->role = volunteer->role;
    team->home = volunteer->home;
    team->line = line;
  }
}

static int compare_teams(gconstpointer a, gconstpointer b) {
  int64_t x = (*(const implied_team *const *)a)->id, y = (*(const implied_team *const *)b)->id;
  return (x > y) - (x < y);
}

/* A home or a grid that was refused itself is no reason for a second complaint. */
static void add_implied_team(mi_import *import, const implied_team *team, size_t column) {
  bool placed = team->role != UINT8_MAX, complete = !import->broken[MI_SHEET_AREAS] && !import->grid_refused;
  int64_t community = placed ? mi_import_community_at(import, team->home) : 0;
  if (!community && placed && complete)
    mi_import_defect(import, MI_SHEET_VOLUNTEERS, team->line, column,
                     "team %" G_GINT64_FORMAT
                     " belongs nowhere: no grid holds the home of its first member, and no sheet of teams is given",
                     team->id);
  g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, team->id);
  const mi_known *first;
  mi_import_note(import->teams, team->id, (mi_known){MI_SHEET_VOLUNTEERS, team->line, 0}, &first);
  muster_county_builder_add_team(import->builder, &(MusterTeam){.id = team->id, .area_code = community, .name = name});
}

static void add_implied_teams(mi_import *import, GHashTable *implied, size_t column) {
  g_autoptr(GPtrArray) teams = g_ptr_array_new();
  GHashTableIter iterator;
  gpointer team;
  g_hash_table_iter_init(&iterator, implied);
  while (g_hash_table_iter_next(&iterator, NULL, &team)) g_ptr_array_add(teams, team);
  g_ptr_array_sort(teams, compare_teams);
  for (guint i = 0; i < teams->len; i++) add_implied_team(import, teams->pdata[i], column);
}

/* ---- volunteers ---- */

enum {
  PERSON_ID,
  PERSON_TEAM,
  PERSON_ROLE,
  PERSON_BRANCH_ROLE,
  PERSON_LON,
  PERSON_LAT,
  PERSON_WORK_LON,
  PERSON_WORK_LAT,
  PERSON_MODES,
  PERSON_SKILLS,
  PERSON_APPROVED,
  PERSON_CONTACT
};
static const mi_column person_columns[] = {{"id|编号|志愿者编号|队员编号", true},
                                           {"team|队伍|队伍编号|先锋队", false},
                                           {"role|角色|职务", false},
                                           {"branch_role|支部职务|党内职务", false},
                                           {"lon|longitude|lng|x|经度|家庭经度|东坐标", true},
                                           {"lat|latitude|y|纬度|家庭纬度|北坐标", true},
                                           {"work_lon|work_x|工作经度|单位经度|工作东坐标", false},
                                           {"work_lat|work_y|工作纬度|单位纬度|工作北坐标", false},
                                           {"modes|方式|出行方式", false},
                                           {"skills|技能|特长", false},
                                           {"approved|审核|已审核|审批", false},
                                           {"contact|联系编号|联系号", false},
                                           {0}};

static uint64_t read_skills(mi_sheet *sheet) {
  uint64_t skills = 0;
  g_auto(GStrv) names = mi_sheet_parts(sheet, PERSON_SKILLS);
  for (size_t i = 0; names[i]; i++) {
    int bit = muster_county_builder_skill(sheet->import->builder, names[i]);
    if (bit < 0)
      mi_sheet_refuse(sheet, PERSON_SKILLS, "\"%.40s\" is the 65th skill; a county has at most 64", names[i]);
    else
      skills |= UINT64_C(1) << bit;
  }
  return skills;
}

static void check_team(mi_sheet *sheet, int64_t team) {
  mi_import *import = sheet->import;
  if (team && !import->broken[MI_SHEET_TEAMS] && !mi_import_find(import->teams, team))
    mi_sheet_refuse(sheet, PERSON_TEAM, "there is no team with the id %" G_GINT64_FORMAT, team);
}

static void read_volunteer(mi_sheet *sheet, GHashTable *implied) {
  MusterVolunteer person = {0};
  person.id = mi_sheet_new_id(sheet, PERSON_ID, sheet->import->volunteers, 0);
  person.team = mi_sheet_int(sheet, PERSON_TEAM, 0, INT64_MAX, 0);
  person.role = (uint8_t)mi_sheet_word(sheet, PERSON_ROLE, role_words, MUSTER_ROLE_MEMBER);
  person.branch_role = (uint8_t)mi_sheet_word(sheet, PERSON_BRANCH_ROLE, branch_words, MUSTER_BRANCH_NONE);
  bool placed = mi_sheet_position(sheet, PERSON_LON, PERSON_LAT, &person.home);
  person.has_work = mi_sheet_position(sheet, PERSON_WORK_LON, PERSON_WORK_LAT, &person.work);
  person.modes = (uint8_t)mi_sheet_word_set(sheet, PERSON_MODES, mode_words, MUSTER_MODE_BIT(MUSTER_MODE_FOOT));
  person.skills = read_skills(sheet);
  person.approved = mi_sheet_word(sheet, PERSON_APPROVED, yes_words, 1);
  person.contact = mi_sheet_contact(sheet, PERSON_CONTACT);
  if (!implied)
    check_team(sheet, person.team);
  else if (person.team)
    note_team(implied, &person, placed, mi_sheet_line(sheet));
  if (sheet->good) muster_county_builder_add_volunteer(sheet->import->builder, &person);
}

void mi_import_volunteers(mi_import *import) {
  if (!import->paths[MI_SHEET_VOLUNTEERS]) return;
  mi_sheet sheet;
  g_autoptr(GHashTable) implied = NULL;
  if (!import->paths[MI_SHEET_TEAMS]) implied = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
  if (mi_sheet_open(import, MI_SHEET_VOLUNTEERS, person_columns, &sheet)) {
    while (mi_sheet_next(&sheet)) read_volunteer(&sheet, implied);
    if (implied) add_implied_teams(import, implied, (size_t)sheet.place[PERSON_TEAM] + 1);
  }
  mi_sheet_close(&sheet);
}
