/* The travel oracle's inside: a table of times, or one layer (network, fleet, search) a mode. */
#ifndef MI_ROUTE_TRAVEL_H
#define MI_ROUTE_TRAVEL_H

#include "route/nearest.h"

/* Responders on a plain table of times; every row and column is a place. */
typedef struct mi_table mi_table;
mi_table *mi_table_new(const char *const *place_names, size_t place_count, const uint32_t *times_ms);
void mi_table_free(mi_table *table);
bool mi_table_has(const mi_table *table, uint32_t place);
uint32_t mi_table_find_place(const mi_table *table, const char *name);
bool mi_table_put(mi_table *table, MusterResponder responder, uint32_t place, uint64_t skills);
void mi_table_remove(mi_table *table, MusterResponder responder);
void mi_table_set_available(mi_table *table, MusterResponder responder, bool available);
size_t mi_table_nearest(mi_table *table, uint32_t place, uint64_t skills, size_t k, uint32_t limit_ms,
                        MusterTravelHit *out);
void mi_table_wait(mi_table *table, uint32_t waiting, uint32_t place);
void mi_table_unwait(mi_table *table, uint32_t waiting);
size_t mi_table_visit_waiting(mi_table *table, MusterResponder responder, uint32_t limit_ms, MusterTravelVisit visit,
                              void *data);
uint32_t mi_table_time_ms(const mi_table *table, MusterResponder responder, uint32_t place);

#endif
