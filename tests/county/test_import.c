/* The import of sheets: a small county in UTF-8 and GB18030, in other datums and systems; each kind of defect with its
 * file, line and column; nothing is returned while there is one. */
#include <glib/gstdio.h>
#include <muster/county.h>
#include <string.h>

#include "base/random.h"
#include "county/import.h"
#include "support/support.h"

/* ---- sheets as a county would have them ---- */

static const char volunteers_text[] =
    "编号,队伍,角色,支部职务,经度,纬度,工作经度,工作纬度,技能,方式,审核,联系编号\n"
    "1,7,队长,书记,109.4055,29.5055,109.4155,29.5055,急救；水性,步行,是,k-1\n"
    "2,7,骨干,,109.4056,29.5155,,,急救,\"步行,电动车\",否,k-2\n"
    "3,8,captain,none,109.4155,29.5055,,,,car,yes,k-3\n";
static const char teams_text[] = "编号,名称,区域\n7,一队,422827100001\n8,\"二队\",422827100201\n";
static const char posts_text[] =
    "编号,岗名称,社区,经度,纬度,服务社区\n71,广场岗,422827100001,109.405,29.505,422827100201\n";
static const char stations_text[] = "编号,名称,社区,经度,纬度\n91,甲站,422827100001,109.406,29.506\n";
static const char shifts_text[] = "岗,志愿者,星期,开始,结束\n71,1,周一;周三,8:00,12:00\n71,3,每天,22:00,6:00\n";
static const char equipment_text[] = "岗站,种类,数量\n71,aed,1\n91,水泵,2\n";

static char *square(double x, double y, double w, double h) {
  return g_strdup_printf(
      "{\"type\":\"Polygon\",\"coordinates\":[[[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f],[%.3f,%.3f]]]}", x, y,
      x + w, y, x + w, y + h, x, y + h, x, y);
}

static char *areas_text(void) {
  g_autofree char *county = square(109.40, 29.50, 0.02, 0.02), *one = square(109.40, 29.50, 0.01, 0.01);
  g_autofree char *two = square(109.40, 29.51, 0.01, 0.01), *three = square(109.41, 29.50, 0.01, 0.02);
  return g_strdup_printf(
      "{\"type\":\"FeatureCollection\",\"features\":[\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"county\",\"code\":422827,\"name\":\"来凤县\"},\"geometry\":%s}"
      ",\n"
      "{\"type\":\"Feature\",\"properties\":{\"级别\":\"镇\",\"代码\":\"422827100\",\"名称\":\"翔凤镇\","
      "\"leader_contact\":\"c-1\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[109.41,29.51]}},\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"community\",\"code\":422827100001,\"name\":\"甲社区\","
      "\"residents\":600,\"seat_lon\":109.405,\"seat_lat\":29.51},\"geometry\":null},\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"village\",\"code\":422827100201,\"name\":\"乙村\","
      "\"residents\":400,\"seat_lon\":109.415,\"seat_lat\":29.51},\"geometry\":null},\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"grid\",\"code\":422827100001001,\"name\":\"甲一\","
      "\"residents\":300,\"duty_team\":7},\"geometry\":%s},\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"网格\",\"code\":422827100001002,\"name\":\"甲二\","
      "\"residents\":300,\"duty_team\":\"7\"},\"geometry\":%s},\n"
      "{\"type\":\"Feature\",\"properties\":{\"level\":\"grid\",\"code\":422827100201001,\"name\":\"乙\","
      "\"residents\":400,\"duty_team\":8},\"geometry\":%s}\n]}\n",
      county, one, two, three);
}

typedef struct sheets {
  char *folder;
  char *areas, *volunteers, *teams, *posts, *stations, *shifts, *equipment;
} sheets;

/* Writes `text` in the encoding (NULL: as it is). */
static char *write_sheet(const char *folder, const char *name, const char *text, const char *encoding) {
  char *path = g_build_filename(folder, name, NULL);
  gsize size = strlen(text);
  g_autofree char *bytes = encoding ? g_convert(text, -1, encoding, "UTF-8", NULL, &size, NULL) : g_strdup(text);
  g_assert_nonnull(bytes);
  g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
  return path;
}

static sheets write_all(const char *encoding) {
  sheets all = {.folder = test_folder_new()};
  g_autofree char *areas = areas_text();
  all.areas = write_sheet(all.folder, "areas.geojson", areas, NULL);
  all.volunteers = write_sheet(all.folder, "volunteers.csv", volunteers_text, encoding);
  all.teams = write_sheet(all.folder, "teams.csv", teams_text, encoding);
  all.posts = write_sheet(all.folder, "posts.csv", posts_text, encoding);
  all.stations = write_sheet(all.folder, "stations.csv", stations_text, encoding);
  all.shifts = write_sheet(all.folder, "shifts.csv", shifts_text, encoding);
  all.equipment = write_sheet(all.folder, "equipment.csv", equipment_text, encoding);
  return all;
}

static void remove_all(sheets *all) {
  test_folder_remove(all->folder);
  char **paths[] = {&all->areas,    &all->volunteers, &all->teams,    &all->posts,
                    &all->stations, &all->shifts,     &all->equipment};
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) g_free(*paths[i]);
}

static MusterCountyImport input_of(const sheets *all) {
  return (MusterCountyImport){.areas_geojson = all->areas,
                              .volunteers_csv = all->volunteers,
                              .teams_csv = all->teams,
                              .posts_csv = all->posts,
                              .stations_csv = all->stations,
                              .shifts_csv = all->shifts,
                              .equipment_csv = all->equipment};
}

static MusterCounty *import_good(const MusterCountyImport *input) {
  g_autoptr(GError) error = NULL;
  g_autofree char *defects = NULL;
  MusterCounty *county = muster_county_import(input, &defects, &error);
  if (defects) g_error("%s", defects);
  g_assert_no_error(error);
  g_assert_nonnull(county);
  return county;
}

/* ---- what comes out ---- */

static void check_people(const MusterCounty *county) {
  size_t count;
  const MusterVolunteer *people = muster_county_volunteers(county, &count);
  g_assert_cmpuint(count, ==, 3);
  g_assert_cmpint(people[0].id, ==, 1);
  g_assert_cmpint(people[0].team, ==, 7);
  g_assert_cmpuint(people[0].role, ==, MUSTER_ROLE_CAPTAIN);
  g_assert_cmpuint(people[0].branch_role, ==, MUSTER_BRANCH_SECRETARY);
  g_assert_cmpint(people[0].home.lon_e7, ==, 1094055000);
  g_assert_cmpint(people[0].home.lat_e7, ==, 295055000);
  g_assert_true(people[0].has_work && people[0].approved && !people[1].approved && !people[1].has_work);
  g_assert_cmpint(people[0].work.lon_e7, ==, 1094155000);
  g_assert_cmpuint(people[1].modes, ==, MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE));
  g_assert_cmpstr(people[2].contact, ==, "k-3");
  int aid = muster_county_find_skill(county, "急救"), water = muster_county_find_skill(county, "水性");
  g_assert_true(aid >= 0 && water >= 0);
  g_assert_true(people[0].skills == (UINT64_C(1) << aid | UINT64_C(1) << water));
  g_assert_true(people[1].skills == UINT64_C(1) << aid);
  const MusterTeam *teams = muster_county_teams(county, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpstr(teams[0].name, ==, "一队");
}

static void check_places(const MusterCounty *county) {
  size_t count;
  const MusterPost *posts = muster_county_posts(county, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpstr(posts[0].name, ==, "广场岗");
  g_assert_cmpuint(muster_county_post_areas(county, 0).count, ==, 2);
  muster_county_stations(county, &count);
  g_assert_cmpuint(count, ==, 1);
  const MusterShift *shifts = muster_county_shifts(county, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpuint(shifts[0].weekdays, ==, 1 | 4);
  g_assert_cmpuint(shifts[0].start_min, ==, 480);
  g_assert_cmpuint(shifts[1].weekdays, ==, 127);
  g_assert_cmpuint(shifts[1].end_min, ==, 360);
  const MusterEquipment *things = muster_county_equipment(county, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpstr(things[1].kind, ==, "水泵");
  g_assert_cmpuint(things[1].count, ==, 2);
}

static void check_areas(const MusterCounty *county) {
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  g_assert_cmpuint(count, ==, 7);
  g_assert_cmpstr(areas[0].name, ==, "来凤县");
  g_assert_cmpstr(areas[1].leader_contact, ==, "c-1");
  g_assert_cmpint(areas[1].seat.lon_e7, ==, 1094100000);
  g_assert_cmpuint(areas[2].kind, ==, MUSTER_COMMUNITY_URBAN);
  g_assert_cmpuint(areas[3].kind, ==, MUSTER_COMMUNITY_VILLAGE);
  g_assert_cmpint(areas[4].parent_code, ==, INT64_C(422827100001));
  g_assert_cmpint(areas[4].duty_team, ==, 7);
  MusterAreaId grid = muster_county_locate(county, (MusterPosition){1094050000, 295150000});
  g_assert_cmpint(areas[grid].code, ==, INT64_C(422827100001002));
  g_assert_true(areas[grid].seat.lat_e7 > 295100000 && areas[grid].seat.lat_e7 < 295200000);
}

static void check_county(const MusterCounty *county) {
  check_areas(county);
  check_people(county);
  check_places(county);
  size_t count;
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  const MusterDefect *list = muster_defects_list(defects, &count);
  if (count > 0) g_error("%s", list[0].text);
}

static void test_utf8(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  g_autoptr(MusterCounty) county = import_good(&input);
  check_county(county);
  g_assert_nonnull(strstr(muster_county_note(county), "volunteers.csv"));
  /* What a spreadsheet adds: a byte order mark, "\r\n", empty columns and rows; it changes nothing. */
  g_autoptr(GString) text = g_string_new(volunteers_text);
  g_string_replace(text, "\n", ",,\r\n", 0);
  g_string_prepend(text, "\xEF\xBB\xBF");
  g_string_append(text, ",,,,,\r\n  \r\n\r\n");
  g_assert_true(g_file_set_contents(all.volunteers, text->str, -1, NULL));
  g_autoptr(MusterCounty) same = import_good(&input);
  g_assert_cmpstr(muster_county_sha256(same), ==, muster_county_sha256(county));
  g_string_replace(text, ",", "\t", 0);
  g_string_replace(text, "\"步行\t电动车\"", "步行，电动车", 0);
  g_assert_true(g_file_set_contents(all.volunteers, text->str, -1, NULL));
  g_autoptr(MusterCounty) tabs = import_good(&input);
  g_assert_cmpstr(muster_county_sha256(tabs), ==, muster_county_sha256(county));
  g_string_replace(text, "\r\n", "\r", 0); /* lines as old Macintoshes end them */
  g_assert_true(g_file_set_contents(all.volunteers, text->str, -1, NULL));
  g_autoptr(MusterCounty) returns = import_good(&input);
  g_assert_cmpstr(muster_county_sha256(returns), ==, muster_county_sha256(county));
  g_autofree char *areas = areas_text(), *marked = g_strconcat("\xEF\xBB\xBF", areas, NULL);
  g_assert_true(g_file_set_contents(all.areas, marked, -1, NULL));
  g_autoptr(MusterCounty) marked_areas = import_good(&input);
  g_assert_cmpstr(muster_county_sha256(marked_areas), ==, muster_county_sha256(county));
  remove_all(&all);
}

static void test_encodings(void) {
  static const char *const encodings[] = {"gb18030", "GBK", "utf-16"};
  for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
    sheets all = write_all(encodings[i]);
    MusterCountyImport input = input_of(&all);
    input.encoding = encodings[i];
    g_autoptr(MusterCounty) county = import_good(&input);
    check_county(county);
    remove_all(&all);
  }
}

static void test_file(void) {
  sheets all = write_all("gb18030");
  MusterCountyImport input = input_of(&all);
  input.encoding = "gb18030";
  g_autoptr(MusterCounty) county = import_good(&input);
  g_autofree char *path = g_build_filename(all.folder, "county.gpkg", NULL);
  g_autoptr(GError) error = NULL;
  muster_county_save(county, path, &error);
  g_assert_no_error(error);
  g_autoptr(MusterCounty) read = muster_county_open(path, &error);
  g_assert_no_error(error);
  check_county(read);
  g_assert_cmpstr(muster_county_sha256(read), ==, muster_county_sha256(county));
  remove_all(&all);
}

/* Teams that only the volunteers' sheet names belong where their captain lives. */
static void test_implied_teams(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  input.teams_csv = NULL;
  g_autoptr(MusterCounty) county = import_good(&input);
  size_t count;
  const MusterTeam *teams = muster_county_teams(county, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpint(teams[0].area_code, ==, INT64_C(422827100001));
  g_assert_cmpint(teams[1].area_code, ==, INT64_C(422827100201));
  g_assert_cmpstr(teams[1].name, ==, "8");
  remove_all(&all);
}

/* What is wrong once is said once: neither a member's home nor a grid that is refused makes its team unknown. */
static void test_implied_teams_of_refused_rows(void) {
  static const struct {
    const char *find, *replacement, *defect;
    bool in_areas;
  } CASES[] = {
      {"109.4155,29.5055,,,,car", "109.4155,nowhere,,,,car", ":4:6: column \"lat\": expected a decimal number", false},
      {"[109.410,29.510],[109.410,29.520]", "[109.410,29.520],[109.410,29.510]",
       ":7:1: feature 6: geometry: polygon crosses itself", true},
      {"[109.420,29.500],[109.420,29.520]", "[109.420,29.520],[109.420,29.500]",
       ":8:1: feature 7: geometry: polygon crosses itself", true},
      {"\"level\":\"grid\",\"code\":422827100201001", "\"level\":\"square\",\"code\":422827100201001",
       ":8:1: feature 7: property \"level\": unknown word \"square\"", true},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
    sheets all = write_all(NULL);
    MusterCountyImport input = input_of(&all);
    input.teams_csv = input.posts_csv = input.stations_csv = input.shifts_csv = input.equipment_csv = NULL;
    const char *path = CASES[i].in_areas ? all.areas : all.volunteers;
    g_autofree char *text = NULL, *defects = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(GString) changed = g_string_new(text);
    /* The county comes first and shares corners with its grids: the last match is meant. */
    char *at = g_strrstr(changed->str, CASES[i].find);
    g_assert_nonnull(at);
    gssize place = at - changed->str;
    g_string_erase(changed, place, (gssize)strlen(CASES[i].find));
    g_string_insert(changed, place, CASES[i].replacement);
    g_assert_true(g_file_set_contents(path, changed->str, -1, NULL));
    g_assert_null(muster_county_import(&input, &defects, NULL));
    g_autofree char *expected = g_strdup_printf("%s%s", path, CASES[i].defect);
    if (!g_str_has_prefix(defects, expected) || strchr(defects, '\n') != strrchr(defects, '\n')) g_error("%s", defects);
    remove_all(&all);
  }
}

/* All positions of all sheets given in another datum. */
static char *shift_text(const char *text, MusterDatum datum) {
  g_autoptr(GRegex) pair = g_regex_new("(109\\.\\d+),(29\\.\\d+)", 0, 0, NULL);
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GMatchInfo) match = NULL;
  int from = 0, start, end;
  for (g_regex_match(pair, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_autofree char *x = g_match_info_fetch(match, 1), *y = g_match_info_fetch(match, 2);
    double lon = g_ascii_strtod(x, NULL), lat = g_ascii_strtod(y, NULL);
    muster_datum_convert_degrees(MUSTER_DATUM_WGS84, datum, &lon, &lat);
    g_match_info_fetch_pos(match, 0, &start, &end);
    g_string_append_len(out, text + from, start - from);
    g_string_append_printf(out, "%.9f,%.9f", lon, lat);
    from = end;
  }
  g_string_append(out, text + from);
  return g_strdup(out->str);
}

static void test_datum(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  char *paths[] = {all.areas, all.volunteers, all.posts, all.stations};
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(paths[i], &text, NULL, NULL));
    g_autoptr(GString) seats = g_string_new(text);
    /* The seats stand as two properties; the pattern wants them as a pair. */
    g_string_replace(seats, "\"seat_lon\":109.405,\"seat_lat\":29.51", "\"seat_lon\":109.4107,\"seat_lat\":29.5072", 0);
    g_autofree char *shifted = shift_text(seats->str, MUSTER_DATUM_GCJ02);
    g_assert_true(g_file_set_contents(paths[i], shifted, -1, NULL));
  }
  input.datum = MUSTER_DATUM_GCJ02;
  g_autoptr(MusterCounty) county = import_good(&input);
  check_people(county);
  check_places(county);
  MusterAreaId grid = muster_county_locate(county, (MusterPosition){1094050000, 295150000});
  g_assert_cmpint(muster_county_areas(county, NULL)[grid].code, ==, INT64_C(422827100001002));
  remove_all(&all);
}

static void test_crs(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  /* Degrees of CGCS2000 by its EPSG code: the same numbers. */
  input.crs = "EPSG:4490";
  g_autoptr(MusterCounty) county = import_good(&input);
  check_county(county);
  input.crs = "EPSG:4547";
  g_autofree char *defects = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_county_import(&input, &defects, &error));
  g_assert_nonnull(defects); /* degrees are no metres of that system: far off its zone */
  g_clear_error(&error);
  g_clear_pointer(&defects, g_free);
  const MusterCountyImport refused[] = {{.areas_geojson = all.areas, .crs = "EPSG:1"},
                                        {.areas_geojson = all.areas, .crs = "EPSG:4490", .datum = MUSTER_DATUM_GCJ02},
                                        {.areas_geojson = all.areas, .encoding = "klingon"},
                                        {.volunteers_csv = all.volunteers}};
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_assert_null(muster_county_import(&refused[i], &defects, &error));
    g_assert_null(defects);
    g_assert_nonnull(error);
    g_clear_error(&error);
  }
  remove_all(&all);
}

/* ---- defects ---- */

/* One sheet replaced by `text`; each of `expected` (ended by NULL) must be the begin of a line after the file's name.
 */
static void check_defects(const char *sheet, const char *text, const char *const *expected) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  g_autofree char *path = g_build_filename(all.folder, sheet, NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  g_autofree char *defects = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_county_import(&input, &defects, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_INPUT);
  g_assert_nonnull(defects);
  g_auto(GStrv) lines = g_strsplit(g_strchomp(defects), "\n", -1);
  for (size_t i = 0; expected[i]; i++) {
    if (!lines[i]) g_error("missing: %s", expected[i]);
    const char *found = g_str_has_prefix(lines[i], path) ? lines[i] + strlen(path) : lines[i];
    if (!g_str_has_prefix(found, expected[i])) g_error("expected \"%s\", found \"%s\"", expected[i], found);
  }
  g_assert_cmpuint(g_strv_length(lines), ==, g_strv_length((char **)(uintptr_t)expected));
  remove_all(&all);
}

#define DEFECTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_header_defects(void) {
  check_defects("volunteers.csv", "", DEFECTS(":1:1: the sheet is empty"));
  check_defects("teams.csv", "id,name,area\n7,a,422827100001\n8,b,422827100201\n9,c,422827\n8,d,422827100\n,e,1\n",
                DEFECTS(":5:1: column \"id\": 8 stands already in", ":6:1: column \"id\": is empty",
                        ":6:3: column \"area\": there is no area with the code 1"));
  check_defects(
      "stations.csv", "id,name,community,lon,lat,lon,wifi,\n91,a,422827100001,109.405,29.505,,,\n",
      DEFECTS(":1:6: column \"lon\" stands already in column 4",
              ":1:7: unknown column \"wifi\"; known are id (编号), name (名称), community (社区), lon (经度), lat "
              "(纬度)"));
  check_defects(
      "volunteers.csv", "id,lon,lat,姓名,手机\n1,109.405,29.505,张三,13800138000\n3,109.405,29.505,,\n",
      DEFECTS(":1:4: the column \"姓名\" holds personal data", ":1:5: the column \"手机\" holds personal data"));
  check_defects(
      "posts.csv", "id,name,lon,lat\n71,a,109.405,x\n",
      DEFECTS(":1:5: the column \"community\" is missing", ":2:4: column \"lat\": expected a decimal number"));
}

static void test_number_defects(void) {
  check_defects(
      "volunteers.csv",
      "id,lon,lat,contact\n1,109.405,29.505,1.39E+10\n1.39E+10,109.405,29.505,a\n3,109.405,29.505,13912345678\n"
      "13912345678,109.405,29.505,b\n5,109.405,29.505,42282719800101001X\n6.0,109.405,29.505,c\n"
      "99999999999999999999,109.405,29.505,d\n-1,109.405,29.505,e\n0x10,109.405,29.505,f\n",
      DEFECTS(":2:4: column \"contact\": \"1.39E+10\" is a number that a spreadsheet has cut short",
              ":3:1: column \"id\": \"1.39E+10\" is a number that a spreadsheet has cut short",
              ":4:4: column \"contact\": looks like a mobile phone number",
              ":5:1: column \"id\": looks like a mobile phone number",
              ":6:4: column \"contact\": looks like an identity card number",
              ":7:1: column \"id\": expected a whole number, found \"6.0\"",
              ":8:1: column \"id\": expected a whole number from 1",
              ":9:1: column \"id\": expected a whole number from 1",
              ":10:1: column \"id\": expected a whole number, found \"0x10\""));
}

/* However people write the number of a telephone or an identity card, it is one; ids of a directory are none. */
static void test_private_numbers(void) {
  static const char *const PRIVATE[] = {
      "13912345678",        "139-1234-5678",        "139 1234 5678",          "+86 139 1234 5678", "8613912345678",
      "008613912345678",    "13912345678.0",        "１３９１２３４５６７８", "'13912345678",      "tel:13912345678",
      "42282719800101001x", "422827 19800101 0017", "42282720100101001X"};
  static const char *const OPAQUE[] = {"",
                                       "k-1",
                                       "12912345678",
                                       "1391234567",
                                       "139123456789",
                                       "c-13912345678ab",
                                       "A13912345678",
                                       "422827198001010",
                                       "c-0123456789abcdef",
                                       "..",
                                       "86",
                                       "张-3",
                                       "202600000000000001"};
  for (size_t i = 0; i < G_N_ELEMENTS(PRIVATE); i++) {
    g_test_message("%s", PRIVATE[i]);
    g_assert_nonnull(mi_import_private_number(PRIVATE[i]));
  }
  for (size_t i = 0; i < G_N_ELEMENTS(OPAQUE); i++) {
    g_test_message("%s", OPAQUE[i]);
    g_assert_null(mi_import_private_number(OPAQUE[i]));
  }
}

static void test_position_defects(void) {
  check_defects(
      "volunteers.csv",
      "id,lon,lat,work_lon,work_lat\n1,29.505,109.405,,\n2,200,29.5,,\n3,0,0,,\n4,109.405,29.505,109.405,\n"
      "5,109°24',29.505,,\n6,109.405,,,\n7,\"109,4\",29.5,,\n8,nan,inf,,\n9,107,29.505,,\n",
      DEFECTS(":2:3: column \"lat\": expected a latitude from -90 to 90, found 109.405; longitude and latitude look "
              "swapped",
              ":3:2: column \"lon\": expected a longitude from -180 to 180, found 200",
              ":4:2: column \"lon\": expected a position within 100 km of the county",
              ":5:5: column \"work_lat\": is empty, but the other coordinate is not",
              ":6:2: column \"lon\": expected a decimal number", ":7:3: column \"lat\": is empty",
              ":8:2: column \"lon\": expected a decimal number", ":9:2: column \"lon\": expected a decimal number",
              ":9:3: column \"lat\": expected a decimal number",
              ":10:2: column \"lon\": expected a position within 100 km of the county, found 107, 29.505, 232 km"));
}

static void test_quote_defects(void) {
  check_defects("equipment.csv", "holder,kind,count\n71,\"aed,1\n91,\"x\",2\n",
                DEFECTS(":2:2: a quote stands inside this cell"));
  check_defects("equipment.csv", "holder,kind,count\n71,aed,1\n91,\"pump,2\n",
                DEFECTS(":3:2: a quote is opened in this cell and never closed"));
  check_defects("equipment.csv", "holder,kind,count\n71,a\"ed,1\n", DEFECTS(":2:2: a quote stands inside this cell"));
  check_defects(
      "equipment.csv", "holder,kind,count\n\n71,\"two\nlines\",1\n\n99,b,1,2\n71,aed,1\n91,aed,1\n71,aed,2\n",
      DEFECTS(":3:2: column \"kind\": holds a line break", ":6:1: column \"holder\": there is no post or station",
              ":6:4: expected 3 cells, found \"2\" in cell 4",
              ":9:2: column \"kind\": \"aed\" of this holder stands already in line 7"));
}

static void test_reference_defects(void) {
  check_defects("teams.csv", "id,name,area\n7,a,422827100001001\n8,b,5\n",
                DEFECTS(":2:3: column \"area\": 422827100001001 is a grid; expected a community",
                        ":3:3: column \"area\": there is no area with the code 5"));
  check_defects("volunteers.csv", "id,team,lon,lat,role\n1,7,109.405,29.505,队长\n3,12,109.405,29.505,boss\n",
                DEFECTS(":3:2: column \"team\": there is no team with the id 12",
                        ":3:5: column \"role\": expected one of captain"));
  check_defects(
      "shifts.csv",
      "post,volunteer,start,end,days\n71,5,8:00,12:00,\n91,1,25:00,noon,someday\n71,1,8:00,9:00,\n71,1,8:00,9:00,\n",
      DEFECTS(":2:2: column \"volunteer\": there is no volunteer with the id 5",
              ":3:1: column \"post\": there is no post with the id 91",
              ":3:3: column \"start\": expected a time of day", ":3:4: column \"end\": expected a time of day",
              ":3:5: column \"days\": expected one of mon",
              ":5:1: column \"post\": the same shift stands already in line 4"));
  check_defects(
      "stations.csv", "id,name,community,lon,lat\n71,a,422827100001,109.405,29.505\n91,b,422827100,109.405,29.505\n",
      DEFECTS(":2:1: column \"id\": 71 stands already in", ":3:3: column \"community\": 422827100 is not a community"));
  check_defects("posts.csv", "id,name,community,lon,lat,serves\n71,a,422827100001,109.405,29.505,422827100201;5;x\n",
                DEFECTS(":2:6: column \"serves\": expected a whole number, found \"x\"",
                        ":2:6: column \"serves\": there is no community with the code 5"));
}

static void test_encoding_defects(void) {
  check_defects(
      "teams.csv", "id,name,area\n7,一队\xB6,422827100001\n",
      DEFECTS(":2:5: byte 0xB6 is not UTF-8; a sheet from a Chinese spreadsheet may need the encoding gb18030"));
  sheets all = write_all("gb18030");
  MusterCountyImport input = input_of(&all);
  input.encoding = "gb18030";
  g_autofree char *text = NULL, *defects = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(all.teams, &text, &size, NULL));
  text[size - 1] = (char)0xFF; /* in place of the last line end */
  g_assert_true(g_file_set_contents(all.teams, text, (gssize)size, NULL));
  g_assert_null(muster_county_import(&input, &defects, NULL));
  g_autofree char *expected = g_strdup_printf("%s:3:20: byte 0xFF is not gb18030", all.teams);
  if (!g_str_has_prefix(defects, expected)) g_error("%s", defects);
  /* A file cut within a character. */
  g_clear_pointer(&defects, g_free);
  g_assert_true(g_file_set_contents(all.teams, "id,name,area\n7,\xD2", -1, NULL));
  g_assert_null(muster_county_import(&input, &defects, NULL));
  g_free(text);
  text = g_strdup_printf("%s:2:3: byte 0xD2 is not gb18030; the last character is cut", all.teams);
  if (!g_str_has_prefix(defects, text)) g_error("%s", defects);
  remove_all(&all);
}

static void test_missing_file(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  (void)g_unlink(all.teams);
  (void)g_unlink(all.shifts);
  g_autofree char *defects = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_county_import(&input, &defects, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN);
  /* Both, and no reference into them is complained about. */
  g_autofree char *expected =
      g_strdup_printf("%s: cannot be read: No such file or directory\n%s: cannot be read: No such file or directory\n",
                      all.teams, all.shifts);
  g_assert_cmpstr(defects, ==, expected);
  remove_all(&all);
}

/* ---- areas ---- */

static void check_area_defect(const char *find, const char *replacement, const char *const *expected) {
  g_autofree char *text = areas_text();
  g_autoptr(GString) changed = g_string_new(text);
  g_assert_cmpuint(g_string_replace(changed, find, replacement, 1), ==, 1);
  check_defects("areas.geojson", changed->str, expected);
}

static void test_area_defects(void) {
  check_area_defect(
      "\"code\":422827100201001", "\"code\":4.22827e14",
      DEFECTS(":8:1: feature 7: property \"code\": expected a whole number, found a number with a decimal point"));
  check_area_defect("\"code\":422827100201001", "\"code\":\"4.22827E+14\"",
                    DEFECTS(":8:1: feature 7: property \"code\": \"4.22827E+14\" is a number that a spreadsheet"));
  check_area_defect(
      "\"code\":422827100001002", "\"code\":422827100001001",
      DEFECTS(":7:1: feature 6: property \"code\": 422827100001001 stands already in the feature of line 6"));
  check_area_defect("\"level\":\"village\"", "\"level\":\"hamlet\"",
                    DEFECTS(":5:1: feature 4: property \"level\": unknown word \"hamlet\""));
  check_area_defect("\"name\":\"乙村\"", "\"phone\":\"1\",\"name\":5",
                    DEFECTS(":5:1: feature 4: property \"name\": expected text, found a whole number",
                            ":5:1: feature 4: property \"phone\" holds personal data"));
  check_area_defect("\"duty_team\":8", "\"duty_team\":99",
                    DEFECTS(":8:1: feature 7: property \"duty_team\": there is no team with the id 99"));
  check_area_defect(
      "\"duty_team\":8", "\"duty_team\":8,\"parent\":422827100",
      DEFECTS(":8:1: feature 7: property \"parent\": 422827100 is a township; expected a community above a grid"));
  check_area_defect("\"duty_team\":8", "\"duty_team\":8,\"duty_team\":8", DEFECTS(":8:1"));
  check_area_defect("c-1", "13912345678",
                    DEFECTS(":3:1: feature 2: property \"leader_contact\": looks like a mobile phone number"));
  check_area_defect("[109.410,29.520],[109.400,29.520],[109.400,29.510]]]", "[109.410,29.520]]]",
                    DEFECTS(":7:1: feature 6: geometry: ring 1 has 3 positions"));
  check_area_defect("[109.400,29.520],[109.400,29.510]]]", "[109.400,29.520]]]",
                    DEFECTS(":7:1: feature 6: geometry: ring 1 is not closed"));
  check_area_defect("[109.410,29.510],[109.410,29.520]", "[109.410,29.520],[109.410,29.510]",
                    DEFECTS(":7:1: feature 6: geometry: "));
  check_area_defect("[109.400,29.520]", "[29.520,109.400]",
                    DEFECTS(":2:1: feature 1: geometry: expected a latitude from -90 to 90, found 109.4"));
  check_area_defect(
      "\"seat_lon\":109.405,", "",
      DEFECTS(":4:1: feature 3: geometry: expected a position [longitude, latitude], found an array without two"));
  check_area_defect("{\"type\":\"Point\",\"coordinates\":[109.41,29.51]}", "{\"type\":\"Polygon\",\"coordinates\":[]}",
                    DEFECTS(":3:1: feature 2: geometry: expected an array of rings, found an empty one"));
  check_area_defect("\"seat_lon\":109.405,\"seat_lat\":29.51", "\"x\":1", DEFECTS(":4:1: feature 3: has no place"));
  check_area_defect("{\"type\":\"Point\",\"coordinates\":[109.41,29.51]}",
                    "{\"type\":\"LineString\",\"coordinates\":[]}",
                    DEFECTS(":3:1: feature 2: geometry: expected a Polygon, MultiPolygon or Point, found LineString"));
}

static void test_other_system(void) {
  check_area_defect(
      "\"features\":[",
      "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4547\"}},\"features\":[",
      DEFECTS(":1:1: the file is in \"urn:ogc:def:crs:EPSG::4547\"; name that system"));
}

static void test_json_defects(void) {
  check_defects("areas.geojson", "{\"type\":\n \"FeatureCollection\",\n \"features\":[}", DEFECTS(":3:"));
  check_defects("areas.geojson", "[]", DEFECTS(":1:1: expected a GeoJSON FeatureCollection, found an array"));
  char *folder = test_folder_new();
  g_autofree char *path = write_sheet(folder, "a.geojson", "{\"type\":\"FeatureCollection\",\"features\":[7]}", NULL);
  g_autofree char *defects = NULL;
  g_assert_null(muster_county_import(&(MusterCountyImport){.areas_geojson = path}, &defects, NULL));
  g_autofree char *expected = g_strdup_printf(
      "%s:1:1: expected one feature of the level county, found 0\n"
      "%s:1:1: feature 1: expected a Feature with properties, found a whole number\n",
      path, path);
  g_assert_cmpstr(defects, ==, expected);
  test_folder_remove(folder);
}

/* Any bytes in any sheet end in defects or a county, never in a crash; the seed is printed. */
static void test_random_bytes(void) {
  sheets all = write_all(NULL);
  MusterCountyImport input = input_of(&all);
  char *paths[] = {all.areas, all.volunteers, all.teams, all.posts, all.stations, all.shifts, all.equipment};
  static const char common[] = ",\"\n\r\t;[]{}:0123456789eE.-+\\u";
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (int i = 0; i < 700; i++) {
    const char *path = paths[i % (int)G_N_ELEMENTS(paths)];
    g_autofree char *bytes = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_autofree char *changed = g_memdup2(bytes, size);
    for (uint32_t k = 1 + mi_random_below(&random, 5); k > 0; k--)
      changed[mi_random_below(&random, (uint32_t)size)] =
          (char)(k % 2 ? common[mi_random_below(&random, sizeof common - 1)] : (char)mi_random_below(&random, 256));
    gsize kept = i % 4 ? size : mi_random_below(&random, (uint32_t)size);
    g_assert_true(g_file_set_contents_full(path, changed, (gssize)kept, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_autofree char *defects = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterCounty) county = muster_county_import(&input, &defects, &error);
    g_assert_true((county != NULL) == (error == NULL));
    if (county) g_assert_null(defects);
    if (defects) g_assert_true(g_utf8_validate(defects, -1, NULL));
    g_assert_true(g_file_set_contents_full(path, bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
  remove_all(&all);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/import/utf8", test_utf8);
  g_test_add_func("/import/encodings", test_encodings);
  g_test_add_func("/import/file", test_file);
  g_test_add_func("/import/implied-teams", test_implied_teams);
  g_test_add_func("/import/implied-teams-of-refused-rows", test_implied_teams_of_refused_rows);
  g_test_add_func("/import/datum", test_datum);
  g_test_add_func("/import/crs", test_crs);
  g_test_add_func("/import/header-defects", test_header_defects);
  g_test_add_func("/import/number-defects", test_number_defects);
  g_test_add_func("/import/private-numbers", test_private_numbers);
  g_test_add_func("/import/position-defects", test_position_defects);
  g_test_add_func("/import/quote-defects", test_quote_defects);
  g_test_add_func("/import/reference-defects", test_reference_defects);
  g_test_add_func("/import/encoding-defects", test_encoding_defects);
  g_test_add_func("/import/missing-file", test_missing_file);
  g_test_add_func("/import/area-defects", test_area_defects);
  g_test_add_func("/import/other-system", test_other_system);
  g_test_add_func("/import/json-defects", test_json_defects);
  g_test_add_func("/import/random-bytes", test_random_bytes);
  return g_test_run();
}
