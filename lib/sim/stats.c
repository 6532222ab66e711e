/* Statistics of replications; sources in stats.h. */
#include "sim/stats.h"

#include <math.h>

static const double Z975 = 1.959963984540054;

/* Survival of |T|: the incomplete beta function by Lentz's continued fraction (Press et al., 6.4). */
static double beta_fraction(double a, double b, double x) {
  const double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double result = d;
  for (int m = 1; m <= 300; m++) {
    double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    result *= d * c;
    double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    result *= d * c;
    if (fabs(d * c - 1) < 1e-15) break;
  }
  return result;
}

static double beta_regularised(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* P(|T| > t) = I_{ν/(ν+t²)}(ν/2, 1/2); halving finds the t where it is 5 %. */
double mi_student_t975(unsigned freedom) {
  double low = 0, high = 13;
  for (int i = 0; i < 80; i++) {
    double t = (low + high) / 2;
    if (beta_regularised(freedom / 2.0, 0.5, freedom / (freedom + t * t)) > 0.05)
      low = t;
    else
      high = t;
  }
  return (low + high) / 2;
}

void mi_wilson(uint64_t met, uint64_t of, double *low, double *high) {
  *low = 0;
  *high = 1;
  if (of == 0) return;
  double n = (double)of, p = (double)met / n, z2 = Z975 * Z975;
  double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = Z975 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  *low = met == 0 ? 0 : fmax(0, centre - half);
  *high = met == of ? 1 : fmin(1, centre + half);
}

void mi_ratio_interval(const uint64_t *met, const uint64_t *of, size_t runs, double *share, double *low, double *high) {
  uint64_t met_sum = 0, of_sum = 0;
  for (size_t i = 0; i < runs; i++) {
    met_sum += met[i];
    of_sum += of[i];
  }
  *share = of_sum ? (double)met_sum / (double)of_sum : NAN;
  double squares = 0;
  for (size_t i = 0; of_sum && i < runs; i++) {
    double residual = (double)met[i] - *share * (double)of[i];
    squares += residual * residual;
  }
  if (runs < 2 || squares < 1e-12) {
    mi_wilson(met_sum, of_sum, low, high);
    return;
  }
  double n = (double)runs, mean_of = (double)of_sum / n;
  double half = mi_student_t975((unsigned)runs - 1) * sqrt(squares / (n - 1) / n) / mean_of;
  *low = fmax(0, *share - half);
  *high = fmin(1, *share + half);
}

double mi_quantile(const uint32_t *ascending, size_t count, double q) {
  if (count == 0) return NAN;
  double place = q * (double)(count - 1);
  size_t below = (size_t)place;
  if (below + 1 >= count) return ascending[count - 1];
  double part = place - (double)below;
  return (1 - part) * ascending[below] + part * ascending[below + 1];
}
