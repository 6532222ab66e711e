/* Special functions without libm's transcendentals; sources in special.h. frexp and ldexp are exact. */
#include "alert/special.h"

#include <glib.h>
#include <math.h>

static const double LN2_HIGH = 6.93147180369123816490e-01; /* 21 zero bits at its end: an exponent times it is exact */
static const double LN2_LOW = 1.90821492927058770002e-10;
static const double HALF_LOG_TWO_PI = 0.91893853320467274178;
static const double INVERSE_SQRT_TWO_PI = 0.39894228040143267794;

/* Of 2! to 14!. */
static const double inverse_factorials[] = {
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880.0,
    1.0 / 3628800.0,
    1.0 / 39916800.0,
    1.0 / 479001600.0,
    1.0 / 6227020800.0,
    1.0 / 87178291200.0,
};

double mi_exp(double x) {
  if (!(x > -745)) return 0;
  if (x > 709) return HUGE_VAL;
  double exponent = floor(x * 1.44269504088896340736 + 0.5);
  double r = (x - exponent * LN2_HIGH) - exponent * LN2_LOW;
  double sum = 0;
  for (size_t n = G_N_ELEMENTS(inverse_factorials); n-- > 0;) sum = inverse_factorials[n] + sum * r;
  return ldexp(1 + (r + r * r * sum), (int)exponent);
}

double mi_log(double x) {
  int exponent;
  double m = frexp(x, &exponent);
  if (m < 0.70710678118654752440) {
    m *= 2;
    exponent--;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int n = 23; n > 1; n -= 2) sum = (sum + 1.0 / n) * square;
  return exponent * LN2_HIGH + (2 * s + (2 * s * sum + exponent * LN2_LOW));
}

double mi_log_gamma(double x) {
  double product = 1;
  for (; x < 12; x++) product *= x;
  double inverse = 1 / x, square = inverse * inverse;
  double series =
      inverse *
      (1.0 / 12 -
       square *
           (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * 691 / 360360)))));
  return (x - 0.5) * mi_log(x) - x + HALF_LOG_TWO_PI + series - mi_log(product);
}

/* x^a e^−x / Γ(a). */
static double front(double shape, double x) { return mi_exp(shape * mi_log(x) - x - mi_log_gamma(shape)); }

static double lower_by_series(double shape, double x) {
  double term = 1 / shape, sum = term;
  for (double n = shape + 1; term > sum * 1e-17; n++) {
    term *= x / n;
    sum += term;
  }
  return front(shape, x) * sum;
}

/* Lentz's evaluation of the continued fraction. */
static double upper_by_fraction(double shape, double x) {
  const double TINY = 1e-290;
  double b = x + 1 - shape, c = 1 / TINY, d = 1 / b, product = d;
  for (int n = 1; n < 100000; n++) {
    double a = n * (shape - n);
    b += 2;
    d = 1 / (fabs(a * d + b) < TINY ? TINY : a * d + b);
    c = fabs(b + a / c) < TINY ? TINY : b + a / c;
    product *= c * d;
    if (fabs(c * d - 1) < 1e-15) break;
  }
  return front(shape, x) * product;
}

double mi_gamma_cdf(double shape, double x) {
  if (!(x > 0)) return 0;
  if (x > 1e300) return 1;
  return x < shape + 1 ? lower_by_series(shape, x) : 1 - upper_by_fraction(shape, x);
}

double mi_gamma_density(double shape, double x) { return x > 0 && x < 1e300 ? front(shape, x) / x : 0; }

double mi_normal_cdf(double z) {
  double half_square = z * z / 2;
  if (half_square < 1e-300) return 0.5;
  if (half_square < 1.5)
    return z < 0 ? (1 - lower_by_series(0.5, half_square)) / 2 : (1 + lower_by_series(0.5, half_square)) / 2;
  double tail = upper_by_fraction(0.5, half_square) / 2;
  return z < 0 ? tail : 1 - tail;
}

double mi_normal_density(double z) { return INVERSE_SQRT_TWO_PI * mi_exp(-z * z / 2); }
