/* The virtual clock: what will happen, in the order (time, kind, sequence). One owner, one thread.
 *
 * The order is total and depends on nothing but what was put in, so that a run repeats itself bit by bit.
 */
#ifndef MI_SIM_CLOCK_H
#define MI_SIM_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds in the order in which they happen at one and the same time. */
typedef enum mi_happening_kind {
  MI_HAPPENS_HOUR,      /* a new hour: who is on stand-by? */
  MI_HAPPENS_DUTY,      /* subject: volunteer, goes on or off stand-by or changes place */
  MI_HAPPENS_REPORT,    /* subject: incident */
  MI_HAPPENS_KNOWN,     /* incident: its contact card arrives */
  MI_HAPPENS_DELIVERED, /* volunteer, incident: the alert is on the telephone */
  MI_HAPPENS_ANSWER,    /* volunteer, incident: accept or decline */
  MI_HAPPENS_ARRIVE,    /* volunteer, incident */
  MI_HAPPENS_TURN_BACK, /* volunteer, incident: has to turn back on the way */
  MI_HAPPENS_ALONE,     /* incident: the first who came have waited long enough for the others */
  MI_HAPPENS_DONE,      /* incident: the work is done */
  MI_HAPPENS_RECOGNISE, /* incident: the call-taker sees that it repeats another */
  MI_HAPPENS_RESOLVE,   /* incident: neighbours have helped */
  MI_HAPPENS_GIVE_UP,   /* incident: the resident gives up */
  MI_HAPPENS_PLACE,     /* volunteer: says where they are */
  MI_HAPPENS_HOME,      /* volunteer: back where they live or work */
  MI_HAPPENS_SHIFT,     /* shifts at posts begin or end */
  MI_HAPPENS_KIND_COUNT
} mi_happening_kind;

typedef struct mi_happening {
  int64_t at_ms;
  uint64_t order; /* kind << 56 | sequence */
  uint32_t incident, volunteer;
  uint32_t token; /* what it belongs to (a trip, an alert); stale ones are dropped by the receiver */
  bool yes;       /* of an answer: accept */
} mi_happening;

static inline mi_happening_kind mi_happening_kind_of(const mi_happening *happening) {
  return (mi_happening_kind)(happening->order >> 56);
}

typedef struct mi_clock {
  mi_happening *heap;
  size_t count, capacity;
  uint64_t sequence;
} mi_clock;

void mi_clock_init(mi_clock *clock);
void mi_clock_clear(mi_clock *clock);
/* `happening->order` is set here. */
void mi_clock_put(mi_clock *clock, mi_happening_kind kind, mi_happening happening);
/* INT64_MAX when nothing will happen. */
int64_t mi_clock_next_ms(const mi_clock *clock);
/* The clock must not be empty. */
mi_happening mi_clock_take(mi_clock *clock);

#endif
