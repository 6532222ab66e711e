/* Travel modes: one table of class × mode, one of surface × mode.
 *
 * Speeds are whole metres an hour and times are computed in integers, so a network has the same weights on every
 * machine. Where the figures come from stands in docs/travel-modes.md.
 */
#include "road/modes.h"

#include <string.h>

#include "base/words.h"

static const char *const mode_names[MUSTER_MODE_COUNT + 1] = {"foot", "ebike", "car", NULL};

/* Speed in m/h where the mode is let in, by tag or by default; `open` holds those let in by default. */
typedef struct class_row {
  const char *name;
  unsigned open;
  uint32_t speed_m_per_h[MUSTER_MODE_COUNT];
} class_row;

enum { FE = MI_MODES_FOOT | MI_MODES_EBIKE, ALL = MI_MODES_ALL };

static const class_row classes[MUSTER_ROAD_CLASS_COUNT] = {
    [MUSTER_ROAD_MOTORWAY] = {"motorway", MI_MODES_CAR, {5040, 20000, 100000}},
    [MUSTER_ROAD_TRUNK] = {"trunk", ALL, {5040, 20000, 75000}},
    [MUSTER_ROAD_PRIMARY] = {"primary", ALL, {5040, 20000, 55000}},
    [MUSTER_ROAD_SECONDARY] = {"secondary", ALL, {5040, 20000, 45000}},
    [MUSTER_ROAD_TERTIARY] = {"tertiary", ALL, {5040, 20000, 40000}},
    [MUSTER_ROAD_UNCLASSIFIED] = {"unclassified", ALL, {5040, 20000, 35000}},
    [MUSTER_ROAD_RESIDENTIAL] = {"residential", ALL, {5040, 18000, 25000}},
    [MUSTER_ROAD_LIVING_STREET] = {"living_street", ALL, {5040, 15000, 10000}},
    [MUSTER_ROAD_SERVICE] = {"service", ALL, {5040, 15000, 15000}},
    [MUSTER_ROAD_TRACK] = {"track", ALL, {5040, 14000, 15000}},
    [MUSTER_ROAD_PEDESTRIAN] = {"pedestrian", MI_MODES_FOOT, {5040, 10000, 5000}},
    [MUSTER_ROAD_CYCLEWAY] = {"cycleway", FE, {5040, 20000, 10000}},
    [MUSTER_ROAD_FOOTWAY] = {"footway", MI_MODES_FOOT, {5040, 10000, 5000}},
    [MUSTER_ROAD_PATH] = {"path", FE, {5040, 12000, 5000}},
    [MUSTER_ROAD_BRIDLEWAY] = {"bridleway", MI_MODES_FOOT, {5040, 12000, 5000}},
    [MUSTER_ROAD_STEPS] = {"steps", MI_MODES_FOOT, {2520, 2000, 2000}},
    [MUSTER_ROAD_FERRY] = {"ferry", FE, {10000, 10000, 10000}},
};

/* Per cent of the class's speed left on a surface. */
static const uint8_t surface_percent[MUSTER_SURFACE_COUNT][MUSTER_MODE_COUNT] = {
    [MUSTER_SURFACE_UNKNOWN] = {100, 100, 100}, [MUSTER_SURFACE_PAVED] = {100, 100, 100},
    [MUSTER_SURFACE_COMPACTED] = {100, 85, 80}, [MUSTER_SURFACE_UNPAVED] = {90, 70, 60},
    [MUSTER_SURFACE_ROUGH] = {75, 45, 35},
};

bool muster_mode_from_name(const char *name, MusterMode *out, GError **error) {
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (strcmp(name, mode_names[mode]) == 0) {
      *out = (MusterMode)mode;
      return true;
    }
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED,
              "travel mode \"%s\": expected foot, ebike or car", name);
  return false;
}

const char *muster_mode_name(MusterMode mode) {
  return (unsigned)mode < MUSTER_MODE_COUNT ? mode_names[mode] : "unknown";
}

char *mi_modes_format(unsigned modes) { return mi_words_format(mode_names, modes); }

bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong) {
  return mi_words_parse(mode_names, text, modes, wrong);
}

const char *muster_road_class_name(MusterRoadClass road_class) {
  return (unsigned)road_class < MUSTER_ROAD_CLASS_COUNT ? classes[road_class].name : "unknown";
}

bool muster_road_class_from_name(const char *name, MusterRoadClass *out) {
  for (int road_class = 0; road_class < MUSTER_ROAD_CLASS_COUNT; road_class++)
    if (strcmp(name, classes[road_class].name) == 0) {
      *out = (MusterRoadClass)road_class;
      return true;
    }
  return false;
}

static const char *const surface_names[MUSTER_SURFACE_COUNT] = {"unknown", "paved", "compacted", "unpaved", "rough"};

const char *mi_surface_name(MusterSurface surface) {
  return surface_names[(unsigned)surface < MUSTER_SURFACE_COUNT ? surface : MUSTER_SURFACE_UNKNOWN];
}

bool mi_surface_from_name(const char *name, uint8_t *out) {
  for (uint8_t surface = 0; surface < MUSTER_SURFACE_COUNT; surface++)
    if (strcmp(name, surface_names[surface]) == 0) {
      *out = surface;
      return true;
    }
  return false;
}

unsigned mi_class_open_modes(MusterRoadClass road_class) {
  return (unsigned)road_class < MUSTER_ROAD_CLASS_COUNT ? classes[road_class].open : 0;
}

uint32_t mi_way_speed_m_per_h(const MusterWay *way, MusterMode mode) {
  unsigned surface = way->surface < MUSTER_SURFACE_COUNT ? way->surface : MUSTER_SURFACE_UNKNOWN;
  if (way->road_class >= MUSTER_ROAD_CLASS_COUNT || (unsigned)mode >= MUSTER_MODE_COUNT) return 1;
  uint32_t speed = classes[way->road_class].speed_m_per_h[mode];
  if (way->road_class == MUSTER_ROAD_FERRY) return speed;
  speed = speed * surface_percent[surface][mode] / 100;
  /* A signed limit binds vehicles; nobody walks faster than 5 km/h anyway. */
  if (mode != MUSTER_MODE_FOOT && way->maxspeed_kmh > 0) speed = MIN(speed, way->maxspeed_kmh * 1000u);
  return MAX(speed, 1);
}

uint64_t mi_way_time_ms(const MusterWay *way, MusterMode mode, uint64_t length_mm, uint64_t way_length_mm) {
  if (way->road_class == MUSTER_ROAD_FERRY && way->ferry_s > 0 && way_length_mm > 0) {
    double share = (double)length_mm / (double)way_length_mm;
    return (uint64_t)(share * way->ferry_s * 1000.0 + 0.5);
  }
  uint64_t speed = mi_way_speed_m_per_h(way, mode);
  return (length_mm * 3600 + speed / 2) / speed;
}

double muster_way_speed_kmh(const MusterWay *way, MusterMode mode) {
  if ((unsigned)mode >= MUSTER_MODE_COUNT) return 0;
  if (!((way->open_forward | way->open_backward) & MUSTER_MODE_BIT(mode))) return 0;
  return mi_way_speed_m_per_h(way, mode) / 1000.0;
}
