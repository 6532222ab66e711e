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

char *mi_modes_format(unsigned modes) {
  GString *text = g_string_new(NULL);
  for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (modes & MUSTER_MODE_BIT(mode))
      g_string_append_printf(text, "%s%s", text->len ? "," : "", muster_mode_name((MusterMode)mode));
  return g_string_free(text, FALSE);
}

bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong) {
  g_auto(GStrv) words = g_strsplit_set(text, ",;", -1);
  unsigned set = 0;
  for (char **word = words; *word; word++) {
    MusterMode mode;
    g_strstrip(*word);
    if (!**word) continue;
    if (!muster_mode_from_name(*word, &mode, NULL)) {
      *wrong = g_strdup(*word);
      return false;
    }
    set |= MUSTER_MODE_BIT(mode);
  }
  *modes = (uint8_t)set;
  return true;
}
