/* Rosters against every roster there is, on small tables with clashes across the end; rules kept on large ones. */
#include <string.h>

#include "base/random.h"
#include "muster/roster.h"
#include "support/support.h"

enum { PLACES_MOST = 6, PEOPLE_MOST = 3, INSTANCES = 400 };

typedef struct small {
  MusterRosterPlace places[PLACES_MOST];
  bool may[PLACES_MOST * PEOPLE_MOST];
  MusterRosterTable table;
  MusterRosterOptions options;
} small;

/* Close to one another, some of them around the roster's end. */
static void small_draw(small *s, mi_random *random) {
  uint32_t weeks = 1 + mi_random_below(random, 2);
  s->table = (MusterRosterTable){s->places, 2 + mi_random_below(random, PLACES_MOST - 1),
                                 1 + mi_random_below(random, PEOPLE_MOST), s->may, weeks};
  bool is_even = mi_random_below(random, 2);
  for (size_t i = 0; i < s->table.place_count; i++) {
    uint32_t start = mi_random_below(random, 12) * 240, length = is_even ? 480 : 240 * (1 + mi_random_below(random, 3));
    if (mi_random_below(random, 3) == 0)
      start = weeks * MUSTER_ROSTER_WEEK_MIN - 240 * (1 + mi_random_below(random, 6));
    s->places[i] = (MusterRosterPlace){start, start + length, mi_random_below(random, 3) == 0 ? length / 2 : 0};
  }
  for (size_t i = 0; i < s->table.place_count * s->table.person_count; i++) s->may[i] = mi_random_below(random, 4) > 0;
  muster_roster_options_init(&s->options);
  s->options.rest_min = mi_random_below(random, 3) * 330;
  s->options.most_a_week = 1 + mi_random_below(random, 4);
  s->options.steps = 300;
}

/* Minute by minute: who holds two at once, or rests too little, is found in a ring of minutes. */
static bool keeps_rules(const MusterRosterTable *table, const MusterRosterOptions *options, const uint32_t *person_of) {
  uint32_t period = table->week_count * MUSTER_ROSTER_WEEK_MIN;
  g_autofree uint8_t *ring = g_new(uint8_t, period);
  for (uint32_t person = 0; person < table->person_count; person++) {
    uint32_t in_week[MUSTER_ROSTER_WEEKS_MOST] = {0};
    memset(ring, 0, period);
    for (size_t i = 0; i < table->place_count; i++) {
      if (person_of[i] != person) continue;
      const MusterRosterPlace *place = &table->places[i];
      if (!table->may[person * table->place_count + i]) return false;
      if (++in_week[place->start_min / MUSTER_ROSTER_WEEK_MIN] > options->most_a_week) return false;
      for (uint32_t minute = place->start_min; minute < place->end_min; minute++)
        if (ring[minute % period]++) return false;
    }
    for (size_t i = 0; i < table->place_count; i++)
      for (uint32_t after = 0; person_of[i] == person && after < options->rest_min; after++)
        if (ring[(table->places[i].end_min + after) % period]) return false;
  }
  return true;
}

static int64_t unevenness(const MusterRosterTable *table, const uint32_t *person_of, uint32_t *filled) {
  int64_t sum = 0;
  *filled = 0;
  for (size_t i = 0; i < table->place_count; i++) *filled += person_of[i] != MUSTER_NONE;
  for (uint32_t person = 0; person < table->person_count; person++) {
    int64_t minutes = 0, unsocial = 0;
    for (size_t i = 0; i < table->place_count; i++) {
      if (person_of[i] != person) continue;
      minutes += table->places[i].end_min - table->places[i].start_min;
      unsocial += table->places[i].unsocial_min;
    }
    sum += minutes * minutes + unsocial * unsocial;
  }
  return sum;
}

typedef struct best {
  uint32_t filled;
  int64_t unevenness;
} best;

static void try_all(const small *s, uint32_t *person_of, size_t place, best *out) {
  if (place < s->table.place_count) {
    for (uint32_t person = 0; person <= s->table.person_count; person++) {
      person_of[place] = person < s->table.person_count ? person : MUSTER_NONE;
      try_all(s, person_of, place + 1, out);
    }
    return;
  }
  uint32_t filled;
  int64_t value = unevenness(&s->table, person_of, &filled);
  if (filled < out->filled || (filled == out->filled && value >= out->unevenness)) return;
  if (keeps_rules(&s->table, &s->options, person_of)) *out = (best){filled, value};
}

static void check_answer(const MusterRosterTable *table, const MusterRosterOptions *options,
                         const MusterRosterAnswer *answer, const uint32_t *person_of) {
  uint32_t filled;
  g_assert_true(keeps_rules(table, options, person_of));
  g_assert_cmpint(unevenness(table, person_of, &filled), ==, answer->unevenness);
  g_assert_cmpuint(filled, ==, answer->filled);
  g_assert_cmpuint(answer->filled, <=, answer->filled_bound);
  g_assert_cmpint(answer->unevenness_bound, <=, answer->unevenness);
}

static void test_all_rosters(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  size_t proven = 0, short_of = 0, uneven = 0;
  for (int i = 0; i < INSTANCES; i++) {
    small s;
    small_draw(&s, &random);
    uint32_t person_of[PLACES_MOST], scratch[PLACES_MOST];
    MusterRosterAnswer answer;
    g_autoptr(GError) error = NULL;
    g_assert_true(muster_roster(&s.table, &s.options, &answer, person_of, &error));
    check_answer(&s.table, &s.options, &answer, person_of);
    best truth = {0, INT64_MAX};
    try_all(&s, scratch, 0, &truth);
    g_assert_cmpuint(answer.filled, ==, truth.filled);
    g_assert_cmpint(answer.unevenness, ==, truth.unevenness);
    proven += answer.is_optimal;
    short_of += answer.filled < s.table.place_count;
    uneven += s.table.person_count > 1 && answer.filled > 2;
  }
  g_test_message("%d rosters, %zu proven, %zu with places left, %zu shared", INSTANCES, proven, short_of, uneven);
  g_assert_cmpuint(proven, >, INSTANCES / 4);
  g_assert_cmpuint(short_of, >, 20);
  g_assert_cmpuint(uneven, >, 100);
}

static void assert_same_answer(const MusterRosterAnswer *a, const MusterRosterAnswer *b) {
  g_assert_cmpuint(a->filled, ==, b->filled);
  g_assert_cmpuint(a->filled_bound, ==, b->filled_bound);
  g_assert_cmpint(a->unevenness, ==, b->unevenness);
  g_assert_cmpint(a->unevenness_bound, ==, b->unevenness_bound);
  g_assert_cmpint(a->is_optimal, ==, b->is_optimal);
}

/* Three shifts of three on 28 days among 40 people: proven where all are free; where half of them are so at unsocial
 * hours only, they have more of these than others, for the rest would have too much. */
static void test_month(void) {
  enum { DAYS = 28, SHIFTS = 3, EACH = 3, COUNT = DAYS * SHIFTS * EACH, PEOPLE = 40 };
  MusterRosterPlace places[COUNT];
  g_autofree bool *may = g_new(bool, PEOPLE *COUNT);
  for (int all_free = 0; all_free < 2; all_free++) {
    for (uint32_t i = 0; i < COUNT; i++) {
      uint32_t day = i / (SHIFTS * EACH), shift = i / EACH % SHIFTS, start = day * 1440 + 360 + shift * 480;
      bool is_unsocial = day % 7 >= 5 || shift == 2;
      places[i] = (MusterRosterPlace){start, start + 480, is_unsocial ? 480 : 0};
      for (uint32_t person = 0; person < PEOPLE; person++)
        may[person * COUNT + i] = all_free || person % 2 || is_unsocial;
    }
    MusterRosterTable table = {places, COUNT, PEOPLE, may, 4};
    MusterRosterOptions options;
    muster_roster_options_init(&options);
    MusterRosterAnswer answer, again;
    uint32_t person_of[COUNT], once_more[COUNT];
    g_assert_true(muster_roster(&table, &options, &answer, person_of, NULL));
    check_answer(&table, &options, &answer, person_of);
    g_test_message("%u of %u, unevenness %" G_GINT64_FORMAT ", at least %" G_GINT64_FORMAT, answer.filled, COUNT,
                   answer.unevenness, answer.unevenness_bound);
    g_assert_cmpuint(answer.filled, ==, COUNT);
    if (all_free)
      g_assert_true(answer.is_optimal);
    else
      g_assert_cmpint(answer.unevenness, <, answer.unevenness_bound + answer.unevenness_bound / 10);
    g_assert_true(muster_roster(&table, &options, &again, once_more, NULL));
    assert_same_answer(&answer, &again);
    g_assert_cmpmem(person_of, sizeof person_of, once_more, sizeof once_more);
  }
}

/* Everybody may take two places that overlap, as in a row; the first one comes last, so that as a rule people must
 * change places before it finds somebody. */
static void test_chain(void) {
  enum { ROW = 11, MORE = 2, COUNT = ROW + MORE };
  MusterRosterPlace places[COUNT];
  bool may[COUNT * COUNT] = {false};
  for (uint32_t i = 0; i < COUNT; i++) {
    places[i] = (MusterRosterPlace){480, 960, 0};
    may[i * COUNT + i] = true;
    if (i + 1 < ROW) may[i * COUNT + i + 1] = true;
    if (i >= ROW) may[i * COUNT] = true;
  }
  MusterRosterTable table = {places, COUNT, COUNT, may, 1};
  MusterRosterOptions options;
  muster_roster_options_init(&options);
  options.steps = 0;
  for (options.seed = 0; options.seed < 20; options.seed++) {
    MusterRosterAnswer answer;
    uint32_t person_of[COUNT];
    g_assert_true(muster_roster(&table, &options, &answer, person_of, NULL));
    g_assert_true(answer.is_optimal);
    for (uint32_t i = 0; i < COUNT; i++) g_assert_cmpuint(person_of[i], ==, i);
  }
}

static bool stop(double share_done, void *user_data) {
  (void)share_done;
  (void)user_data;
  return false;
}

static void test_refused(void) {
  MusterRosterPlace place = {480, 960, 480};
  static const bool may[] = {true};
  MusterRosterTable table = {&place, 1, 1, may, 1};
  MusterRosterOptions options;
  muster_roster_options_init(&options);
  MusterRosterAnswer answer;
  uint32_t person = 77;
  static const MusterRosterPlace wrong[] = {{10080, 10100, 0}, {480, 480, 0}, {480, 1921, 0}, {480, 500, 21}};
  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    place = wrong[i];
    g_assert_false(muster_roster(&table, &options, &answer, &person, &error));
    g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  }
  place = (MusterRosterPlace){480, 960, 480};
  g_autoptr(GError) none = NULL, much = NULL, cancelled = NULL;
  table.place_count = 0;
  g_assert_false(muster_roster(&table, &options, &answer, &person, &none));
  g_assert_error(none, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT);
  table.place_count = 1;
  options.rest_min = MUSTER_ROSTER_REST_MOST + 1;
  g_assert_false(muster_roster(&table, &options, &answer, &person, &much));
  g_assert_error(much, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  options.rest_min = 0;
  options.progress = stop;
  g_assert_false(muster_roster(&table, &options, &answer, &person, &cancelled));
  g_assert_error(cancelled, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED);
  g_assert_cmpuint(person, ==, 77);
  options.progress = NULL;
  table.person_count = 0;
  g_assert_true(muster_roster(&table, &options, &answer, &person, NULL));
  g_assert_cmpuint(person, ==, MUSTER_NONE);
  g_assert_cmpuint(answer.filled_bound, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/roster/all-rosters", test_all_rosters);
  g_test_add_func("/roster/month", test_month);
  g_test_add_func("/roster/chain", test_chain);
  g_test_add_func("/roster/refused", test_refused);
  return g_test_run();
}
