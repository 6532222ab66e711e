/* The state machine of an incident's life, as one table: what may be done to it in which state.
 *
 * While an incident is active its state follows from its people (open, reached, on scene); it ends by one of three
 * acts. After a close it may be rated; a closed or cancelled one may be re-opened, a duplicate un-merged.
 */
#ifndef MI_INCIDENT_LIFECYCLE_H
#define MI_INCIDENT_LIFECYCLE_H

#include <muster/incident.h>

typedef enum mi_act {
  MI_ACT_KNOWN,     /* the contact card reached the reporter */
  MI_ACT_DELIVERED, /* an alert reached a volunteer's device */
  MI_ACT_ACCEPT,
  MI_ACT_DECLINE,
  MI_ACT_ARRIVE,
  MI_ACT_RELEASE,
  MI_ACT_CLOSE,
  MI_ACT_CANCEL,
  MI_ACT_DUPLICATE,
  MI_ACT_RATE,
  MI_ACT_ALARM,
  MI_ACT_NEED, /* changed on scene */
  MI_ACT_LOCATE,
  MI_ACT_HAND_OVER,
  MI_ACT_ACKNOWLEDGE,
  MI_ACT_REOPEN,
  MI_ACT_UNMERGE,
  MI_ACT_COUNT
} mi_act;

bool mi_lifecycle_is_active(MusterIncidentState state);
/* NULL if the act is allowed in that state, else the reason as a clause that follows the incident's id: "is closed". */
const char *mi_lifecycle_refusal(MusterIncidentState state, mi_act act);
/* The state of an active incident that needs `needed` responders, of whom `engaged` have accepted (those who have
 * arrived count too) and `arrived` have arrived. */
MusterIncidentState mi_lifecycle_state(uint32_t needed, uint32_t engaged, uint32_t arrived);

#endif
