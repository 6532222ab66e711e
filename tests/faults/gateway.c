/* The gateway; see gateway.h. */
#include "faults/gateway.h"

bool happens(host *h, uint32_t once_in) { return mi_random_below(&h->random, once_in) == 0; }

/* ---- the mail ---- */

static void put(host *h, int64_t delay_ms, const char *type, char *rest, uint32_t report) {
  message *m = g_new(message, 1);
  *m = (message){h->clock_ms + delay_ms, h->mail_number++, type, rest, report};
  g_ptr_array_add(h->mail, m);
}

/* Late by up to half a minute, so that messages overtake each other; lost or doubled now and then. */
static void send_message(host *h, int64_t delay_ms, const char *type, char *rest) {
  if (happens(h, 12)) {
    h->counts.lost++;
    g_free(rest);
    return;
  }
  if (happens(h, 10)) {
    h->counts.doubled++;
    put(h, delay_ms + mi_random_below(&h->random, 30000), type, g_strdup(rest), HOST_INCIDENTS);
  }
  put(h, delay_ms + mi_random_below(&h->random, happens(h, 4) ? 30000 : 1500), type, rest, HOST_INCIDENTS);
}

static gint compare_messages(gconstpointer a, gconstpointer b) {
  const message *x = *(message *const *)a, *y = *(message *const *)b;
  if (x->due_ms != y->due_ms) return x->due_ms < y->due_ms ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

int64_t gateway_next_ms(host *h) {
  g_ptr_array_sort(h->mail, compare_messages);
  return h->mail->len ? ((message *)h->mail->pdata[0])->due_ms : INT64_MAX;
}

/* A report is sent again until it is acknowledged, and is lost more often than all else. */
message *gateway_take(host *h) {
  while (gateway_next_ms(h) <= h->clock_ms) {
    message *m = g_ptr_array_steal_index(h->mail, 0);
    if (m->report == HOST_INCIDENTS) return m;
    if (!h->known[m->report]) put(h, 15000 + mi_random_below(&h->random, 5000), m->type, g_strdup(m->rest), m->report);
    if (!happens(h, 5)) return m;
    gateway_free(m);
  }
  return NULL;
}

void gateway_free(message *m) {
  g_free(m->rest);
  g_free(m);
}

void gateway_again(host *h, const message *m) {
  if (m->report == HOST_INCIDENTS)
    put(h, 1000 + mi_random_below(&h->random, 1000), m->type, g_strdup(m->rest), HOST_INCIDENTS);
}

/* ---- people ---- */

static char *about(const MusterDecision *d) {
  return g_strdup_printf(",\"incident\":%" G_GUINT64_FORMAT ",\"volunteer\":%" G_GUINT64_FORMAT, d->incident.number,
                         d->volunteer.number);
}

static char *of_incident(const MusterDecision *d) {
  return g_strdup_printf(",\"incident\":%" G_GUINT64_FORMAT, d->incident.number);
}

static void answer_alert(host *h, const MusterDecision *d) {
  send_message(h, 0, "delivered", about(d));
  uint32_t mood = mi_random_below(&h->random, 10);
  int64_t delay_ms = 2000 + mi_random_below(&h->random, 50000);
  if (mood < 6) send_message(h, delay_ms, "accept", about(d));
  if (mood == 6 || mood == 0) send_message(h, delay_ms, "decline", about(d));
}

static void go_there(host *h, const MusterDecision *d) {
  if (happens(h, 8)) {
    send_message(h, 60000, "release", about(d));
    return;
  }
  int64_t travel_ms = d->travel_ms == MUSTER_UNREACHABLE_MS ? 600000 : d->travel_ms;
  send_message(h, travel_ms + mi_random_below(&h->random, 60000), "arrive", about(d));
}

/* Now and then it turns out to be the matter that was reported before. */
static void answer_card(host *h, const MusterDecision *d) {
  send_message(h, 3000, "known", of_incident(d));
  if (happens(h, 6))
    send_message(h, 20000, "duplicate",
                 g_strdup_printf(",\"incident\":%" G_GUINT64_FORMAT ",\"original\":%" G_GUINT64_FORMAT,
                                 d->incident.number, h->last_card));
  h->last_card = d->incident.number;
}

void gateway_act(host *h, const MusterDecision *d) {
  switch (d->type) {
    case MUSTER_DECISION_CONTACT_CARD:
      answer_card(h, d);
      break;
    case MUSTER_DECISION_ALERT:
      answer_alert(h, d);
      break;
    case MUSTER_DECISION_ASSIGN:
      go_there(h, d);
      break;
    case MUSTER_DECISION_STAGE:
      send_message(h, 120000 + mi_random_below(&h->random, 900000), happens(h, 6) ? "cancel" : "close", of_incident(d));
      break;
    default:
      break;
  }
}

/* ---- what comes by itself ---- */

static char *draw_place(host *h) {
  unsigned place = mi_random_below(&h->random, HOST_PLACES);
  return h->on_roads ? g_strdup_printf("\"node\":%u", 1 + place * 5) : g_strdup_printf("\"place\":\"p%u\"", place);
}

static void begin_person(host *h, uint32_t person) {
  g_autofree char *place = draw_place(h);
  const char *skills = person % 3 ? "" : ",\"skills\":[\"driver\"]";
  put(h, person * 10, "enrol", g_strdup_printf(",\"volunteer\":%u,%s%s", person, place, skills), HOST_INCIDENTS);
}

static void begin_incident(host *h, uint32_t incident) {
  g_autofree char *place = draw_place(h);
  unsigned count = mi_random_below(&h->random, 3);
  char *rest = count ? g_strdup_printf(",\"incident\":%u,%s,\"needs\":[{\"count\":%u}]", incident, place, count)
                     : g_strdup_printf(",\"incident\":%u,%s,\"kind\":\"missing_person\"", incident, place);
  put(h, 5000 + mi_random_below(&h->random, HOST_HORIZON_MS / 2), "report", rest, incident);
}

/* One that closes or opens roads, or switches a mode; some are none that can be obeyed. */
static void begin_order(host *h) {
  static const char *const hazards[] = {"flood", "fire", "quake"};
  int64_t delay_ms = mi_random_below(&h->random, HOST_HORIZON_MS);
  unsigned closure = mi_random_below(&h->random, 6), way = 1 + mi_random_below(&h->random, 12);
  switch (mi_random_below(&h->random, 3)) {
    case 0:
      send_message(h, delay_ms, "close_roads", g_strdup_printf(",\"closure\":%u,\"ways\":[%u]", closure, way));
      break;
    case 1:
      send_message(h, delay_ms, "open_roads", g_strdup_printf(",\"closure\":%u", closure));
      break;
    default:
      send_message(h, delay_ms, "mode",
                   g_strdup_printf(",\"hazard\":\"%s\",\"level\":%u", hazards[mi_random_below(&h->random, 3)],
                                   mi_random_below(&h->random, 3)));
  }
}

static char *draw_rest(host *h, MusterEventType type) {
  g_autofree char *place = draw_place(h);
  unsigned person = mi_random_below(&h->random, HOST_PEOPLE), other = mi_random_below(&h->random, HOST_PEOPLE);
  unsigned incident = mi_random_below(&h->random, HOST_INCIDENTS), count = 1 + mi_random_below(&h->random, 3);
  unsigned item = mi_random_below(&h->random, HOST_ITEMS);
  switch (type) {
    case MUSTER_EVENT_ENROL:
    case MUSTER_EVENT_POSITION:
      return g_strdup_printf(",\"volunteer\":%u,%s", person, place);
    case MUSTER_EVENT_DUTY:
      return g_strdup_printf(",\"volunteer\":%u,\"on\":%s", person, count > 1 ? "true" : "false");
    case MUSTER_EVENT_RETIRE:
      return g_strdup_printf(",\"volunteer\":%u", person);
    case MUSTER_EVENT_TRAVEL_BY:
      return g_strdup_printf(",\"volunteer\":%u,\"modes\":[\"%s\"]", person, count > 1 ? "ebike" : "foot");
    case MUSTER_EVENT_HAND_OVER:
      return g_strdup_printf(",\"volunteer\":%u,\"to\":%u", person, other);
    case MUSTER_EVENT_DUPLICATE:
      return g_strdup_printf(",\"incident\":%u,\"original\":%u", incident, mi_random_below(&h->random, HOST_INCIDENTS));
    case MUSTER_EVENT_RATE:
      return g_strdup_printf(",\"incident\":%u,\"rating\":%u", incident, count);
    case MUSTER_EVENT_ALARM:
      return g_strdup_printf(",\"incident\":%u,\"level\":2", incident);
    case MUSTER_EVENT_NEED:
      return g_strdup_printf(",\"incident\":%u,\"needs\":[{\"count\":%u}]", incident, count);
    case MUSTER_EVENT_LOCATE:
      return g_strdup_printf(",\"incident\":%u,%s", incident, place);
    case MUSTER_EVENT_ITEM:
      return g_strdup_printf(",\"item\":%u,\"list\":\"need\",\"owner\":\"o%u\",\"due_at_ms\":%u", item, person,
                             mi_random_below(&h->random, HOST_HORIZON_MS));
    case MUSTER_EVENT_SETTLE:
      return g_strdup_printf(",\"item\":%u,\"outcome\":\"done\"", item);
    default:
      return g_strdup_printf(",\"incident\":%u", incident);
  }
}

/* Somebody does something of their own accord: most of it cannot be at that moment. */
static void begin_act(host *h) {
  static const MusterEventType types[] = {
      MUSTER_EVENT_POSITION, MUSTER_EVENT_DUTY,      MUSTER_EVENT_DUTY,        MUSTER_EVENT_ENROL,
      MUSTER_EVENT_RETIRE,   MUSTER_EVENT_TRAVEL_BY, MUSTER_EVENT_HAND_OVER,   MUSTER_EVENT_HAND_OVER,
      MUSTER_EVENT_RATE,     MUSTER_EVENT_DUPLICATE, MUSTER_EVENT_REOPEN,      MUSTER_EVENT_UNMERGE,
      MUSTER_EVENT_ALARM,    MUSTER_EVENT_NEED,      MUSTER_EVENT_ACKNOWLEDGE, MUSTER_EVENT_LOCATE,
      MUSTER_EVENT_ITEM,     MUSTER_EVENT_SETTLE,    MUSTER_EVENT_TYPE_COUNT,
  };
  MusterEventType type = types[mi_random_below(&h->random, G_N_ELEMENTS(types))];
  bool is_noise = type == MUSTER_EVENT_TYPE_COUNT;
  h->counts.noise += is_noise;
  send_message(h, mi_random_below(&h->random, HOST_HORIZON_MS), is_noise ? "noise" : muster_event_type_name(type),
               draw_rest(h, type));
}

void gateway_begin(host *h) {
  for (uint32_t i = 0; i < HOST_PEOPLE; i++) begin_person(h, i);
  for (uint32_t i = 0; i < HOST_INCIDENTS; i++) begin_incident(h, i);
  for (uint32_t i = 0; i < HOST_ORDERS; i++) begin_order(h);
  for (uint32_t i = 0; i < HOST_ACTS; i++) begin_act(h);
}
