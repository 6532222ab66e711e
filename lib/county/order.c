/* Canonical order: the same rows in any order of arrival come out the same, or are refused as duplicates. */
#include <stddef.h>
#include <string.h>

#include "county/names.h"
#include "county/seal.h"

/* The outside id leads in every row that has one, so one comparison serves all of them. */
G_STATIC_ASSERT(offsetof(mi_area_row, area) == 0 && offsetof(MusterArea, code) == 0);
G_STATIC_ASSERT(offsetof(MusterTeam, id) == 0);
G_STATIC_ASSERT(offsetof(MusterVolunteer, id) == 0);
G_STATIC_ASSERT(offsetof(MusterPost, id) == 0);

static int compare_int64(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int compare_ids(const void *a, const void *b) { return compare_int64(*(const int64_t *)a, *(const int64_t *)b); }

static int compare_areas(const void *a, const void *b) {
  const mi_area_row *x = a, *y = b;
  return x->area.level != y->area.level ? (x->area.level < y->area.level ? -1 : 1)
                                        : compare_int64(x->area.code, y->area.code);
}

static int compare_post_areas(const void *a, const void *b) {
  const mi_post_area *x = a, *y = b;
  int by_post = compare_int64(x->post, y->post);
  return by_post ? by_post : compare_int64(x->community_code, y->community_code);
}

static int compare_shifts(const void *a, const void *b) {
  const MusterShift *x = a, *y = b;
  int order = compare_int64(x->post, y->post);
  if (!order) order = compare_int64(x->volunteer, y->volunteer);
  if (!order) order = compare_int64(x->weekdays, y->weekdays);
  if (!order) order = compare_int64(x->start_min, y->start_min);
  return order ? order : compare_int64(x->end_min, y->end_min);
}

static int compare_equipment(const void *a, const void *b) {
  const MusterEquipment *x = a, *y = b;
  int by_holder = compare_int64(x->holder, y->holder);
  return by_holder ? by_holder : strcmp(x->kind, y->kind);
}

/* Sorts the rows unless they ascend already; returns the first row that equals its successor, or NULL. */
static const void *sort_rows(GArray *rows, GCompareFunc compare) {
  size_t size = g_array_get_element_size(rows);
  const char *data = rows->data;
  bool sorted = true;
  for (size_t i = 1; sorted && i < rows->len; i++) sorted = compare(data + (i - 1) * size, data + i * size) <= 0;
  if (!sorted) g_array_sort(rows, compare);
  data = rows->data;
  for (size_t i = 1; i < rows->len; i++)
    if (compare(data + (i - 1) * size, data + i * size) == 0) return data + (i - 1) * size;
  return NULL;
}

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool refuse(GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_DUPLICATE, text);
  return false;
}

static bool refuse_areas(const MusterArea *a, const MusterArea *b, GError **error) {
  return refuse(error, "code %" G_GINT64_FORMAT " stands twice: %s \"%s\" and %s \"%s\"", a->code,
                muster_area_level_name(a->level), a->name, muster_area_level_name(b->level), b->name);
}

static int compare_codes(const void *a, const void *b) {
  return compare_int64((*(const MusterArea *const *)a)->code, (*(const MusterArea *const *)b)->code);
}

/* A code names one area, whatever its level. */
static bool order_areas(GArray *rows, GError **error) {
  const mi_area_row *twin = sort_rows(rows, compare_areas);
  if (twin) return refuse_areas(&twin[0].area, &twin[1].area, error);
  g_autofree const MusterArea **by_code = g_new(const MusterArea *, rows->len + 1);
  for (size_t i = 0; i < rows->len; i++) by_code[i] = &g_array_index(rows, mi_area_row, i).area;
  qsort(by_code, rows->len, sizeof *by_code, compare_codes);
  for (size_t i = 1; i < rows->len; i++)
    if (by_code[i - 1]->code == by_code[i]->code) {
      bool upper_first = by_code[i - 1]->level < by_code[i]->level;
      return refuse_areas(by_code[i - upper_first], by_code[i - !upper_first], error);
    }
  return true;
}

static bool order_people(MusterCountyBuilder *builder, GError **error) {
  const MusterTeam *team = sort_rows(builder->teams, compare_ids);
  if (team)
    return refuse(error, "team %" G_GINT64_FORMAT " stands twice: \"%s\" and \"%s\"", team->id, team[0].name,
                  team[1].name);
  const MusterVolunteer *person = sort_rows(builder->volunteers, compare_ids);
  if (person)
    return refuse(error,
                  "volunteer %" G_GINT64_FORMAT " stands twice: in team %" G_GINT64_FORMAT
                  " with contact \"%s\" and "
                  "in team %" G_GINT64_FORMAT " with contact \"%s\"",
                  person->id, person[0].team, person[0].contact ? person[0].contact : "", person[1].team,
                  person[1].contact ? person[1].contact : "");
  return true;
}

/* Posts and stations share one number space. */
static bool order_places(MusterCountyBuilder *builder, GError **error) {
  const MusterPost *post = sort_rows(builder->posts, compare_ids);
  const MusterStation *station = sort_rows(builder->stations, compare_ids);
  const MusterPost *twin = post ? post : station;
  const char *what = post ? "post" : "station";
  if (twin)
    return refuse(error, "%s %" G_GINT64_FORMAT " stands twice: \"%s\" and \"%s\"", what, twin->id, twin[0].name,
                  twin[1].name);
  for (size_t i = 0, j = 0; i < builder->posts->len && j < builder->stations->len;) {
    const MusterPost *a = &g_array_index(builder->posts, MusterPost, i);
    const MusterStation *b = &g_array_index(builder->stations, MusterStation, j);
    if (a->id == b->id)
      return refuse(error, "id %" G_GINT64_FORMAT " stands twice: post \"%s\" and station \"%s\"", a->id, a->name,
                    b->name);
    if (a->id < b->id)
      i++;
    else
      j++;
  }
  return true;
}

static bool order_things(MusterCountyBuilder *builder, GError **error) {
  const mi_post_area *served = sort_rows(builder->post_areas, compare_post_areas);
  if (served)
    return refuse(error, "post %" G_GINT64_FORMAT " is said twice to serve community %" G_GINT64_FORMAT, served->post,
                  served->community_code);
  const MusterShift *shift = sort_rows(builder->shifts, compare_shifts);
  if (shift)
    return refuse(error,
                  "one and the same shift of volunteer %" G_GINT64_FORMAT " at post %" G_GINT64_FORMAT " stands twice",
                  shift->volunteer, shift->post);
  const MusterEquipment *thing = sort_rows(builder->equipment, compare_equipment);
  if (thing)
    return refuse(error, "equipment \"%s\" of holder %" G_GINT64_FORMAT " stands twice: %u and %u pieces", thing->kind,
                  thing->holder, thing[0].count, thing[1].count);
  return true;
}

bool mi_seal_order_rows(MusterCountyBuilder *builder, GError **error) {
  return order_areas(builder->areas, error) && order_people(builder, error) && order_places(builder, error) &&
         order_things(builder, error);
}

void mi_seal_order_skills(MusterCountyBuilder *builder) {
  uint64_t moved[MI_SKILL_LIMIT] = {0};
  const char *names[MI_SKILL_LIMIT];
  for (unsigned old = 0; old < builder->skill_count; old++) {
    unsigned place = 0;
    for (unsigned other = 0; other < builder->skill_count; other++)
      place += strcmp(builder->skills[other], builder->skills[old]) < 0;
    names[place] = builder->skills[old];
    moved[old] = UINT64_C(1) << place;
  }
  memcpy(builder->skills, names, builder->skill_count * sizeof *names);
  for (size_t i = 0; i < builder->volunteers->len; i++) {
    MusterVolunteer *volunteer = &g_array_index(builder->volunteers, MusterVolunteer, i);
    uint64_t skills = 0;
    for (uint64_t rest = volunteer->skills; rest; rest &= rest - 1) skills |= moved[__builtin_ctzll(rest)];
    volunteer->skills = skills;
  }
}
