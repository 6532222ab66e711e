/* Shifts at posts: the timetable against the obvious minute by minute, and what the engine makes of a shift. */
#include "base/random.h"
#include "county/sample.h"
#include "engine/state.h"

#include <string.h>

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MIN = 1440 };

typedef struct world {
  MusterCounty *county;
  MusterEngine *engine;
  const MusterDecision *decisions;
  size_t count;
} world;

static MusterCounty *new_county(uint64_t seed, const MusterShift *shifts, size_t count) {
  GError *error = NULL;
  g_autoptr(MusterCountyBuilder) builder =
      sample_builder_new(&(SampleOptions){.seed = seed, .side = 4, .volunteers = 60, .roads = true});
  for (size_t i = 0; i < count; i++) muster_county_builder_add_shift(builder, &shifts[i]);
  MusterCounty *county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  return county;
}

static MusterTravel *new_travel(const MusterCounty *county) {
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  MusterTravel *travel = muster_travel_new_networks(&network, 1, MUSTER_SNAP_LIMIT_M, &error);
  g_assert_no_error(error);
  return travel;
}

static void begin(world *at, MusterCounty *county, const char *ini, bool on_duty) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  at->county = county;
  at->engine = muster_engine_new(county, new_travel(county), policy, on_duty, &error);
  g_assert_no_error(error);
}

static void end(world *at) {
  muster_engine_free(at->engine);
  muster_county_unref(at->county);
}

static void step(world *at, MusterEvent event) {
  at->decisions = muster_engine_step(at->engine, &event, &at->count);
  for (size_t i = 0; i < at->count; i++)
    if (at->decisions[i].type == MUSTER_DECISION_REFUSED) g_error("refused: %s", at->decisions[i].why);
}

static void tick(world *at, int64_t minute) {
  step(at, (MusterEvent){.type = MUSTER_EVENT_TICK, .at_ms = minute * MINUTE_MS});
}

static void restore(world *at) {
  GError *error = NULL;
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(at->engine, &bytes);
  MusterEngine *again =
      muster_engine_restore(at->county, new_travel(at->county), at->engine->policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  muster_engine_free(at->engine);
  at->engine = again;
}

static bool is_at(MusterPosition a, MusterPosition b) { return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7; }

/* ---- the timetable ---- */

/* The word of the header: weekdays, start, end; an end that is not after the start is past midnight. */
static bool slow_runs(const MusterShift *shift, int64_t minute_of_week) {
  for (int64_t day = -1; day < 7; day++) {
    int64_t start = day * DAY_MIN + shift->start_min, finish = day * DAY_MIN + shift->end_min;
    if (shift->end_min <= shift->start_min) finish += DAY_MIN;
    if ((shift->weekdays >> ((day + 7) % 7) & 1) && minute_of_week >= start && minute_of_week < finish) return true;
  }
  return false;
}

static MusterPostId slow_post(const MusterCounty *county, MusterVolunteerId volunteer, int64_t minute_of_week) {
  size_t count;
  const MusterShift *shifts = muster_county_shifts(county, &count);
  for (size_t i = 0; i < count; i++) /* by post */
    if (muster_county_find_volunteer(county, shifts[i].volunteer) == volunteer && slow_runs(&shifts[i], minute_of_week))
      return muster_county_find_post(county, shifts[i].post);
  return MUSTER_NONE;
}

enum { MOST_SHIFTS = 40 };

/* The sample county's posts are 5, 7 and 9, its volunteers 1000, 1007 … */
static void draw_shifts(mi_random *random, MusterShift shifts[MOST_SHIFTS]) {
  for (size_t i = 0; i < MOST_SHIFTS; i++)
    shifts[i] = (MusterShift){.post = 5 + 2 * mi_random_below(random, 3),
                              .volunteer = 1000 + 7 * mi_random_below(random, 20),
                              .weekdays = (uint8_t)(1 + mi_random_below(random, 127)),
                              .start_min = (uint16_t)(30 * mi_random_below(random, 48)),
                              .end_min = (uint16_t)(30 * mi_random_below(random, 49))};
}

static void test_timetable(void) {
  for (uint64_t seed = 1; seed <= 3; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    mi_random random;
    mi_random_init(&random, seed, 1);
    MusterShift shifts[MOST_SHIFTS];
    draw_shifts(&random, shifts);
    g_autoptr(MusterCounty) county = new_county(seed, shifts, MOST_SHIFTS);
    mi_shifts *table = mi_shifts_new(county);
    uint32_t midnight_s = 60 * mi_random_below(&random, DAY_MIN), weekday = 1 + mi_random_below(&random, 7);
    int64_t offset = (weekday - 1) * DAY_MIN + midnight_s / 60, change = -1;
    for (int64_t minute = 8 * DAY_MIN; minute-- > 0;) {
      int64_t at_ms = minute * MINUTE_MS + mi_random_below(&random, MINUTE_MS);
      const MusterPostId *posts = mi_shifts_posts_at(table, at_ms, midnight_s, weekday);
      bool changes = false;
      for (MusterVolunteerId i = 0; i < 60; i++) {
        MusterPostId now = slow_post(county, i, (minute + offset) % (7 * DAY_MIN));
        g_assert_cmpuint(posts[i], ==, now);
        changes |= now != slow_post(county, i, (minute + 1 + offset) % (7 * DAY_MIN));
      }
      int64_t next_ms = mi_shifts_next_ms(table, at_ms, midnight_s, weekday);
      g_assert_cmpint(next_ms, >, at_ms);
      if (changes) change = (minute + 1) * MINUTE_MS;
      if (change >= 0) g_assert_cmpint(next_ms, <=, change);
    }
    mi_shifts_free(table);
  }
}

/* Orphans, no weekday, and times that no day has are left out. */
static void test_left_out(void) {
  static const MusterShift odd[] = {
      {.post = 44, .volunteer = 1000, .weekdays = 1, .start_min = 60, .end_min = 120},
      {.post = 5, .volunteer = 3, .weekdays = 1, .start_min = 60, .end_min = 120},
      {.post = 5, .volunteer = 1000, .weekdays = 0, .start_min = 60, .end_min = 120},
      {.post = 5, .volunteer = 1000, .weekdays = 1, .start_min = 1440, .end_min = 120},
  };
  g_autoptr(MusterCounty) plain = new_county(3, NULL, 0), county = new_county(3, odd, G_N_ELEMENTS(odd));
  mi_shifts *before = mi_shifts_new(plain), *after = mi_shifts_new(county);
  for (int64_t minute = 0; minute < 7 * DAY_MIN; minute++) {
    g_assert_cmpint(mi_shifts_next_ms(before, minute * MINUTE_MS, 0, 1), ==,
                    mi_shifts_next_ms(after, minute * MINUTE_MS, 0, 1));
    g_assert_cmpmem(mi_shifts_posts_at(before, minute * MINUTE_MS, 0, 1), 60 * sizeof(MusterPostId),
                    mi_shifts_posts_at(after, minute * MINUTE_MS, 0, 1), 60 * sizeof(MusterPostId));
  }
  mi_shifts_free(before);
  mi_shifts_free(after);
}

/* ---- the engine ---- */

/* Somebody who has a place and no shift in the county without added ones. */
static MusterVolunteerId find_free_hand(const MusterCounty *county, bool with_work) {
  size_t count, shift_count;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  const MusterShift *shifts = muster_county_shifts(county, &shift_count);
  for (MusterVolunteerId i = 0; i < count; i++) {
    bool has_shift = false;
    for (size_t j = 0; j < shift_count; j++) has_shift |= shifts[j].volunteer == volunteers[i].id;
    if (volunteers[i].approved && volunteers[i].has_work == with_work && volunteers[i].modes & 1 && !has_shift)
      return i;
  }
  g_assert_not_reached();
}

static int64_t outside_id(const MusterCounty *county, MusterVolunteerId volunteer) {
  return muster_county_volunteers(county, NULL)[volunteer].id;
}

/* A county in which one volunteer, *who, stands at post 5 on weekdays from 8:00 to 12:00. */
static MusterCounty *county_with_shift(MusterVolunteerId *who) {
  g_autoptr(MusterCounty) plain = new_county(7, NULL, 0);
  *who = find_free_hand(plain, true);
  MusterShift shift = {
      .post = 5, .volunteer = outside_id(plain, *who), .weekdays = 31, .start_min = 480, .end_min = 720};
  return new_county(7, &shift, 1);
}

static MusterPosition post_position(const MusterCounty *county, int64_t id) {
  return muster_county_posts(county, NULL)[muster_county_find_post(county, id)].position;
}

#define assert_stands(at, who, where, duty)                                      \
  G_STMT_START {                                                                 \
    const mi_responder *stands = mi_responder_at((at)->engine, (who));           \
    g_assert_true(is_at(stands->place.position, (where)));                       \
    g_assert_cmpint(stands->on_duty, ==, (duty));                                \
    g_assert_cmpint(stands->available, ==, (duty) && mi_people_is_free(stands)); \
  }                                                                              \
  G_STMT_END

static MusterEvent of_volunteer(const world *at, MusterEventType type, int64_t minute, MusterVolunteerId who) {
  return (MusterEvent){
      .type = type, .at_ms = minute * MINUTE_MS, .volunteer = {.number = (uint64_t)outside_id(at->county, who)}};
}

static const char follow[] = "[policy]\nshifts = follow\n";

/* Monday: off duty at home, at the post from 8:00, home and off duty at 12:00; nothing on Saturday. */
static void test_shift(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), home = muster_county_volunteers(county, NULL)[who].home;
  begin(&at, county, follow, false);
  tick(&at, 479);
  assert_stands(&at, who, home, false);
  tick(&at, 480);
  assert_stands(&at, who, post, true);
  restore(&at);
  tick(&at, 719);
  assert_stands(&at, who, post, true);
  restore(&at);
  tick(&at, 720);
  assert_stands(&at, who, home, false);
  tick(&at, 5 * DAY_MIN + 500);
  assert_stands(&at, who, home, false);
  end(&at);
}

/* Whoever was on duty before stays so; in work hours they go on to their work place. */
static void test_then_to_work(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), work = muster_county_volunteers(county, NULL)[who].work;
  begin(&at, county, "[policy]\nshifts = follow\nwork_from_h = 9\nwork_until_h = 18\n", true);
  tick(&at, 600);
  assert_stands(&at, who, post, true);
  tick(&at, 720);
  assert_stands(&at, who, work, true);
  end(&at);
}

/* Whose home lies at no road is at work in work hours all the same, every day, and nowhere else. */
static void test_home_at_no_road(void) {
  GError *error = NULL;
  g_autoptr(MusterCountyBuilder) builder =
      sample_builder_new(&(SampleOptions){.seed = 7, .side = 4, .volunteers = 60, .roads = true});
  g_autoptr(MusterCounty) plain = new_county(7, NULL, 0);
  MusterVolunteer hermit = {.id = 9000,
                            .modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
                            .role = MUSTER_ROLE_MEMBER,
                            .approved = true,
                            .has_work = true,
                            .work = post_position(plain, 5),
                            .contact = "hermit"};
  hermit.home = hermit.work;
  hermit.home.lat_e7 += 5000000; /* half a degree away */
  muster_county_builder_add_volunteer(builder, &hermit);
  MusterCounty *county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  world at;
  MusterVolunteerId who = muster_county_find_volunteer(county, hermit.id);
  begin(&at, county, "[policy]\nwork_from_h = 9\nwork_until_h = 18\n", true);
  for (int day = 0; day < 2; day++) {
    tick(&at, day * DAY_MIN + 500);
    g_assert_false(mi_responder_at(at.engine, who)->placed);
    tick(&at, day * DAY_MIN + 600);
    assert_stands(&at, who, hermit.work, true);
    restore(&at);
  }
  end(&at);
}

/* The engine may begin in the middle of a shift; without the setting nobody moves. */
static void test_begins_within(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  begin(&at, county, "[policy]\nshifts = follow\nmidnight_s = 36000\n", false);
  tick(&at, 0);
  assert_stands(&at, who, post_position(county, 5), true);
  end(&at);
  county = county_with_shift(&who);
  begin(&at, county, "[policy]\nmidnight_s = 36000\n", false);
  tick(&at, 0);
  assert_stands(&at, who, muster_county_volunteers(county, NULL)[who].home, false);
  g_assert_cmpint(muster_engine_next_deadline_ms(at.engine), ==, INT64_MAX);
  end(&at);
}

/* A position told before the shift gives way to the post; one told during it stands beyond its end. */
static void test_told_position(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), other = muster_county_volunteers(county, NULL)[who].work;
  begin(&at, county, follow, false);
  MusterEvent event = of_volunteer(&at, MUSTER_EVENT_POSITION, 100, who);
  event.place = (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION, .position = other};
  step(&at, event);
  assert_stands(&at, who, other, false);
  tick(&at, 500);
  assert_stands(&at, who, post, true);
  event.at_ms = 510 * MINUTE_MS;
  step(&at, event);
  assert_stands(&at, who, other, true);
  restore(&at);
  tick(&at, 720);
  assert_stands(&at, who, other, false);
  end(&at);
}

/* The very first event, within a shift. */
static void test_told_at_once(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition work = muster_county_volunteers(county, NULL)[who].work;
  begin(&at, county, "[policy]\nshifts = follow\nmidnight_s = 36000\n", false);
  MusterEvent event = of_volunteer(&at, MUSTER_EVENT_POSITION, 0, who);
  event.place = (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION, .position = work};
  step(&at, event);
  assert_stands(&at, who, work, true);
  end(&at);
}

static void tell_duty(world *at, int64_t minute, MusterVolunteerId who, bool on_duty) {
  MusterEvent event = of_volunteer(at, MUSTER_EVENT_DUTY, minute, who);
  event.on_duty = on_duty;
  step(at, event);
}

/* Their own word on duty holds beyond the shift, and gives way to the next one. */
static void test_told_duty(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), home = muster_county_volunteers(county, NULL)[who].home;
  begin(&at, county, follow, true);
  tick(&at, 500);
  tell_duty(&at, 510, who, false);
  assert_stands(&at, who, post, false);
  restore(&at);
  tick(&at, 720);
  assert_stands(&at, who, home, false);
  tick(&at, DAY_MIN + 500);
  assert_stands(&at, who, post, true);
  tell_duty(&at, DAY_MIN + 510, who, true);
  tick(&at, DAY_MIN + 720);
  assert_stands(&at, who, home, true);
  end(&at);
}

/* Who retires during a shift has none beyond it; enrolled again within it they are on duty at its end. */
static void test_retired_during_it(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition other = muster_county_volunteers(county, NULL)[who].work;
  begin(&at, county, follow, true);
  tick(&at, 500);
  step(&at, of_volunteer(&at, MUSTER_EVENT_RETIRE, 510, who));
  restore(&at);
  tick(&at, 730);
  restore(&at);
  MusterEvent enrol = of_volunteer(&at, MUSTER_EVENT_ENROL, DAY_MIN + 500, who);
  enrol.place = (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION, .position = other};
  step(&at, enrol);
  restore(&at);
  tick(&at, DAY_MIN + 730);
  assert_stands(&at, who, other, true);
  end(&at);
}

/* Two shifts that touch, at two posts: off duty in the first is off duty in the second and beyond. */
static void test_touching(void) {
  world at;
  MusterCounty *plain = new_county(7, NULL, 0);
  MusterVolunteerId who = find_free_hand(plain, true);
  MusterShift shifts[] = {
      {.post = 5, .volunteer = outside_id(plain, who), .weekdays = 31, .start_min = 480, .end_min = 720},
      {.post = 7, .volunteer = outside_id(plain, who), .weekdays = 31, .start_min = 720, .end_min = 900}};
  muster_county_unref(plain);
  MusterCounty *county = new_county(7, shifts, 2);
  MusterPosition first = post_position(county, 5), second = post_position(county, 7),
                 home = muster_county_volunteers(county, NULL)[who].home;
  begin(&at, county, follow, true);
  tick(&at, 500);
  assert_stands(&at, who, first, true);
  tell_duty(&at, 510, who, false);
  tick(&at, 720);
  assert_stands(&at, who, second, false);
  restore(&at);
  tick(&at, 900);
  assert_stands(&at, who, home, false);
  tick(&at, DAY_MIN + 720);
  assert_stands(&at, who, second, true);
  tick(&at, DAY_MIN + 900);
  assert_stands(&at, who, home, false);
  end(&at);
}

/* Ordered at 7:00, on the way at 8:00: to the post when free; ordered there, still away at 12:00: home when free. */
static void test_engaged_at_the_change(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), home = muster_county_volunteers(county, NULL)[who].home;
  begin(&at, county, "[policy]\nshifts = follow\nacceptance = certain\n", false);
  tell_duty(&at, 410, who, true);
  MusterEvent report = {.type = MUSTER_EVENT_REPORT,
                        .at_ms = 420 * MINUTE_MS,
                        .incident = {.number = 1},
                        .place = {.kind = MUSTER_PLACE_AT_POSITION, .position = home}};
  MusterEvent close = {.type = MUSTER_EVENT_CLOSE, .at_ms = 500 * MINUTE_MS, .incident = {.number = 1}};
  step(&at, report);
  g_assert_cmpint(mi_responder_at(at.engine, who)->state, ==, MI_ASSIGNED);
  tick(&at, 490);
  assert_stands(&at, who, home, true);
  restore(&at);
  step(&at, close);
  assert_stands(&at, who, post, true);
  report.incident.number = close.incident.number = 2;
  report.at_ms = 700 * MINUTE_MS;
  close.at_ms = 730 * MINUTE_MS;
  step(&at, report);
  tell_duty(&at, 705, who, true);
  tick(&at, 725);
  assert_stands(&at, who, post, true);
  step(&at, close);
  assert_stands(&at, who, home, true);
  end(&at);
}

/* A mode that does not follow shifts ends them all, and peacetime begins those that run. */
static void test_wartime(void) {
  world at;
  MusterVolunteerId who;
  MusterCounty *county = county_with_shift(&who);
  MusterPosition post = post_position(county, 5), home = muster_county_volunteers(county, NULL)[who].home;
  begin(&at, county, "[policy]\nshifts = follow\n[wartime flood 1]\nshifts = ignore\n", false);
  tick(&at, 500);
  assert_stands(&at, who, post, true);
  MusterEvent mode = {.type = MUSTER_EVENT_MODE, .at_ms = 510 * MINUTE_MS, .hazard = "flood", .level = 1};
  step(&at, mode);
  assert_stands(&at, who, home, false);
  g_assert_cmpint(muster_engine_next_deadline_ms(at.engine), ==, INT64_MAX);
  restore(&at);
  mode.at_ms = 520 * MINUTE_MS;
  mode.level = 0;
  step(&at, mode);
  assert_stands(&at, who, post, true);
  restore(&at);
  tick(&at, 720);
  assert_stands(&at, who, home, false);
  end(&at);
}

/* Everybody always stands where the slow word of the county says, through restores. */
static void test_weeks(void) {
  for (uint64_t seed = 1; seed <= 6; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    mi_random random;
    mi_random_init(&random, seed, 2);
    MusterShift shifts[MOST_SHIFTS];
    draw_shifts(&random, shifts);
    world at;
    begin(&at, new_county(seed, shifts, MOST_SHIFTS), follow, false);
    const MusterVolunteer *volunteers = muster_county_volunteers(at.county, NULL);
    for (int64_t minute = mi_random_below(&random, 300); minute < 14 * DAY_MIN;
         minute += mi_random_below(&random, 300)) {
      tick(&at, minute);
      if (mi_random_below(&random, 20) == 0) restore(&at);
      for (MusterVolunteerId i = 0; i < 60; i++) {
        const mi_responder *person = mi_responder_at(at.engine, i);
        if (person->state == MI_AWAY) continue;
        MusterPostId post = slow_post(at.county, i, minute % (7 * DAY_MIN));
        g_assert_cmpint(person->on_duty, ==, post != MUSTER_NONE);
        if (!person->placed) continue;
        MusterPosition wanted =
            post == MUSTER_NONE ? volunteers[i].home : muster_county_posts(at.county, NULL)[post].position;
        if (!is_at(person->place.position, wanted)) /* no road near the post */
          g_assert_true(post != MUSTER_NONE && is_at(person->place.position, volunteers[i].home));
      }
    }
    end(&at);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/shifts/timetable", test_timetable);
  g_test_add_func("/shifts/left-out", test_left_out);
  g_test_add_func("/shifts/shift", test_shift);
  g_test_add_func("/shifts/then-to-work", test_then_to_work);
  g_test_add_func("/shifts/home-at-no-road", test_home_at_no_road);
  g_test_add_func("/shifts/begins-within", test_begins_within);
  g_test_add_func("/shifts/told-position", test_told_position);
  g_test_add_func("/shifts/told-at-once", test_told_at_once);
  g_test_add_func("/shifts/told-duty", test_told_duty);
  g_test_add_func("/shifts/retired-during-it", test_retired_during_it);
  g_test_add_func("/shifts/touching", test_touching);
  g_test_add_func("/shifts/engaged-at-the-change", test_engaged_at_the_change);
  g_test_add_func("/shifts/wartime", test_wartime);
  g_test_add_func("/shifts/weeks", test_weeks);
  return g_test_run();
}
