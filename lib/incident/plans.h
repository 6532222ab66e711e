/* The inside of a set of response plans, shared by the file that holds it, the one that reads it and the built-in text;
 * and how other files of settings take plans in. */
#ifndef MI_INCIDENT_PLANS_H
#define MI_INCIDENT_PLANS_H

#include <muster/incident.h>
#include <stdatomic.h>

struct MusterPlans {
  atomic_uint references;
  GStringChunk *texts;
  GArray *plans;      /* MusterResponsePlan, by kind */
  GArray *neighbours; /* MusterNeighbour, by name */
  MusterPlans *base;  /* whose texts the plans have besides their own; NULL: nobody's that could go */
};

extern const char mi_plans_builtin[];

/* The built-in set, made once; never freed. */
MusterPlans *mi_plans_default(void);
/* Without any plan. */
MusterPlans *mi_plans_new_empty(void);
/* The plan of that kind; added, empty, if there is none. */
MusterResponsePlan *mi_plans_claim(MusterPlans *plans, const char *kind);
/* "[plan KIND]" or "[neighbour NAME]". */
bool mi_plans_is_group(const char *group);
/* The plans of `base`, of which the groups "[… plan KIND]" of `file` change keys: the same kinds in the same order, and
 * the same neighbours. */
MusterPlans *mi_plans_changed(MusterPlans *base, const char *name, GKeyFile *file, GError **error);
/* The built-in plans, changed by the groups of `file` that mi_plans_is_group. */
MusterPlans *mi_plans_from_key_file(const char *name, GKeyFile *file, GError **error);

#endif
