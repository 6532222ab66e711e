/* The rules from OpenStreetMap tags to classes, modes and directions, as tables (docs/travel-modes.md tells them).
 *
 * Sources: the OpenStreetMap wiki's "Key:highway", "Key:access" with its transport mode hierarchy, "Key:oneway",
 * "Key:barrier". Where the wiki leaves a choice, the choice is that of a volunteer who answers an emergency call.
 */
#include "road/osm_tags.h"

#include <string.h>

#include "road/modes.h"

static const char *const key_names[MI_OSM_KEY_COUNT] = {
    [MI_OSM_ACCESS] = "access",
    [MI_OSM_AREA] = "area",
    [MI_OSM_BARRIER] = "barrier",
    [MI_OSM_BICYCLE] = "bicycle",
    [MI_OSM_BICYCLE_BACKWARD] = "bicycle:backward",
    [MI_OSM_BICYCLE_FORWARD] = "bicycle:forward",
    [MI_OSM_BRIDGE] = "bridge",
    [MI_OSM_CONVEYING] = "conveying",
    [MI_OSM_CYCLEWAY] = "cycleway",
    [MI_OSM_CYCLEWAY_BOTH] = "cycleway:both",
    [MI_OSM_CYCLEWAY_BOTH_ONEWAY] = "cycleway:both:oneway",
    [MI_OSM_CYCLEWAY_LEFT] = "cycleway:left",
    [MI_OSM_CYCLEWAY_LEFT_ONEWAY] = "cycleway:left:oneway",
    [MI_OSM_CYCLEWAY_RIGHT] = "cycleway:right",
    [MI_OSM_CYCLEWAY_RIGHT_ONEWAY] = "cycleway:right:oneway",
    [MI_OSM_DAY_OFF] = "day_off",
    [MI_OSM_DAY_ON] = "day_on",
    [MI_OSM_DURATION] = "duration",
    [MI_OSM_EXCEPT] = "except",
    [MI_OSM_FOOT] = "foot",
    [MI_OSM_FOOT_BACKWARD] = "foot:backward",
    [MI_OSM_FOOT_FORWARD] = "foot:forward",
    [MI_OSM_HIGHWAY] = "highway",
    [MI_OSM_HOUR_OFF] = "hour_off",
    [MI_OSM_HOUR_ON] = "hour_on",
    [MI_OSM_ICE_ROAD] = "ice_road",
    [MI_OSM_INDOOR] = "indoor",
    [MI_OSM_JUNCTION] = "junction",
    [MI_OSM_LOCKED] = "locked",
    [MI_OSM_MAN_MADE] = "man_made",
    [MI_OSM_MAXSPEED] = "maxspeed",
    [MI_OSM_MAXSPEED_BACKWARD] = "maxspeed:backward",
    [MI_OSM_MAXSPEED_FORWARD] = "maxspeed:forward",
    [MI_OSM_MAXSPEED_TYPE] = "maxspeed:type",
    [MI_OSM_MOTOR_VEHICLE] = "motor_vehicle",
    [MI_OSM_MOTOR_VEHICLE_BACKWARD] = "motor_vehicle:backward",
    [MI_OSM_MOTOR_VEHICLE_FORWARD] = "motor_vehicle:forward",
    [MI_OSM_MOTORCAR] = "motorcar",
    [MI_OSM_MOTORCAR_BACKWARD] = "motorcar:backward",
    [MI_OSM_MOTORCAR_FORWARD] = "motorcar:forward",
    [MI_OSM_MOTORROAD] = "motorroad",
    [MI_OSM_NAME] = "name",
    [MI_OSM_ONEWAY] = "oneway",
    [MI_OSM_ONEWAY_BICYCLE] = "oneway:bicycle",
    [MI_OSM_ONEWAY_FOOT] = "oneway:foot",
    [MI_OSM_ONEWAY_MOTOR_VEHICLE] = "oneway:motor_vehicle",
    [MI_OSM_ONEWAY_MOTORCAR] = "oneway:motorcar",
    [MI_OSM_ONEWAY_VEHICLE] = "oneway:vehicle",
    [MI_OSM_PUBLIC_TRANSPORT] = "public_transport",
    [MI_OSM_RAILWAY] = "railway",
    [MI_OSM_REF] = "ref",
    [MI_OSM_RESTRICTION] = "restriction",
    [MI_OSM_RESTRICTION_CONDITIONAL] = "restriction:conditional",
    [MI_OSM_RESTRICTION_MOTOR_VEHICLE] = "restriction:motor_vehicle",
    [MI_OSM_RESTRICTION_MOTOR_VEHICLE_CONDITIONAL] = "restriction:motor_vehicle:conditional",
    [MI_OSM_RESTRICTION_MOTORCAR] = "restriction:motorcar",
    [MI_OSM_RESTRICTION_MOTORCAR_CONDITIONAL] = "restriction:motorcar:conditional",
    [MI_OSM_RESTRICTION_VEHICLE] = "restriction:vehicle",
    [MI_OSM_RESTRICTION_VEHICLE_CONDITIONAL] = "restriction:vehicle:conditional",
    [MI_OSM_ROUTE] = "route",
    [MI_OSM_SAC_SCALE] = "sac_scale",
    [MI_OSM_SMOOTHNESS] = "smoothness",
    [MI_OSM_SURFACE] = "surface",
    [MI_OSM_TRACKTYPE] = "tracktype",
    [MI_OSM_TUNNEL] = "tunnel",
    [MI_OSM_TYPE] = "type",
    [MI_OSM_VEHICLE] = "vehicle",
    [MI_OSM_VEHICLE_BACKWARD] = "vehicle:backward",
    [MI_OSM_VEHICLE_FORWARD] = "vehicle:forward",
    [MI_OSM_WINTER_ROAD] = "winter_road",
    [MI_OSM_ZONE_MAXSPEED] = "zone:maxspeed",
};

mi_osm_key mi_osm_key_from_name(const char *name) {
  for (int key = 0; key < MI_OSM_KEY_COUNT; key++)
    if (strcmp(key_names[key], name) == 0) return (mi_osm_key)key;
  return MI_OSM_KEY_COUNT;
}

static bool is(const mi_osm_tags *tags, mi_osm_key key, const char *value) {
  return tags->value[key] && strcmp(tags->value[key], value) == 0;
}

/* ---- class ---- */

/* Values of `highway` that are roads under another name than the class's. */
static const struct {
  const char *value;
  MusterRoadClass road_class;
} highway_aliases[] = {
    {"motorway_link", MUSTER_ROAD_MOTORWAY}, {"trunk_link", MUSTER_ROAD_TRUNK},
    {"primary_link", MUSTER_ROAD_PRIMARY},   {"secondary_link", MUSTER_ROAD_SECONDARY},
    {"tertiary_link", MUSTER_ROAD_TERTIARY}, {"road", MUSTER_ROAD_UNCLASSIFIED},
    {"crossing", MUSTER_ROAD_FOOTWAY},       {"platform", MUSTER_ROAD_FOOTWAY},
    {"elevator", MUSTER_ROAD_STEPS},
};

static bool find_class(const mi_osm_tags *tags, MusterRoadClass *out) {
  const char *highway = tags->value[MI_OSM_HIGHWAY];
  if (highway) {
    if (strcmp(highway, "ferry") != 0 && muster_road_class_from_name(highway, out)) return true;
    for (size_t i = 0; i < G_N_ELEMENTS(highway_aliases); i++)
      if (strcmp(highway, highway_aliases[i].value) == 0) {
        *out = highway_aliases[i].road_class;
        return true;
      }
    return false;
  }
  if (is(tags, MI_OSM_ROUTE, "ferry")) {
    *out = MUSTER_ROAD_FERRY;
    return true;
  }
  *out = MUSTER_ROAD_FOOTWAY;
  return is(tags, MI_OSM_RAILWAY, "platform") || is(tags, MI_OSM_PUBLIC_TRANSPORT, "platform") ||
         is(tags, MI_OSM_MAN_MADE, "pier");
}

/* ---- access ---- */

typedef enum verdict { SILENT, OPEN, CLOSED } verdict;

static const struct {
  const char *value;
  verdict verdict;
} access_values[] = {
    {"yes", OPEN},
    {"designated", OPEN},
    {"official", OPEN},
    {"permissive", OPEN},
    {"destination", OPEN},
    {"customers", OPEN},
    {"delivery", OPEN},
    {"residents", OPEN},
    {"permit", OPEN},
    {"private", OPEN},
    {"discouraged", OPEN},
    {"no", CLOSED},
    {"agricultural", CLOSED},
    {"forestry", CLOSED},
    {"agricultural;forestry", CLOSED},
    {"military", CLOSED},
    {"emergency", CLOSED},
    {"use_sidepath", CLOSED},
    {"dismount", CLOSED},
};

static verdict judge(const char *value) {
  for (size_t i = 0; value && i < G_N_ELEMENTS(access_values); i++)
    if (strcmp(value, access_values[i].value) == 0) return access_values[i].verdict;
  return SILENT;
}

/* The keys that speak for a mode, most specific first; MI_OSM_KEY_COUNT ends the list. `access` comes after them all
 * and can only close: "access=yes" on a footway lets no car in. */
enum { KEYS_OF_MODE_MAX = 4 };
static const mi_osm_key mode_keys[MUSTER_MODE_COUNT][KEYS_OF_MODE_MAX] = {
    [MUSTER_MODE_FOOT] = {MI_OSM_FOOT, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_EBIKE] = {MI_OSM_BICYCLE, MI_OSM_VEHICLE, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_CAR] = {MI_OSM_MOTORCAR, MI_OSM_MOTOR_VEHICLE, MI_OSM_VEHICLE, MI_OSM_KEY_COUNT},
};
static const mi_osm_key mode_forward_keys[MUSTER_MODE_COUNT][KEYS_OF_MODE_MAX] = {
    [MUSTER_MODE_FOOT] = {MI_OSM_FOOT_FORWARD, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_EBIKE] = {MI_OSM_BICYCLE_FORWARD, MI_OSM_VEHICLE_FORWARD, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_CAR] = {MI_OSM_MOTORCAR_FORWARD, MI_OSM_MOTOR_VEHICLE_FORWARD, MI_OSM_VEHICLE_FORWARD,
                         MI_OSM_KEY_COUNT},
};
static const mi_osm_key mode_backward_keys[MUSTER_MODE_COUNT][KEYS_OF_MODE_MAX] = {
    [MUSTER_MODE_FOOT] = {MI_OSM_FOOT_BACKWARD, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_EBIKE] = {MI_OSM_BICYCLE_BACKWARD, MI_OSM_VEHICLE_BACKWARD, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_CAR] = {MI_OSM_MOTORCAR_BACKWARD, MI_OSM_MOTOR_VEHICLE_BACKWARD, MI_OSM_VEHICLE_BACKWARD,
                         MI_OSM_KEY_COUNT},
};
static const mi_osm_key mode_oneway_keys[MUSTER_MODE_COUNT][KEYS_OF_MODE_MAX] = {
    [MUSTER_MODE_FOOT] = {MI_OSM_ONEWAY_FOOT, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_EBIKE] = {MI_OSM_ONEWAY_BICYCLE, MI_OSM_ONEWAY_VEHICLE, MI_OSM_KEY_COUNT},
    [MUSTER_MODE_CAR] = {MI_OSM_ONEWAY_MOTORCAR, MI_OSM_ONEWAY_MOTOR_VEHICLE, MI_OSM_ONEWAY_VEHICLE, MI_OSM_KEY_COUNT},
};

/* What the first key with a known value says. */
static verdict ask(const mi_osm_tags *tags, const mi_osm_key *keys) {
  for (; *keys != MI_OSM_KEY_COUNT; keys++) {
    verdict found = judge(tags->value[*keys]);
    if (found != SILENT) return found;
  }
  return SILENT;
}

static unsigned apply(unsigned modes, MusterMode mode, verdict found) {
  if (found == OPEN) modes |= MUSTER_MODE_BIT(mode);
  if (found == CLOSED) modes &= ~MUSTER_MODE_BIT(mode);
  return modes;
}

static bool is_alpine(const mi_osm_tags *tags) {
  const char *scale = tags->value[MI_OSM_SAC_SCALE];
  return scale && strstr(scale, "alpine") != NULL;
}

/* Modes that may be on the way at all, whatever the direction. */
static unsigned find_modes(const mi_osm_tags *tags, MusterRoadClass road_class) {
  unsigned modes = mi_class_open_modes(road_class);
  if (is(tags, MI_OSM_MOTORROAD, "yes")) modes &= MI_MODES_CAR;
  if (is_alpine(tags)) modes = 0;
  if (judge(tags->value[MI_OSM_ACCESS]) == CLOSED) modes = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    modes = apply(modes, (MusterMode)mode, ask(tags, mode_keys[mode]));
  /* What no tag can make passable: steps on wheels, a square's outline, ground fit for walkers only. */
  if (road_class == MUSTER_ROAD_STEPS || is(tags, MI_OSM_AREA, "yes") || is(tags, MI_OSM_SMOOTHNESS, "impassable"))
    modes &= MI_MODES_FOOT;
  return modes;
}

/* ---- direction ---- */

enum { FORWARD = 1, BACKWARD = 2, BOTH = FORWARD | BACKWARD };

/* Directions that a value of `oneway` leaves, −1 if it says nothing. */
static int directions_of(const char *oneway) {
  static const struct {
    const char *value;
    int directions;
  } values[] = {{"yes", FORWARD}, {"true", FORWARD}, {"1", FORWARD}, {"-1", BACKWARD},  {"reverse", BACKWARD},
                {"no", BOTH},     {"false", BOTH},   {"0", BOTH},    {"reversible", 0}, {"alternating", BOTH}};
  for (size_t i = 0; oneway && i < G_N_ELEMENTS(values); i++)
    if (strcmp(oneway, values[i].value) == 0) return values[i].directions;
  return -1;
}

static int vehicle_directions(const mi_osm_tags *tags) {
  int directions = directions_of(tags->value[MI_OSM_ONEWAY]);
  if (directions >= 0) return directions;
  if (is(tags, MI_OSM_JUNCTION, "roundabout") || is(tags, MI_OSM_JUNCTION, "circular")) return FORWARD;
  return is(tags, MI_OSM_HIGHWAY, "motorway") || is(tags, MI_OSM_HIGHWAY, "motorway_link") ? FORWARD : BOTH;
}

/* A cycle lane or track against the one-way direction. */
static bool has_contraflow(const mi_osm_tags *tags) {
  static const mi_osm_key lanes[] = {MI_OSM_CYCLEWAY, MI_OSM_CYCLEWAY_LEFT, MI_OSM_CYCLEWAY_RIGHT,
                                     MI_OSM_CYCLEWAY_BOTH};
  static const mi_osm_key oneways[] = {MI_OSM_CYCLEWAY_LEFT_ONEWAY, MI_OSM_CYCLEWAY_RIGHT_ONEWAY,
                                       MI_OSM_CYCLEWAY_BOTH_ONEWAY};
  for (size_t i = 0; i < G_N_ELEMENTS(lanes); i++)
    if (tags->value[lanes[i]] && g_str_has_prefix(tags->value[lanes[i]], "opposite")) return true;
  for (size_t i = 0; i < G_N_ELEMENTS(oneways); i++) {
    int directions = directions_of(tags->value[oneways[i]]);
    if (directions >= 0 && (directions & BACKWARD)) return true;
  }
  return false;
}

static int directions_for(const mi_osm_tags *tags, MusterMode mode) {
  int directions = mode == MUSTER_MODE_FOOT ? BOTH : vehicle_directions(tags);
  if (mode == MUSTER_MODE_EBIKE && directions != 0 && has_contraflow(tags)) directions = BOTH;
  for (const mi_osm_key *key = mode_oneway_keys[mode]; *key != MI_OSM_KEY_COUNT; key++) {
    int own = directions_of(tags->value[*key]);
    if (own < 0) continue;
    directions = own;
    break;
  }
  if (mode == MUSTER_MODE_FOOT && is(tags, MI_OSM_CONVEYING, "forward")) directions = FORWARD;
  if (mode == MUSTER_MODE_FOOT && is(tags, MI_OSM_CONVEYING, "backward")) directions = BACKWARD;
  return directions;
}

static void find_directions(const mi_osm_tags *tags, unsigned modes, MusterWay *way) {
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (!(modes & MUSTER_MODE_BIT(mode))) continue;
    int directions = directions_for(tags, (MusterMode)mode);
    unsigned forward = directions & FORWARD ? MUSTER_MODE_BIT(mode) : 0;
    unsigned backward = directions & BACKWARD ? MUSTER_MODE_BIT(mode) : 0;
    way->open_forward |= (uint8_t)apply(forward, (MusterMode)mode, ask(tags, mode_forward_keys[mode]));
    way->open_backward |= (uint8_t)apply(backward, (MusterMode)mode, ask(tags, mode_backward_keys[mode]));
  }
}

/* ---- the whole way ---- */

static uint16_t find_maxspeed(const mi_osm_tags *tags) {
  if (tags->value[MI_OSM_MAXSPEED]) return mi_osm_maxspeed_kmh(tags->value[MI_OSM_MAXSPEED]);
  uint16_t forward = mi_osm_maxspeed_kmh(tags->value[MI_OSM_MAXSPEED_FORWARD]);
  uint16_t backward = mi_osm_maxspeed_kmh(tags->value[MI_OSM_MAXSPEED_BACKWARD]);
  if (forward || backward) return forward && backward ? MIN(forward, backward) : MAX(forward, backward);
  uint16_t type = mi_osm_maxspeed_kmh(tags->value[MI_OSM_MAXSPEED_TYPE]);
  return type ? type : mi_osm_maxspeed_kmh(tags->value[MI_OSM_ZONE_MAXSPEED]);
}

static MusterSurface find_surface(const mi_osm_tags *tags) {
  MusterSurface surface =
      mi_osm_surface(tags->value[MI_OSM_SURFACE], tags->value[MI_OSM_TRACKTYPE], tags->value[MI_OSM_SMOOTHNESS]);
  bool mountain = tags->value[MI_OSM_SAC_SCALE] && !is(tags, MI_OSM_SAC_SCALE, "hiking") &&
                  !is(tags, MI_OSM_SAC_SCALE, "strolling");
  return mountain ? MUSTER_SURFACE_ROUGH : surface;
}

/* A way that does not lie on the ground. A passage through a building does. */
static bool is_off_ground(const mi_osm_tags *tags) {
  const char *bridge = tags->value[MI_OSM_BRIDGE], *tunnel = tags->value[MI_OSM_TUNNEL];
  return (bridge && strcmp(bridge, "no") != 0) ||
         (tunnel && strcmp(tunnel, "no") != 0 && strcmp(tunnel, "building_passage") != 0);
}

bool mi_osm_way(const mi_osm_tags *tags, MusterWay *way) {
  MusterRoadClass road_class;
  *way = (MusterWay){0};
  if (!find_class(tags, &road_class)) return false;
  if (is(tags, MI_OSM_INDOOR, "yes") || is(tags, MI_OSM_ICE_ROAD, "yes") || is(tags, MI_OSM_WINTER_ROAD, "yes"))
    return false;
  find_directions(tags, find_modes(tags, road_class), way);
  if (!(way->open_forward | way->open_backward)) return false;
  way->road_class = (uint8_t)road_class;
  way->surface = (uint8_t)find_surface(tags);
  way->maxspeed_kmh = find_maxspeed(tags);
  way->off_ground = is_off_ground(tags);
  if (road_class == MUSTER_ROAD_FERRY) way->ferry_s = mi_osm_duration_s(tags->value[MI_OSM_DURATION]);
  way->name = tags->value[MI_OSM_NAME] ? tags->value[MI_OSM_NAME] : tags->value[MI_OSM_REF];
  return true;
}

/* ---- barriers ---- */

static const struct {
  const char *value;
  unsigned closed;
} barriers[] = {
    {"block", MI_MODES_CAR},
    {"bollard", MI_MODES_CAR},
    {"bus_trap", MI_MODES_CAR},
    {"chain", MI_MODES_CAR},
    {"cycle_barrier", MI_MODES_CAR},
    {"debris", MI_MODES_CAR | MI_MODES_EBIKE},
    {"fence", MI_MODES_ALL},
    {"full-height_turnstile", MI_MODES_CAR | MI_MODES_EBIKE},
    {"hampshire_gate", MI_MODES_CAR},
    {"hedge", MI_MODES_ALL},
    {"horse_stile", MI_MODES_CAR | MI_MODES_EBIKE},
    {"jersey_barrier", MI_MODES_CAR},
    {"kissing_gate", MI_MODES_CAR | MI_MODES_EBIKE},
    {"log", MI_MODES_CAR | MI_MODES_EBIKE},
    {"motorcycle_barrier", MI_MODES_CAR},
    {"planter", MI_MODES_CAR},
    {"retaining_wall", MI_MODES_ALL},
    {"rope", MI_MODES_CAR},
    {"stile", MI_MODES_CAR | MI_MODES_EBIKE},
    {"sump_buster", MI_MODES_CAR},
    {"turnstile", MI_MODES_CAR | MI_MODES_EBIKE},
    {"wall", MI_MODES_ALL},
    {"yes", MI_MODES_CAR},
};

unsigned mi_osm_barrier(const mi_osm_tags *tags) {
  const char *barrier = tags->value[MI_OSM_BARRIER];
  if (!barrier) return 0;
  unsigned open = MI_MODES_ALL;
  for (size_t i = 0; i < G_N_ELEMENTS(barriers); i++)
    if (strcmp(barrier, barriers[i].value) == 0) open &= ~barriers[i].closed;
  verdict access = judge(tags->value[MI_OSM_ACCESS]);
  if (access == CLOSED || is(tags, MI_OSM_LOCKED, "yes")) open = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) open = apply(open, (MusterMode)mode, ask(tags, mode_keys[mode]));
  return MI_MODES_ALL & ~open;
}
