/* What the search and the export share: options that hold together. */
#ifndef MI_PLAN_LOCATE_H
#define MI_PLAN_LOCATE_H

#include "plan/search.h"

/* Checks the table's size and the options. The existing sites as vehicles (incidence.h), ascending, to be freed with
 * g_free; NULL with OPTION, LIMIT. */
uint32_t *mi_locate_prepare(const MusterLocateTable *table, const MusterLocateOptions *options, GError **error);

#endif
