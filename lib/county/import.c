/* The import of a county's own sheets: all or nothing, every defect of every sheet listed.
 *
 * Sheets are read in the order in which they refer to one another: areas, teams, volunteers, posts, stations, shifts,
 * equipment, roads.
 */
#include "county/import.h"

#include <string.h>

typedef struct found_defect {
  mi_sheet_kind sheet;
  size_t line, column;
  char *text;
} found_defect;

void mi_import_defect(mi_import *import, mi_sheet_kind sheet, size_t line, size_t column, const char *format, ...) {
  found_defect defect = {sheet, line, column, NULL};
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  /* What is quoted may have been cut inside a character. */
  defect.text = g_utf8_make_valid(text, -1);
  /* One defect, one line, whatever a cell held. */
  g_strdelimit(defect.text, "\r\n\t", ' ');
  g_array_append_val(import->defects, defect);
}

bool mi_import_note(GHashTable *known, int64_t id, mi_known place, const mi_known **first) {
  *first = g_hash_table_lookup(known, &id);
  if (*first) return false;
  g_hash_table_insert(known, g_memdup2(&id, sizeof id), g_memdup2(&place, sizeof place));
  return true;
}

const mi_known *mi_import_find(GHashTable *known, int64_t id) { return g_hash_table_lookup(known, &id); }

uint32_t mi_import_note_row(mi_import *import, char *key, uint32_t line) {
  uint32_t first = GPOINTER_TO_UINT(g_hash_table_lookup(import->rows, key));
  if (first)
    g_free(key);
  else
    g_hash_table_insert(import->rows, key, GUINT_TO_POINTER(line));
  return first;
}

/* ---- the list of defects ---- */

static int compare_defects(gconstpointer a, gconstpointer b) {
  const found_defect *x = a, *y = b;
  if (x->sheet != y->sheet) return x->sheet < y->sheet ? -1 : 1;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  if (x->column != y->column) return x->column < y->column ? -1 : 1;
  return strcmp(x->text, y->text);
}

static char *list_defects(mi_import *import) {
  g_array_sort(import->defects, compare_defects);
  g_autoptr(GString) list = g_string_new(NULL);
  for (guint i = 0; i < import->defects->len; i++) {
    const found_defect *defect = &g_array_index(import->defects, found_defect, i);
    if (defect->line)
      g_string_append_printf(list, "%s:%zu:%zu: ", import->paths[defect->sheet], defect->line, defect->column);
    g_string_append_printf(list, "%s\n", defect->text);
  }
  return g_strdup(list->str);
}

static void set_error(const mi_import *import, const char *list, GError **error) {
  guint sheets = 0;
  for (guint i = 0; i < import->defects->len; i++)
    sheets += i == 0 || g_array_index(import->defects, found_defect, i).sheet !=
                            g_array_index(import->defects, found_defect, i - 1).sheet;
  guint count = import->defects->len;
  g_set_error(error, MUSTER_COUNTY_ERROR, import->unopened ? MUSTER_COUNTY_ERROR_OPEN : MUSTER_COUNTY_ERROR_INPUT,
              "%u defect%s in %u file%s; first: %.*s", count, count == 1 ? "" : "s", sheets, sheets == 1 ? "" : "s",
              (int)strcspn(list, "\n"), list);
}

/* ---- from beginning to end ---- */

static bool check_encoding(const char *encoding, GError **error) {
  if (!encoding) return true;
  GIConv converter = g_iconv_open("UTF-8", encoding);
  if (converter != (GIConv)-1) {
    g_iconv_close(converter);
    return true;
  }
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION,
              "unknown encoding \"%.40s\"; expected utf-8, gb18030 or another name that iconv knows", encoding);
  return false;
}

static bool check_options(const MusterCountyImport *input, GError **error) {
  if (input->areas_geojson && (!input->crs || input->datum == MUSTER_DATUM_WGS84))
    return check_encoding(input->encoding, error);
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION, "%s",
              input->areas_geojson ? "positions are either in a datum or in a coordinate reference system, not both"
                                   : "the file of areas is not given");
  return false;
}

static void begin(mi_import *import, const MusterCountyImport *input) {
  const char *paths[MI_SHEET_COUNT] = {
      [MI_SHEET_AREAS] = input->areas_geojson,       [MI_SHEET_TEAMS] = input->teams_csv,
      [MI_SHEET_VOLUNTEERS] = input->volunteers_csv, [MI_SHEET_POSTS] = input->posts_csv,
      [MI_SHEET_STATIONS] = input->stations_csv,     [MI_SHEET_SHIFTS] = input->shifts_csv,
      [MI_SHEET_EQUIPMENT] = input->equipment_csv,   [MI_SHEET_ROADS] = input->roads_osm};
  import->input = input;
  memcpy(import->paths, paths, sizeof paths);
  import->builder = muster_county_builder_new();
  import->defects = g_array_new(FALSE, FALSE, sizeof(found_defect));
  GHashTable **tables[] = {&import->areas, &import->teams, &import->volunteers, &import->holders};
  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
    *tables[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  import->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  mi_import_begin_areas(import);
}

static void end(mi_import *import) {
  for (guint i = 0; i < import->defects->len; i++) g_free(g_array_index(import->defects, found_defect, i).text);
  g_array_unref(import->defects);
  g_hash_table_unref(import->rows);
  g_hash_table_unref(import->areas);
  g_hash_table_unref(import->teams);
  g_hash_table_unref(import->volunteers);
  g_hash_table_unref(import->holders);
  mi_import_end_areas(import);
  muster_county_builder_free(import->builder);
  muster_projection_free(import->projection);
}

static void read_roads(mi_import *import) {
  if (!import->paths[MI_SHEET_ROADS]) return;
  g_autoptr(GError) error = NULL;
  MusterRoads *roads = muster_roads_read_osm(import->paths[MI_SHEET_ROADS], NULL, NULL, &error);
  if (roads)
    muster_county_builder_take_roads(import->builder, roads);
  else
    mi_import_defect(import, MI_SHEET_ROADS, 0, 0, "%s", error->message);
}

static void read_sheets(mi_import *import) {
  mi_import_areas(import);
  mi_import_teams(import);
  mi_import_volunteers(import);
  mi_import_check_duty_teams(import);
  mi_import_posts(import);
  mi_import_stations(import);
  mi_import_shifts(import);
  mi_import_equipment(import);
  read_roads(import);
}

static void write_note(mi_import *import) {
  g_autoptr(GString) note = g_string_new("Imported from");
  for (int i = 0; i < MI_SHEET_COUNT; i++) {
    if (!import->paths[i]) continue;
    g_autofree char *name = g_path_get_basename(import->paths[i]);
    g_autofree char *shown = g_utf8_make_valid(name, -1);
    g_string_append_printf(note, "%s %s", i ? "," : "", shown);
  }
  if (import->paths[MI_SHEET_ROADS]) g_string_append(note, ". Roads © OpenStreetMap contributors, ODbL 1.0");
  muster_county_builder_set_note(import->builder, note->str);
}

static MusterCounty *finish(mi_import *import, char **defects, GError **error) {
  if (import->defects->len == 0) {
    write_note(import);
    return muster_county_builder_seal(import->builder, error);
  }
  g_autofree char *list = list_defects(import);
  set_error(import, list, error);
  if (defects) *defects = g_steal_pointer(&list);
  return NULL;
}

MusterCounty *muster_county_import(const MusterCountyImport *sheets, char **defects, GError **error) {
  if (defects) *defects = NULL;
  if (!check_options(sheets, error)) return NULL;
  mi_import import = {0};
  if (sheets->crs && !(import.projection = muster_projection_new(sheets->crs, error))) return NULL;
  begin(&import, sheets);
  read_sheets(&import);
  MusterCounty *county = finish(&import, defects, error);
  end(&import);
  return county;
}
