/* The tables of an alert model: answer, turnout and their sum as curves, and the sum over travel's uncertainty.
 *
 * A lognormal is integrated by the trapezoidal rule over its normal variable z, which for a smooth integrand converges
 * faster than any power of the step (Trefethen & Weideman, "The exponentially convergent trapezoidal rule", SIAM Review
 * 2014). How smooth it is depends on the figures, so the error is measured: every sum is also taken with half as many
 * points.
 */
#include "alert/model.h"

#include <math.h>

#include "alert/special.h"

static const double LARGEST_Z = 5, STEP_Z = 0.0625;
static const double NORMAL_MASS = 0.99999942669685624; /* of a standard normal within LARGEST_Z */
enum { COARSE = 8 };

static void make_points(MusterAlertModel *model) {
  for (int i = 0; i < MI_ALERT_POINTS; i++) {
    double z = i * STEP_Z - LARGEST_Z;
    model->travel_factor[i] = model->figures.travel_median * mi_exp(model->figures.travel_sigma * z);
    model->weight[i] = mi_normal_density(z) / NORMAL_MASS;
  }
}

static void make_answer(MusterAlertModel *model) {
  double mean = model->figures.answer_mean_s, sd = model->figures.answer_sd_s;
  double scale = sd * sd / mean, shape = mean / scale;
  for (int t = 0; t <= MI_CURVE_SECONDS; t++) {
    model->answer.at[t].value = mi_gamma_cdf(shape, t / scale);
    model->answer.at[t].slope = mi_gamma_density(shape, t / scale) / scale;
  }
  mi_curve_finish(&model->answer);
  int end_s = 0;
  while (end_s < MI_CURVE_SECONDS && model->answer.at[end_s].value < 1 - 1e-7) end_s++;
  model->answer_end_s = end_s;
  for (int t = 0; t < end_s; t++) {
    double between = mi_gamma_cdf(shape, (t + 0.5) / scale) - mi_curve_value(&model->answer, t + 0.5);
    model->error = fmax(model->error, fabs(between));
  }
}

/* All points, or every second one. */
static double sum_answered(const MusterAlertModel *model, const double *turnout_s, double t, int every, double *slope) {
  double sum = 0, slopes = 0;
  for (int i = 0; i < MI_ALERT_POINTS; i += every) {
    sum += model->weight[i] * mi_curve_value(&model->answer, t - turnout_s[i]);
    slopes += model->weight[i] * mi_curve_slope(&model->answer, t - turnout_s[i]);
  }
  *slope = slopes * every * STEP_Z;
  return sum * every * STEP_Z;
}

static void make_turnout(MusterAlertModel *model, mi_alert_turnout *turnout) {
  double turnout_s[MI_ALERT_POINTS], rough_slope;
  for (int i = 0; i < MI_ALERT_POINTS; i++)
    turnout_s[i] = turnout->median_s * mi_exp(turnout->sigma * (i * STEP_Z - LARGEST_Z));
  for (int t = 0; t <= MI_CURVE_SECONDS; t++) {
    double z = t ? mi_log(t / turnout->median_s) / turnout->sigma : 0;
    turnout->departed.at[t].value = t ? mi_normal_cdf(z) : 0;
    turnout->departed.at[t].slope = t ? mi_normal_density(z) / (turnout->sigma * t) : 0;
    turnout->answered.at[t].value = sum_answered(model, turnout_s, t, 1, &turnout->answered.at[t].slope);
    double rough = sum_answered(model, turnout_s, t, 2, &rough_slope);
    model->error = fmax(model->error, fabs(rough - turnout->answered.at[t].value));
  }
  mi_curve_finish(&turnout->departed);
  mi_curve_finish(&turnout->answered);
}

static uint8_t find_turnout(MusterAlertModel *model, double median_s, double sigma) {
  for (uint32_t i = 0; i < model->turnout_count; i++)
    if (model->turnouts[i].median_s == median_s && model->turnouts[i].sigma == sigma) return (uint8_t)i;
  model->turnouts = g_renew(mi_alert_turnout, model->turnouts, model->turnout_count + 1);
  mi_alert_turnout *made = &model->turnouts[model->turnout_count];
  made->median_s = median_s;
  made->sigma = sigma;
  make_turnout(model, made);
  return (uint8_t)model->turnout_count++;
}

static double sum_travel(const MusterAlertModel *model, const mi_curve *curve, double travel_s, double within_s,
                         int every) {
  double sum = 0;
  for (int i = 0; i < MI_ALERT_POINTS; i += every) {
    double left_s = within_s - travel_s * model->travel_factor[i];
    if (left_s <= 0) break; /* factors ascend */
    sum += model->weight[i] * mi_curve_value(curve, left_s);
  }
  return sum * every * STEP_Z;
}

/* Enough points for how far travel spreads: half a minute of the curve is smooth on any step that this leaves. */
static int stride(const MusterAlertModel *model, double travel_s) {
  double spread_s = travel_s * model->figures.travel_median * model->figures.travel_sigma;
  return spread_s <= 60 ? COARSE : spread_s <= 120 ? COARSE / 2 : spread_s <= 240 ? COARSE / 4 : 1;
}

double mi_alert_travel_cdf(const MusterAlertModel *model, const mi_curve *curve, double travel_s, double within_s) {
  if (!(within_s > 0)) return 0;
  return fmin(sum_travel(model, curve, travel_s, within_s, stride(model, travel_s)), 1);
}

double mi_alert_travel_alone_cdf(const MusterAlertModel *model, double travel_s, double within_s) {
  const mi_alert_figures *figures = &model->figures;
  double median_s = travel_s * figures->travel_median;
  if (isinf(travel_s) || within_s < 0 || (within_s == 0 && median_s > 0)) return 0;
  if (within_s == 0 || median_s == 0 || figures->travel_sigma == 0) return within_s >= median_s;
  return mi_normal_cdf(mi_log(within_s / median_s) / figures->travel_sigma);
}

/* By Gauss's rule of twenty points (Abramowitz & Stegun, table 25.4) over at most so many deviations of the answer,
 * which all answers of the built-in model lie within. With its figures the error is below 10⁻⁶. */
double mi_alert_arrives_after(const MusterAlertModel *model, const mi_curve *departed, double travel_s, double extra_s,
                              double x_s, double y_s) {
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
        sum += POINTS[i].weight * half_s * mi_curve_slope(&model->answer, a_s) *
               mi_alert_travel_cdf(model, departed, travel_s, y_s - a_s - extra_s);
      }
  return sum;
}

/* Against twice as many points, where travel spreads least and most for its number of points; beyond the finest it is
 * against half as many. */
static void measure_travel(MusterAlertModel *model, const mi_curve *curve) {
  for (double travel_s = 15; travel_s <= 1800; travel_s *= 1.25)
    for (double within_s = 15; within_s <= 1800; within_s += 15) {
      int every = stride(model, travel_s), other = every == 1 ? 2 : every / 2;
      double change =
          sum_travel(model, curve, travel_s, within_s, every) - sum_travel(model, curve, travel_s, within_s, other);
      model->error = fmax(model->error, fabs(change));
    }
}

void mi_alert_tables_make(MusterAlertModel *model) {
  make_points(model);
  make_answer(model);
  for (int hour = 0; hour < MI_ALERT_HOURS; hour++)
    model->turnout_of_hour[hour] =
        find_turnout(model, model->figures.turnout_median_s[hour], model->figures.turnout_sigma[hour]);
  for (uint32_t i = 0; i < model->turnout_count; i++) measure_travel(model, &model->turnouts[i].answered);
  model->error *= 2;
}
