/* CAP 1.2 from XML (libxml2; OASIS Standard CAP-v1.2, 1 July 2010, section 3.2 for the elements). Untrusted: no
 * network, no document type, one size limit; every element that is used is checked. */
#include "base/map.h"
#include "cap/cap.h"

#include <libxml/parser.h>
#include <math.h>
#include <string.h>

enum { LARGEST_BYTES = 1024 * 1024, CIRCLE_CORNERS = 32 };
static const char cap_namespace[] = "urn:oasis:names:tc:emergency:cap:1.2";
static const double km_a_degree = 111.19492664; /* on the mean-radius sphere */

const char *const mi_cap_severities[] = {"Extreme", "Severe", "Moderate", "Minor", "Unknown", NULL};

GQuark muster_cap_error_quark(void) { return g_quark_from_static_string("muster-cap-error-quark"); }

typedef struct reader {
  MusterCap *cap;
  GError **error;
} reader;

static bool fail(const reader *at, const char *element, const char *expected, const char *found) {
  g_autofree char *shown = found ? g_utf8_make_valid(found, (gssize)strnlen(found, 60)) : NULL;
  if (shown) g_strdelimit(shown, "\r\n\t", ' ');
  g_set_error(at->error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_FORMAT, "%s: <%s>: expected %s, found %s%s%s",
              at->cap->name, element, expected, shown ? "\"" : "", shown ? shown : "nothing", shown ? "\"" : "");
  return false;
}

static void free_info(gpointer data) {
  mi_cap_info *info = data;
  g_free(info->event);
  g_free(info->urgency);
  g_free(info->certainty);
  g_ptr_array_unref(info->categories);
  g_ptr_array_unref(info->codes);
  g_ptr_array_unref(info->geocodes);
  g_array_unref(info->positions);
  g_array_unref(info->ring_first);
  g_free(info);
}

void muster_cap_free(MusterCap *cap) {
  if (!cap) return;
  g_free(cap->name);
  g_free(cap->identifier);
  g_free(cap->status);
  g_ptr_array_unref(cap->references);
  g_ptr_array_unref(cap->infos);
  g_free(cap);
}

int64_t muster_cap_sent_ms(const MusterCap *cap) { return cap->sent_ms; }

/* ---- elements ---- */

static bool is_element(const xmlNode *node, const char *name) {
  return node->type == XML_ELEMENT_NODE && node->ns && strcmp((const char *)node->ns->href, cap_namespace) == 0 &&
         strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *next_of(const xmlNode *node, const char *name) {
  while (node && !is_element(node, name)) node = node->next;
  return node;
}

static char *text_of(const xmlNode *node) {
  xmlChar *content = xmlNodeGetContent(node);
  char *text = g_strstrip(g_strdup(content ? (const char *)content : ""));
  xmlFree(content);
  return text;
}

/* The one child of that name; NULL if it is missing or empty. */
static char *child_text(const xmlNode *parent, const char *name) {
  const xmlNode *node = next_of(parent->children, name);
  char *text = node ? text_of(node) : NULL;
  if (text && !*text) g_clear_pointer(&text, g_free);
  return text;
}

static bool need_text(const reader *at, const xmlNode *parent, const char *name, char **out) {
  *out = child_text(parent, name);
  return *out || fail(at, name, "text", NULL);
}

/* xs:dateTime with its zone. */
static bool parse_time(const reader *at, const char *element, const char *text, int64_t *out_ms) {
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
  if (!time) return fail(at, element, "a time with its zone such as 2026-06-30T18:00:00+08:00", text);
  *out_ms = g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
  return true;
}

static void collect(const xmlNode *parent, const char *name, GPtrArray *out) {
  for (const xmlNode *node = next_of(parent->children, name); node; node = next_of(node->next, name))
    g_ptr_array_add(out, text_of(node));
}

static bool has_text(const xmlNode *parent, const char *name, const char *wanted) {
  bool found = false;
  for (const xmlNode *node = next_of(parent->children, name); node && !found; node = next_of(node->next, name)) {
    g_autofree char *text = text_of(node);
    found = strcmp(text, wanted) == 0;
  }
  return found;
}

/* <eventCode> and <geocode>: a name and a value each; the values. */
static void collect_values(const xmlNode *parent, const char *name, GPtrArray *out) {
  for (const xmlNode *node = next_of(parent->children, name); node; node = next_of(node->next, name)) {
    char *value = child_text(node, "value");
    if (value) g_ptr_array_add(out, value);
  }
}

/* ---- areas ---- */

/* "LAT,LON" */
static bool parse_point(const char *text, double *lat_deg, double *lon_deg) {
  MusterPosition ignored;
  char *end;
  *lat_deg = g_ascii_strtod(text, &end);
  if (end == text || *end != ',') return false;
  const char *second = end + 1;
  *lon_deg = g_ascii_strtod(second, &end);
  return end != second && !*end && muster_position_from_degrees(*lon_deg, *lat_deg, &ignored);
}

static bool add_position(mi_cap_info *info, double lat_deg, double lon_deg) {
  MusterPosition position;
  if (!muster_position_from_degrees(lon_deg, lat_deg, &position)) return false;
  g_array_append_val(info->positions, position);
  return true;
}

static void end_ring(mi_cap_info *info) { g_array_append_val(info->ring_first, info->positions->len); }

static bool read_polygon(const reader *at, mi_cap_info *info, const char *text) {
  g_auto(GStrv) points = g_strsplit_set(text, " \t\r\n", -1);
  for (char **point = points; *point; point++) {
    double lat_deg, lon_deg;
    if (!**point) continue;
    if (!parse_point(*point, &lat_deg, &lon_deg) || !add_position(info, lat_deg, lon_deg))
      return fail(at, "polygon", "LAT,LON pairs in degrees", *point);
  }
  end_ring(info);
  uint32_t first = g_array_index(info->ring_first, uint32_t, info->ring_first->len - 2);
  uint32_t count = info->positions->len - first;
  const MusterPosition *ring = &g_array_index(info->positions, MusterPosition, first);
  if (count < 4 || ring[0].lon_e7 != ring[count - 1].lon_e7 || ring[0].lat_e7 != ring[count - 1].lat_e7)
    return fail(at, "polygon", "four pairs or more, the last like the first", text);
  return true;
}

/* "LAT,LON KM": a polygon around the circle. A point without extent counts as 10 m. */
static bool read_circle(const reader *at, mi_cap_info *info, const char *text) {
  g_autofree char *one_line = g_strdelimit(g_strdup(text), "\t\r\n", ' ');
  g_auto(GStrv) words = g_strsplit(one_line, " ", 2);
  double lat_deg, lon_deg;
  char *end = NULL;
  double km = words[0] && words[1] ? g_ascii_strtod(words[1], &end) : -1;
  if (!end || *end || !(km >= 0 && km <= 500) || !parse_point(words[0], &lat_deg, &lon_deg) || fabs(lat_deg) > 80)
    return fail(at, "circle", "LAT,LON and a radius from 0 to 500 km", text);
  double step = 2 * G_PI / CIRCLE_CORNERS, around_km = MAX(km, 0.01) / cos(step / 2);
  for (int i = 0; i <= CIRCLE_CORNERS; i++) {
    double angle = step * (i % CIRCLE_CORNERS), north_deg = around_km * sin(angle) / km_a_degree;
    double east_deg = around_km * cos(angle) / km_a_degree / cos(lat_deg * G_PI / 180);
    if (!add_position(info, lat_deg + north_deg, lon_deg + east_deg))
      return fail(at, "circle", "a circle that stays on the map", text);
  }
  end_ring(info);
  return true;
}

static bool read_area(const reader *at, mi_cap_info *info, const xmlNode *area) {
  collect_values(area, "geocode", info->geocodes);
  for (const xmlNode *node = area->children; node; node = node->next) {
    bool is_polygon = is_element(node, "polygon");
    if (!is_polygon && !is_element(node, "circle")) continue;
    g_autofree char *text = text_of(node);
    if (!(is_polygon ? read_polygon : read_circle)(at, info, text)) return false;
  }
  return true;
}

/* ---- the alert ---- */

static int find_word(const char *const *words, const char *text) {
  int at = 0;
  while (words[at] && (!text || strcmp(words[at], text) != 0)) at++;
  return at;
}

static mi_cap_info *new_info(MusterCap *cap) {
  const uint32_t zero = 0;
  mi_cap_info *info = g_new0(mi_cap_info, 1);
  info->effective_ms = INT64_MIN;
  info->expires_ms = INT64_MAX;
  info->categories = g_ptr_array_new_with_free_func(g_free);
  info->codes = g_ptr_array_new_with_free_func(g_free);
  info->geocodes = g_ptr_array_new_with_free_func(g_free);
  info->positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  info->ring_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_array_append_val(info->ring_first, zero);
  g_ptr_array_add(cap->infos, info);
  return info;
}

static bool read_info(const reader *at, const xmlNode *node) {
  mi_cap_info *info = new_info(at->cap);
  g_autofree char *severity = child_text(node, "severity"), *expires = child_text(node, "expires");
  g_autofree char *effective = child_text(node, "effective");
  collect(node, "category", info->categories);
  collect_values(node, "eventCode", info->codes);
  if (!need_text(at, node, "event", &info->event) || !need_text(at, node, "urgency", &info->urgency) ||
      !need_text(at, node, "certainty", &info->certainty))
    return false;
  info->severity = (mi_cap_severity)find_word(mi_cap_severities, severity);
  if (info->severity == MI_CAP_SEVERITY_COUNT)
    return fail(at, "severity", "Extreme, Severe, Moderate, Minor or Unknown", severity);
  if (expires && !parse_time(at, "expires", expires, &info->expires_ms)) return false;
  if (effective && !parse_time(at, "effective", effective, &info->effective_ms)) return false;
  info->all_clear = has_text(node, "responseType", "AllClear");
  for (const xmlNode *area = next_of(node->children, "area"); area; area = next_of(area->next, "area"))
    if (!read_area(at, info, area)) return false;
  return true;
}

/* "SENDER,IDENTIFIER,SENT …" */
static bool read_references(const reader *at, const xmlNode *root) {
  g_autofree char *text = child_text(root, "references");
  g_auto(GStrv) items = g_strsplit_set(text ? text : "", " \t\r\n", -1);
  for (char **item = items; *item; item++) {
    if (!**item) continue;
    g_auto(GStrv) parts = g_strsplit(*item, ",", 3);
    if (g_strv_length(parts) != 3 || !*parts[1]) return fail(at, "references", "SENDER,IDENTIFIER,SENT", *item);
    g_ptr_array_add(at->cap->references, g_strdup(parts[1]));
  }
  return true;
}

static bool read_alert(const reader *at, const xmlNode *root) {
  static const char *const kinds[] = {"Alert", "Update", "Cancel", "Ack", "Error", NULL};
  static const char *const statuses[] = {"Actual", "Exercise", "System", "Test", "Draft", NULL};
  MusterCap *cap = at->cap;
  g_autofree char *kind = child_text(root, "msgType"), *sent = NULL, *sender = NULL;
  if (!is_element(root, "alert")) {
    const char *space = root->ns ? (const char *)root->ns->href : "no namespace";
    return fail(at, (const char *)root->name, "<alert> of urn:oasis:names:tc:emergency:cap:1.2", space);
  }
  if (!need_text(at, root, "identifier", &cap->identifier) || !need_text(at, root, "sender", &sender) ||
      !need_text(at, root, "sent", &sent) || !need_text(at, root, "status", &cap->status) ||
      !parse_time(at, "sent", sent, &cap->sent_ms))
    return false;
  if (strlen(cap->identifier) > MUSTER_ID_MAX_BYTES)
    return fail(at, "identifier", "at most 256 bytes", cap->identifier);
  if (!statuses[find_word(statuses, cap->status)])
    return fail(at, "status", "Actual, Exercise, System, Test or Draft", cap->status);
  int found = find_word(kinds, kind);
  if (!kinds[found]) return fail(at, "msgType", "Alert, Update, Cancel, Ack or Error", kind);
  cap->kind = (mi_cap_kind)MIN(found, (int)MI_CAP_OTHER);
  if (!read_references(at, root)) return false;
  for (const xmlNode *node = next_of(root->children, "info"); node; node = next_of(node->next, "info"))
    if (!read_info(at, node)) return false;
  return true;
}

static bool read_document(const reader *at, const char *xml, size_t bytes) {
  const char *name = at->cap->name;
  if (bytes > LARGEST_BYTES) {
    g_set_error(at->error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_FORMAT, "%s: expected at most 1 MiB, found %zu bytes",
                name, bytes);
    return false;
  }
  xmlParserCtxt *parser = xmlNewParserCtxt();
  xmlDoc *document = xmlCtxtReadMemory(parser, xml, (int)bytes, NULL, NULL,
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
  const xmlError *problem = xmlCtxtGetLastError(parser);
  bool read = false;
  if (!document || !xmlDocGetRootElement(document)) {
    g_autofree char *text = g_utf8_make_valid(problem && problem->message ? problem->message : "no element", -1);
    g_strdelimit(text, "\r\n", ' ');
    g_set_error(at->error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_FORMAT, "%s:%d: not well-formed XML: %s", name,
                problem ? problem->line : 1, g_strchomp(text));
  } else if (document->intSubset || document->extSubset) {
    g_set_error(at->error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_FORMAT,
                "%s: expected no document type, found <!DOCTYPE>: entities are not read", name);
  } else {
    read = read_alert(at, xmlDocGetRootElement(document));
  }
  xmlFreeDoc(document);
  xmlFreeParserCtxt(parser);
  return read;
}

MusterCap *muster_cap_parse(const char *name, const char *xml, size_t bytes, GError **error) {
  g_autoptr(MusterCap) cap = g_new0(MusterCap, 1);
  cap->name = g_strdup(name);
  cap->references = g_ptr_array_new_with_free_func(g_free);
  cap->infos = g_ptr_array_new_with_free_func(free_info);
  reader at = {.cap = cap, .error = error};
  return read_document(&at, xml, bytes) ? g_steal_pointer(&cap) : NULL;
}

MusterCap *muster_cap_read(const char *path, GError **error) {
  g_autoptr(GMappedFile) map = mi_map_file(path, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_OPEN, error);
  if (!map) return NULL;
  const char *contents = g_mapped_file_get_contents(map);
  return muster_cap_parse(path, contents ? contents : "", g_mapped_file_get_length(map), error);
}
