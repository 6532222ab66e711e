/* Events from JSON, one object a line (jansson): every field checked by name, type and range; docs/events.md is the
 * schema.
 *
 * A line is capped at 64 KiB, and jansson at a nesting of 2,048; names given twice, fields that the type of event does
 * not have and numbers with a fraction are refused.
 */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "engine/state.h"

enum { LONGEST_LINE = 64 * 1024, MOST_SKILLS_OF_ONE = MI_MOST_SKILLS, LONGEST_QUOTE = 60 };

struct MusterEventReader {
  json_t *root;
  char place_name[32]; /* "node:ID", or a place given as a number */
  const char *skills[MOST_SKILLS_OF_ONE];
  MusterNeed needs[MI_MOST_NEEDS];
  GArray *positions, *ring_first, *polygon_first; /* of close_roads, as is the next */
  int64_t roads[3 * MUSTER_CLOSED_ROADS_MOST];    /* ways, then pairs */
};

MusterEventReader *muster_event_reader_new(void) {
  MusterEventReader *reader = g_new0(MusterEventReader, 1);
  reader->positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  reader->ring_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  reader->polygon_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  return reader;
}

void muster_event_reader_free(MusterEventReader *reader) {
  if (!reader) return;
  g_array_unref(reader->positions);
  g_array_unref(reader->ring_first);
  g_array_unref(reader->polygon_first);
  json_decref(reader->root);
  g_free(reader);
}

/* The value as it stood in the line, shortened at a character's edge. */
static char *quote(const json_t *value) {
  if (!value) return g_strdup("nothing");
  g_autofree char *text = NULL;
  char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
  text = g_strdup(dumped ? dumped : "?");
  free(dumped);
  if (strlen(text) <= LONGEST_QUOTE) return g_steal_pointer(&text);
  const char *end = g_utf8_find_prev_char(text, text + LONGEST_QUOTE + 1);
  return g_strdup_printf("%.*s…", (int)(end ? end - text : 0), text);
}

static bool fail_field(const char *field, const char *expected, const json_t *found, GError **error) {
  g_autofree char *text = quote(found);
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT, "field \"%s\": expected %s, found %s", field,
              expected, text);
  return false;
}

static bool read_integer(const json_t *object, const char *field, const char *expected, int64_t least, int64_t most,
                         int64_t *out, GError **error) {
  const json_t *value = json_object_get(object, field);
  if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most)
    return fail_field(field, expected, value, error);
  *out = json_integer_value(value);
  return true;
}

static bool read_text(const json_t *value, const char *field, const char **out, GError **error) {
  if (!json_is_string(value)) return fail_field(field, "text", value, error);
  if (strlen(json_string_value(value)) != json_string_length(value))
    return fail_field(field, "text without a zero character", value, error);
  *out = json_string_value(value);
  return true;
}

static bool read_id(const json_t *object, const char *field, bool optional, MusterId *out, GError **error) {
  const char *expected = "text of 1 to 256 bytes or a whole number from 0 to 9223372036854775807";
  const json_t *value = json_object_get(object, field);
  *out = MUSTER_ID_NONE;
  if (!value && optional) return true;
  if (json_is_string(value)) {
    if (!read_text(value, field, &out->text, error)) return false;
    out->number = 0;
    return !mi_id_defect(*out) || fail_field(field, expected, value, error);
  }
  if (!json_is_integer(value) || json_integer_value(value) < 0) return fail_field(field, expected, value, error);
  *out = (MusterId){.number = (uint64_t)json_integer_value(value)};
  return true;
}

static bool read_position(const json_t *value, const char *field, MusterPosition *out, GError **error) {
  const json_t *lon = json_array_get(value, 0), *lat = json_array_get(value, 1);
  return (json_array_size(value) == 2 && json_is_number(lon) && json_is_number(lat) &&
          muster_position_from_degrees(json_number_value(lon), json_number_value(lat), out)) ||
         fail_field(field, "[longitude, latitude] in degrees", value, error);
}

static bool read_place(MusterEventReader *reader, const json_t *object, MusterEventPlace *out, GError **error) {
  static const char *const forms[] = {"place", "position", "grid", "node"};
  const char *given = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
    if (!json_object_get(object, forms[i])) continue;
    if (given)
      return fail_field(forms[i], "one of place, position, grid, node", json_object_get(object, forms[i]), error);
    given = forms[i];
  }
  if (!given) return fail_field("place", "one of place, position, grid, node", NULL, error);
  const json_t *value = json_object_get(object, given);
  int64_t number = 0;
  if (strcmp(given, "position") == 0) {
    out->kind = MUSTER_PLACE_AT_POSITION;
    return read_position(value, given, &out->position, error);
  }
  if (strcmp(given, "grid") == 0) {
    out->kind = MUSTER_PLACE_IN_GRID;
    return read_integer(object, given, "a grid's code of 15 digits", 1, INT64_MAX, &out->grid_code, error);
  }
  out->kind = MUSTER_PLACE_NAMED;
  if (json_is_string(value) && strcmp(given, "place") == 0) return read_text(value, given, &out->name, error);
  const char *expected = strcmp(given, "node") == 0 ? "a node's id" : "a place id of the matrix";
  if (!read_integer(object, given, expected, INT64_MIN, INT64_MAX, &number, error)) return false;
  g_snprintf(reader->place_name, sizeof reader->place_name, "%s%" PRId64, strcmp(given, "node") == 0 ? "node:" : "",
             number);
  out->name = reader->place_name;
  return true;
}

static bool read_modes(const json_t *object, unsigned *out, GError **error) {
  const char *expected = "a list of foot, ebike, car";
  const json_t *list = json_object_get(object, "modes");
  if (!list) return true;
  if (!json_is_array(list) || json_array_size(list) == 0) return fail_field("modes", expected, list, error);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *name = json_string_value(json_array_get(list, i));
    MusterMode mode;
    if (!name || !muster_mode_from_name(name, &mode, NULL)) return fail_field("modes", expected, list, error);
    *out |= MUSTER_MODE_BIT(mode);
  }
  return true;
}

static bool read_skills(MusterEventReader *reader, const json_t *object, MusterEvent *out, GError **error) {
  const json_t *list = json_object_get(object, "skills");
  if (!list) return true;
  if (!json_is_array(list) || json_array_size(list) > MOST_SKILLS_OF_ONE)
    return fail_field("skills", "a list of at most 64 names", list, error);
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (!read_text(json_array_get(list, i), "skills", &reader->skills[i], error)) return false;
    if (mi_skill_defect(reader->skills[i]))
      return fail_field("skills", "names of 1 to 64 bytes", json_array_get(list, i), error);
  }
  out->skills = reader->skills;
  out->skill_count = json_array_size(list);
  return true;
}

/* Refuses fields that are not in `known`, a list ended by NULL. */
static bool check_fields(const json_t *object, const char *const *known, const char *of, GError **error) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, name, value) {
    if (g_strv_contains(known, name)) continue;
    g_autofree char *list = g_strjoinv(", ", (char **)(void *)(uintptr_t)known);
    g_autofree char *shown = g_strndup(name, LONGEST_QUOTE);
    g_autofree char *valid = g_utf8_make_valid(shown, -1);
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT,
                "field \"%s\": no such field of %s; known are %s", valid, of, list);
    return false;
  }
  return true;
}

static bool read_need(const json_t *object, int64_t least, MusterNeed *out, GError **error) {
  static const char *const known[] = {"skill", "count", NULL};
  if (!json_is_object(object)) return fail_field("needs", "objects with skill and count", object, error);
  if (!check_fields(object, known, "a need", error)) return false;
  const json_t *skill = json_object_get(object, "skill");
  int64_t count = 1;
  *out = (MusterNeed){.skill = NULL};
  if (skill && !json_is_null(skill)) {
    if (!read_text(skill, "skill", &out->skill, error)) return false;
    if (mi_skill_defect(out->skill)) return fail_field("skill", "a name of 1 to 64 bytes", skill, error);
  }
  if (json_object_get(object, "count") &&
      !read_integer(object, "count", least ? "a whole number from 1 to 500" : "a whole number from 0 to 500", least,
                    MI_MOST_PER_NEED, &count, error))
    return false;
  out->count = (uint32_t)count;
  return true;
}

/* Of a report they may be left out, and each asks for somebody; of a `need` 0 means that nobody is needed any more. */
static bool read_needs(MusterEventReader *reader, const json_t *object, MusterEvent *out, GError **error) {
  const json_t *list = json_object_get(object, "needs");
  bool is_report = out->type == MUSTER_EVENT_REPORT;
  if (!list && is_report) return true;
  if (!json_is_array(list) || json_array_size(list) < 1 || json_array_size(list) > MI_MOST_NEEDS)
    return fail_field("needs", "a list of 1 to 16 needs", list, error);
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!read_need(json_array_get(list, i), is_report, &reader->needs[i], error)) return false;
  out->needs = reader->needs;
  out->need_count = json_array_size(list);
  return true;
}

static bool read_report(MusterEventReader *reader, const json_t *object, MusterEvent *out, GError **error) {
  int64_t priority = 0;
  const json_t *kind = json_object_get(object, "kind");
  if (kind && !read_text(kind, "kind", &out->kind, error)) return false;
  if (json_object_get(object, "priority") &&
      !read_integer(object, "priority", "a whole number from 1 (life) to 4 (convenience)", 1, 4, &priority, error))
    return false;
  out->priority = (uint8_t)priority;
  return read_needs(reader, object, out, error);
}

static bool read_duty(const json_t *object, MusterEvent *out, GError **error) {
  const json_t *on = json_object_get(object, "on");
  if (!json_is_boolean(on)) return fail_field("on", "true or false", on, error);
  out->on_duty = json_is_true(on);
  return true;
}

static bool read_level(const json_t *object, MusterEvent *out, GError **error) {
  int64_t level = 0;
  if (!read_integer(object, "level", "a whole number from 2 to 9", 2, 9, &level, error)) return false;
  out->level = (uint8_t)level;
  return true;
}

static bool read_item(const json_t *object, MusterEvent *out, GError **error) {
  return read_id(object, "item", false, &out->item, error) &&
         read_text(json_object_get(object, "list"), "list", &out->list, error) &&
         read_text(json_object_get(object, "owner"), "owner", &out->owner, error) &&
         read_integer(object, "due_at_ms", "a whole number from 0 to 9007199254740991", 0, MUSTER_EVENT_LATEST_MS,
                      &out->due_at_ms, error);
}

static bool read_settlement(const json_t *object, MusterEvent *out, GError **error) {
  return read_id(object, "item", false, &out->item, error) &&
         read_text(json_object_get(object, "outcome"), "outcome", &out->outcome, error);
}

static bool read_rating(const json_t *object, MusterEvent *out, GError **error) {
  int64_t rating = 0;
  if (!read_integer(object, "rating", "a whole number from 1 to 5", 1, 5, &rating, error)) return false;
  out->rating = (uint8_t)rating;
  return true;
}

static bool read_ring(MusterEventReader *reader, const json_t *ring, GError **error) {
  if (!json_is_array(ring)) return fail_field("polygons", "rings, lists of positions", ring, error);
  for (size_t i = 0; i < json_array_size(ring); i++) {
    MusterPosition position;
    if (!read_position(json_array_get(ring, i), "polygons", &position, error)) return false;
    g_array_append_val(reader->positions, position);
  }
  g_array_append_val(reader->ring_first, reader->positions->len);
  return true;
}

static bool read_polygon(MusterEventReader *reader, const json_t *rings, GError **error) {
  if (!json_is_array(rings) || json_array_size(rings) == 0)
    return fail_field("polygons", "polygons, lists of one ring or more", rings, error);
  for (size_t i = 0; i < json_array_size(rings); i++)
    if (!read_ring(reader, json_array_get(rings, i), error)) return false;
  guint last = reader->ring_first->len - 1;
  g_array_append_val(reader->polygon_first, last);
  return true;
}

/* The coordinates of a GeoJSON MultiPolygon. Whether rings are closed and valid is for the engine to judge. */
static bool read_polygons(MusterEventReader *reader, const json_t *object, MusterPolygons *out, GError **error) {
  const json_t *list = json_object_get(object, "polygons");
  const guint zero = 0;
  if (!list) return true;
  if (!json_is_array(list) || json_array_size(list) == 0)
    return fail_field("polygons", "a list of polygons, the coordinates of a MultiPolygon", list, error);
  g_array_set_size(reader->positions, 0);
  g_array_set_size(reader->ring_first, 0);
  g_array_set_size(reader->polygon_first, 0);
  g_array_append_val(reader->ring_first, zero);
  g_array_append_val(reader->polygon_first, zero);
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!read_polygon(reader, json_array_get(list, i), error)) return false;
  *out = (MusterPolygons){.positions = (const MusterPosition *)(const void *)reader->positions->data,
                          .ring_first = (const uint32_t *)(const void *)reader->ring_first->data,
                          .polygon_first = (const uint32_t *)(const void *)reader->polygon_first->data,
                          .ring_count = reader->ring_first->len - 1,
                          .polygon_count = reader->polygon_first->len - 1};
  return true;
}

static bool read_numbers(const json_t *list, size_t count, int64_t *out) {
  if (json_array_size(list) != count) return false;
  for (size_t i = 0; i < count; i++) {
    if (!json_is_integer(json_array_get(list, i))) return false;
    out[i] = json_integer_value(json_array_get(list, i));
  }
  return true;
}

static bool read_ways(const json_t *object, int64_t *room, MusterClosedRoads *out, GError **error) {
  const json_t *list = json_object_get(object, "ways");
  if (!list) return true;
  out->way_count = json_array_size(list);
  if (out->way_count < 1 || out->way_count > MUSTER_CLOSED_ROADS_MOST || !read_numbers(list, out->way_count, room))
    return fail_field("ways", "a list of 1 to 1000 ids of ways", list, error);
  out->ways = room;
  return true;
}

static bool read_pairs(const json_t *object, int64_t *room, MusterClosedRoads *out, GError **error) {
  const char *expected = "a list of 1 to 1000 pairs [node, node]";
  const json_t *list = json_object_get(object, "between");
  if (!list) return true;
  out->pair_count = json_array_size(list);
  if (out->pair_count < 1 || out->pair_count > MUSTER_CLOSED_ROADS_MOST)
    return fail_field("between", expected, list, error);
  for (size_t i = 0; i < out->pair_count; i++)
    if (!read_numbers(json_array_get(list, i), 2, room + 2 * i)) return fail_field("between", expected, list, error);
  out->between = room;
  return true;
}

static bool read_closure(MusterEventReader *reader, const json_t *object, MusterEvent *out, GError **error) {
  return read_id(object, "closure", false, &out->closure, error) &&
         read_polygons(reader, object, &out->roads.polygons, error) &&
         read_ways(object, reader->roads, &out->roads, error) &&
         read_pairs(object, reader->roads + MUSTER_CLOSED_ROADS_MOST, &out->roads, error);
}

static bool read_mode(const json_t *object, MusterEvent *out, GError **error) {
  int64_t level = 0;
  const json_t *hazard = json_object_get(object, "hazard");
  if (json_object_get(object, "area") &&
      !read_integer(object, "area", "an area's code", 1, INT64_MAX, &out->area_code, error))
    return false;
  if (!read_text(hazard, "hazard", &out->hazard, error) ||
      !read_integer(object, "level", "a whole number from 1 to 9, or 0 (peacetime)", 0, 9, &level, error))
    return false;
  out->level = (uint8_t)level;
  return true;
}

/* What each type of event holds. */
enum {
  HAS_VOLUNTEER = 1,
  HAS_INCIDENT = 2,
  MAY_HAVE_INCIDENT = 4,
  HAS_PLACE = 8,
};
#define TIMED "type", "at_ms"
#define PLACED "place", "position", "grid", "node"
typedef struct shape {
  unsigned holds;
  const char *fields[16]; /* ended by NULL */
} shape;

static const shape shapes[MUSTER_EVENT_TYPE_COUNT] = {
    [MUSTER_EVENT_ENROL] = {HAS_VOLUNTEER | HAS_PLACE, {TIMED, "volunteer", PLACED, "modes", "skills"}},
    [MUSTER_EVENT_RETIRE] = {HAS_VOLUNTEER, {TIMED, "volunteer"}},
    [MUSTER_EVENT_REPORT] = {HAS_INCIDENT | HAS_PLACE, {TIMED, "incident", PLACED, "kind", "priority", "needs"}},
    [MUSTER_EVENT_KNOWN] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_DELIVERED] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "incident"}},
    [MUSTER_EVENT_ACCEPT] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "incident"}},
    [MUSTER_EVENT_DECLINE] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "incident"}},
    [MUSTER_EVENT_POSITION] = {HAS_VOLUNTEER | HAS_PLACE, {TIMED, "volunteer", PLACED}},
    [MUSTER_EVENT_ARRIVE] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "incident"}},
    [MUSTER_EVENT_RELEASE] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "incident"}},
    [MUSTER_EVENT_CLOSE] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_CANCEL] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_DUPLICATE] = {HAS_INCIDENT, {TIMED, "incident", "original"}},
    [MUSTER_EVENT_RATE] = {HAS_INCIDENT, {TIMED, "incident", "rating"}},
    [MUSTER_EVENT_DUTY] = {HAS_VOLUNTEER, {TIMED, "volunteer", "on"}},
    [MUSTER_EVENT_MODE] = {0, {TIMED, "area", "hazard", "level"}},
    [MUSTER_EVENT_CLOSE_ROADS] = {0, {TIMED, "closure", "polygons", "ways", "between"}},
    [MUSTER_EVENT_OPEN_ROADS] = {0, {TIMED, "closure"}},
    [MUSTER_EVENT_ALARM] = {HAS_INCIDENT, {TIMED, "incident", "level"}},
    [MUSTER_EVENT_NEED] = {HAS_INCIDENT, {TIMED, "incident", "needs"}},
    [MUSTER_EVENT_LOCATE] = {HAS_INCIDENT | HAS_PLACE, {TIMED, "incident", PLACED}},
    [MUSTER_EVENT_REOPEN] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_UNMERGE] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_HAND_OVER] = {HAS_VOLUNTEER | MAY_HAVE_INCIDENT, {TIMED, "volunteer", "to", "incident"}},
    [MUSTER_EVENT_TRAVEL_BY] = {HAS_VOLUNTEER, {TIMED, "volunteer", "modes"}},
    [MUSTER_EVENT_ACKNOWLEDGE] = {HAS_INCIDENT, {TIMED, "incident"}},
    [MUSTER_EVENT_ITEM] = {MAY_HAVE_INCIDENT, {TIMED, "item", "list", "owner", "due_at_ms", "incident"}},
    [MUSTER_EVENT_SETTLE] = {0, {TIMED, "item", "outcome"}},
    [MUSTER_EVENT_TICK] = {0, {TIMED}},
};

static bool read_type(const json_t *object, MusterEventType *out, GError **error) {
  const json_t *value = json_object_get(object, "type");
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++)
    if (json_is_string(value) && strcmp(muster_event_type_name((MusterEventType)type), json_string_value(value)) == 0) {
      *out = (MusterEventType)type;
      return true;
    }
  g_autoptr(GString) names = g_string_new("one of ");
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++)
    g_string_append_printf(names, "%s%s", type ? ", " : "", muster_event_type_name((MusterEventType)type));
  return fail_field("type", names->str, value, error);
}

static bool read_event(MusterEventReader *reader, const json_t *object, MusterEvent *out, GError **error) {
  if (!read_type(object, &out->type, error)) return false;
  const shape *shape_of = &shapes[out->type];
  g_autofree char *of = g_strdup_printf("%s", muster_event_type_name(out->type));
  if (!check_fields(object, shape_of->fields, of, error)) return false;
  if (!read_integer(object, "at_ms", "a whole number from 0 to 9007199254740991", 0, MUSTER_EVENT_LATEST_MS,
                    &out->at_ms, error))
    return false;
  if ((shape_of->holds & HAS_VOLUNTEER) && !read_id(object, "volunteer", false, &out->volunteer, error)) return false;
  if ((shape_of->holds & (HAS_INCIDENT | MAY_HAVE_INCIDENT)) &&
      !read_id(object, "incident", (shape_of->holds & MAY_HAVE_INCIDENT) != 0, &out->incident, error))
    return false;
  if ((shape_of->holds & HAS_PLACE) && !read_place(reader, object, &out->place, error)) return false;
  switch (out->type) {
    case MUSTER_EVENT_ENROL:
      return read_modes(object, &out->modes, error) && read_skills(reader, object, out, error);
    case MUSTER_EVENT_REPORT:
      return read_report(reader, object, out, error);
    case MUSTER_EVENT_DUPLICATE:
      return read_id(object, "original", false, &out->original, error);
    case MUSTER_EVENT_RATE:
      return read_rating(object, out, error);
    case MUSTER_EVENT_DUTY:
      return read_duty(object, out, error);
    case MUSTER_EVENT_MODE:
      return read_mode(object, out, error);
    case MUSTER_EVENT_CLOSE_ROADS:
    case MUSTER_EVENT_OPEN_ROADS:
      return read_closure(reader, object, out, error);
    case MUSTER_EVENT_ALARM:
      return read_level(object, out, error);
    case MUSTER_EVENT_NEED:
      return read_needs(reader, object, out, error);
    case MUSTER_EVENT_HAND_OVER:
      return read_id(object, "to", false, &out->to, error);
    case MUSTER_EVENT_TRAVEL_BY:
      return read_modes(object, &out->modes, error);
    case MUSTER_EVENT_ITEM:
      return read_item(object, out, error);
    case MUSTER_EVENT_SETTLE:
      return read_settlement(object, out, error);
    default:
      return true;
  }
}

bool muster_event_reader_parse(MusterEventReader *reader, const char *json, size_t bytes, MusterEvent *out,
                               GError **error) {
  if (bytes > LONGEST_LINE) {
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT,
                "expected an event of at most 65536 bytes, found %zu", bytes);
    return false;
  }
  json_error_t reason;
  json_decref(reader->root);
  reader->root = json_loadb(json, bytes, JSON_REJECT_DUPLICATES, &reason);
  if (!reader->root) {
    g_autofree char *text = g_utf8_make_valid(reason.text, -1); /* jansson cuts its excerpt at a byte */
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT, "column %d: not JSON: %s", MAX(reason.column, 0),
                text);
    return false;
  }
  *out = (MusterEvent){.volunteer = MUSTER_ID_NONE,
                       .incident = MUSTER_ID_NONE,
                       .original = MUSTER_ID_NONE,
                       .closure = MUSTER_ID_NONE,
                       .to = MUSTER_ID_NONE,
                       .item = MUSTER_ID_NONE};
  if (!json_is_object(reader->root)) {
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT, "expected one JSON object, found an array");
    return false;
  }
  return read_event(reader, reader->root, out, error);
}
