/* A host in a world that goes wrong; see host.h. */
#include "faults/host.h"

#include <string.h>

#include "support/support.h"

static const char *const place_names[HOST_PLACES] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6"};
static const char *const policies[] = {
    "[policy]\n",
    "[policy]\nbase = nearest-fcfs\nlate_accept = take\n",
    "[policy]\nalerts_per_slot = 2\nalert_expires_s = 20\nasks_per_slot = 6\n",
    "[policy]\nacceptance = certain\n",
    "[policy]\nalerts_per_slot = 3\nalerts_per_volunteer_an_hour = 4\norder = priority-first\n",
};

typedef struct message {
  int64_t due_ms;
  uint64_t number;
  const char *type;
  char *rest;      /* further members of the event, with a comma before each */
  uint32_t report; /* the incident that it reports; HOST_INCIDENTS: it is no report */
} message;

/* What follows of one event, once it is durable. */
typedef struct deed {
  MusterDecisionType type;
  uint64_t incident, volunteer;
  uint32_t travel_ms;
} deed;

typedef struct taken {
  char *line;
  uint32_t report;
  GArray *deeds;
} taken;

static void free_message(gpointer data) {
  message *m = data;
  g_free(m->rest);
  g_free(m);
}

static void free_taken(gpointer data) {
  taken *t = data;
  g_free(t->line);
  g_array_unref(t->deeds);
  g_free(t);
}

static bool happens(host *h, uint32_t once_in) { return mi_random_below(&h->random, once_in) == 0; }

/* ---- the gateway ---- */

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

static char *about(uint64_t incident, uint64_t volunteer) {
  return g_strdup_printf(",\"incident\":%" G_GUINT64_FORMAT ",\"volunteer\":%" G_GUINT64_FORMAT, incident, volunteer);
}

static char *of_incident(uint64_t incident) { return g_strdup_printf(",\"incident\":%" G_GUINT64_FORMAT, incident); }

static void answer_alert(host *h, const deed *d) {
  send_message(h, 0, "delivered", about(d->incident, d->volunteer));
  uint32_t mood = mi_random_below(&h->random, 10);
  int64_t delay_ms = 2000 + mi_random_below(&h->random, 50000);
  if (mood < 6) send_message(h, delay_ms, "accept", about(d->incident, d->volunteer));
  if (mood == 6 || mood == 0) send_message(h, delay_ms, "decline", about(d->incident, d->volunteer));
}

static void go_there(host *h, const deed *d) {
  if (happens(h, 8)) {
    send_message(h, 60000, "release", about(d->incident, d->volunteer));
    return;
  }
  int64_t travel_ms = d->travel_ms == MUSTER_UNREACHABLE_MS ? 600000 : d->travel_ms;
  send_message(h, travel_ms + mi_random_below(&h->random, 60000), "arrive", about(d->incident, d->volunteer));
}

static void act(host *h, const deed *d) {
  switch (d->type) {
    case MUSTER_DECISION_CONTACT_CARD:
      send_message(h, 3000, "known", of_incident(d->incident));
      break;
    case MUSTER_DECISION_ALERT:
      answer_alert(h, d);
      break;
    case MUSTER_DECISION_ASSIGN:
      go_there(h, d);
      break;
    case MUSTER_DECISION_STAGE:
      send_message(h, 120000 + mi_random_below(&h->random, 900000), happens(h, 6) ? "cancel" : "close",
                   of_incident(d->incident));
      break;
    default:
      break;
  }
}

/* ---- the host's process ---- */

static MusterJournalHeader header_of(const host *h) {
  static const MusterJournalSource source = {"matrix", "times.csv", "00"};
  return (MusterJournalHeader){
      .sources = &source, .source_count = 1, .policy_name = "faults", .policy = h->policy_text, .on_duty = true};
}

static MusterTravel *new_travel(const host *h) {
  return muster_travel_new_matrix(place_names, HOST_PLACES, h->times_ms);
}

MusterEngine *host_new_engine(const host *h) { return muster_engine_new(NULL, new_travel(h), h->policy, true, NULL); }

static int64_t wall_ms(const host *h) { return INT64_C(1700000000000) + h->clock_ms + h->offset_ms; }

/* Is `line` the text of the record? */
static bool is_text(const MusterJournalRecord *record, const char *line) {
  return record->text_bytes == strlen(line) && memcmp(record->text, line, record->text_bytes) == 0;
}

/* All that was acknowledged stands in the journal, in its order. */
static void check_acknowledged(host *h) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(muster_journal_sink(h->journal));
  MusterJournalRecord record;
  GError *error = NULL;
  guint found = 0;
  while (muster_journal_reader_next(reader, &record, &error))
    if (found < h->acknowledged->len && is_text(&record, h->acknowledged->pdata[found])) found++;
  g_assert_no_error(error);
  g_assert_cmpuint(found, ==, h->acknowledged->len);
}

static void start(host *h) {
  GError *error = NULL;
  MusterJournalHeader header = header_of(h);
  h->disk.fail_at = 0;
  h->disk.capacity = SIZE_MAX;
  h->counts.torn += mi_disk_cut_torn(&h->disk) > 0;
  h->journal = muster_journal_open(mi_memory_sink_new(&h->disk), &header, wall_ms(h), &error);
  g_assert_no_error(error);
  h->engine = muster_journal_recover(h->journal, NULL, new_travel(h), h->policy, NULL, &error);
  g_assert_no_error(error);
  check_acknowledged(h);
}

static void stop(host *h) {
  g_clear_pointer(&h->journal, muster_journal_free);
  g_clear_pointer(&h->engine, muster_engine_free);
}

static void crash(host *h) {
  size_t unsynced = h->disk.bytes->len - h->disk.synced;
  stop(h);
  mi_disk_crash(&h->disk, unsynced ? mi_random_below(&h->random, (uint32_t)unsynced + 1) : 0);
  h->counts.crashes++;
  start(h);
}

/* The host's time never runs backwards, whatever its clock says. */
static int64_t host_now_ms(const host *h) { return MAX(MAX(h->clock_ms + h->offset_ms, h->engine->now_ms), 0); }

static void check_engine(const MusterEngine *engine) {
  g_autofree uint8_t *helps = g_new0(uint8_t, engine->people.count + 1);
  for (size_t i = 0; i < engine->names.count; i++) {
    const mi_work *work = engine->incidents[i].work;
    for (size_t j = 0; work && j < work->helper_count; j++)
      g_assert_cmpuint(helps[work->helpers[j].responder]++, ==, 0);
  }
  g_assert_cmpint(muster_engine_next_deadline_ms(engine), >=, engine->now_ms);
}

static taken *decide(host *h, const char *type, const char *rest, uint32_t report) {
  GError *error = NULL;
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  MusterEvent event;
  size_t count;
  taken *t = g_new0(taken, 1);
  t->report = report;
  t->line = g_strdup_printf("{\"type\":\"%s\",\"at_ms\":%" G_GINT64_FORMAT "%s}", type, host_now_ms(h), rest);
  t->deeds = g_array_new(FALSE, FALSE, sizeof(deed));
  muster_event_reader_parse(reader, t->line, strlen(t->line), &event, &error);
  g_assert_no_error(error);
  const MusterDecision *decisions = muster_engine_step(h->engine, &event, &count);
  for (size_t i = 0; i < count; i++) {
    deed d = {decisions[i].type, decisions[i].incident.number, decisions[i].volunteer.number, decisions[i].travel_ms};
    g_array_append_val(t->deeds, d);
  }
  g_autofree char *json = muster_decisions_to_json(h->engine, decisions, count);
  muster_journal_add_event(h->journal, event.at_ms, wall_ms(h), t->line, strlen(t->line), json, &error);
  g_assert_no_error(error);
  check_engine(h->engine);
  h->counts.events++;
  return t;
}

/* Until there is room again; a disk that fails for good ends the process. */
static bool commit(host *h) {
  g_autoptr(GError) error = NULL;
  while (!muster_journal_commit(h->journal, &error)) {
    if (!g_error_matches(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_FULL)) {
      h->counts.failed_writes++;
      return false;
    }
    g_clear_error(&error);
    h->counts.full++;
    h->clock_ms += 1000;
    if (happens(h, 5)) h->disk.capacity = SIZE_MAX;
  }
  return true;
}

/* False: the process went down on the way. */
static bool acknowledge_and_act(host *h, const GPtrArray *batch) {
  for (guint i = 0; i < batch->len; i++) {
    const taken *t = batch->pdata[i];
    g_ptr_array_add(h->acknowledged, g_strdup(t->line));
    h->counts.acknowledged++;
    if (t->report < HOST_INCIDENTS) h->known[t->report] = true;
    if (happens(h, 400)) return false;
    for (guint j = 0; j < t->deeds->len; j++) {
      act(h, &g_array_index(t->deeds, deed, j));
      if (happens(h, 2000)) return false;
    }
  }
  return true;
}

static void trouble_disk(host *h) {
  if (happens(h, 150)) h->disk.fail_at = h->disk.writes + 1 + mi_random_below(&h->random, 4);
  if (happens(h, 150)) h->disk.capacity = h->disk.bytes->len + mi_random_below(&h->random, 600);
}

static gint compare_messages(gconstpointer a, gconstpointer b) {
  const message *x = *(message *const *)a, *y = *(message *const *)b;
  if (x->due_ms != y->due_ms) return x->due_ms < y->due_ms ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

/* A report is sent again until it is acknowledged. */
static void send_report_again(host *h, const message *m) {
  if (m->report < HOST_INCIDENTS && !h->known[m->report])
    put(h, 15000 + mi_random_below(&h->random, 5000), m->type, g_strdup(m->rest), m->report);
}

/* All that has come by now, as one batch. */
static void work(host *h) {
  g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_taken);
  bool down = false;
  g_ptr_array_sort(h->mail, compare_messages);
  while (h->mail->len && ((message *)h->mail->pdata[0])->due_ms <= h->clock_ms && !down) {
    message *m = g_ptr_array_steal_index(h->mail, 0);
    send_report_again(h, m);
    bool arrives = m->report == HOST_INCIDENTS || !happens(h, 5);
    if (arrives) g_ptr_array_add(batch, decide(h, m->type, m->rest, m->report));
    free_message(m);
    down = happens(h, 300);
  }
  if (!down && muster_engine_next_deadline_ms(h->engine) <= host_now_ms(h))
    g_ptr_array_add(batch, decide(h, "tick", "", HOST_INCIDENTS));
  trouble_disk(h);
  if (!down && happens(h, 25)) {
    GError *error = NULL;
    muster_journal_add_snapshot(h->journal, h->engine, h->engine->now_ms, wall_ms(h), &error);
    g_assert_no_error(error);
  }
  if (down || happens(h, 300) || !commit(h) || !acknowledge_and_act(h, batch)) crash(h);
}

/* The host's clock jumps by up to five minutes, back or forth. */
static void jump(host *h) {
  if (!happens(h, 200)) return;
  h->offset_ms += (int64_t)mi_random_below(&h->random, 600000) - 300000;
  h->counts.jumps++;
}

static void begin(host *h) {
  for (uint32_t i = 0; i < HOST_PEOPLE; i++)
    put(h, i * 10, "enrol",
        g_strdup_printf(",\"volunteer\":%u,\"place\":\"%s\"", i, place_names[mi_random_below(&h->random, HOST_PLACES)]),
        HOST_INCIDENTS);
  for (uint32_t i = 0; i < HOST_INCIDENTS; i++)
    put(h, 5000 + mi_random_below(&h->random, HOST_HORIZON_MS / 2), "report",
        g_strdup_printf(",\"incident\":%u,\"place\":\"%s\",\"needs\":[{\"count\":%u}]", i,
                        place_names[mi_random_below(&h->random, HOST_PLACES)], 1 + mi_random_below(&h->random, 2)),
        i);
}

void host_run(host *h, uint64_t seed) {
  GError *error = NULL;
  *h = (host){.mail = g_ptr_array_new_with_free_func(free_message),
              .acknowledged = g_ptr_array_new_with_free_func(g_free)};
  mi_random_init(&h->random, seed, 77);
  mi_disk_init(&h->disk);
  const char *text = policies[mi_random_below(&h->random, G_N_ELEMENTS(policies))];
  h->policy = muster_policy_parse("faults", text, strlen(text), &error);
  g_assert_no_error(error);
  h->policy_text = muster_policy_to_ini(h->policy);
  for (size_t i = 0; i < G_N_ELEMENTS(h->times_ms); i++)
    h->times_ms[i] = happens(h, 10) ? MUSTER_UNREACHABLE_MS : mi_random_below(&h->random, 12) * 30000;
  start(h);
  begin(h);
  while (h->clock_ms < HOST_HORIZON_MS) {
    int64_t wake_ms = muster_engine_next_deadline_ms(h->engine);
    int64_t next_ms = wake_ms == INT64_MAX ? HOST_HORIZON_MS : wake_ms - h->offset_ms;
    g_ptr_array_sort(h->mail, compare_messages);
    if (h->mail->len) next_ms = MIN(next_ms, ((message *)h->mail->pdata[0])->due_ms);
    h->clock_ms = MAX(h->clock_ms, MIN(next_ms, HOST_HORIZON_MS));
    jump(h);
    work(h);
  }
  stop(h);
  start(h);
}

void host_clear(host *h) {
  stop(h);
  mi_disk_clear(&h->disk);
  g_ptr_array_unref(h->mail);
  g_ptr_array_unref(h->acknowledged);
  muster_policy_unref(h->policy);
  g_free(h->policy_text);
}
