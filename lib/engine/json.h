/* Pieces of JSON objects, appended in the order of the fields: every byte is part of the contract. */
#ifndef MI_ENGINE_JSON_H
#define MI_ENGINE_JSON_H

#include <muster/engine.h>

/* In quotes, escaped. */
void mi_json_add_text(GString *out, const char *text);
/* ,"key": */
void mi_json_add_key(GString *out, const char *key);
/* ,"key":"text", or null. */
void mi_json_add_text_field(GString *out, const char *key, const char *text);
void mi_json_add_number_field(GString *out, const char *key, int64_t number);
/* [longitude,latitude] in degrees. */
void mi_json_add_position(GString *out, MusterPosition position);
/* Nothing for no id. */
void mi_json_add_id_field(GString *out, const char *key, MusterId id);

#endif
