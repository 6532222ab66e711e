/* muster_county_check: runs the checks in a fixed order and keeps their sentences. */
#include "county/check.h"

struct MusterDefects {
  GArray *list;     /* of MusterDefect */
  GPtrArray *notes; /* of char * */
};

static const char *const kind_names[MUSTER_DEFECT_KIND_COUNT] = {
    [MUSTER_DEFECT_GEOMETRY] = "geometry",
    [MUSTER_DEFECT_OVERLAP] = "overlap",
    [MUSTER_DEFECT_GAP] = "gap",
    [MUSTER_DEFECT_ORPHAN] = "orphan",
    [MUSTER_DEFECT_NO_CAPTAIN] = "no-captain",
    [MUSTER_DEFECT_NO_DUTY_TEAM] = "no-duty-team",
    [MUSTER_DEFECT_UNREACHABLE] = "unreachable",
    [MUSTER_DEFECT_OFF_ROAD] = "off-road",
    [MUSTER_DEFECT_DATUM] = "datum",
    [MUSTER_DEFECT_VALUE] = "value",
    [MUSTER_DEFECT_OUTSIDE] = "outside",
    [MUSTER_DEFECT_CODE] = "code",
};

const char *muster_defect_kind_name(MusterDefectKind kind) {
  g_return_val_if_fail((unsigned)kind < MUSTER_DEFECT_KIND_COUNT, NULL);
  return kind_names[kind];
}

static void clear_defect(void *defect) { g_free(((MusterDefect *)defect)->text); }

static MusterDefects *new_defects(void) {
  MusterDefects *defects = g_new(MusterDefects, 1);
  defects->list = g_array_new(FALSE, FALSE, sizeof(MusterDefect));
  g_array_set_clear_func(defects->list, clear_defect);
  defects->notes = g_ptr_array_new_with_free_func(g_free);
  return defects;
}

void muster_defects_free(MusterDefects *defects) {
  if (!defects) return;
  g_array_unref(defects->list);
  g_ptr_array_unref(defects->notes);
  g_free(defects);
}

const MusterDefect *muster_defects_list(const MusterDefects *defects, size_t *count) {
  if (count) *count = defects->list->len;
  return (const MusterDefect *)(const void *)defects->list->data;
}

const char *const *muster_defects_notes(const MusterDefects *defects, size_t *count) {
  if (count) *count = defects->notes->len;
  return (const char *const *)defects->notes->pdata;
}

void mi_check_add(mi_check *check, MusterDefectKind kind, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  MusterDefect defect = {kind, g_strdup_vprintf(format, arguments)};
  va_end(arguments);
  g_array_append_val(check->defects->list, defect);
}

void mi_check_note(mi_check *check, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(check->defects->notes, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

char *mi_check_area_name(const mi_check *check, MusterAreaId id) {
  const MusterArea *area = &check->areas[id];
  const char *level = muster_area_level_name((MusterAreaLevel)area->level);
  return area->name && *area->name ? g_strdup_printf("%s %" G_GINT64_FORMAT " (%s)", level, area->code, area->name)
                                   : g_strdup_printf("%s %" G_GINT64_FORMAT, level, area->code);
}

MusterDefects *muster_county_check(const MusterCounty *county) {
  mi_check check = {.county = county, .defects = new_defects()};
  check.areas = muster_county_areas(county, &check.area_count);
  mi_check_ground(&check);
  mi_check_orphans(&check);
  mi_check_command(&check);
  mi_check_values(&check);
  mi_check_roads(&check);
  return check.defects;
}
