/* The week's timetable of shifts at posts: whose shift runs at a time, and when that changes next.
 *
 * Shifts repeat every week, so a time is a minute of the week, and all beginnings and ends together are one sorted list
 * of such minutes. A shift whose volunteer or post does not exist, or whose times no day has, is left out
 * (muster_county_check names it).
 */
#include "engine/shifts.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MIN = 1440, WEEK_MIN = 7 * DAY_MIN, MINUTE_MS = 60000 };

typedef struct turn_of_duty {
  MusterVolunteerId volunteer;
  MusterPostId post;
  uint16_t start_min, length_min;
  uint8_t weekdays;
} turn_of_duty;

struct mi_shifts {
  turn_of_duty *turns;  /* by post */
  uint32_t *boundaries; /* minutes of the week, ascending */
  MusterVolunteerId *people;
  MusterPostId *posts; /* by volunteer */
  size_t turn_count, boundary_count, people_count, volunteer_count;
};

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Ascending, each once; returns how many are left. */
static size_t sort_numbers(uint32_t *numbers, size_t count) {
  qsort(numbers, count, sizeof *numbers, compare_numbers);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || numbers[kept - 1] != numbers[i]) numbers[kept++] = numbers[i];
  return kept;
}

static void add_turn(mi_shifts *shifts, const MusterCounty *county, const MusterShift *shift) {
  turn_of_duty turn = {.volunteer = muster_county_find_volunteer(county, shift->volunteer),
                       .post = muster_county_find_post(county, shift->post),
                       .start_min = shift->start_min,
                       .weekdays = shift->weekdays & 127};
  if (turn.volunteer == MUSTER_NONE || turn.post == MUSTER_NONE || shift->start_min >= DAY_MIN || turn.weekdays == 0)
    return;
  turn.length_min = (uint16_t)(shift->end_min - shift->start_min + (shift->end_min > shift->start_min ? 0 : DAY_MIN));
  shifts->turns[shifts->turn_count++] = turn;
  shifts->people[shifts->people_count++] = turn.volunteer;
  for (uint32_t day = 0; day < 7; day++) {
    if (!(turn.weekdays >> day & 1)) continue;
    uint32_t start = day * DAY_MIN + turn.start_min;
    shifts->boundaries[shifts->boundary_count++] = start;
    shifts->boundaries[shifts->boundary_count++] = (start + turn.length_min) % WEEK_MIN;
  }
}

mi_shifts *mi_shifts_new(const MusterCounty *county) {
  size_t count;
  const MusterShift *rows = muster_county_shifts(county, &count);
  mi_shifts *shifts = g_new0(mi_shifts, 1);
  shifts->turns = g_new(turn_of_duty, count + 1);
  shifts->people = g_new(MusterVolunteerId, count + 1);
  shifts->boundaries = g_new(uint32_t, 14 * count + 1);
  for (size_t i = 0; i < count; i++) add_turn(shifts, county, &rows[i]);
  if (shifts->turn_count == 0) {
    mi_shifts_free(shifts);
    return NULL;
  }
  shifts->people_count = sort_numbers(shifts->people, shifts->people_count);
  shifts->boundary_count = sort_numbers(shifts->boundaries, shifts->boundary_count);
  muster_county_volunteers(county, &shifts->volunteer_count);
  shifts->posts = g_new(MusterPostId, shifts->volunteer_count);
  return shifts;
}

void mi_shifts_free(mi_shifts *shifts) {
  if (!shifts) return;
  g_free(shifts->turns);
  g_free(shifts->people);
  g_free(shifts->boundaries);
  g_free(shifts->posts);
  g_free(shifts);
}

/* After Monday's midnight, less than a week. */
static int64_t time_of_week_ms(int64_t at_ms, uint32_t midnight_s, uint32_t first_weekday) {
  int64_t offset_ms = INT64_C(1000) * midnight_s + (int64_t)DAY_MIN * MINUTE_MS * (first_weekday - 1);
  return (MAX(at_ms, 0) + offset_ms) % ((int64_t)WEEK_MIN * MINUTE_MS);
}

int64_t mi_shifts_next_ms(const mi_shifts *shifts, int64_t at_ms, uint32_t midnight_s, uint32_t first_weekday) {
  int64_t week_ms = time_of_week_ms(at_ms, midnight_s, first_weekday);
  size_t low = 0, high = shifts->boundary_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if ((int64_t)shifts->boundaries[middle] * MINUTE_MS > week_ms)
      high = middle;
    else
      low = middle + 1;
  }
  int64_t minute = low < shifts->boundary_count ? shifts->boundaries[low] : WEEK_MIN + shifts->boundaries[0];
  return MAX(at_ms, 0) + minute * MINUTE_MS - week_ms;
}

MusterSpan32 mi_shifts_people(const mi_shifts *shifts) {
  return (MusterSpan32){.data = shifts->people, .count = shifts->people_count};
}

static bool runs(const turn_of_duty *turn, uint32_t minute) {
  uint32_t day = minute / DAY_MIN, of_day = minute % DAY_MIN, before = (day + 6) % 7;
  return (turn->weekdays >> day & 1 && of_day >= turn->start_min && of_day - turn->start_min < turn->length_min) ||
         (turn->weekdays >> before & 1 && of_day + DAY_MIN - turn->start_min < turn->length_min);
}

const MusterPostId *mi_shifts_posts_at(mi_shifts *shifts, int64_t at_ms, uint32_t midnight_s, uint32_t first_weekday) {
  uint32_t minute = (uint32_t)(time_of_week_ms(at_ms, midnight_s, first_weekday) / MINUTE_MS);
  memset(shifts->posts, 0xff, shifts->volunteer_count * sizeof *shifts->posts); /* MUSTER_NONE */
  for (size_t i = shifts->turn_count; i-- > 0;)
    if (runs(&shifts->turns[i], minute)) shifts->posts[shifts->turns[i].volunteer] = shifts->turns[i].post;
  return shifts->posts;
}
