/* Makes a tabulated distribution function monotone; see curve.h. */
#include "alert/curve.h"

#include <math.h>

void mi_curve_finish(mi_curve *curve) {
  double before = 0;
  for (int i = 0; i <= MI_CURVE_SECONDS; i++) {
    before = fmin(fmax(curve->at[i].value, before), 1);
    curve->at[i].value = before;
  }
  for (int i = 0; i <= MI_CURVE_SECONDS; i++) {
    double limit = 1;
    if (i > 0) limit = fmin(limit, 3 * (curve->at[i].value - curve->at[i - 1].value));
    if (i < MI_CURVE_SECONDS) limit = fmin(limit, 3 * (curve->at[i + 1].value - curve->at[i].value));
    curve->at[i].slope = fmin(fmax(curve->at[i].slope, 0), limit);
  }
}
