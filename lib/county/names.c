/* Texts of a county's enumerations; see names.h. */
#include "county/names.h"

#include "base/words.h"

static const char *const level_names[] = {"county", "township", "community", "grid", NULL};
static const char *const kind_names[] = {"village", "urban", NULL};
static const char *const role_names[] = {"captain", "deputy", "backbone", "member", NULL};
static const char *const branch_names[] = {"none", "secretary", "deputy_secretary", "committee", NULL};

const char *muster_area_level_name(MusterAreaLevel level) { return mi_word_at(level_names, level); }
const char *muster_community_kind_name(MusterCommunityKind kind) { return mi_word_at(kind_names, kind); }
const char *muster_role_name(MusterRole role) { return mi_word_at(role_names, role); }
const char *muster_branch_role_name(MusterBranchRole role) { return mi_word_at(branch_names, role); }

bool muster_area_level_from_name(const char *name, MusterAreaLevel *out) {
  int value = mi_word_find(level_names, name);
  if (value >= 0) *out = (MusterAreaLevel)value;
  return value >= 0;
}

bool muster_community_kind_from_name(const char *name, MusterCommunityKind *out) {
  int value = mi_word_find(kind_names, name);
  if (value >= 0) *out = (MusterCommunityKind)value;
  return value >= 0;
}

bool muster_role_from_name(const char *name, MusterRole *out) {
  int value = mi_word_find(role_names, name);
  if (value >= 0) *out = (MusterRole)value;
  return value >= 0;
}

bool muster_branch_role_from_name(const char *name, MusterBranchRole *out) {
  int value = mi_word_find(branch_names, name);
  if (value >= 0) *out = (MusterBranchRole)value;
  return value >= 0;
}

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

char *mi_weekdays_format(unsigned weekdays) { return mi_words_format(day_names, weekdays); }

bool mi_weekdays_parse(const char *text, uint8_t *weekdays, char **wrong) {
  return mi_words_parse(day_names, text, weekdays, wrong);
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
