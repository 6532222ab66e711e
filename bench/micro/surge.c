/* A recorded surge for the benchmarks; see surge.h. Events hold static strings only, so that copies stay good. */
#include "surge.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include <muster/journal.h>
#include "sim/result.h"

struct mb_surge {
  MusterCounty *county;
  MusterPolicy *policy;
  MusterNetwork *networks[MUSTER_MODE_COUNT];
  GArray *events; /* of MusterEvent */
};

static void end_on(GError *error) {
  if (!error) return;
  fprintf(stderr, "%s\n", error->message);
  exit(1);
}

static MusterScenario *scenario_of(const char *lines) {
  GError *error = NULL;
  g_autofree char *path = NULL;
  int file = g_file_open_tmp("muster-bench-XXXXXX.ini", &path, &error);
  end_on(error);
  g_close(file, NULL);
  g_file_set_contents(path, lines, -1, &error);
  end_on(error);
  MusterScenario *scenario = muster_scenario_new(path, &error);
  g_unlink(path);
  end_on(error);
  return scenario;
}

static void record(const MusterEvent *event, void *events) { g_array_append_vals(events, event, 1); }

/* Returns the number of events. */
static size_t run(const mb_surge *surge, const char *lines, unsigned days, mi_recorder recorder) {
  GError *error = NULL;
  g_autoptr(MusterScenario) scenario = scenario_of(lines);
  mi_ground *ground = mi_ground_new(surge->county, scenario, &error);
  end_on(error);
  mi_run_options options = {.ground = ground,
                            .scenario = scenario,
                            .policy = surge->policy,
                            .networks = (MusterNetwork *const *)surge->networks,
                            .network_count = MUSTER_MODE_COUNT,
                            .seed = 1,
                            .days = days,
                            .step_ms = 900000,
                            .recorder = recorder,
                            .recorder_data = surge->events};
  mi_outcome outcome;
  mi_run(&options, &outcome, &error);
  end_on(error);
  size_t events = outcome.events;
  mi_outcome_clear(&outcome);
  mi_ground_free(ground);
  return events;
}

mb_surge *mb_surge_new(double incidents_per_1000) {
  GError *error = NULL;
  mb_surge *surge = g_new0(mb_surge, 1);
  surge->events = g_array_new(FALSE, FALSE, sizeof(MusterEvent));
  surge->county = muster_county_reference(1, 1, NULL, NULL, &error);
  end_on(error);
  surge->policy = muster_policy_new(NULL, &error);
  end_on(error);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    surge->networks[mode] = muster_network_new(muster_county_roads(surge->county), (MusterMode)mode, &error);
    end_on(error);
  }
  g_autofree char *lines =
      g_strdup_printf("[scenario]\nbase=flood\n[flood]\nper_1000_residents=%g\n", incidents_per_1000);
  run(surge, lines, 1, record);
  return surge;
}

void mb_surge_free(mb_surge *surge) {
  if (!surge) return;
  g_array_unref(surge->events);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) muster_network_unref(surge->networks[mode]);
  muster_policy_unref(surge->policy);
  muster_county_unref(surge->county);
  g_free(surge);
}

size_t mb_surge_event_count(const mb_surge *surge) { return surge->events->len; }

static MusterTravel *new_travel(const mb_surge *surge) {
  GError *error = NULL;
  MusterTravel *travel = muster_travel_new_networks((MusterNetwork *const *)surge->networks, MUSTER_MODE_COUNT,
                                                    MUSTER_SNAP_LIMIT_M, &error);
  end_on(error);
  return travel;
}

MusterEngine *mb_surge_new_engine(const mb_surge *surge) {
  GError *error = NULL;
  MusterEngine *engine = muster_engine_new(surge->county, new_travel(surge), surge->policy, false, &error);
  end_on(error);
  return engine;
}

size_t mb_surge_play(const mb_surge *surge, MusterEngine *engine) {
  size_t decisions = 0;
  for (guint i = 0; i < surge->events->len; i++) {
    size_t count;
    muster_engine_step(engine, &g_array_index(surge->events, MusterEvent, i), &count);
    decisions += count;
  }
  return decisions;
}

size_t mb_surge_ordinary(const mb_surge *surge, unsigned days) {
  return run(surge, "[scenario]\nbase=ordinary\n", days, NULL);
}

void mb_surge_say(const mb_surge *surge, mb_surge_said said, void *data) {
  g_autoptr(MusterEngine) engine = mb_surge_new_engine(surge);
  for (guint i = 0; i < surge->events->len; i++) {
    const MusterEvent *event = &g_array_index(surge->events, MusterEvent, i);
    size_t count;
    const MusterDecision *decisions = muster_engine_step(engine, event, &count);
    g_autofree char *json = muster_event_to_json(event);
    g_autofree char *decided = muster_decisions_to_json(engine, decisions, count);
    said(engine, event->at_ms, json, decided, data);
  }
}

MusterJournal *mb_surge_open_journal(const mb_surge *surge, const char *path) {
  GError *error = NULL;
  g_autofree char *policy = muster_policy_to_ini(surge->policy);
  const MusterJournalSource source = {"county", "", muster_county_sha256(surge->county)};
  const MusterJournalHeader header = {.sources = &source, .source_count = 1, .policy_name = "", .policy = policy};
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, &error);
  end_on(error);
  MusterJournal *journal = muster_journal_open(sink, &header, 0, &error);
  end_on(error);
  return journal;
}

MusterEngine *mb_surge_recover(const mb_surge *surge, MusterJournal *journal) {
  GError *error = NULL;
  MusterEngine *engine = muster_journal_recover(journal, surge->county, new_travel(surge), surge->policy, NULL, &error);
  end_on(error);
  return engine;
}
