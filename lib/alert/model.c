/* The alert model: made from its figures, shared, and asked for probabilities. */
#include "alert/model.h"

#include <math.h>
#include <string.h>

#include "base/input.h"

enum { LARGEST_TEXT_BYTES = 1024 * 1024 };

GQuark muster_alert_error_quark(void) { return g_quark_from_static_string("muster-alert-error-quark"); }

const char *muster_alert_model_default_text(size_t *bytes) {
  *bytes = mi_alert_default_ini_bytes;
  return (const char *)mi_alert_default_ini;
}

MusterAlertModel *muster_alert_model_parse(const char *name, const char *ini, size_t bytes, GError **error) {
  g_autoptr(MusterAlertModel) model = g_new0(MusterAlertModel, 1);
  atomic_init(&model->references, 1);
  size_t default_bytes;
  const char *text = muster_alert_model_default_text(&default_bytes);
  if (!mi_alert_figures_read(&model->figures, "built-in model", text, default_bytes, error)) return NULL;
  if (bytes > LARGEST_TEXT_BYTES) {
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL,
                "%s: expected an alert model of at most 1 MiB, found %zu bytes", name, bytes);
    return NULL;
  }
  if (!mi_alert_figures_read(&model->figures, name, ini, bytes, error)) return NULL;
  mi_alert_tables_make(model);
  return g_steal_pointer(&model);
}

MusterAlertModel *muster_alert_model_new(const char *path, GError **error) {
  if (!path) return muster_alert_model_parse("built-in model", NULL, 0, error);
  gsize bytes = 0;
  g_autofree char *data = mi_input_read(path, "an alert model", &bytes, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_OPEN,
                                        MUSTER_ALERT_ERROR_MODEL, error);
  return data ? muster_alert_model_parse(path, data, bytes, error) : NULL;
}

MusterAlertModel *muster_alert_model_ref(MusterAlertModel *model) {
  atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
  return model;
}

void muster_alert_model_unref(MusterAlertModel *model) {
  if (!model || atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) != 1) return;
  mi_alert_figures_clear(&model->figures);
  g_free(model->turnouts);
  g_free(model);
}

static uint32_t find_class(const mi_alert_classes *classes, const char *name) {
  for (uint32_t i = 0; i < classes->count; i++)
    if (strcmp(classes->names[i], name) == 0) return i;
  return MUSTER_NONE;
}

uint32_t muster_alert_model_find_weather(const MusterAlertModel *model, const char *name) {
  return find_class(&model->figures.weather, name);
}

uint32_t muster_alert_model_find_kind(const MusterAlertModel *model, const char *name) {
  return find_class(&model->figures.kind, name);
}

double muster_alert_model_error(const MusterAlertModel *model) { return model->error; }
double muster_alert_model_fatigue_price(const MusterAlertModel *model) { return model->figures.fatigue_price; }
double muster_alert_model_redundant_price(const MusterAlertModel *model) { return model->figures.redundant_price; }

static double class_factor(const mi_alert_classes *classes, uint32_t index) {
  return index < classes->count ? classes->factors[index] : 1;
}

static double distance_factor(const mi_alert_figures *figures, double m) {
  const double *at = figures->distance_m, *factor = figures->distance_factor;
  size_t i = 0;
  while (i < figures->distance_count && at[i] <= m) i++;
  if (i == 0) return factor[0];
  if (i == figures->distance_count) return factor[i - 1];
  return factor[i - 1] + (factor[i] - factor[i - 1]) * (m - at[i - 1]) / (at[i] - at[i - 1]);
}

/* What is the same for all persons of one question. */
static double shared_factor(const MusterAlertModel *model, const MusterAlertConditions *conditions) {
  const mi_alert_figures *figures = &model->figures;
  return figures->hour_factor[conditions->hour % MI_ALERT_HOURS] *
         class_factor(&figures->weather, conditions->weather) * class_factor(&figures->kind, conditions->kind);
}

static double acceptance_of(const MusterAlertModel *model, const MusterAlertPerson *person, double factor,
                            int64_t at_ms) {
  const mi_alert_figures *figures = &model->figures;
  double base = muster_alert_history_acceptance(person->history, model, at_ms);
  if ((unsigned)person->mode < MUSTER_MODE_COUNT) factor *= figures->mode_factor[person->mode];
  double odds = base * factor * distance_factor(figures, person->distance_m);
  return odds / (odds + (1 - base));
}

double muster_alert_model_acceptance(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                                     const MusterAlertPerson *person) {
  return acceptance_of(model, person, shared_factor(model, conditions), conditions->at_ms);
}

double mi_alert_extra_s(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                        const MusterAlertPerson *person) {
  return (conditions->high_rise ? model->figures.high_rise_s : 0) + (person->fetches ? model->figures.fetch_s : 0);
}

void muster_alert_model_assess(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                               const MusterAlertPerson *persons, size_t count, MusterAlertCandidate *out) {
  const mi_curve *answered = &model->turnouts[model->turnout_of_hour[conditions->hour % MI_ALERT_HOURS]].answered;
  double factor = shared_factor(model, conditions);
  double answers = mi_curve_value(&model->answer, conditions->accept_within_ms / 1000.0);
  double within_s = conditions->on_scene_within_ms / 1000.0;
  for (size_t i = 0; i < count; i++) {
    const MusterAlertPerson *person = &persons[i];
    double p = 0, arrives = 0;
    if (person->travel_ms != MUSTER_UNREACHABLE_MS) {
      p = acceptance_of(model, person, factor, conditions->at_ms);
      arrives = mi_alert_travel_cdf(model, answered, person->travel_ms / 1000.0,
                                    within_s - mi_alert_extra_s(model, conditions, person));
    }
    out[i] = (MusterAlertCandidate){.id = person->id,
                                    .variant = person->variant,
                                    .roles = person->roles,
                                    .p_accept = p * answers,
                                    .p_on_scene = p * arrives,
                                    .price = person->price};
  }
}
