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

/* P(the answer comes after x_s and the person stands there by y_s | accepts): by Gauss's rule of twenty points
 * (Abramowitz & Stegun, table 25.4) over at most so many deviations of the answer, which all answers of the built-in
 * model lie within. With its figures the error is below 10⁻⁶. */
static double arrives_after(const MusterAlertModel *model, const mi_watch_alert *alert, double x_s, double y_s) {
  static const double MOST_DEVIATIONS = 12;
  static const struct {
    double offset, weight;
  } POINTS[] = {
      {0.07652652113349733375, 0.15275338713072585070}, {0.22778585114164507808, 0.14917298647260374679},
      {0.37370608871541956067, 0.14209610931838205133}, {0.51086700195082709800, 0.13168863844917662690},
      {0.63605368072651502545, 0.11819453196151841731}, {0.74633190646015079261, 0.10193011981724043504},
      {0.83911697182221882339, 0.08327674157670474872}, {0.91223442825132590587, 0.06267204833410906357},
      {0.96397192727791379127, 0.04060142980038694133}, {0.99312859918509492479, 0.01761400713915211831},
  };
  double end_s = fmin(y_s, model->answer_end_s), sum = 0;
  if (!(end_s > x_s)) return 0;
  double pieces = ceil((end_s - x_s) / (MOST_DEVIATIONS * model->figures.answer_sd_s));
  double half_s = (end_s - x_s) / (2 * pieces);
  for (double middle_s = x_s + half_s; middle_s < end_s; middle_s += 2 * half_s)
    for (size_t i = 0; i < G_N_ELEMENTS(POINTS); i++)
      for (int side = -1; side <= 1; side += 2) {
        double a_s = middle_s + side * POINTS[i].offset * half_s;
        sum += POINTS[i].weight * half_s * mi_curve_slope(&model->answer, a_s) * departure_cdf(model, alert, y_s - a_s);
      }
  return sum;
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
