/* What the journal's tests share; see world.h. */
#include "journal/world.h"

#include <string.h>

static const char *const place_names[] = {"A", "B", "C"};
static const uint32_t times_ms[] = {0, 60000, 120000, 60000, 0, 30000, 120000, 30000, 0};
static const MusterJournalSource sources[] = {{"matrix", "/somewhere/times.csv", "0123"}};
static const char policy_text[] =
    "[policy]\nbase = nearest-fair\nacceptance = asked\nalerts_per_slot = 2\nalert_expires_s = 20\n"
    "alert_within_s = 3600\nasks_per_volunteer = 2\nasks_per_slot = 100\nalerts_per_volunteer_an_hour = 5\n"
    "late_accept = take\norder = plain\nescalate_before_known_s = 15\nescalate_before_reached_s = 60\n"
    "escalate_before_on_scene_s = 180\nstickiness_s = 15\nageing_s = 600\nfirst_place_tiers = 1\n"
    "alpha_reached = 950\nalpha_on_scene = 900\nalert_worth_s = 300\nguarantee_priority = 4\n"
    "acknowledge_within_s = 0\ncard_resend_s = 0\n"
    "card_second_contact_s = 0\nduplicate_within_s = 0\nduplicate_within_m = 100\nposition_stale_after_s = 0\n"
    "stale_surcharge_percent = 25\nstale_surcharge_most_s = 600\ncover_surcharge_s = 0\ncover_least = 3\n"
    "fatigue_per_service_percent = 200\nfatigue_per_alert_s = 300\nfatigue_surcharge_percent = 0\n"
    "fatigue_surcharge_most_s = 600\nrating_surcharge_s = 0\nrating_below = 30\nrating_count_least = 3\n"
    "midnight_s = 0\nfirst_weekday = 1\nwork_from_h = 0\nwork_until_h = 0\nshifts = ignore\nequipment = name\n";

const MusterJournalHeader world_header = {
    .sources = sources, .source_count = 1, .policy_name = "test", .policy = policy_text, .on_duty = true};

MusterTravel *world_travel(void) { return muster_travel_new_matrix(place_names, 3, times_ms); }

MusterPolicy *world_policy(void) {
  MusterPolicy *policy = muster_policy_parse("test", policy_text, strlen(policy_text), NULL);
  g_autofree char *ini = muster_policy_to_ini(policy);
  g_assert_cmpstr(ini, ==, policy_text);
  return policy;
}

MusterEngine *world_engine(void) {
  g_autoptr(MusterPolicy) policy = world_policy();
  return muster_engine_new(NULL, world_travel(), policy, true, NULL);
}

static char *draw_line(mi_random *random, int64_t at_ms) {
  unsigned person = mi_random_below(random, 6), incident = mi_random_below(random, 12);
  const char *place = place_names[mi_random_below(random, 3)];
  char at[32];
  g_snprintf(at, sizeof at, "\"at_ms\":%" G_GINT64_FORMAT, at_ms);
  switch (mi_random_below(random, 12)) {
    case 0:
    case 1:
      return g_strdup_printf("{\"type\":\"enrol\",%s,\"volunteer\":%u,\"place\":\"%s\"}", at, person, place);
    case 2:
    case 3:
    case 4:
      return g_strdup_printf("{ \"incident\" : \"急%u\", \"type\":\"report\",%s,\"place\":\"%s\"}", incident, at,
                             place);
    case 5:
    case 6:
      return g_strdup_printf("{\"type\":\"accept\",%s,\"volunteer\":%u}", at, person);
    case 7:
      return g_strdup_printf("{\"type\":\"decline\",%s,\"volunteer\":%u}", at, person);
    case 8:
      return g_strdup_printf("{\"type\":\"arrive\",%s,\"volunteer\":%u}", at, person);
    case 9:
      return g_strdup_printf("{\"type\":\"close\",%s,\"incident\":\"急%u\"}", at, incident);
    case 10:
      return g_strdup_printf("{\"type\":\"tick\",%s} \r", at); /* the end of a line elsewhere */
    default:
      return g_strdup(mi_random_below(random, 2) ? "no \"event\"" : "[1,\xff]");
  }
}

GPtrArray *world_lines(uint64_t seed, guint count) {
  mi_random random;
  mi_random_init(&random, seed, 51);
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
  int64_t at_ms = 0;
  for (guint i = 0; i < count; i++) {
    at_ms += mi_random_below(&random, 12) * 1000;
    g_ptr_array_add(lines, draw_line(&random, at_ms));
  }
  return lines;
}

void world_offer(MusterEngine *engine, MusterJournal *journal, const char *line) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  g_autoptr(GError) reason = NULL;
  GError *error = NULL;
  MusterEvent event;
  size_t count;
  bool is_event = muster_event_reader_parse(reader, line, strlen(line), &event, &reason);
  const MusterDecision *decisions =
      is_event ? muster_engine_step(engine, &event, &count) : muster_engine_refuse(engine, reason->message, &count);
  g_autofree char *json = muster_decisions_to_json(engine, decisions, count);
  if (journal && is_event)
    muster_journal_add_event(journal, event.at_ms, 1700000000000, line, strlen(line), json, &error);
  else if (journal)
    muster_journal_add_refusal(journal, decisions[0].at_ms, 1700000000000, reason->message, json, &error);
  g_assert_no_error(error);
}

MusterJournal *world_open(MusterJournalSink *sink, MusterEngine **engine) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = world_policy();
  MusterJournal *journal = muster_journal_open(sink, &world_header, 1700000000000, &error);
  g_assert_no_error(error);
  MusterEngine *recovered = muster_journal_recover(journal, NULL, world_travel(), policy, NULL, &error);
  g_assert_no_error(error);
  if (engine)
    *engine = recovered;
  else
    muster_engine_free(recovered);
  return journal;
}

void world_write(MusterJournalSink *sink, const GPtrArray *lines) {
  GError *error = NULL;
  g_autoptr(MusterEngine) engine = NULL;
  g_autoptr(MusterJournal) journal = world_open(sink, &engine);
  for (guint i = 0; i < lines->len; i++) {
    world_offer(engine, journal, lines->pdata[i]);
    if (i % 7 == 6) muster_journal_add_snapshot(journal, engine, 0, 1700000000000, &error);
    if (i % 5 == 4) muster_journal_commit(journal, &error);
    g_assert_no_error(error);
  }
  muster_journal_commit(journal, &error);
  g_assert_no_error(error);
}

char *world_export(MusterJournalSink *sink, size_t *bytes, GError **error) {
  char *text = NULL;
  FILE *stream = open_memstream(&text, bytes);
  bool done = muster_journal_export(sink, stream, error);
  fclose(stream);
  char *copy = done ? g_memdup2(text, *bytes + 1) : NULL;
  free(text);
  return copy;
}
