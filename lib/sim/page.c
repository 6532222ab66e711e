/* Writing markup: text, numbers, times; see report.h. */
#include <math.h>
#include <string.h>

#include "sim/report.h"

void mi_page_text(GString *page, const char *text) {
  g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
  for (const char *c = valid; *c; c++) {
    if (*c == '&')
      g_string_append(page, "&amp;");
    else if (*c == '<')
      g_string_append(page, "&lt;");
    else if (*c == '>')
      g_string_append(page, "&gt;");
    else if (*c == '"')
      g_string_append(page, "&quot;");
    else if (*c == '\'')
      g_string_append(page, "&#39;");
    else
      g_string_append_c(page, (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c);
  }
}

void mi_page_number(GString *page, double value, unsigned decimals) {
  if (!isfinite(value)) {
    g_string_append(page, "–");
    return;
  }
  static const int64_t scales[] = {1, 10, 100, 1000};
  int64_t scale = scales[MIN(decimals, 3)], scaled = llround(fabs(value) * (double)scale);
  if (value < 0 && scaled) g_string_append_c(page, '-');
  g_string_append_printf(page, "%" G_GINT64_FORMAT, scaled / scale);
  if (scale > 1) g_string_append_printf(page, ".%0*d", (int)MIN(decimals, 3), (int)(scaled % scale));
}

void mi_page_count(GString *page, uint64_t value) {
  if (value >= 1000) {
    mi_page_count(page, value / 1000);
    g_string_append_printf(page, ",%03u", (unsigned)(value % 1000));
  } else {
    g_string_append_printf(page, "%u", (unsigned)value);
  }
}

void mi_page_percent(GString *page, double share) {
  mi_page_number(page, share * 100, 1);
  if (isfinite(share)) g_string_append(page, "\u202f%");
}

void mi_page_duration(GString *page, double seconds) {
  if (!isfinite(seconds)) {
    g_string_append(page, "–");
    return;
  }
  int64_t whole = llround(seconds);
  if (whole >= 3600)
    g_string_append_printf(page, "%d:%02d:%02d", (int)(whole / 3600), (int)(whole / 60 % 60), (int)(whole % 60));
  else
    g_string_append_printf(page, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
}

void mi_page_spoken(GString *page, double seconds) {
  if (!isfinite(seconds)) {
    g_string_append(page, "–");
    return;
  }
  int64_t whole = llround(seconds);
  int hours = (int)(whole / 3600), minutes = (int)(whole / 60 % 60), rest = (int)(whole % 60);
  if (hours) g_string_append_printf(page, "%d h%s", hours, minutes ? " " : "");
  if (minutes) g_string_append_printf(page, "%d min%s", minutes, rest && !hours ? " " : "");
  if (!hours && (rest || !minutes)) g_string_append_printf(page, "%d s", rest);
}

/* "三堡社区居民委员会" → "三堡社区": on a map and in a story the committee goes without saying. */
char *mi_page_short_name(const char *name) {
  static const char *const endings[] = {"居民委员会", "村民委员会", "居委会", "村委会"};
  for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_str_has_suffix(name, endings[i])) return g_strndup(name, strlen(name) - strlen(endings[i]));
  return g_strdup(name);
}

void mi_page_clock(GString *page, int64_t at_ms) {
  int64_t seconds = at_ms / 1000;
  g_string_append_printf(page, "Day %d, %02d:%02d:%02d", (int)(seconds / 86400) + 1, (int)(seconds / 3600 % 24),
                         (int)(seconds / 60 % 60), (int)(seconds % 60));
}

void mi_page_point(GString *page, double x, double y) {
  mi_page_number(page, x, 1);
  g_string_append_c(page, ',');
  mi_page_number(page, y, 1);
}

void mi_page_words(GString *page, const char *name) {
  g_autofree char *words = g_strdelimit(g_strdup(name), "_", ' ');
  mi_page_text(page, words);
}

const char *mi_stage_chinese(MusterStage stage) {
  static const char *const names[MUSTER_STAGE_COUNT] = {"1 分钟知晓", "3 分钟响应", "10 分钟到场"};
  return names[stage];
}

const char *mi_stage_promise(MusterStage stage) {
  static const char *const promises[MUSTER_STAGE_COUNT] = {
      "the resident knows whom to contact", "as many as needed have accepted", "as many as needed stand there"};
  return promises[stage];
}

const double mi_share_class_least[MI_SHARE_CLASSES] = {0, 0.25, 0.5, 0.75, 0.9};

const char *mi_share_class(double share) {
  static const char *const names[MI_SHARE_CLASSES] = {"c0", "c1", "c2", "c3", "c4"};
  if (!isfinite(share)) return "cn";
  size_t class = MI_SHARE_CLASSES - 1;
  while (class > 0 && share < mi_share_class_least[class]) class --;
  return names[class];
}
