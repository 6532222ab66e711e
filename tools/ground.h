/* A county with the roads of one call: its networks by mode, and their metrics with what is closed. */
#ifndef MT_GROUND_H
#define MT_GROUND_H

#include "roads.h"

typedef struct mt_ground {
  MusterCounty *county;
  GPtrArray *networks, *metrics; /* one a mode, alike */
} mt_ground;

/* Networks from these files (NULL or empty: all modes of the county's own roads), of the modes of --mode only ("foot"
 * or "foot,ebike"; NULL: all). `out` must be cleared either way. */
bool mt_ground_open(mt_ground *out, const char *county, char *const *networks, const mt_roads *roads,
                    const mt_common *common, GError **error);
void mt_ground_clear(mt_ground *ground);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_ground, mt_ground_clear)
static inline MusterMetric *const *mt_ground_metrics(const mt_ground *ground) {
  return (MusterMetric *const *)(void *)ground->metrics->pdata;
}

/* "foot,ebike" as a MUSTER_MODE_BIT set. */
bool mt_parse_modes(const char *text, const char *what, unsigned *out, GError **error);
/* "22-5", "day", "8,12-14", "all" as a set of hours. */
bool mt_parse_hours(const char *text, const char *what, uint32_t *out, GError **error);
/* "mon" … "sun" as 0 … 6. */
bool mt_parse_weekday(const char *text, const char *what, uint32_t *out, GError **error);
/* "medic;boat" as bits of the county's skills. */
bool mt_parse_skills(const char *text, const char *what, const MusterCounty *county, uint64_t *out, GError **error);
/* "2:first_aid;boat": 1 … most people and bits of the county's skills; "3": of anybody. */
bool mt_parse_need(const char *text, const char *what, const MusterCounty *county, uint32_t most, uint32_t *out_people,
                   uint64_t *out_skills, GError **error);
/* One share for all hours, or 24 with semicolons between. */
bool mt_parse_standby(const char *text, const char *what, double out[24], GError **error);

/* Entries of a command's option table and its help. */
#define MT_GROUND_HELP                                                                                              \
  "  --network N.mnet      a prepared network, of one mode or several; once for each mode; without any, those of\n" \
  "                        all modes are built from the county's roads\n"                                           \
  "  --mode MODES          foot, ebike and car with commas between: how people may travel; without it, in all\n"    \
  "                        modes there are\n"                                                                       \
  "  --close AREA.geojson  closes all roads that touch the area, in all modes; may be given several times\n"        \
  "  --close-arcs FILE     closes the roads from TAIL straight to HEAD: two node ids a line\n"                      \
  "  --close-ways FILE     closes all of a way, both ways: a way id a line\n"

#endif
