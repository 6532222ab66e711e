/* Refusing what was asked; see refuse.h. */
#include "plan/refuse.h"

#include <stdarg.h>

GQuark muster_plan_error_quark(void) { return g_quark_from_static_string("muster-plan-error"); }

bool mi_plan_refuse(GError **error, MusterPlanError code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, MUSTER_PLAN_ERROR, (int)code, sentence);
  return false;
}
