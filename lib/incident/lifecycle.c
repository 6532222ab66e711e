/* The life-cycle table; see lifecycle.h. */
#include "incident/lifecycle.h"

enum { STATES = MUSTER_INCIDENT_DUPLICATE + 1 };

#define ENDED_CLOSED "is closed"
#define ENDED_CANCELLED "was cancelled"
#define ENDED_DUPLICATE "was merged into another as its duplicate"
#define NOT_ENDED "has not ended"
#define NOT_MERGED "was not merged into another"
#define NOT_YET "is not closed yet: only a closed incident can be rated"

#define WHILE_ACTIVE \
  { NULL, NULL, NULL, ENDED_CLOSED, ENDED_CANCELLED, ENDED_DUPLICATE }

/* [act][state]: NULL allowed, else why not. */
static const char *const refusals[MI_ACT_COUNT][STATES] = {
    [MI_ACT_KNOWN] = {NULL, NULL, NULL, ENDED_CLOSED, ENDED_CANCELLED,
                      NULL}, /* a duplicate's reporter gets a card too */
    [MI_ACT_DELIVERED] = WHILE_ACTIVE,
    [MI_ACT_ACCEPT] = WHILE_ACTIVE,
    [MI_ACT_DECLINE] = WHILE_ACTIVE,
    [MI_ACT_ARRIVE] = WHILE_ACTIVE,
    [MI_ACT_RELEASE] = WHILE_ACTIVE,
    [MI_ACT_CLOSE] = WHILE_ACTIVE,
    [MI_ACT_CANCEL] = WHILE_ACTIVE,
    [MI_ACT_DUPLICATE] = WHILE_ACTIVE,
    [MI_ACT_RATE] = {NOT_YET, NOT_YET, NOT_YET, NULL, "was cancelled: there is nothing to rate",
                     "was merged into another as its duplicate: rate that one"},
    [MI_ACT_ALARM] = WHILE_ACTIVE,
    [MI_ACT_NEED] = WHILE_ACTIVE,
    [MI_ACT_LOCATE] = WHILE_ACTIVE,
    [MI_ACT_HAND_OVER] = WHILE_ACTIVE,
    [MI_ACT_ACKNOWLEDGE] = WHILE_ACTIVE,
    [MI_ACT_REOPEN] = {NOT_ENDED, NOT_ENDED, NOT_ENDED, NULL, NULL, ENDED_DUPLICATE ": un-merge it instead"},
    [MI_ACT_UNMERGE] = {NOT_MERGED, NOT_MERGED, NOT_MERGED, NOT_MERGED, NOT_MERGED, NULL},
};

bool mi_lifecycle_is_active(MusterIncidentState state) { return state <= MUSTER_INCIDENT_ON_SCENE; }

const char *mi_lifecycle_refusal(MusterIncidentState state, mi_act act) { return refusals[act][state]; }

MusterIncidentState mi_lifecycle_state(uint32_t needed, uint32_t engaged, uint32_t arrived) {
  if (arrived >= needed) return MUSTER_INCIDENT_ON_SCENE;
  if (engaged >= needed) return MUSTER_INCIDENT_REACHED;
  return MUSTER_INCIDENT_OPEN;
}
