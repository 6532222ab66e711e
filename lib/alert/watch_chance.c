/* The chance that one person alerted accepts, and stands there, in time, given what is known by now.
 *
 * Somebody silent for x seconds has not accepted and not declined by then, which has the chance 1 − (p + d)·G(x), with
 * p and d the chances of accepting and declining in the end and G the distribution of the delay. Both chances fall
 * while nothing is heard: proof in docs/alerting.md.
 */
#include <math.h>

#include "alert/watch.h"

static double seconds_between(int64_t from_ms, int64_t to_ms) { return ((double)to_ms - (double)from_ms) / 1000; }

/* P(still silent after x_s). */
static double silence(const MusterAlertModel *model, double p, double x_s) {
  double answers = p + (1 - p) * model->figures.decline_share;
  return 1 - answers * mi_curve_value(&model->answer, x_s);
}

static double departure_cdf(const MusterAlertModel *model, const mi_watch_alert *alert, double within_s) {
  if (isinf(alert->travel_s)) return 0;
  return mi_alert_travel_cdf(model, &model->turnouts[alert->turnout].departed, alert->travel_s,
                             within_s - alert->extra_s);
}

/* P(the answer comes after x_s and the person stands there by y_s | accepts). */
static double arrives_after(const MusterAlertModel *model, const mi_watch_alert *alert, double x_s, double y_s) {
  if (isinf(alert->travel_s)) return 0;
  const mi_curve *departed = &model->turnouts[alert->turnout].departed;
  return mi_alert_arrives_after(model, departed, alert->travel_s, alert->extra_s, x_s, y_s);
}

static double probability(double p) { return p > 0 ? fmin(p, 1) : 0; }

double mi_watch_accepts(const MusterAlertWatch *watch, const mi_watch_alert *alert, int64_t at_ms) {
  const MusterAlertModel *model = watch->model;
  if (alert->state != MI_WATCH_SILENT) return alert->accepted_ms <= watch->accept_by_ms;
  if (at_ms >= watch->accept_by_ms) return 0;
  double x_s = seconds_between(alert->alerted_ms, at_ms), y_s = seconds_between(alert->alerted_ms, watch->accept_by_ms);
  double p = alert->acceptance;
  double later = mi_curve_value(&model->answer, y_s) - mi_curve_value(&model->answer, x_s);
  return probability(p * later / fmax(silence(model, p, x_s), 1e-12));
}

/* Of a person on the way: arrived by the deadline, given not there yet. Where the latter has all but no chance the
 * model has nothing to say, and nobody is counted on who is that late. */
static double given_not_yet(double by_deadline, double by_now) {
  return by_now > 1 - 1e-6 ? 0 : probability((by_deadline - by_now) / (1 - by_now));
}

static double on_the_way(const MusterAlertWatch *watch, const mi_watch_alert *alert, int64_t at_ms) {
  int64_t since_ms = alert->located ? alert->located_ms : alert->accepted_ms;
  double deadline_s = seconds_between(since_ms, watch->on_scene_by_ms), now_s = seconds_between(since_ms, at_ms);
  if (!alert->located)
    return given_not_yet(departure_cdf(watch->model, alert, deadline_s), departure_cdf(watch->model, alert, now_s));
  double extra_s = alert->extra_s;
  return given_not_yet(mi_alert_travel_alone_cdf(watch->model, alert->travel_s, deadline_s - extra_s),
                       mi_alert_travel_alone_cdf(watch->model, alert->travel_s, now_s - extra_s));
}

double mi_watch_arrives(const MusterAlertWatch *watch, const mi_watch_alert *alert, int64_t at_ms) {
  if (alert->state == MI_WATCH_ARRIVED) return alert->arrived_ms <= watch->on_scene_by_ms;
  if (at_ms >= watch->on_scene_by_ms) return 0;
  if (alert->state == MI_WATCH_ON_THE_WAY) return on_the_way(watch, alert, at_ms);
  double x_s = fmax(seconds_between(alert->alerted_ms, at_ms), 0);
  double y_s = seconds_between(alert->alerted_ms, watch->on_scene_by_ms), p = alert->acceptance;
  return probability(p * arrives_after(watch->model, alert, x_s, y_s) / fmax(silence(watch->model, p, x_s), 1e-12));
}
