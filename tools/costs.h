/* Files of `muster assign`: costs of pairs, and events. */
#ifndef MT_COSTS_H
#define MT_COSTS_H

#include "common.h"

/* A pair that is possible, by the numbers of its row and column below. */
typedef struct mt_pair {
  MusterAssignRow row;
  MusterAssignCandidate candidate; /* the cost as time_ms */
} mt_pair;

typedef struct mt_costs {
  GArray *rows, *columns;                   /* int64_t ids in the order in which the file first names them */
  GHashTable *row_numbers, *column_numbers; /* int64_t id → number */
  GArray *pairs;                            /* mt_pair, in the order of the file */
  int32_t most;                             /* the largest cost, whatever its sign */
} mt_costs;
/* "ROW COLUMN COST" a line, three whole numbers; blank lines and what follows a # are passed over. */
bool mt_costs_read(mt_costs *costs, const char *path, GError **error);
void mt_costs_clear(mt_costs *costs);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_costs, mt_costs_clear)

typedef enum mt_event_kind { MT_ARRIVE, MT_CLOSE, MT_LEAVE, MT_RETURN } mt_event_kind;
typedef struct mt_event {
  mt_event_kind kind;
  uint32_t number; /* of the row or column */
  size_t line;
} mt_event;
/* "arrive ROW", "close ROW", "leave COLUMN", "return COLUMN" a line, of these costs (GArray of mt_event). Whether an
 * event makes sense after those before it is checked too. A row that arrives and that no pair names becomes one of the
 * costs' rows, without a pair. */
GArray *mt_events_read(mt_costs *costs, const char *path, GError **error);

#endif
