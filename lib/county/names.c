/* Texts of a county's enumerations; see names.h. */
#include "county/names.h"

#include <string.h>

static const char *const level_names[] = {"county", "township", "community", "grid", NULL};
static const char *const kind_names[] = {"village", "urban", NULL};
static const char *const role_names[] = {"captain", "deputy", "backbone", "member", NULL};
static const char *const branch_names[] = {"none", "secretary", "deputy_secretary", "committee", NULL};

static const char *name_at(const char *const *names, unsigned value) {
  for (unsigned i = 0; names[i]; i++)
    if (i == value) return names[i];
  return NULL;
}

static int find_name(const char *const *names, const char *text) {
  for (int i = 0; names[i]; i++)
    if (strcmp(names[i], text) == 0) return i;
  return -1;
}

const char *muster_area_level_name(MusterAreaLevel level) { return name_at(level_names, level); }
const char *muster_community_kind_name(MusterCommunityKind kind) { return name_at(kind_names, kind); }
const char *muster_role_name(MusterRole role) { return name_at(role_names, role); }
const char *muster_branch_role_name(MusterBranchRole role) { return name_at(branch_names, role); }

bool muster_area_level_from_name(const char *name, MusterAreaLevel *out) {
  int value = find_name(level_names, name);
  if (value >= 0) *out = (MusterAreaLevel)value;
  return value >= 0;
}

bool muster_community_kind_from_name(const char *name, MusterCommunityKind *out) {
  int value = find_name(kind_names, name);
  if (value >= 0) *out = (MusterCommunityKind)value;
  return value >= 0;
}

bool muster_role_from_name(const char *name, MusterRole *out) {
  int value = find_name(role_names, name);
  if (value >= 0) *out = (MusterRole)value;
  return value >= 0;
}

bool muster_branch_role_from_name(const char *name, MusterBranchRole *out) {
  int value = find_name(branch_names, name);
  if (value >= 0) *out = (MusterBranchRole)value;
  return value >= 0;
}

static char *format_set(const char *const *names, unsigned set) {
  GString *text = g_string_new(NULL);
  for (unsigned bit = 0; names[bit]; bit++)
    if (set & 1u << bit) g_string_append_printf(text, "%s%s", text->len ? "," : "", names[bit]);
  return g_string_free(text, FALSE);
}

static bool parse_set(const char *const *names, const char *text, uint8_t *set, char **wrong) {
  g_auto(GStrv) words = g_strsplit_set(text, ",;", -1);
  unsigned found = 0;
  for (char **word = words; *word; word++) {
    g_strstrip(*word);
    if (!**word) continue;
    int bit = find_name(names, *word);
    if (bit < 0) {
      *wrong = g_strdup(*word);
      return false;
    }
    found |= 1u << bit;
  }
  *set = (uint8_t)found;
  return true;
}

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static void list_modes(const char *names[MUSTER_MODE_COUNT + 1]) {
  for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++) names[mode] = muster_mode_name((MusterMode)mode);
  names[MUSTER_MODE_COUNT] = NULL;
}

char *mi_modes_format(unsigned modes) {
  const char *names[MUSTER_MODE_COUNT + 1];
  list_modes(names);
  return format_set(names, modes);
}

bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong) {
  const char *names[MUSTER_MODE_COUNT + 1];
  list_modes(names);
  return parse_set(names, text, modes, wrong);
}

char *mi_weekdays_format(unsigned weekdays) { return format_set(day_names, weekdays); }

bool mi_weekdays_parse(const char *text, uint8_t *weekdays, char **wrong) {
  return parse_set(day_names, text, weekdays, wrong);
}

void mi_clock_format(uint16_t minutes, char out[MI_CLOCK_BYTES]) {
  g_snprintf(out, MI_CLOCK_BYTES, "%02u:%02u", minutes / 60u % 100u, minutes % 60u);
}

bool mi_clock_parse(const char *text, uint16_t *minutes) {
  unsigned hours = 0, rest = 0;
  size_t at = 0;
  for (; at < 2 && g_ascii_isdigit(text[at]); at++) hours = hours * 10 + (unsigned)(text[at] - '0');
  if (at == 0 || text[at] != ':' || !g_ascii_isdigit(text[at + 1]) || !g_ascii_isdigit(text[at + 2]) || text[at + 3])
    return false;
  rest = (unsigned)(text[at + 1] - '0') * 10 + (unsigned)(text[at + 2] - '0');
  if (rest > 59 || hours * 60 + rest > 1440) return false;
  *minutes = (uint16_t)(hours * 60 + rest);
  return true;
}
