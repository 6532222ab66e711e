/* The gateway between a host and its world: it loses, doubles, delays and reorders messages, and answers for the people
 * whom decisions reach. */
#ifndef TEST_FAULTS_GATEWAY_H
#define TEST_FAULTS_GATEWAY_H

#include "faults/host.h"

typedef struct message {
  int64_t due_ms;
  uint64_t number;
  const char *type;
  char *rest;      /* further members of the event, with a comma before each */
  uint32_t report; /* the incident that it reports; HOST_INCIDENTS: it is no report */
} message;

/* All that comes from outside by itself: people, reports, closed roads, modes. */
void gateway_begin(host *h);
void gateway_act(host *h, const MusterDecision *decision);
/* When the next message comes; INT64_MAX: none is on its way. */
int64_t gateway_next_ms(host *h);
/* The next one that has come by now, free with gateway_free; NULL: none. */
message *gateway_take(host *h);
void gateway_free(message *m);
/* A message that the host could not take comes again later. */
void gateway_again(host *h, const message *m);
/* Once in so many times. */
bool happens(host *h, uint32_t once_in);

#endif
