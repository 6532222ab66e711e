/* A table of travel times from CSV; the format stands at muster_travel_read_matrix. */
#ifndef MI_ENGINE_MATRIX_H
#define MI_ENGINE_MATRIX_H

#include <muster/engine.h>

/* `file` names it in errors. */
MusterTravel *mi_matrix_parse(const char *file, const char *csv, size_t bytes, GError **error);
/* Decimal seconds, rounded to the nearest ms (half up); false if it is anything else or above 4,000,000 s. */
bool mi_matrix_parse_seconds(const char *text, size_t length, uint32_t *out_ms);

#endif
