/* The posts' tables of a small county: places, who stands where, who is not free; and the roster that follows. */
#include "muster/roster.h"
#include "sim/small_county.h"
#include "support/support.h"

enum { VOLUNTEERS = 120 };
static const MusterRosterShift shifts[] = {{480, 840}, {840, 1320}, {1320, 480}};

static void options_init(MusterRosterCaseOptions *options, const MusterCounty *county) {
  muster_roster_case_options_init(options);
  options->county = county;
  options->shifts = shifts;
  options->shift_count = G_N_ELEMENTS(shifts);
  options->week_count = 2;
}

static MusterRosterCase *make(const MusterRosterCaseOptions *options) {
  GError *error = NULL;
  MusterRosterCase *scene = muster_roster_case_new(options, &error);
  g_assert_no_error(error);
  return scene;
}

static void test_places(void) {
  MusterCounty *county = small_county_new(VOLUNTEERS, 100, 1);
  MusterRosterCaseOptions options;
  options_init(&options, county);
  g_autoptr(MusterRosterCase) scene = make(&options);
  MusterRosterTable table = muster_roster_case_table(scene, 0);
  g_assert_cmpuint(table.place_count, ==, 14 * 3 * 3);
  int64_t minutes = 0, unsocial = 0;
  for (size_t i = 0; i < table.place_count; i++) {
    const MusterRosterPlace *place = &table.places[i];
    const MusterRosterShift *shift = &shifts[i / 3 % 3];
    g_assert_cmpuint(place->start_min, ==, i / 9 * 1440 + shift->start_min);
    minutes += place->end_min - place->start_min;
    unsocial += place->unsocial_min;
  }
  g_assert_cmpint(minutes, ==, INT64_C(14) * 1440 * 3);                    /* three shifts are the whole day */
  g_assert_cmpint(unsocial, ==, INT64_C(3) * (14 * 8 * 60 + 4 * 16 * 60)); /* nights, and four days of weekends */
  muster_county_unref(county);
}

/* Of two of the four teams' communities, each volunteer at one post at most; a third of them work by day. */
static void test_people(void) {
  MusterCounty *county = small_county_new(VOLUNTEERS, 100, 1);
  MusterRosterCaseOptions options;
  options_init(&options, county);
  g_autoptr(MusterRosterCase) scene = make(&options);
  const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
  size_t not_free = 0;
  for (MusterPostId post = 0; post < 2; post++) {
    MusterSpan32 people = muster_roster_case_people(scene, post);
    MusterRosterTable table = muster_roster_case_table(scene, post);
    g_assert_cmpuint(people.count, ==, VOLUNTEERS / 4);
    g_assert_cmpuint(table.person_count, ==, people.count);
    for (size_t i = 0; i < people.count; i++) {
      const MusterVolunteer *who = &volunteers[people.data[i]];
      g_assert_cmpint(who->team, ==, (int64_t)post + 2); /* the posts are in the second and third community */
      for (size_t place = 0; place < table.place_count; place++) {
        /* 8:00 to 14:00 and 14:00 to 22:00 are working hours, 22:00 to 8:00 are not. */
        bool is_work = table.places[place].start_min / 1440 % 7 < 5 && place / 3 % 3 < 2;
        g_assert_cmpint(table.may[i * table.place_count + place], ==, !(is_work && who->has_work));
        not_free += is_work && who->has_work;
      }
    }
  }
  g_assert_cmpuint(not_free, >, 1000);
  muster_county_unref(county);
}

/* The pool is of those who live nearest. */
static void test_pool(void) {
  MusterCounty *county = small_county_new(VOLUNTEERS, 100, 1);
  MusterRosterCaseOptions options;
  options_init(&options, county);
  g_autoptr(MusterRosterCase) all = make(&options);
  options.pool = 10;
  g_autoptr(MusterRosterCase) few = make(&options);
  const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
  MusterPosition post = muster_county_posts(county, NULL)[0].position;
  MusterSpan32 everybody = muster_roster_case_people(all, 0), pool = muster_roster_case_people(few, 0);
  g_assert_cmpuint(pool.count, ==, 10);
  double farthest = 0;
  size_t nearer = 0;
  for (size_t i = 0; i < pool.count; i++) {
    if (i > 0) g_assert_cmpuint(pool.data[i - 1], <, pool.data[i]);
    farthest = MAX(farthest, muster_distance_planar_m(volunteers[pool.data[i]].home, post));
  }
  for (size_t i = 0; i < everybody.count; i++)
    nearer += muster_distance_planar_m(volunteers[everybody.data[i]].home, post) <= farthest;
  g_assert_cmpuint(nearer, ==, 10);
  muster_county_unref(county);
}

static void test_refused(void) {
  MusterCounty *county = small_county_new(VOLUNTEERS, 100, 1);
  MusterRosterCaseOptions options;
  options_init(&options, county);
  options.week_count = 0;
  g_autoptr(GError) weeks = NULL, places = NULL, nobody = NULL;
  g_assert_null(muster_roster_case_new(&options, &weeks));
  g_assert_error(weeks, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  options.week_count = 26;
  options.people[0] = 100;
  g_assert_null(muster_roster_case_new(&options, &places));
  g_assert_error(places, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT);
  options.people[0] = 0;
  g_assert_null(muster_roster_case_new(&options, &nobody));
  g_assert_error(nobody, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  muster_county_unref(county);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/roster-case/places", test_places);
  g_test_add_func("/roster-case/people", test_people);
  g_test_add_func("/roster-case/pool", test_pool);
  g_test_add_func("/roster-case/refused", test_refused);
  return g_test_run();
}
