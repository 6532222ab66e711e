/* Statistics of replications: intervals and quantiles. Pure functions. */
#ifndef MI_SIM_STATS_H
#define MI_SIM_STATS_H

#include <stddef.h>
#include <stdint.h>

/* The two-sided 97.5 % point of Student's t with `freedom` ≥ 1 degrees of freedom. */
double mi_student_t975(unsigned freedom);
/* Wilson's score interval at 95 % for met of `of`; [0, 1] where `of` is 0. */
void mi_wilson(uint64_t met, uint64_t of, double *low, double *high);
/* Interval at 95 % of the ratio Σmet / Σof over `runs` replications: Student's t on the residuals met − ratio · of (the
 * ratio estimator, Cochran, Sampling Techniques, 6.3). Wilson's of the sums with one run or where the runs do not
 * differ. */
void mi_ratio_interval(const uint64_t *met, const uint64_t *of, size_t runs, double *share, double *low, double *high);
/* The q-quantile of ascending values, linear between order statistics (type 7 of Hyndman & Fan 1996); NAN if none. */
double mi_quantile(const uint32_t *ascending, size_t count, double q);

#endif
