/* Refusing what was asked. */
#ifndef MI_PLAN_REFUSE_H
#define MI_PLAN_REFUSE_H

#include <muster/plan.h>

/* Sets *error; false. */
bool mi_plan_refuse(GError **error, MusterPlanError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
