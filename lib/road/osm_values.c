/* Values of OpenStreetMap tags: speed limits, durations, surfaces. Text that is not understood counts as not given. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "road/osm_tags.h"
#include "road/roads.h"

/* A non-negative decimal number; the rest of the text, blanks skipped, goes to *rest. Locale-independent. */
static bool read_decimal(const char *text, double *out, const char **rest) {
  while (*text == ' ') text++;
  if (!g_ascii_isdigit(*text)) return false;
  char *end;
  *out = g_ascii_strtod(text, &end);
  while (*end == ' ') end++;
  *rest = end;
  return isfinite(*out);
}

/* "RO:urban", "CN:rural", "DE:zone30", "AT:zone:30", "GB:nsl_single": the part after the country. */
static uint16_t zone_limit_kmh(const char *zone) {
  static const struct {
    const char *name;
    uint16_t kmh;
  } zones[] = {{"urban", 50},          {"rural", 90},         {"trunk", 100},
               {"motorway", 0},        {"living_street", 20}, {"walk", 7},
               {"school", 30},         {"nsl_single", 97},    {"nsl_dual", 113},
               {"nsl_restricted", 48}, {"bicycle_road", 30},  {"pedestrian_zone", 7}};
  for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
    if (strcmp(zone, zones[i].name) == 0) return zones[i].kmh;
  if (g_str_has_prefix(zone, "zone")) zone += strlen("zone");
  if (*zone == ':') zone++;
  double kmh;
  const char *rest;
  return read_decimal(zone, &kmh, &rest) && *rest == '\0' && kmh <= 200 ? (uint16_t)lround(kmh) : 0;
}

uint16_t mi_osm_maxspeed_kmh(const char *text) {
  double speed;
  const char *unit;
  if (!text) return 0;
  if (strcmp(text, "walk") == 0) return 7;
  if (g_ascii_isupper(text[0]) && strchr(text, ':')) return zone_limit_kmh(strchr(text, ':') + 1);
  if (!read_decimal(text, &speed, &unit)) return 0;
  if (g_str_has_prefix(unit, "mph"))
    speed *= 1.609344;
  else if (g_str_has_prefix(unit, "knots"))
    speed *= 1.852;
  else if (*unit && *unit != ';' && *unit != ',' && !g_str_has_prefix(unit, "km"))
    return 0;
  return speed >= 1 && speed <= MI_ROADS_MAXSPEED_MAX_KMH ? (uint16_t)lround(speed) : 0;
}

/* "PT1H30M", "PT20M", "PT90S". */
static double iso_duration_s(const char *text) {
  double total = 0, number;
  const char *rest;
  for (text += 2; *text; text = rest + 1) {
    if (!read_decimal(text, &number, &rest)) return 0;
    if (*rest == 'H')
      total += number * 3600;
    else if (*rest == 'M')
      total += number * 60;
    else if (*rest == 'S')
      total += number;
    else
      return 0;
  }
  return total;
}

/* "20", "01:30", "01:30:00". */
static double clock_duration_s(const char *text) {
  double part[3];
  size_t count = 0;
  const char *rest;
  for (;; text = rest + 1) {
    if (count == 3 || !read_decimal(text, &part[count], &rest)) return 0;
    count++;
    if (*rest == '\0') break;
    if (*rest != ':') return 0;
  }
  if (count == 1) return part[0] * 60;
  return part[0] * 3600 + part[1] * 60 + (count == 3 ? part[2] : 0);
}

uint32_t mi_osm_duration_s(const char *text) {
  if (!text) return 0;
  double seconds = g_str_has_prefix(text, "PT") ? iso_duration_s(text) : clock_duration_s(text);
  return seconds >= 1 && seconds <= MI_ROADS_FERRY_MAX_S ? (uint32_t)lround(seconds) : 0;
}

typedef struct surface_row {
  const char *name;
  MusterSurface surface;
} surface_row;

static const surface_row surfaces[] =
    {
        {"asphalt", MUSTER_SURFACE_PAVED},
        {"paved", MUSTER_SURFACE_PAVED},
        {"concrete", MUSTER_SURFACE_PAVED},
        {"concrete:plates", MUSTER_SURFACE_PAVED},
        {"concrete:lanes", MUSTER_SURFACE_PAVED},
        {"paving_stones", MUSTER_SURFACE_PAVED},
        {"sett", MUSTER_SURFACE_PAVED},
        {"bricks", MUSTER_SURFACE_PAVED},
        {"brick", MUSTER_SURFACE_PAVED},
        {"chipseal", MUSTER_SURFACE_PAVED},
        {"metal", MUSTER_SURFACE_PAVED},
        {"wood", MUSTER_SURFACE_PAVED},
        {"rubber", MUSTER_SURFACE_PAVED},
        {"tartan", MUSTER_SURFACE_PAVED},
        {"compacted", MUSTER_SURFACE_COMPACTED},
        {"fine_gravel", MUSTER_SURFACE_COMPACTED},
        {"cobblestone", MUSTER_SURFACE_COMPACTED},
        {"metal_grid", MUSTER_SURFACE_COMPACTED},
        {"grass_paver", MUSTER_SURFACE_COMPACTED},
        {"unpaved", MUSTER_SURFACE_UNPAVED},
        {"gravel", MUSTER_SURFACE_UNPAVED},
        {"ground", MUSTER_SURFACE_UNPAVED},
        {"dirt", MUSTER_SURFACE_UNPAVED},
        {"earth", MUSTER_SURFACE_UNPAVED},
        {"soil", MUSTER_SURFACE_UNPAVED},
        {"clay", MUSTER_SURFACE_UNPAVED},
        {"grass", MUSTER_SURFACE_UNPAVED},
        {"pebblestone", MUSTER_SURFACE_UNPAVED},
        {"woodchips", MUSTER_SURFACE_UNPAVED},
        {"unhewn_cobblestone", MUSTER_SURFACE_ROUGH},
        {"sand", MUSTER_SURFACE_ROUGH},
        {"mud", MUSTER_SURFACE_ROUGH},
        {"rock", MUSTER_SURFACE_ROUGH},
        {"rocks", MUSTER_SURFACE_ROUGH},
        {"stone", MUSTER_SURFACE_ROUGH},
        {"stepping_stones", MUSTER_SURFACE_ROUGH},
        {"snow", MUSTER_SURFACE_ROUGH},
        {"ice", MUSTER_SURFACE_ROUGH},
},
                         track_types[] =
                             {
                                 {"grade1", MUSTER_SURFACE_PAVED},   {"grade2", MUSTER_SURFACE_COMPACTED},
                                 {"grade3", MUSTER_SURFACE_UNPAVED}, {"grade4", MUSTER_SURFACE_UNPAVED},
                                 {"grade5", MUSTER_SURFACE_ROUGH},
},
                         worst_by_smoothness[] = {
                             {"bad", MUSTER_SURFACE_UNPAVED},      {"very_bad", MUSTER_SURFACE_ROUGH},
                             {"horrible", MUSTER_SURFACE_ROUGH},   {"very_horrible", MUSTER_SURFACE_ROUGH},
                             {"impassable", MUSTER_SURFACE_ROUGH},
};

static MusterSurface find_surface(const surface_row *rows, size_t count, const char *name) {
  for (size_t i = 0; name && i < count; i++)
    if (strcmp(rows[i].name, name) == 0) return rows[i].surface;
  return MUSTER_SURFACE_UNKNOWN;
}

MusterSurface mi_osm_surface(const char *surface, const char *tracktype, const char *smoothness) {
  MusterSurface found = find_surface(surfaces, G_N_ELEMENTS(surfaces), surface);
  if (found == MUSTER_SURFACE_UNKNOWN) found = find_surface(track_types, G_N_ELEMENTS(track_types), tracktype);
  MusterSurface worst = find_surface(worst_by_smoothness, G_N_ELEMENTS(worst_by_smoothness), smoothness);
  return MAX(found, worst);
}
