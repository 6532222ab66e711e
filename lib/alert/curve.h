/* A distribution function tabulated at whole seconds: monotone cubic Hermite pieces between values and slopes.
 *
 * Fritsch & Carlson, "Monotone piecewise cubic interpolation", SIAM J. Numer. Anal. 1980: slopes of at most three times
 * either neighbouring difference keep every piece monotone. Before 0 s it is 0, after its last second it stays. The
 * error of a piece over one second is at most max |f''''| / 384.
 */
#ifndef MI_ALERT_CURVE_H
#define MI_ALERT_CURVE_H

enum { MI_CURVE_SECONDS = 3600 };

typedef struct mi_curve {
  struct {
    double value, slope;
  } at[MI_CURVE_SECONDS + 1];
} mi_curve;

/* After value and slope were set at every second: values made ascending within 0 … 1, slopes limited. */
void mi_curve_finish(mi_curve *curve);

/* The value at t_s seconds. */
static inline double mi_curve_value(const mi_curve *curve, double t_s) {
  if (!(t_s > 0)) return 0;
  if (t_s >= MI_CURVE_SECONDS) return curve->at[MI_CURVE_SECONDS].value;
  int i = (int)t_s;
  double u = t_s - i, left = curve->at[i].value, rise = curve->at[i + 1].value - left;
  double first = curve->at[i].slope, last = curve->at[i + 1].slope;
  return left + u * (first + u * (3 * rise - 2 * first - last + u * (first + last - 2 * rise)));
}

/* The derivative there, a second. */
static inline double mi_curve_slope(const mi_curve *curve, double t_s) {
  if (!(t_s > 0) || t_s >= MI_CURVE_SECONDS) return 0;
  int i = (int)t_s;
  double u = t_s - i, rise = curve->at[i + 1].value - curve->at[i].value;
  double first = curve->at[i].slope, last = curve->at[i + 1].slope;
  return first + u * (2 * (3 * rise - 2 * first - last) + 3 * u * (first + last - 2 * rise));
}

#endif
