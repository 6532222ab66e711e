/* From OpenStreetMap tags to what a way, a barrier or a turn restriction means for each travel mode. The rules stand in
 * docs/travel-modes.md.
 */
#ifndef MI_ROAD_OSM_TAGS_H
#define MI_ROAD_OSM_TAGS_H

#include <muster/road.h>

/* The keys that decide; MI_OSM_KEY_COUNT stands for any other. */
typedef enum mi_osm_key {
  MI_OSM_ACCESS,
  MI_OSM_AREA,
  MI_OSM_BARRIER,
  MI_OSM_BICYCLE,
  MI_OSM_BICYCLE_BACKWARD,
  MI_OSM_BICYCLE_FORWARD,
  MI_OSM_BRIDGE,
  MI_OSM_CONVEYING,
  MI_OSM_CYCLEWAY,
  MI_OSM_CYCLEWAY_BOTH,
  MI_OSM_CYCLEWAY_BOTH_ONEWAY,
  MI_OSM_CYCLEWAY_LEFT,
  MI_OSM_CYCLEWAY_LEFT_ONEWAY,
  MI_OSM_CYCLEWAY_RIGHT,
  MI_OSM_CYCLEWAY_RIGHT_ONEWAY,
  MI_OSM_DAY_OFF,
  MI_OSM_DAY_ON,
  MI_OSM_DURATION,
  MI_OSM_EXCEPT,
  MI_OSM_FOOT,
  MI_OSM_FOOT_BACKWARD,
  MI_OSM_FOOT_FORWARD,
  MI_OSM_HIGHWAY,
  MI_OSM_HOUR_OFF,
  MI_OSM_HOUR_ON,
  MI_OSM_ICE_ROAD,
  MI_OSM_INDOOR,
  MI_OSM_JUNCTION,
  MI_OSM_LOCKED,
  MI_OSM_MAN_MADE,
  MI_OSM_MAXSPEED,
  MI_OSM_MAXSPEED_BACKWARD,
  MI_OSM_MAXSPEED_FORWARD,
  MI_OSM_MAXSPEED_TYPE,
  MI_OSM_MOTOR_VEHICLE,
  MI_OSM_MOTOR_VEHICLE_BACKWARD,
  MI_OSM_MOTOR_VEHICLE_FORWARD,
  MI_OSM_MOTORCAR,
  MI_OSM_MOTORCAR_BACKWARD,
  MI_OSM_MOTORCAR_FORWARD,
  MI_OSM_MOTORROAD,
  MI_OSM_NAME,
  MI_OSM_ONEWAY,
  MI_OSM_ONEWAY_BICYCLE,
  MI_OSM_ONEWAY_FOOT,
  MI_OSM_ONEWAY_MOTOR_VEHICLE,
  MI_OSM_ONEWAY_MOTORCAR,
  MI_OSM_ONEWAY_VEHICLE,
  MI_OSM_PUBLIC_TRANSPORT,
  MI_OSM_RAILWAY,
  MI_OSM_REF,
  MI_OSM_RESTRICTION,
  MI_OSM_RESTRICTION_CONDITIONAL,
  MI_OSM_RESTRICTION_MOTOR_VEHICLE,
  MI_OSM_RESTRICTION_MOTOR_VEHICLE_CONDITIONAL,
  MI_OSM_RESTRICTION_MOTORCAR,
  MI_OSM_RESTRICTION_MOTORCAR_CONDITIONAL,
  MI_OSM_RESTRICTION_VEHICLE,
  MI_OSM_RESTRICTION_VEHICLE_CONDITIONAL,
  MI_OSM_ROUTE,
  MI_OSM_SAC_SCALE,
  MI_OSM_SMOOTHNESS,
  MI_OSM_SURFACE,
  MI_OSM_TRACKTYPE,
  MI_OSM_TUNNEL,
  MI_OSM_TYPE,
  MI_OSM_VEHICLE,
  MI_OSM_VEHICLE_BACKWARD,
  MI_OSM_VEHICLE_FORWARD,
  MI_OSM_WINTER_ROAD,
  MI_OSM_ZONE_MAXSPEED,
  MI_OSM_KEY_COUNT
} mi_osm_key;

mi_osm_key mi_osm_key_from_name(const char *name);

/* Value of each key, NULL where the object has no such tag. */
typedef struct mi_osm_tags {
  const char *value[MI_OSM_KEY_COUNT];
} mi_osm_tags;

/* Fills everything but the id; the name is the tag's own text. False if no mode can travel the way. */
bool mi_osm_way(const mi_osm_tags *tags, MusterWay *way);
/* The modes that a node's barrier stops; 0 if it is none. */
unsigned mi_osm_barrier(const mi_osm_tags *tags);

/* What a relation says about turns of cars (osm_turns.c). */
typedef enum mi_osm_turn {
  MI_OSM_TURN_NONE, /* no turn restriction, or one that does not bind cars */
  MI_OSM_TURN_CONDITIONAL,
  MI_OSM_TURN_UNCLEAR, /* an unknown value */
  MI_OSM_TURN_NO,
  MI_OSM_TURN_NO_ENTRY, /* from any of several ways */
  MI_OSM_TURN_NO_EXIT,  /* to any of several ways */
  MI_OSM_TURN_ONLY,
} mi_osm_turn;
mi_osm_turn mi_osm_turn_from_tags(const mi_osm_tags *tags);

/* ---- single values (osm_values.c) ---- */

/* A signed limit in km/h; 0: none, or not understood. "50", "30 mph", "walk", "RO:urban", "none". */
uint16_t mi_osm_maxspeed_kmh(const char *text);
/* "HH:MM", "HH:MM:SS", minutes, or ISO 8601 "PT1H30M"; 0 if not understood or beyond 48 h. */
uint32_t mi_osm_duration_s(const char *text);
/* From surface, tracktype (any may be NULL), made worse by smoothness. */
MusterSurface mi_osm_surface(const char *surface, const char *tracktype, const char *smoothness);

#endif
