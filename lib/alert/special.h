/* Special functions made of +, −, ×, ÷ and square roots alone, so that the same input gives the same bits on every IEEE
 * 754 machine: a libm's exp or log may differ in the last bit from one processor to the next, and with it a decision.
 *
 * Relative error of exp and log below 4e-16, of the others below 1e-13 over the ranges given
 * (tests/alert/test_special.c). Sources: reduction and series as in Muller, "Elementary Functions" (3rd ed., chapters 5
 * and 11); NIST Digital Library of Mathematical Functions 5.11.1 (log gamma), 8.7.1 and 8.9.2 (incomplete
 * gamma), 7.11.1 (erfc).
 */
#ifndef MI_ALERT_SPECIAL_H
#define MI_ALERT_SPECIAL_H

/* 0 below −745, infinite above 709. */
double mi_exp(double x);
/* x > 0, finite and normal. */
double mi_log(double x);
/* Logarithm of the gamma function, x > 0. */
double mi_log_gamma(double x);
/* P(X ≤ x) of a gamma variable of shape 1e-3 … 1e5 and scale 1; 0 for x ≤ 0. */
double mi_gamma_cdf(double shape, double x);
/* Its density at x > 0; 0 for x ≤ 0. */
double mi_gamma_density(double shape, double x);
double mi_normal_cdf(double z);
double mi_normal_density(double z);

#endif
