/* Rosters: checks what is asked, searches, bounds; see muster/roster.h. */
#include <string.h>

#include "plan/refuse.h"
#include "plan/roster.h"

enum { REST_USUAL = 11 * 60, WEEK_USUAL = 2 };

void muster_roster_options_init(MusterRosterOptions *options) {
  *options =
      (MusterRosterOptions){.rest_min = REST_USUAL, .most_a_week = WEEK_USUAL, .steps = MUSTER_ROSTER_STEPS_USUAL};
}

bool mi_roster_clash(const MusterRosterPlace *a, const MusterRosterPlace *b, uint32_t rest_min, uint32_t week_count) {
  uint32_t period = week_count * MUSTER_ROSTER_WEEK_MIN;
  uint32_t after = (b->start_min + period - a->start_min) % period; /* how long after a's start b starts */
  return after < a->end_min - a->start_min + rest_min || period - after < b->end_min - b->start_min + rest_min;
}

bool mi_roster_goes_on(mi_roster *roster, double share_done) {
  const MusterRosterOptions *options = roster->options;
  if (!roster->stopped && options->progress) roster->stopped = !options->progress(share_done, options->user_data);
  return !roster->stopped;
}

static bool check_range(const char *what, uint64_t least, uint64_t most, uint64_t found, GError **error) {
  return (found >= least && found <= most) ||
         mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION,
                        "%s: expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, what,
                        least, most, found);
}

static bool check_place(const MusterRosterTable *table, size_t i, GError **error) {
  const MusterRosterPlace *place = &table->places[i];
  uint32_t last = table->week_count * MUSTER_ROSTER_WEEK_MIN - 1;
  g_autofree char *start = g_strdup_printf("place %zu: start", i), *end = g_strdup_printf("place %zu: end", i);
  g_autofree char *unsocial = g_strdup_printf("place %zu: unsocial minutes", i);
  return check_range(start, 0, last, place->start_min, error) &&
         check_range(end, place->start_min + 1, place->start_min + 1440, place->end_min, error) &&
         check_range(unsocial, 0, place->end_min - place->start_min, place->unsocial_min, error);
}

static bool check(const MusterRosterTable *table, const MusterRosterOptions *options, GError **error) {
  if (table->place_count < 1 || table->place_count > MUSTER_ROSTER_PLACES_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT, "places: expected 1 to %d, found %zu",
                          MUSTER_ROSTER_PLACES_MOST, table->place_count);
  if (table->person_count > MUSTER_ROSTER_PEOPLE_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT, "people: expected at most %d, found %zu",
                          MUSTER_ROSTER_PEOPLE_MOST, table->person_count);
  if (!check_range("weeks", 1, MUSTER_ROSTER_WEEKS_MOST, table->week_count, error) ||
      !check_range("minutes of rest", 0, MUSTER_ROSTER_REST_MOST, options->rest_min, error) ||
      !check_range("places a week", 1, UINT32_MAX, options->most_a_week, error))
    return false;
  for (size_t i = 0; i < table->place_count; i++)
    if (!check_place(table, i, error)) return false;
  return true;
}

static void roster_init(mi_roster *r, const MusterRosterTable *table, const MusterRosterOptions *options) {
  size_t places = table->place_count, people = table->person_count;
  *r = (mi_roster){.table = table, .options = options};
  r->clash = g_new(bool, places *places);
  for (size_t a = 0; a < places; a++)
    for (size_t b = 0; b < places; b++)
      r->clash[a * places + b] =
          mi_roster_clash(&table->places[a], &table->places[b], options->rest_min, table->week_count);
  r->person_of = g_new(uint32_t, places);
  memset(r->person_of, 0xFF, places * sizeof *r->person_of);
  r->held_most = (uint32_t)MIN((uint64_t)options->most_a_week * table->week_count, places);
  r->held = g_new(uint32_t, people * r->held_most);
  r->held_count = g_new0(uint32_t, people);
  r->in_week = g_new0(uint32_t, people * table->week_count);
  r->minutes = g_new0(int64_t, people);
  r->unsocial = g_new0(int64_t, people);
  mi_random_init(&r->random, options->seed, 0);
}

static void roster_clear(mi_roster *r) {
  void *const all[] = {r->clash, r->person_of, r->held, r->held_count, r->in_week, r->minutes, r->unsocial};
  for (size_t i = 0; i < G_N_ELEMENTS(all); i++) g_free(all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_roster, roster_clear)

bool muster_roster(const MusterRosterTable *table, const MusterRosterOptions *options, MusterRosterAnswer *out,
                   uint32_t *out_person, GError **error) {
  if (!check(table, options, error)) return false;
  g_auto(mi_roster) roster;
  roster_init(&roster, table, options);
  uint32_t filled_bound = mi_roster_filled_bound(&roster);
  int64_t bound = mi_roster_unevenness_bound(&roster, filled_bound);
  mi_roster_search(&roster, filled_bound, bound);
  if (!mi_roster_goes_on(&roster, 1)) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED, "stopped");
    return false;
  }
  if (roster.filled < filled_bound) bound = mi_roster_unevenness_bound(&roster, roster.filled);
  *out = (MusterRosterAnswer){.filled = roster.filled,
                              .filled_bound = filled_bound,
                              .unevenness = roster.cost,
                              .unevenness_bound = bound,
                              .is_optimal = roster.filled == filled_bound && roster.cost == bound};
  memcpy(out_person, roster.person_of, table->place_count * sizeof *out_person);
  return true;
}
