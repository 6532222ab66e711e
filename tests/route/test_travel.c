/* The travel oracle against a plain model: several modes, and a table of times. */
#include "route/listing.h"
#include "route/networks.h"
#include "route/snaps.h"
#include "route/travel.h"
#include "support/support.h"

#include <stdlib.h>

enum { RESPONDERS = 24, PLACES = 12, SPOTS = RESPONDERS + PLACES };

typedef struct model_responder {
  bool present, available;
  size_t spot;
  unsigned modes;
  uint64_t skills;
} model_responder;

typedef struct model {
  unsigned network_count;
  MusterNetwork *networks[MUSTER_MODE_COUNT];
  MusterNetwork *open_roads[MUSTER_MODE_COUNT]; /* without the closed roads, which the searches are on */
  MusterSearch *searches[MUSTER_MODE_COUNT];
  MusterMode modes[MUSTER_MODE_COUNT];
  double snap_limit_m;
  MusterPosition spots[SPOTS];
  model_responder responders[RESPONDERS];
  size_t waiting[PLACES]; /* the spot that waits under this id; SPOTS: none */
} model;

/* On the network without the closed roads. Who is inside one of those reaches only who is at the very same place. */
static uint32_t slow_time_on(const model *m, unsigned i, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  MusterRoadPoint a, b;
  bool both = point_elsewhere(m->networks[i], from, m->open_roads[i], &a) &
              point_elsewhere(m->networks[i], to, m->open_roads[i], &b);
  if (both) return muster_search_time_ms(m->searches[i], &a, &b);
  bool same = from->link == to->link && from->along_q16 == to->along_q16;
  return same ? from->access_ms + to->access_ms : MUSTER_UNREACHABLE_MS;
}

static uint32_t slow_time(const model *m, MusterPosition from, unsigned modes, MusterPosition to, uint8_t *mode) {
  uint32_t best_ms = MUSTER_UNREACHABLE_MS;
  *mode = MUSTER_MODE_COUNT;
  for (unsigned i = 0; i < m->network_count; i++) {
    MusterRoadPoint a, b;
    if (!(modes & MUSTER_MODE_BIT(m->modes[i])) ||
        !muster_network_snap(m->networks[i], from, m->snap_limit_m, &a, NULL) ||
        !muster_network_snap(m->networks[i], to, m->snap_limit_m, &b, NULL))
      continue;
    uint32_t time_ms = slow_time_on(m, i, &a, &b);
    if (time_ms > best_ms || (time_ms == best_ms && *mode <= m->modes[i])) continue;
    best_ms = time_ms;
    if (time_ms != MUSTER_UNREACHABLE_MS) *mode = (uint8_t)m->modes[i];
  }
  return best_ms;
}

static int compare_hits(const void *a, const void *b) {
  const MusterTravelHit *x = a, *y = b;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->responder > y->responder) - (x->responder < y->responder);
}

static size_t slow_nearest(const model *m, MusterPosition place, uint64_t skills, size_t k, uint32_t limit_ms,
                           MusterTravelHit *out) {
  MusterTravelHit all[RESPONDERS];
  size_t count = 0;
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    const model_responder *r = &m->responders[i];
    if (!r->present || !r->available || (r->skills & skills) != skills) continue;
    all[count].responder = i;
    all[count].time_ms = slow_time(m, m->spots[r->spot], r->modes, place, &all[count].mode);
    count += all[count].time_ms != MUSTER_UNREACHABLE_MS && all[count].time_ms <= limit_ms;
  }
  qsort(all, count, sizeof *all, compare_hits);
  count = MIN(count, k);
  for (size_t i = 0; i < count; i++) out[i] = all[i];
  return count;
}

static bool can_be_placed(const model *m, const model_responder *r) {
  MusterRoadPoint point;
  for (unsigned i = 0; i < m->network_count; i++)
    if ((r->modes & MUSTER_MODE_BIT(m->modes[i])) &&
        muster_network_snap(m->networks[i], m->spots[r->spot], m->snap_limit_m, &point, NULL))
      return true;
  return false;
}

static void change(mi_random *random, model *m, MusterTravel *travel) {
  uint32_t responder = mi_random_below(random, RESPONDERS);
  model_responder *r = &m->responders[responder];
  switch (mi_random_below(random, 4)) {
    case 0:
    case 1:
      if (!r->present) r->available = true;
      r->spot = mi_random_below(random, SPOTS);
      r->modes = mi_random_below(random, 8);
      r->skills = mi_random_below(random, 4);
      r->present = can_be_placed(m, r);
      g_assert_cmpint(
          muster_travel_put(travel, responder, (MusterPlace){m->spots[r->spot], MUSTER_NONE}, r->modes, r->skills), ==,
          r->present);
      break;
    case 2:
      r->available = mi_random_below(random, 2);
      muster_travel_set_available(travel, responder, r->available);
      break;
    default:
      if (mi_random_below(random, 3)) break;
      r->present = false;
      muster_travel_remove(travel, responder);
  }
}

static void ask(mi_random *random, const model *m, MusterTravel *travel) {
  MusterPlace place = {m->spots[mi_random_below(random, SPOTS)], MUSTER_NONE};
  uint64_t skills = mi_random_below(random, 2) ? 0 : mi_random_below(random, 4);
  size_t k = mi_random_below(random, 4) ? mi_random_below(random, 8) : RESPONDERS;
  uint32_t limit_ms = mi_random_below(random, 2) ? MUSTER_UNREACHABLE_MS : mi_random_below(random, 3000000);
  MusterTravelHit expected[RESPONDERS], found[RESPONDERS];
  size_t expected_count = slow_nearest(m, place.position, skills, k, limit_ms, expected);
  g_assert_cmpuint(muster_travel_nearest(travel, place, skills, k, limit_ms, found), ==, expected_count);
  for (size_t i = 0; i < expected_count; i++) {
    g_assert_cmpuint(found[i].time_ms, ==, expected[i].time_ms);
    g_assert_cmpuint(found[i].responder, ==, expected[i].responder);
    g_assert_cmpuint(found[i].mode, ==, expected[i].mode);
  }
  uint32_t responder = mi_random_below(random, RESPONDERS);
  const model_responder *r = &m->responders[responder];
  uint8_t mode = 99, expected_mode = MUSTER_MODE_COUNT;
  uint32_t expected_ms = MUSTER_UNREACHABLE_MS;
  if (r->present) expected_ms = slow_time(m, m->spots[r->spot], r->modes, place.position, &expected_mode);
  g_assert_cmpuint(muster_travel_time_ms(travel, responder, place, &mode), ==, expected_ms);
  g_assert_cmpuint(mode, ==, expected_mode);
}

static void change_waiting(mi_random *random, model *m, MusterTravel *travel) {
  uint32_t id = mi_random_below(random, PLACES);
  m->waiting[id] = mi_random_below(random, 3) ? mi_random_below(random, SPOTS) : SPOTS;
  if (m->waiting[id] == SPOTS)
    muster_travel_unwait(travel, id);
  else
    muster_travel_wait(travel, id, (MusterPlace){m->spots[m->waiting[id]], MUSTER_NONE});
}

/* Those it takes, and all it was shown. */
typedef struct visitor {
  unsigned takes; /* a bit a waiting id */
  size_t count;
  MusterTravelHit shown[PLACES];
} visitor;

static bool visit(const MusterTravelHit *hit, void *data) {
  visitor *v = data;
  g_assert_cmpuint(v->count, <, PLACES);
  v->shown[v->count++] = *hit;
  return v->takes >> hit->responder & 1;
}

/* The waiting within the limit in order, up to the first that is taken and the others of its time. */
static size_t slow_visit(const model *m, uint32_t responder, unsigned takes, uint32_t limit_ms, MusterTravelHit *out) {
  const model_responder *r = &m->responders[responder];
  MusterTravelHit all[PLACES];
  size_t count = 0, shown = 0;
  for (uint32_t i = 0; i < PLACES; i++) {
    if (!r->present || m->waiting[i] == SPOTS) continue;
    all[count].responder = i;
    all[count].time_ms = slow_time(m, m->spots[r->spot], r->modes, m->spots[m->waiting[i]], &all[count].mode);
    count += all[count].time_ms != MUSTER_UNREACHABLE_MS && all[count].time_ms <= limit_ms;
  }
  qsort(all, count, sizeof *all, compare_hits);
  for (; shown < count && all[shown].time_ms <= limit_ms; shown++) {
    out[shown] = all[shown];
    if (takes >> all[shown].responder & 1) limit_ms = all[shown].time_ms;
  }
  return shown;
}

static void ask_waiting(mi_random *random, const model *m, MusterTravel *travel) {
  uint32_t responder = mi_random_below(random, RESPONDERS);
  uint32_t limit_ms = mi_random_below(random, 2) ? MUSTER_UNREACHABLE_MS : mi_random_below(random, 3000000);
  visitor v = {.takes = mi_random_below(random, 1u << PLACES) & mi_random_below(random, 1u << PLACES)};
  MusterTravelHit expected[PLACES];
  size_t expected_count = slow_visit(m, responder, v.takes, limit_ms, expected), taken = 0;
  size_t found = muster_travel_visit_waiting(travel, responder, limit_ms, visit, &v);
  g_assert_cmpuint(v.count, ==, expected_count);
  for (size_t i = 0; i < expected_count; i++) {
    g_assert_cmpuint(v.shown[i].time_ms, ==, expected[i].time_ms);
    g_assert_cmpuint(v.shown[i].responder, ==, expected[i].responder);
    g_assert_cmpuint(v.shown[i].mode, ==, expected[i].mode);
    taken += v.takes >> expected[i].responder & 1;
  }
  g_assert_cmpuint(found, ==, taken);
}

static void use_roads(model *m, unsigned i, MusterNetwork *open_roads) {
  muster_search_free(m->searches[i]);
  muster_network_unref(m->open_roads[i]);
  m->open_roads[i] = open_roads;
  m->searches[i] = muster_search_new(open_roads);
}

/* Other roads of one mode are closed; none now and then. */
static void change_roads(mi_random *random, model *m, MusterTravel *travel) {
  unsigned i = mi_random_below(random, m->network_count);
  uint32_t arc_count = mi_network_graph(m->networks[i])->arc_count, share = mi_random_below(random, 6);
  g_autofree uint8_t *closed = g_new0(uint8_t, (size_t)arc_count + 1);
  g_autofree MusterArc *arcs = g_new(MusterArc, (size_t)arc_count + 1);
  size_t count = 0;
  for (MusterArc arc = 0; arc < arc_count && share > 0; arc++)
    if (mi_random_below(random, share + 1) == 0) closed[arcs[count++] = arc] = 1;
  g_autoptr(MusterMetric) own = muster_network_metric(m->networks[i]);
  g_autoptr(MusterMetric) metric = muster_metric_close(own, arcs, count);
  g_assert_true(muster_travel_set_metric(travel, m->modes[i], share > 0 ? metric : own));
  use_roads(m, i, network_without(m->networks[i], closed));
}

static void check_networks(mi_random *random, unsigned network_count) {
  model m = {.network_count = network_count, .snap_limit_m = 2500};
  for (unsigned i = 0; i < network_count; i++) {
    m.modes[i] = (MusterMode)i;
    /* Times of the order of the walks, so that modes compete and tie now and then. */
    network_options options = {30, 60, 300000 / (i + 1), 10, 20, 20, m.modes[i]};
    m.networks[i] = random_network(random, &options);
    use_roads(&m, i, muster_network_ref(m.networks[i]));
  }
  for (size_t i = 0; i < SPOTS; i++)
    m.spots[i] = i % 3 == 0 && i > 0 ? m.spots[i - 1]
                                     : (MusterPosition){(int32_t)(1094000000 + mi_random_below(random, 500000)),
                                                        (int32_t)(295000000 + mi_random_below(random, 900000))};
  GError *error = NULL;
  MusterNetwork *reversed[MUSTER_MODE_COUNT];
  for (unsigned i = 0; i < network_count; i++) reversed[i] = m.networks[network_count - 1 - i];
  g_autoptr(MusterTravel) travel = muster_travel_new_networks(reversed, network_count, m.snap_limit_m, &error);
  g_assert_no_error(error);
  g_assert_false(muster_travel_is_matrix(travel));
  for (uint32_t i = 0; i < PLACES; i++) m.waiting[i] = SPOTS;
  for (int step = 0; step < 300; step++) {
    change(random, &m, travel);
    change_waiting(random, &m, travel);
    if (mi_random_below(random, 20) == 0) change_roads(random, &m, travel);
    ask(random, &m, travel);
    ask_waiting(random, &m, travel);
  }
  for (unsigned i = 0; i < network_count; i++) {
    muster_search_free(m.searches[i]);
    muster_network_unref(m.open_roads[i]);
    muster_network_unref(m.networks[i]);
  }
}

static void test_networks(void) {
  uint64_t seed = test_seed();
  for (unsigned round = 0; round < 12; round++) {
    mi_random random;
    mi_random_init(&random, seed, 1000 + round);
    check_networks(&random, 1 + round % 3);
  }
}

static void test_bad_networks(void) {
  mi_random random;
  mi_random_init(&random, 1, 0);
  g_autoptr(MusterNetwork) one = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_CAR});
  g_autoptr(MusterNetwork) two = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_CAR});
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_travel_new_networks(NULL, 0, 100, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION);
  g_clear_error(&error);
  g_assert_null(muster_travel_new_networks((MusterNetwork *[]){one, two}, 2, 100, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_NETWORK);
  g_clear_error(&error);
  g_assert_null(muster_travel_new_networks(&one, 1, -1, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION);
}

/* A metric of a network that is not the mode's, or on a table, changes nothing. */
static void test_bad_metrics(void) {
  mi_random random;
  mi_random_init(&random, 1, 0);
  g_autoptr(MusterNetwork) car = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_CAR});
  g_autoptr(MusterNetwork) other = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_CAR});
  g_autoptr(MusterTravel) travel = muster_travel_new_networks(&car, 1, 100, NULL);
  g_autoptr(MusterTravel) table = muster_travel_new_matrix((const char *const[]){"a"}, 1, (const uint32_t[]){0});
  g_autoptr(MusterMetric) own = muster_network_metric(car);
  g_autoptr(MusterMetric) foreign = muster_network_metric(other);
  g_assert_true(muster_travel_set_metric(travel, MUSTER_MODE_CAR, own));
  g_assert_false(muster_travel_set_metric(travel, MUSTER_MODE_FOOT, own));
  g_assert_false(muster_travel_set_metric(travel, MUSTER_MODE_CAR, foreign));
  g_assert_false(muster_travel_set_metric(table, MUSTER_MODE_CAR, own));
}

/* ---- table ---- */

enum { TABLE = 7 };

static void test_table(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 5);
  static const char *const names[TABLE] = {"a", "b", "c", "镇", "e", "f", ""};
  uint32_t times[TABLE * TABLE];
  for (size_t i = 0; i < TABLE * TABLE; i++)
    times[i] = mi_random_below(&random, 5) ? mi_random_below(&random, 4) : MUSTER_UNREACHABLE_MS;
  g_autoptr(MusterTravel) travel = muster_travel_new_matrix(names, TABLE, times);
  g_assert_true(muster_travel_is_matrix(travel));
  for (uint32_t i = 0; i < TABLE; i++) g_assert_cmpuint(muster_travel_find_place(travel, names[i]), ==, i);
  g_assert_cmpuint(muster_travel_find_place(travel, "nowhere"), ==, MUSTER_NONE);
  g_assert_false(muster_travel_put(travel, 3, (MusterPlace){{0, 0}, MUSTER_NONE}, 1, 0));
  g_assert_false(muster_travel_put(travel, 3, (MusterPlace){{0, 0}, TABLE}, 1, 0));

  model_responder responders[RESPONDERS] = {0};
  for (int step = 0; step < 2000; step++) {
    uint32_t responder = mi_random_below(&random, RESPONDERS);
    model_responder *r = &responders[responder];
    switch (mi_random_below(&random, 3)) {
      case 0:
        if (!r->present) r->available = true;
        *r = (model_responder){true, r->available, mi_random_below(&random, TABLE), 0, mi_random_below(&random, 4)};
        g_assert_true(muster_travel_put(travel, responder, (MusterPlace){{0, 0}, (uint32_t)r->spot}, 0, r->skills));
        break;
      case 1:
        r->available = mi_random_below(&random, 2);
        muster_travel_set_available(travel, responder, r->available);
        break;
      default:
        if (mi_random_below(&random, 2)) break;
        r->present = false;
        muster_travel_remove(travel, responder);
    }
    uint32_t place = mi_random_below(&random, TABLE);
    uint64_t skills = mi_random_below(&random, 4);
    size_t k = mi_random_below(&random, RESPONDERS + 3), count = 0;
    uint32_t limit_ms = mi_random_below(&random, 2) ? MUSTER_UNREACHABLE_MS : mi_random_below(&random, 4);
    MusterTravelHit expected[RESPONDERS], found[RESPONDERS + 3];
    for (uint32_t i = 0; i < RESPONDERS; i++) {
      if (!responders[i].present) continue;
      uint32_t time_ms = times[responders[i].spot * TABLE + place];
      g_assert_cmpuint(muster_travel_time_ms(travel, i, (MusterPlace){{0, 0}, place}, NULL), ==, time_ms);
      if (!responders[i].available || (responders[i].skills & skills) != skills) continue;
      if (time_ms != MUSTER_UNREACHABLE_MS && time_ms <= limit_ms)
        expected[count++] = (MusterTravelHit){i, time_ms, MUSTER_MODE_COUNT};
    }
    qsort(expected, count, sizeof *expected, compare_hits);
    g_assert_cmpuint(muster_travel_nearest(travel, (MusterPlace){{0, 0}, place}, skills, k, limit_ms, found), ==,
                     MIN(count, k));
    for (size_t i = 0; i < MIN(count, k); i++) {
      g_assert_cmpuint(found[i].responder, ==, expected[i].responder);
      g_assert_cmpuint(found[i].time_ms, ==, expected[i].time_ms);
      g_assert_cmpuint(found[i].mode, ==, MUSTER_MODE_COUNT);
    }
  }
}

/* Lists come once plain searches have cost as much as making them, and go once moves outweigh questions. */
static void test_listing(void) {
  mi_listings listings = {0};
  for (uint64_t skills = 0; skills < 2 * MI_FLEET_LISTS_MOST; skills++) mi_listings_find(&listings, skills);
  g_assert_cmpuint(listings.count, ==, MI_FLEET_LISTS_MOST);
  mi_listing *listing = mi_listings_find(&listings, 2 * MI_FLEET_LISTS_MOST - 5);
  g_assert_cmpuint(listing->skills, ==, 2 * MI_FLEET_LISTS_MOST - 5);
  const uint64_t making = 10000;
  g_assert_false(mi_listing_answers(listing, making));
  mi_listing_add(listing, 6000, making);
  g_assert_false(listing->listed);
  g_assert_false(mi_listing_take(listing, MI_MOVE_ELSEWHERE, 1)); /* there is nothing to end */
  mi_listing_add(listing, 6000, making);
  g_assert_true(listing->listed);
  g_assert_true(mi_listings_find(&listings, listing->skills)->listed);
  g_assert_false(mi_listings_find(&listings, 7 * MI_FLEET_LISTS_MOST)->listed);
  listing = mi_listings_find(&listings, 2 * MI_FLEET_LISTS_MOST - 5);
  /* Now and then a plain search is asked whether it still costs what it did. */
  unsigned answers = 0, plain = 0;
  for (unsigned question = 0; question < 10000; question++) {
    bool by_lists = mi_listing_answers(listing, making);
    answers += by_lists;
    if (by_lists) continue;
    mi_listing_add(listing, 3, making);
    plain++;
  }
  g_assert_cmpuint(plain, >, 0);
  g_assert_cmpuint(answers, >, 100 * plain);
  mi_listing_add(listing, 3, making);
  /* Whoever enters costs less than whoever leaves as well. A question brings back no more than a plain search costs. */
  unsigned enters = 1, moves = 1;
  mi_listing copy = *listing;
  while (!mi_listing_take(&copy, MI_MOVE_ENTERS, 3)) enters++;
  while (!mi_listing_take(listing, MI_MOVE_ELSEWHERE, 3)) {
    moves++;
    if (moves % 10 == 0) g_assert_true(mi_listing_answers(listing, making));
  }
  g_assert_cmpuint(moves, >, 10);
  g_assert_cmpuint(enters, >, moves);
  g_assert_cmpuint(enters, <=, making);
  g_assert_false(listing->listed);
  g_assert_false(mi_listing_answers(listing, making));
}

/* What is found again is what was noted there; most of what fits is found again; room for more people forgets. */
static void test_kept_snaps(void) {
  mi_snaps snaps;
  mi_snaps_init(&snaps);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (uint64_t people = 1; people <= 20000; people *= 20) {
    mi_snaps_reserve(&snaps, people);
    uint64_t place_count = 2 * people, found = 0;
    for (int round = 0; round < 2; round++) {
      mi_random_init(&random, test_seed(), people);
      for (uint64_t i = 0; i < place_count; i++) {
        MusterPosition position = {(int32_t)mi_random_below(&random, 4000000),
                                   (int32_t)mi_random_below(&random, 4000000)};
        mi_snapped *place = mi_snaps_find(&snaps, position);
        if (place->known) {
          g_assert_cmpuint(place->points[0].link, ==, (uint32_t)position.lon_e7);
          g_assert_cmpuint(place->points[1].link, ==, (uint32_t)position.lat_e7);
          found++;
        }
        place->known = 3;
        place->points[0].link = (uint32_t)position.lon_e7;
        place->points[1].link = (uint32_t)position.lat_e7;
      }
      if (round == 0) g_assert_cmpuint(found, <, MAX(place_count / 100, 1)); /* by chance the same place again */
    }
    g_assert_cmpuint(found, >=, place_count * 9 / 10);
  }
  mi_snaps_clear(&snaps);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/travel/networks-as-model", test_networks);
  g_test_add_func("/route/travel/bad-networks", test_bad_networks);
  g_test_add_func("/route/travel/bad-metrics", test_bad_metrics);
  g_test_add_func("/route/travel/table-as-model", test_table);
  g_test_add_func("/route/travel/lists-where-they-pay", test_listing);
  g_test_add_func("/route/travel/kept-snaps", test_kept_snaps);
  return g_test_run();
}
