/* An alert as it was read, and the table of hazards. */
#ifndef MI_CAP_CAP_H
#define MI_CAP_CAP_H

#include <muster/cap.h>

typedef enum mi_cap_kind { MI_CAP_ALERT, MI_CAP_UPDATE, MI_CAP_CANCEL, MI_CAP_OTHER } mi_cap_kind;
typedef enum mi_cap_severity {
  MI_CAP_EXTREME,
  MI_CAP_SEVERE,
  MI_CAP_MODERATE,
  MI_CAP_MINOR,
  MI_CAP_UNKNOWN,
  MI_CAP_SEVERITY_COUNT
} mi_cap_severity;
extern const char *const mi_cap_severities[]; /* ended by NULL */

typedef struct mi_cap_info {
  char *event, *urgency, *certainty;
  mi_cap_severity severity;
  bool all_clear;       /* a response type of it: the hazard is over */
  int64_t effective_ms; /* INT64_MIN: from when it was sent */
  int64_t expires_ms;   /* INT64_MAX: never */
  GPtrArray *categories, *codes, *geocodes;
  GArray *positions, *ring_first; /* a polygon of one ring each, circles too */
} mi_cap_info;

struct MusterCap {
  char *name, *identifier, *status;
  mi_cap_kind kind;
  int64_t sent_ms;
  GPtrArray *references; /* identifiers */
  GPtrArray *infos;      /* mi_cap_info */
};

extern const unsigned char mi_cap_default_ini[];
extern const size_t mi_cap_default_ini_bytes;

/* The hazard of an info block (free with g_free; NULL: none), its level, and whether its areas are closed. False: the
 * table is wrong. */
bool mi_cap_judge(GKeyFile *table, const mi_cap_info *info, char **hazard, uint8_t *level, bool *closes,
                  GError **error);
GKeyFile *mi_cap_table(const char *text, GError **error);

#endif
