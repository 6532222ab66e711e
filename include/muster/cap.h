/* OASIS Common Alerting Protocol 1.2: an alert's XML, and the events `mode`, `close_roads` and `open_roads` it means.
 * docs/cap.md tells what is mapped and how. */
#ifndef MUSTER_CAP_H
#define MUSTER_CAP_H

#include <muster/engine.h>

G_BEGIN_DECLS

#define MUSTER_CAP_ERROR (muster_cap_error_quark())
MUSTER_EXPORT GQuark muster_cap_error_quark(void);
typedef enum MusterCapError {
  MUSTER_CAP_ERROR_OPEN,   /* the file cannot be read */
  MUSTER_CAP_ERROR_FORMAT, /* not a CAP 1.2 alert: element, expected, found */
  MUSTER_CAP_ERROR_TABLE,  /* the table of hazards: group, key, expected, found */
  MUSTER_CAP_ERROR_NONE,   /* an alert that means no event: why */
} MusterCapError;

/* An alert as it was read; immutable, one owner. */
typedef struct MusterCap MusterCap;
/* At most 1 MiB, UTF-8 or what the XML declares. Nothing outside the file is read: a document type is refused, and with
 * it all entities but those of XML itself. Errors: OPEN, FORMAT. */
MUSTER_EXPORT MusterCap *muster_cap_read(const char *path, GError **error);
/* The same from memory; `name` is what messages call it. */
MUSTER_EXPORT MusterCap *muster_cap_parse(const char *name, const char *xml, size_t bytes, GError **error);
MUSTER_EXPORT void muster_cap_free(MusterCap *cap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterCap, muster_cap_free)
/* When it was sent, ms since 1970. */
MUSTER_EXPORT int64_t muster_cap_sent_ms(const MusterCap *cap);

/* The built-in table of hazards, the text of an INI file; static. */
MUSTER_EXPORT const char *muster_cap_hazards(size_t *bytes);
/* The events that `count` ≥ 1 alerts mean from now on, one JSON object a line in the order of their time; free with
 * g_free. Blocks begin (`effective`, else when the alert was sent) and end (`expires`, or when an Update or Cancel
 * among the alerts refers to theirs): their end is an event too. county: areas are named by its codes; NULL: modes are
 * for everywhere. at_ms: 0 or more, of what is in force now; what comes later has so much more. now_ms: the time now on
 * the alerts' own clock. table: a text as muster_cap_hazards, NULL: that one. Errors: FORMAT (also: two alerts of one
 * identifier), TABLE, NONE (also: one of them means no event). */
MUSTER_EXPORT char *muster_cap_events(const MusterCap *const *alerts, size_t count, const MusterCounty *county,
                                      int64_t at_ms, int64_t now_ms, const char *table, GError **error);

G_END_DECLS

#endif
