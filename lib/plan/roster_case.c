/* Tables of the posts of a county; see roster.h. */
#include <stdlib.h>
#include <string.h>

#include "muster/roster.h"
#include "plan/serving.h"

enum { POOL_USUAL = 60, WEEKS_USUAL = 4, DAY_MIN = 1440 };

void muster_roster_case_options_init(MusterRosterCaseOptions *options) {
  *options = (MusterRosterCaseOptions){.people = {3},
                                       .need_count = 1,
                                       .pool = POOL_USUAL,
                                       .work_start_hour = 8,
                                       .work_end_hour = 18,
                                       .night_start_hour = 22,
                                       .night_end_hour = 6,
                                       .week_count = WEEKS_USUAL};
}

typedef struct post {
  uint32_t *people; /* volunteers, ascending */
  size_t count;
  bool *may;
} post;

struct MusterRosterCase {
  MusterRosterPlace *places;
  uint8_t *need_of; /* by place */
  size_t place_count;
  uint32_t week_count;
  post *posts;
  size_t post_count;
};

/* ---- places ---- */

static bool is_night(const MusterRosterCaseOptions *o, uint32_t hour) {
  uint32_t start = o->night_start_hour, end = o->night_end_hour;
  return start < end ? hour >= start && hour < end : hour >= start || hour < end;
}

static bool is_unsocial(const MusterRosterCaseOptions *o, uint32_t minute) {
  return minute / DAY_MIN % 7 >= 5 || is_night(o, minute % DAY_MIN / 60);
}

static MusterRosterPlace place_on(const MusterRosterCaseOptions *o, const MusterRosterShift *shift, uint32_t day) {
  uint32_t midnight = day * DAY_MIN, over = shift->end_min <= shift->start_min ? DAY_MIN : 0;
  MusterRosterPlace place = {midnight + shift->start_min, midnight + shift->end_min + over, 0};
  for (uint32_t minute = place.start_min; minute < place.end_min; minute++)
    place.unsocial_min += is_unsocial(o, minute);
  return place;
}

static void list_places(MusterRosterCase *c, const MusterRosterCaseOptions *o) {
  c->week_count = o->week_count;
  for (uint32_t day = 0; day < o->week_count * 7; day++)
    for (size_t s = 0; s < o->shift_count; s++)
      for (size_t k = 0; k < o->need_count; k++)
        for (uint32_t i = 0; i < o->people[k]; i++) {
          c->need_of[c->place_count] = (uint8_t)k;
          c->places[c->place_count++] = place_on(o, &o->shifts[s], day);
        }
}

/* ---- people ---- */

typedef struct candidate {
  double metres;
  uint32_t volunteer;
  bool is_taken;
} candidate;

static int compare_candidates(const void *a, const void *b) {
  const candidate *left = a, *right = b;
  if (left->metres != right->metres) return left->metres < right->metres ? -1 : 1;
  return (left->volunteer > right->volunteer) - (left->volunteer < right->volunteer);
}

static int compare_ids(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* By post: who may stand there, the nearest homes first. */
static GArray **gather(const MusterRosterCaseOptions *o, size_t post_count) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(o->county, &count);
  const MusterTeam *teams = muster_county_teams(o->county, NULL);
  const MusterPost *posts = muster_county_posts(o->county, NULL);
  GArray **lists = g_new(GArray *, post_count);
  for (size_t i = 0; i < post_count; i++) lists[i] = g_array_new(FALSE, FALSE, sizeof(candidate));
  for (uint32_t i = 0; i < count; i++) {
    const MusterVolunteer *who = &volunteers[i];
    if (!who->approved || who->team_id == MUSTER_NONE) continue;
    uint32_t at = mi_serving_place(o->county, MUSTER_SERVICES_POSTS, NULL, teams[who->team_id].area, who->home);
    if (at == MUSTER_NONE) continue;
    candidate one = {muster_distance_planar_m(who->home, posts[at].position), i, false};
    g_array_append_val(lists[at], one);
  }
  for (size_t i = 0; i < post_count; i++) g_array_sort(lists[i], compare_candidates);
  return lists;
}

/* Up to `wanted` more of those with the skills. */
static void pick(post *p, GArray *list, const MusterVolunteer *volunteers, uint64_t skills, size_t wanted) {
  for (guint i = 0; i < list->len && wanted > 0; i++) {
    candidate *one = &g_array_index(list, candidate, i);
    if (one->is_taken || (volunteers[one->volunteer].skills & skills) != skills) continue;
    one->is_taken = true;
    p->people[p->count++] = one->volunteer;
    wanted--;
  }
}

static void pick_pool(post *p, GArray *list, const MusterRosterCaseOptions *o) {
  const MusterVolunteer *volunteers = muster_county_volunteers(o->county, NULL);
  uint32_t people = 0;
  for (size_t k = 0; k < o->need_count; k++) people += o->people[k];
  p->people = g_new(uint32_t, o->pool);
  for (size_t k = 0; k < o->need_count; k++)
    if (o->skills[k]) pick(p, list, volunteers, o->skills[k], (size_t)((uint64_t)o->pool * o->people[k] / people));
  pick(p, list, volunteers, 0, o->pool - p->count);
  qsort(p->people, p->count, sizeof *p->people, compare_ids);
}

/* ---- who may take what ---- */

/* Shorter than a week, so that a place meets the working hours of its own day and the next at most. */
static bool is_at_work(const MusterRosterCaseOptions *o, const MusterRosterPlace *place) {
  for (uint32_t day = place->start_min / DAY_MIN; day * DAY_MIN < place->end_min; day++) {
    uint32_t start = day * DAY_MIN + o->work_start_hour * 60, end = day * DAY_MIN + o->work_end_hour * 60;
    if (day % 7 < 5 && place->start_min < end && place->end_min > start) return true;
  }
  return false;
}

static void fill_may(MusterRosterCase *c, post *p, const MusterRosterCaseOptions *o) {
  const MusterVolunteer *volunteers = muster_county_volunteers(o->county, NULL);
  p->may = g_new(bool, p->count * c->place_count);
  for (size_t place = 0; place < c->place_count; place++) {
    uint64_t skills = o->skills[c->need_of[place]];
    bool is_work = is_at_work(o, &c->places[place]);
    for (size_t i = 0; i < p->count; i++) {
      const MusterVolunteer *who = &volunteers[p->people[i]];
      p->may[i * c->place_count + place] = (who->skills & skills) == skills && !(is_work && who->has_work);
    }
  }
}

/* ---- the whole ---- */

static bool check_range(const char *what, uint64_t least, uint64_t most, uint64_t found, GError **error) {
  if (found >= least && found <= most) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION,
              "%s: expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, what, least,
              most, found);
  return false;
}

/* *places: of one post. */
static bool check(const MusterRosterCaseOptions *o, size_t *places, GError **error) {
  uint64_t people = 0;
  if (!check_range("shifts a day", 1, 24, o->shift_count, error) ||
      !check_range("needs", 1, MUSTER_ROSTER_NEEDS_MOST, o->need_count, error) ||
      !check_range("people of a post", 1, MUSTER_ROSTER_PEOPLE_MOST, o->pool, error) ||
      !check_range("weeks", 1, MUSTER_ROSTER_WEEKS_MOST, o->week_count, error) ||
      !check_range("the hour that work starts", 0, 24, o->work_start_hour, error) ||
      !check_range("the hour that work ends", 0, 24, o->work_end_hour, error) ||
      !check_range("the hour that night starts", 0, 24, o->night_start_hour, error) ||
      !check_range("the hour that night ends", 0, 24, o->night_end_hour, error))
    return false;
  for (size_t s = 0; s < o->shift_count; s++)
    if (!check_range("a shift's start in minutes", 0, DAY_MIN - 1, o->shifts[s].start_min, error) ||
        !check_range("a shift's end in minutes", 0, DAY_MIN, o->shifts[s].end_min, error))
      return false;
  for (size_t k = 0; k < o->need_count; k++) people += o->people[k];
  uint64_t count = people * o->shift_count * o->week_count * 7;
  if (!check_range("people on a shift", 1, UINT32_MAX, people, error)) return false;
  *places = (size_t)count;
  if (count <= MUSTER_ROSTER_PLACES_MOST) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT,
              "people × shifts × days of a post: expected at most %d, found %" G_GUINT64_FORMAT,
              MUSTER_ROSTER_PLACES_MOST, count);
  return false;
}

MusterRosterCase *muster_roster_case_new(const MusterRosterCaseOptions *options, GError **error) {
  size_t places, post_count;
  if (!check(options, &places, error)) return NULL;
  muster_county_posts(options->county, &post_count);
  if (post_count == 0) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE, "expected a county with posts, found none");
    return NULL;
  }
  MusterRosterCase *c = g_new0(MusterRosterCase, 1);
  c->places = g_new(MusterRosterPlace, places);
  c->need_of = g_new(uint8_t, places);
  list_places(c, options);
  c->posts = g_new0(post, post_count);
  c->post_count = post_count;
  GArray **lists = gather(options, post_count);
  for (size_t i = 0; i < post_count; i++) {
    pick_pool(&c->posts[i], lists[i], options);
    fill_may(c, &c->posts[i], options);
    g_array_unref(lists[i]);
  }
  g_free(lists);
  return c;
}

void muster_roster_case_free(MusterRosterCase *c) {
  if (!c) return;
  for (size_t i = 0; i < c->post_count; i++) {
    g_free(c->posts[i].people);
    g_free(c->posts[i].may);
  }
  g_free(c->posts);
  g_free(c->places);
  g_free(c->need_of);
  g_free(c);
}

MusterRosterTable muster_roster_case_table(const MusterRosterCase *c, MusterPostId at) {
  const post *p = &c->posts[at];
  return (MusterRosterTable){c->places, c->place_count, p->count, p->may, c->week_count};
}

MusterSpan32 muster_roster_case_people(const MusterRosterCase *c, MusterPostId at) {
  return (MusterSpan32){c->posts[at].people, c->posts[at].count};
}
