/* The rules from a relation's tags to a turn restriction (docs/travel-modes.md tells them).
 *
 * Source: the OpenStreetMap wiki's "Relation:restriction" and "Conditional restrictions".
 */
#include <string.h>

#include "road/osm_tags.h"

/* The keys that speak for cars, most specific first. */
static const mi_osm_key keys[] = {MI_OSM_RESTRICTION_MOTORCAR, MI_OSM_RESTRICTION_MOTOR_VEHICLE,
                                  MI_OSM_RESTRICTION_VEHICLE, MI_OSM_RESTRICTION};
static const mi_osm_key conditional_keys[] = {MI_OSM_RESTRICTION_MOTORCAR_CONDITIONAL,
                                              MI_OSM_RESTRICTION_MOTOR_VEHICLE_CONDITIONAL,
                                              MI_OSM_RESTRICTION_VEHICLE_CONDITIONAL, MI_OSM_RESTRICTION_CONDITIONAL};
/* An older way of giving times. */
static const mi_osm_key time_keys[] = {MI_OSM_DAY_ON, MI_OSM_DAY_OFF, MI_OSM_HOUR_ON, MI_OSM_HOUR_OFF};

static const struct {
  const char *value;
  mi_osm_turn turn;
} values[] = {
    {"no_left_turn", MI_OSM_TURN_NO},
    {"no_right_turn", MI_OSM_TURN_NO},
    {"no_straight_on", MI_OSM_TURN_NO},
    {"no_u_turn", MI_OSM_TURN_NO},
    {"no_entry", MI_OSM_TURN_NO_ENTRY},
    {"no_exit", MI_OSM_TURN_NO_EXIT},
    {"only_left_turn", MI_OSM_TURN_ONLY},
    {"only_right_turn", MI_OSM_TURN_ONLY},
    {"only_straight_on", MI_OSM_TURN_ONLY},
    {"only_u_turn", MI_OSM_TURN_ONLY},
    {"none", MI_OSM_TURN_NONE},
};

/* The value of the first of the keys that is there; its place in *at. */
static const char *first_value(const mi_osm_tags *tags, const mi_osm_key *list, size_t count, size_t *at) {
  for (*at = 0; *at < count; ++*at)
    if (tags->value[list[*at]]) return tags->value[list[*at]];
  return NULL;
}

static bool excepts_cars(const char *list) {
  g_auto(GStrv) modes = g_strsplit(list ? list : "", ";", -1);
  for (char **mode = modes; *mode; mode++) {
    g_strstrip(*mode);
    if (strcmp(*mode, "motorcar") == 0 || strcmp(*mode, "motor_vehicle") == 0 || strcmp(*mode, "vehicle") == 0)
      return true;
  }
  return false;
}

mi_osm_turn mi_osm_turn_from_tags(const mi_osm_tags *tags) {
  const char *type = tags->value[MI_OSM_TYPE];
  if (!type || strcmp(type, "restriction") != 0) return MI_OSM_TURN_NONE;
  size_t at, other;
  const char *value = first_value(tags, keys, G_N_ELEMENTS(keys), &at);
  if (!value) {
    bool conditional = first_value(tags, conditional_keys, G_N_ELEMENTS(conditional_keys), &other);
    return conditional ? MI_OSM_TURN_CONDITIONAL : MI_OSM_TURN_NONE;
  }
  if (keys[at] == MI_OSM_RESTRICTION && excepts_cars(tags->value[MI_OSM_EXCEPT])) return MI_OSM_TURN_NONE;
  if (first_value(tags, time_keys, G_N_ELEMENTS(time_keys), &other)) return MI_OSM_TURN_CONDITIONAL;
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
    if (strcmp(value, values[i].value) == 0) return values[i].turn;
  return MI_OSM_TURN_UNCLEAR;
}
