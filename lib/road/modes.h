/* The one table of travel modes: which classes of way a mode may use and how fast it is there. docs/travel-modes.md
 * shows the same table; a test compares the two. */
#ifndef MI_ROAD_MODES_H
#define MI_ROAD_MODES_H

#include <muster/road.h>

enum {
  MI_MODES_FOOT = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
  MI_MODES_EBIKE = MUSTER_MODE_BIT(MUSTER_MODE_EBIKE),
  MI_MODES_CAR = MUSTER_MODE_BIT(MUSTER_MODE_CAR),
  MI_MODES_ALL = MUSTER_MODE_BIT(MUSTER_MODE_COUNT) - 1,
};

/* Walking off the roads: 1.4 m/s. */
#define MI_WALK_MM_PER_S 1400

/* Sets of modes as "foot,ebike": as mi_words_format and mi_words_parse (base/words.h). */
char *mi_modes_format(unsigned modes);
bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong);

/* "unknown", "paved", "compacted", "unpaved", "rough". */
const char *mi_surface_name(MusterSurface surface);
bool mi_surface_from_name(const char *name, uint8_t *out);

/* Modes that may use a way of the class where no tag says otherwise. */
unsigned mi_class_open_modes(MusterRoadClass road_class);
/* Speed on the way, metres an hour, whether or not the way is open to the mode; at least 1. */
uint32_t mi_way_speed_m_per_h(const MusterWay *way, MusterMode mode);
/* Travel time of a stretch of the way, rounded to the nearest ms; UINT64_MAX never. way_length_mm is the length of the
 * whole way: a ferry's crossing time is shared out by length. */
uint64_t mi_way_time_ms(const MusterWay *way, MusterMode mode, uint64_t length_mm, uint64_t way_length_mm);

#endif
