/* The sheets of posts, stations, shifts and equipment. Posts and stations share one number space: equipment names its
 * holder by that number. */
#include "county/import_sheet.h"
#include "county/names.h"

static const mi_word day_words[] = {{"mon|monday|周一|星期一|一|1", 1 << 0},
                                    {"tue|tuesday|周二|星期二|二|2", 1 << 1},
                                    {"wed|wednesday|周三|星期三|三|3", 1 << 2},
                                    {"thu|thursday|周四|星期四|四|4", 1 << 3},
                                    {"fri|friday|周五|星期五|五|5", 1 << 4},
                                    {"sat|saturday|周六|星期六|六|6", 1 << 5},
                                    {"sun|sunday|周日|星期日|周天|星期天|日|7", 1 << 6},
                                    {"weekdays|工作日", 31},
                                    {"weekend|周末", 96},
                                    {"daily|every day|每天|每日", 127},
                                    {0}};

/* ---- posts and stations ---- */

enum { PLACE_ID, PLACE_NAME, PLACE_COMMUNITY, PLACE_LON, PLACE_LAT, PLACE_SERVES };
#define PLACE_COLUMNS(kind)                                                                                        \
  {"id|编号|" kind "编号", true}, {"name|名称|" kind "名称", true}, {"community|社区|村|社区代码|所属社区", true}, \
      {"lon|longitude|lng|x|经度|东坐标", true}, {                                                                 \
    "lat|latitude|y|纬度|北坐标", true                                                                             \
  }
static const mi_column post_columns[] = {PLACE_COLUMNS("岗"), {"serves|服务社区", false}, {0}};
static const mi_column station_columns[] = {PLACE_COLUMNS("站"), {0}};

static bool check_community(mi_sheet *sheet, int column, int64_t code) {
  mi_import *import = sheet->import;
  const mi_known *area = mi_import_find(import->areas, code);
  bool may_be = area && (area->detail == MUSTER_AREA_COMMUNITY || area->detail == MUSTER_AREA_LEVEL_COUNT);
  if (may_be || import->broken[MI_SHEET_AREAS]) return true;
  mi_sheet_refuse(
      sheet, column,
      area ? "%" G_GINT64_FORMAT " is not a community" : "there is no community with the code %" G_GINT64_FORMAT, code);
  return false;
}

static MusterPost read_place(mi_sheet *sheet) {
  MusterPost place = {.id = mi_sheet_new_id(sheet, PLACE_ID, sheet->import->holders, sheet->kind),
                      .community_code = mi_sheet_int(sheet, PLACE_COMMUNITY, 1, INT64_MAX, 0),
                      .name = mi_sheet_text(sheet, PLACE_NAME)};
  if (place.community_code) check_community(sheet, PLACE_COMMUNITY, place.community_code);
  mi_sheet_position(sheet, PLACE_LON, PLACE_LAT, &place.position);
  return place;
}

/* Each community once, the post's own first. */
static void read_served(mi_sheet *sheet, const MusterPost *post) {
  g_autoptr(GArray) codes = g_array_new(FALSE, FALSE, sizeof(int64_t));
  g_array_append_val(codes, post->community_code);
  g_auto(GStrv) parts = mi_sheet_parts(sheet, PLACE_SERVES);
  for (size_t i = 0; parts[i]; i++) {
    int64_t code;
    if (!mi_sheet_parse_int(sheet, PLACE_SERVES, parts[i], 1, INT64_MAX, &code)) continue;
    if (!check_community(sheet, PLACE_SERVES, code)) continue;
    bool there = false;
    for (guint k = 0; k < codes->len; k++) there |= g_array_index(codes, int64_t, k) == code;
    if (!there) g_array_append_val(codes, code);
  }
  for (guint i = 0; i < codes->len && sheet->good; i++)
    muster_county_builder_add_post_area(sheet->import->builder, post->id, g_array_index(codes, int64_t, i));
}

void mi_import_posts(mi_import *import) {
  if (!import->paths[MI_SHEET_POSTS]) return;
  mi_sheet sheet;
  if (mi_sheet_open(import, MI_SHEET_POSTS, post_columns, &sheet))
    while (mi_sheet_next(&sheet)) {
      MusterPost post = read_place(&sheet);
      read_served(&sheet, &post);
      if (sheet.good) muster_county_builder_add_post(import->builder, &post);
    }
  mi_sheet_close(&sheet);
}

void mi_import_stations(mi_import *import) {
  if (!import->paths[MI_SHEET_STATIONS]) return;
  mi_sheet sheet;
  if (mi_sheet_open(import, MI_SHEET_STATIONS, station_columns, &sheet))
    while (mi_sheet_next(&sheet)) {
      MusterStation station = read_place(&sheet);
      if (sheet.good) muster_county_builder_add_station(import->builder, &station);
    }
  mi_sheet_close(&sheet);
}

/* ---- shifts ---- */

enum { SHIFT_POST, SHIFT_VOLUNTEER, SHIFT_DAYS, SHIFT_START, SHIFT_END };
static const mi_column shift_columns[] = {
    {"post|岗|岗编号", true},           {"volunteer|志愿者|志愿者编号|队员编号", true},
    {"days|weekdays|星期|日期", false}, {"start|开始|开始时间", true},
    {"end|结束|结束时间", true},        {0}};

static uint16_t read_clock(mi_sheet *sheet, int column) {
  uint16_t minutes = 0;
  const char *text = mi_sheet_text(sheet, column);
  if (*text && !mi_clock_parse(text, &minutes))
    mi_sheet_refuse(sheet, column, "expected a time of day from 0:00 to 24:00, found \"%.40s\"", text);
  return minutes;
}

static void read_shift(mi_sheet *sheet) {
  mi_import *import = sheet->import;
  MusterShift shift = {.post = mi_sheet_int(sheet, SHIFT_POST, 1, INT64_MAX, 0),
                       .volunteer = mi_sheet_int(sheet, SHIFT_VOLUNTEER, 1, INT64_MAX, 0),
                       .weekdays = (uint8_t)mi_sheet_word_set(sheet, SHIFT_DAYS, day_words, 127),
                       .start_min = read_clock(sheet, SHIFT_START),
                       .end_min = read_clock(sheet, SHIFT_END)};
  const mi_known *post = mi_import_find(import->holders, shift.post);
  if (shift.post && !import->broken[MI_SHEET_POSTS] && (!post || post->detail != MI_SHEET_POSTS))
    mi_sheet_refuse(sheet, SHIFT_POST, "there is no post with the id %" G_GINT64_FORMAT, shift.post);
  if (shift.volunteer && !import->broken[MI_SHEET_VOLUNTEERS] && !mi_import_find(import->volunteers, shift.volunteer))
    mi_sheet_refuse(sheet, SHIFT_VOLUNTEER, "there is no volunteer with the id %" G_GINT64_FORMAT, shift.volunteer);
  uint32_t line =
      mi_import_note_row(import,
                         g_strdup_printf("shift %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u %u", shift.post,
                                         shift.volunteer, shift.weekdays, shift.start_min, shift.end_min),
                         mi_sheet_line(sheet));
  if (line && sheet->good) mi_sheet_refuse(sheet, SHIFT_POST, "the same shift stands already in line %u", line);
  if (sheet->good) muster_county_builder_add_shift(import->builder, &shift);
}

void mi_import_shifts(mi_import *import) {
  if (!import->paths[MI_SHEET_SHIFTS]) return;
  mi_sheet sheet;
  if (mi_sheet_open(import, MI_SHEET_SHIFTS, shift_columns, &sheet))
    while (mi_sheet_next(&sheet)) read_shift(&sheet);
  mi_sheet_close(&sheet);
}

/* ---- equipment ---- */

enum { THING_HOLDER, THING_KIND, THING_COUNT };
static const mi_column thing_columns[] = {
    {"holder|岗站|岗站编号|存放点", true}, {"kind|种类|物品|名称", true}, {"count|数量", true}, {0}};

static void read_thing(mi_sheet *sheet) {
  mi_import *import = sheet->import;
  MusterEquipment thing = {.holder = mi_sheet_int(sheet, THING_HOLDER, 1, INT64_MAX, 0),
                           .kind = mi_sheet_text(sheet, THING_KIND),
                           .count = (uint32_t)mi_sheet_int(sheet, THING_COUNT, 0, INT32_MAX, 0)};
  bool complete = !import->broken[MI_SHEET_POSTS] && !import->broken[MI_SHEET_STATIONS];
  if (thing.holder && complete && !mi_import_find(import->holders, thing.holder))
    mi_sheet_refuse(sheet, THING_HOLDER, "there is no post or station with the id %" G_GINT64_FORMAT, thing.holder);
  uint32_t line = mi_import_note_row(import, g_strdup_printf("thing %" G_GINT64_FORMAT " %s", thing.holder, thing.kind),
                                     mi_sheet_line(sheet));
  if (line && sheet->good)
    mi_sheet_refuse(sheet, THING_KIND, "\"%s\" of this holder stands already in line %u; add the counts", thing.kind,
                    line);
  if (sheet->good) muster_county_builder_add_equipment(import->builder, &thing);
}

void mi_import_equipment(mi_import *import) {
  if (!import->paths[MI_SHEET_EQUIPMENT]) return;
  mi_sheet sheet;
  if (mi_sheet_open(import, MI_SHEET_EQUIPMENT, thing_columns, &sheet))
    while (mi_sheet_next(&sheet)) read_thing(&sheet);
  mi_sheet_close(&sheet);
}
