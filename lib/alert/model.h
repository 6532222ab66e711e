/* The alert model inside: its figures as read, and the tables made of them. */
#ifndef MI_ALERT_MODEL_H
#define MI_ALERT_MODEL_H

#include <muster/alert.h>
#include <stdatomic.h>

#include "alert/curve.h"

enum { MI_ALERT_HOURS = 24, MI_ALERT_POINTS_MAX = 32, MI_ALERT_CLASSES_MAX = 1000, MI_ALERT_CAP_MAX = 1000 };

/* Factors by name. */
typedef struct mi_alert_classes {
  char **names;
  double *factors;
  uint32_t count;
} mi_alert_classes;

typedef struct mi_alert_figures {
  double base, mode_factor[MUSTER_MODE_COUNT];
  double hour_factor[MI_ALERT_HOURS];
  double distance_m[MI_ALERT_POINTS_MAX], distance_factor[MI_ALERT_POINTS_MAX];
  size_t distance_count, distance_factor_count;
  mi_alert_classes weather, kind;
  double answer_mean_s, answer_sd_s, decline_share, unanswered_after_s;
  double turnout_median_s[MI_ALERT_HOURS], turnout_sigma[MI_ALERT_HOURS];
  double travel_median, travel_sigma, high_rise_s, fetch_s;
  double prior_strength, half_life_days, unanswered_weight;
  double fatigue_price, redundant_price;
  double day_cap, week_cap, rest_min;
} mi_alert_figures;

/* Applies an INI text to the figures: whole or, with an error, in part. */
bool mi_alert_figures_read(mi_alert_figures *figures, const char *name, const char *ini, size_t bytes, GError **error);
void mi_alert_figures_clear(mi_alert_figures *figures);

/* Points of a standard normal z with their weights: every 1/16 from −5 to 5. */
enum { MI_ALERT_POINTS = 161 };

/* One distinct turnout. */
typedef struct mi_alert_turnout {
  double median_s, sigma;
  mi_curve departed; /* turnout alone */
  mi_curve answered; /* answer and turnout */
} mi_alert_turnout;

struct MusterAlertModel {
  atomic_uint references;
  mi_alert_figures figures;
  mi_curve answer;
  double answer_end_s; /* all but one in ten million answers have come */
  mi_alert_turnout *turnouts;
  uint32_t turnout_count;
  uint8_t turnout_of_hour[MI_ALERT_HOURS];
  double travel_factor[MI_ALERT_POINTS]; /* e^(σz) · median, ascending */
  double weight[MI_ALERT_POINTS];        /* normal density, over its mass from −5 to 5 */
  double error;
};

void mi_alert_tables_make(MusterAlertModel *model);
/* P(what the curve tells + factor · travel_s ≤ within_s). */
double mi_alert_travel_cdf(const MusterAlertModel *model, const mi_curve *curve, double travel_s, double within_s);
/* P(factor · travel_s ≤ within_s). */
double mi_alert_travel_alone_cdf(const MusterAlertModel *model, double travel_s, double within_s);
/* P(the answer comes after x_s, and the person stands there by y_s, both from the alert | accepts in the end); departed
 * is the turnout's, extra_s passes between arrival and standing there. */
double mi_alert_arrives_after(const MusterAlertModel *model, const mi_curve *departed, double travel_s, double extra_s,
                              double x_s, double y_s);
/* Seconds between expected arrival and standing at the person's side. */
double mi_alert_extra_s(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                        const MusterAlertPerson *person);

extern const unsigned char mi_alert_default_ini[];
extern const size_t mi_alert_default_ini_bytes;

#endif
