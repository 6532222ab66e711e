/* What one person's answers tell: a Beta prior that learns and forgets. */
#include "alert/model.h"
#include "alert/special.h"

static const double LN2 = 0.69314718055994530942;
static const double MS_PER_DAY = 86400000.0;

static double fading(const MusterAlertHistory *history, const MusterAlertModel *model, int64_t at_ms) {
  if (at_ms <= history->updated_ms) return 1;
  double days = ((double)at_ms - (double)history->updated_ms) / MS_PER_DAY;
  return mi_exp(-LN2 * days / model->figures.half_life_days);
}

void muster_alert_history_note(MusterAlertHistory *history, const MusterAlertModel *model, MusterAlertAnswer answer,
                               int64_t at_ms) {
  double kept = fading(history, model, at_ms);
  history->accepts = history->accepts * kept + (answer == MUSTER_ALERT_ACCEPTED);
  history->refusals *= kept;
  if (answer == MUSTER_ALERT_DECLINED) history->refusals += 1;
  if (answer == MUSTER_ALERT_UNANSWERED) history->refusals += model->figures.unanswered_weight;
  if (at_ms > history->updated_ms) history->updated_ms = at_ms;
}

double muster_alert_history_acceptance(const MusterAlertHistory *history, const MusterAlertModel *model,
                                       int64_t at_ms) {
  const mi_alert_figures *figures = &model->figures;
  if (!history || !(history->accepts + history->refusals > 0)) return figures->base;
  double kept = fading(history, model, at_ms), strength = figures->prior_strength;
  double accepts = history->accepts * kept, refusals = history->refusals * kept;
  return (strength * figures->base + accepts) / (strength + accepts + refusals);
}
