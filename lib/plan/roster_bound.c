/* Bounds of a roster: a flow of least convex cost from places by a person's days and weeks to people.
 *
 * Left out is the rest between two days; of one day nobody takes more places than follow one another with rest. The
 * flow is exact for what is left, for its costs are convex and its capacities whole: each unit goes to whoever has the
 * least of those it can still reach, with all units before moving out of the way (successive shortest paths; without
 * days and weeks the optimal semi-matching of Harvey et al., Journal of Algorithms 59, 2006). Places of different
 * lengths are cut into units of their greatest common divisor, which only widens what is allowed.
 */
#include <string.h>

#include "plan/roster.h"

#define UNITS_MOST (UINT64_C(1) << 16)

typedef struct flow {
  const mi_roster *roster;
  uint32_t *units;                     /* of each place; 0: left out */
  uint32_t *by_day, *day_first;        /* places of each day */
  uint32_t *day_most;                  /* by day: units of one person */
  uint32_t week_most;                  /* units of one person */
  uint32_t *sent;                      /* place × person: units */
  uint32_t *in_day, *in_week, *in_all; /* person × day, person × week, by person */
  uint32_t *queue, *before; /* of the search: nodes, places first, then people's days, weeks, and people themselves */
  size_t places, people, days, weeks;
} flow;

static size_t day_node(const flow *f, size_t person, size_t day) { return f->places + person * f->days + day; }
static size_t week_node(const flow *f, size_t person, size_t week) {
  return f->places + f->people * f->days + person * f->weeks + week;
}
static size_t person_node(const flow *f, size_t person) {
  return f->places + f->people * (f->days + f->weeks) + person;
}
static size_t day_of(const flow *f, size_t place) { return f->roster->table->places[place].start_min / 1440; }

/* ---- what a day holds ---- */

/* The most places of the day that one person could hold, whatever their skills: always the next to end. */
static uint32_t count_in_day(const flow *f, size_t day) {
  const MusterRosterPlace *places = f->roster->table->places;
  uint32_t count = 0, free_from = 0;
  for (;;) {
    uint32_t next_end = UINT32_MAX;
    for (size_t i = f->day_first[day]; i < f->day_first[day + 1]; i++)
      if (places[f->by_day[i]].start_min >= free_from) next_end = MIN(next_end, places[f->by_day[i]].end_min);
    if (next_end == UINT32_MAX) return count;
    count++;
    free_from = next_end + f->roster->options->rest_min;
  }
}

static void order_by_day(flow *f) {
  f->by_day = g_new(uint32_t, f->places);
  f->day_first = g_new(uint32_t, f->days + 1);
  uint32_t count = 0;
  for (size_t day = 0; day < f->days; day++) {
    f->day_first[day] = count;
    for (uint32_t place = 0; place < f->places; place++)
      if (day_of(f, place) == day) f->by_day[count++] = place;
  }
  f->day_first[f->days] = count;
}

/* Takes over `units`. */
static void flow_init(flow *f, const mi_roster *roster, uint32_t *units) {
  const MusterRosterTable *table = roster->table;
  *f = (flow){.roster = roster,
              .units = units,
              .places = table->place_count,
              .people = table->person_count,
              .days = (size_t)table->week_count * 7,
              .weeks = table->week_count};
  uint32_t longest = 0;
  for (size_t i = 0; i < f->places; i++) longest = MAX(longest, units[i]);
  order_by_day(f);
  f->day_most = g_new(uint32_t, f->days);
  for (size_t day = 0; day < f->days; day++) f->day_most[day] = count_in_day(f, day) * longest;
  f->week_most = (uint32_t)MIN((uint64_t)roster->options->most_a_week, f->places) * longest;
  size_t nodes = person_node(f, f->people);
  f->sent = g_new0(uint32_t, f->places * f->people);
  f->in_day = g_new0(uint32_t, f->people * f->days);
  f->in_week = g_new0(uint32_t, f->people * f->weeks);
  f->in_all = g_new0(uint32_t, f->people);
  f->queue = g_new(uint32_t, nodes);
  f->before = g_new(uint32_t, nodes);
}

static void flow_clear(flow *f) {
  void *const all[] = {f->units,  f->by_day,  f->day_first, f->day_most, f->sent,
                       f->in_day, f->in_week, f->in_all,    f->queue,    f->before};
  for (size_t i = 0; i < G_N_ELEMENTS(all); i++) g_free(all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(flow, flow_clear)

/* ---- one more unit ---- */

static void reach(flow *f, size_t *queued, size_t node, size_t from) {
  if (f->before[node] != MUSTER_NONE) return;
  f->before[node] = (uint32_t)from;
  f->queue[(*queued)++] = (uint32_t)node;
}

/* Where a unit at the node could go, or push another back to. */
static void spread(flow *f, size_t *queued, size_t node) {
  if (node < f->places) {
    for (size_t person = 0; person < f->people; person++)
      if (f->roster->table->may[person * f->places + node])
        reach(f, queued, day_node(f, person, day_of(f, node)), node);
  } else if (node < week_node(f, 0, 0)) {
    size_t at = node - f->places, person = at / f->days, day = at % f->days;
    if (f->in_day[at] < f->day_most[day]) reach(f, queued, week_node(f, person, day / 7), node);
    for (size_t i = f->day_first[day]; i < f->day_first[day + 1]; i++)
      if (f->sent[f->by_day[i] * f->people + person]) reach(f, queued, f->by_day[i], node);
  } else if (node < person_node(f, 0)) {
    size_t at = node - week_node(f, 0, 0), person = at / f->weeks, week = at % f->weeks;
    if (f->in_week[at] < f->week_most) reach(f, queued, person_node(f, person), node);
    for (size_t day = week * 7; day < week * 7 + 7; day++)
      if (f->in_day[person * f->days + day]) reach(f, queued, day_node(f, person, day), node);
  } else {
    size_t person = node - person_node(f, 0);
    for (size_t week = 0; week < f->weeks; week++)
      if (f->in_week[person * f->weeks + week]) reach(f, queued, week_node(f, person, week), node);
  }
}

/* A unit along the arc, or back against it. */
static void send(flow *f, size_t from, size_t to) {
  bool back = from > to;
  size_t low = back ? to : from, high = back ? from : to;
  uint32_t *amount = low < f->places            ? &f->sent[low * f->people + (high - f->places) / f->days]
                     : low < week_node(f, 0, 0) ? &f->in_day[low - f->places]
                                                : &f->in_week[low - week_node(f, 0, 0)];
  *amount += back ? UINT32_MAX : 1;
}

/* To the person who has the least of all that can be reached; false if there is none. */
static bool add_unit(flow *f, size_t place) {
  size_t queued = 0, best = SIZE_MAX;
  memset(f->before, 0xFF, person_node(f, f->people) * sizeof *f->before);
  reach(f, &queued, place, place);
  for (size_t i = 0; i < queued; i++) {
    size_t node = f->queue[i];
    if (node >= person_node(f, 0)) {
      size_t person = node - person_node(f, 0);
      if (best == SIZE_MAX || f->in_all[person] < f->in_all[best]) best = person;
    }
    spread(f, &queued, node);
  }
  if (best == SIZE_MAX) return false;
  f->in_all[best]++;
  for (size_t node = person_node(f, best); node != place; node = f->before[node]) send(f, f->before[node], node);
  return true;
}

/* ---- bounds ---- */

uint32_t mi_roster_filled_bound(mi_roster *roster) {
  uint32_t *units = g_new(uint32_t, roster->table->place_count), filled = 0;
  for (size_t i = 0; i < roster->table->place_count; i++) units[i] = 1;
  g_auto(flow) f;
  flow_init(&f, roster, units);
  for (size_t i = 0; i < f.places; i++) filled += add_unit(&f, i);
  return filled;
}

/* The least sum of squares of so many units shared by so many people. */
static int64_t share(uint64_t units, uint64_t people) {
  if (people == 0) return 0;
  uint64_t each = units / people, more = units % people;
  return (int64_t)(people * each * each + more * (2 * each + 1));
}

static int compare_minutes(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static uint32_t common_divisor(const uint32_t *values, size_t count) {
  uint32_t divisor = 0;
  for (size_t i = 0; i < count; i++)
    for (uint32_t rest = values[i]; rest;) {
      uint32_t next = divisor % rest;
      divisor = rest;
      rest = next;
    }
  return divisor;
}

/* Of one kind of minutes, each place's in `minutes`, when `filled` places are. */
static int64_t bound_kind(const mi_roster *roster, uint32_t *minutes, uint32_t filled) {
  size_t places = roster->table->place_count;
  uint32_t unit = common_divisor(minutes, places);
  uint64_t sum = 0;
  if (unit == 0) return 0;
  for (size_t i = 0; i < places; i++) sum += minutes[i] /= unit;
  if (filled < places || sum > UNITS_MOST) {
    sum = 0;
    qsort(minutes, places, sizeof *minutes, compare_minutes);
    for (size_t i = 0; i < filled; i++) sum += minutes[i];
    return share(sum, roster->table->person_count) * unit * unit;
  }
  int64_t squares = 0;
  g_auto(flow) f;
  flow_init(&f, roster, g_memdup2(minutes, places * sizeof *minutes));
  for (size_t i = 0; i < places; i++)
    for (uint32_t k = 0; k < minutes[i]; k++) add_unit(&f, i);
  for (size_t person = 0; person < f.people; person++) squares += (int64_t)f.in_all[person] * f.in_all[person];
  return squares * unit * unit;
}

int64_t mi_roster_unevenness_bound(mi_roster *roster, uint32_t filled) {
  size_t places = roster->table->place_count;
  g_autofree uint32_t *minutes = g_new(uint32_t, places), *unsocial = g_new(uint32_t, places);
  for (size_t i = 0; i < places; i++) {
    const MusterRosterPlace *place = &roster->table->places[i];
    minutes[i] = place->end_min - place->start_min;
    unsocial[i] = place->unsocial_min;
  }
  return bound_kind(roster, minutes, filled) + bound_kind(roster, unsocial, filled);
}
