/* JSON written by hand; see json.h. */
#include "engine/json.h"

#include <inttypes.h>

void mi_json_add_text(GString *out, const char *text) {
  g_string_append_c(out, '"');
  for (const char *at = text; *at; at++) {
    unsigned char c = (unsigned char)*at;
    if (c == '"' || c == '\\')
      g_string_append_printf(out, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf(out, "\\u%04x", c);
    else
      g_string_append_c(out, (char)c);
  }
  g_string_append_c(out, '"');
}

void mi_json_add_key(GString *out, const char *key) { g_string_append_printf(out, ",\"%s\":", key); }

void mi_json_add_text_field(GString *out, const char *key, const char *text) {
  mi_json_add_key(out, key);
  if (text)
    mi_json_add_text(out, text);
  else
    g_string_append(out, "null");
}

void mi_json_add_number_field(GString *out, const char *key, int64_t number) {
  mi_json_add_key(out, key);
  g_string_append_printf(out, "%" PRId64, number);
}

void mi_json_add_id_field(GString *out, const char *key, MusterId id) {
  if (muster_id_is_none(id)) return;
  if (id.text) {
    mi_json_add_text_field(out, key, id.text);
    return;
  }
  mi_json_add_key(out, key);
  g_string_append_printf(out, "%" PRIu64, id.number);
}

/* Degrees × 10⁷ to the last digit. */
static void add_degrees(GString *out, int32_t e7) {
  int64_t size = e7 < 0 ? -(int64_t)e7 : e7;
  g_string_append_printf(out, "%s%" PRId64 ".%07" PRId64, e7 < 0 ? "-" : "", size / 10000000, size % 10000000);
}

void mi_json_add_position(GString *out, MusterPosition position) {
  g_string_append_c(out, '[');
  add_degrees(out, position.lon_e7);
  g_string_append_c(out, ',');
  add_degrees(out, position.lat_e7);
  g_string_append_c(out, ']');
}
