/* The table of hazards: which one an info block means. Its format is told in hazards.ini and docs/cap.md. */
#include "cap/cap.h"

#include <string.h>

const char *muster_cap_hazards(size_t *bytes) {
  *bytes = mi_cap_default_ini_bytes;
  return (const char *)mi_cap_default_ini;
}

/* The names that a policy's modes can have. */
static bool check_names(GKeyFile *table, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(table, NULL);
  for (char **group = groups; *group; group++) {
    size_t bytes = strlen(*group);
    if (bytes >= 1 && bytes <= 32 && strspn(*group, "abcdefghijklmnopqrstuvwxyz0123456789_") == bytes) continue;
    g_set_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_TABLE,
                "table of hazards: [%s]: expected a hazard of 1 to 32 small letters, digits and _", *group);
    return false;
  }
  return true;
}

GKeyFile *mi_cap_table(const char *text, GError **error) {
  g_autoptr(GKeyFile) table = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  size_t bytes = mi_cap_default_ini_bytes;
  const char *data = text ? text : (const char *)mi_cap_default_ini;
  if (text) bytes = strlen(text);
  if (g_key_file_load_from_data(table, data, bytes, G_KEY_FILE_NONE, &reason))
    return check_names(table, error) ? g_steal_pointer(&table) : NULL;
  g_set_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_TABLE, "table of hazards: not an INI file: %s",
              reason->message);
  return NULL;
}

static bool holds(const GPtrArray *values, const char *value) {
  for (guint i = 0; i < values->len; i++)
    if (g_ascii_strcasecmp(values->pdata[i], value) == 0) return true;
  return false;
}

/* How well the group fits: 3 by code, 2 by word, 1 by category, 0 not. */
static int fit(GKeyFile *table, const char *group, const mi_cap_info *info) {
  static const char *const keys[] = {"categories", "words", "codes"};
  g_autofree char *event = g_utf8_casefold(info->event, -1);
  for (int rank = 3; rank > 0; rank--) {
    g_auto(GStrv) values = g_key_file_get_string_list(table, group, keys[rank - 1], NULL, NULL);
    for (char **value = values; value && *value; value++) {
      g_autofree char *word = g_utf8_casefold(*value, -1);
      if (rank == 3   ? holds(info->codes, *value)
          : rank == 2 ? strstr(event, word) != NULL
                      : holds(info->categories, *value))
        return rank;
    }
  }
  return 0;
}

static char *find_hazard(GKeyFile *table, const mi_cap_info *info) {
  g_auto(GStrv) groups = g_key_file_get_groups(table, NULL);
  const char *best = NULL;
  int best_rank = 0;
  for (char **group = groups; *group; group++) {
    int rank = strcmp(*group, "levels") == 0 ? 0 : fit(table, *group, info);
    if (rank > best_rank) best = *group, best_rank = rank;
  }
  return g_strdup(best);
}

bool mi_cap_judge(GKeyFile *table, const mi_cap_info *info, char **hazard, uint8_t *level, bool *closes,
                  GError **error) {
  const char *severity = mi_cap_severities[info->severity];
  g_autofree char *value = g_key_file_get_string(table, "levels", severity, NULL);
  guint64 number;
  if (!value || !g_ascii_string_to_unsigned(value, 10, 0, 9, &number, NULL)) {
    g_set_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_TABLE,
                "table of hazards: [levels] %s: expected a level from 0 to 9, found %s", severity,
                value ? value : "nothing");
    return false;
  }
  *level = (uint8_t)number;
  *closes = false;
  *hazard = find_hazard(table, info);
  g_autofree char *from = *hazard ? g_key_file_get_string(table, *hazard, "closes_roads_from", NULL) : NULL;
  if (!from) return true;
  int least = 0;
  while (mi_cap_severities[least] && strcmp(mi_cap_severities[least], from) != 0) least++;
  *closes = (int)info->severity <= least && info->severity != MI_CAP_UNKNOWN;
  if (mi_cap_severities[least]) return true;
  g_set_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_TABLE,
              "table of hazards: [%s] closes_roads_from: expected a severity of CAP, found \"%s\"", *hazard, from);
  g_clear_pointer(hazard, g_free);
  return false;
}
