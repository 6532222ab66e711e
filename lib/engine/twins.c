/* Duplicates found by place and time: a report of the same kind, so soon after another that is still active and so near
 * to it, is the same matter (`duplicate_within_s`, `duplicate_within_m`).
 *
 * Of several the nearest counts, of those equally near the one reported first. On a matrix only the same place is near;
 * where only the grid is known of one of the two, the same grid is. Kinds without a plan are never compared.
 */
#include "engine/state.h"

#include <math.h>

/* In metres; INFINITY: not to be compared. */
static double distance_m(const mi_incident *a, const mi_incident *b) {
  if (a->place.matrix_id != MUSTER_NONE || b->place.matrix_id != MUSTER_NONE)
    return a->place.matrix_id == b->place.matrix_id ? 0 : INFINITY;
  if (a->grid_only || b->grid_only) return a->grid != MUSTER_NONE && a->grid == b->grid ? 0 : INFINITY;
  return muster_distance_m(a->place.position, b->place.position);
}

static bool is_twin(const mi_incident *known, const mi_incident *fresh) {
  return known->work && !known->own_kind && known->plan == fresh->plan;
}

static const char *explain(MusterEngine *engine, mi_incident_id original, const mi_incident *fresh, double metres) {
  mi_text *text = &engine->text;
  const mi_incident *known = mi_incident_at(engine, original);
  mi_text_add(text, "the same kind as ");
  mi_text_add_id(text, mi_incident_name(engine, original));
  mi_text_add(text, ", reported ");
  mi_text_add_duration(text, fresh->first_ms - known->first_ms);
  mi_text_add(text, " after it and ");
  if (known->grid_only || fresh->grid_only) {
    mi_text_add(text, "in the same grid");
  } else {
    mi_text_add_number(text, (uint64_t)(metres + 0.5));
    mi_text_add(text, " m away");
  }
  return mi_text_end(text);
}

mi_incident_id mi_twin_find(MusterEngine *engine, mi_incident_id id, const char **why) {
  const mi_incident *fresh = mi_incident_at(engine, id);
  const mi_settings *settings = fresh->work->settings;
  int64_t since_ms = fresh->first_ms - INT64_C(1000) * settings->duplicate_within_s;
  mi_incident_id best = MUSTER_NONE;
  double nearest_m = settings->duplicate_within_m;
  if (settings->duplicate_within_s == 0 || fresh->own_kind) return MUSTER_NONE;
  for (mi_incident_id i = id; i-- > 0 && mi_incident_at(engine, i)->first_ms >= since_ms;) {
    const mi_incident *known = mi_incident_at(engine, i);
    double metres = is_twin(known, fresh) ? distance_m(known, fresh) : INFINITY;
    if (metres > nearest_m) continue;
    best = i;
    nearest_m = metres;
  }
  if (best != MUSTER_NONE) *why = explain(engine, best, fresh, nearest_m);
  return best;
}
