/* Greedy roster, chains of people who change places, and parts taken back and given anew (ruin and recreate: Schrimpf
 * et al., Journal of Computational Physics 159, 2000).
 */
#include <string.h>

#include "plan/roster.h"

enum { REPORT_EVERY = 256, TAKEN_MOST = 4 };

static const MusterRosterPlace *place_at(const mi_roster *r, uint32_t place) { return &r->table->places[place]; }

static int64_t length_of(const mi_roster *r, uint32_t place) {
  return place_at(r, place)->end_min - place_at(r, place)->start_min;
}

/* What the place adds to the person's squares. */
static int64_t burden(const mi_roster *r, uint32_t person, uint32_t place) {
  int64_t length = length_of(r, place), unsocial = place_at(r, place)->unsocial_min;
  return length * (2 * r->minutes[person] + length) + unsocial * (2 * r->unsocial[person] + unsocial);
}

static bool may(const mi_roster *r, uint32_t person, uint32_t place) {
  return r->table->may[person * r->table->place_count + place];
}

static bool clashes(const mi_roster *r, uint32_t a, uint32_t b) { return r->clash[a * r->table->place_count + b]; }

static uint32_t *week_of(const mi_roster *r, uint32_t person, uint32_t place) {
  return &r->in_week[person * r->table->week_count + mi_roster_week(place_at(r, place))];
}

static bool can_take(const mi_roster *r, uint32_t person, uint32_t place) {
  if (!may(r, person, place) || *week_of(r, person, place) >= r->options->most_a_week) return false;
  for (uint32_t i = 0; i < r->held_count[person]; i++)
    if (clashes(r, r->held[person * r->held_most + i], place)) return false;
  return true;
}

static void take(mi_roster *r, uint32_t person, uint32_t place) {
  r->cost += burden(r, person, place);
  r->minutes[person] += length_of(r, place);
  r->unsocial[person] += place_at(r, place)->unsocial_min;
  r->held[person * r->held_most + r->held_count[person]++] = place;
  ++*week_of(r, person, place);
  r->person_of[place] = person;
  r->filled++;
}

static void leave(mi_roster *r, uint32_t place) {
  uint32_t person = r->person_of[place], *held = r->held + person * r->held_most, i = 0;
  while (held[i] != place) i++;
  held[i] = held[--r->held_count[person]];
  --*week_of(r, person, place);
  r->minutes[person] -= length_of(r, place);
  r->unsocial[person] -= place_at(r, place)->unsocial_min;
  r->cost -= burden(r, person, place);
  r->person_of[place] = MUSTER_NONE;
  r->filled--;
}

/* Who can take the place at the least burden, one of equals by chance; MUSTER_NONE. */
static uint32_t find_person(mi_roster *r, uint32_t place) {
  uint32_t best = MUSTER_NONE, equals = 0;
  int64_t least = 0;
  for (uint32_t person = 0; person < r->table->person_count; person++) {
    if (!can_take(r, person, place)) continue;
    int64_t more = burden(r, person, place);
    if (best != MUSTER_NONE && more > least) continue;
    equals = best != MUSTER_NONE && more == least ? equals + 1 : 1;
    if (equals == 1 || mi_random_below(&r->random, equals) == 0) best = person;
    least = more;
  }
  return best;
}

/* ---- chains ---- */

/* Breadth first over places that must find somebody: whoever takes one gives up another, until somebody need not. */
typedef struct chain {
  mi_roster *roster;
  uint32_t *queue, queued;
  uint32_t *before; /* by place: the one that its holder takes instead; itself: the first; MUSTER_NONE: not met */
} chain;

static bool is_on_way(const chain *c, uint32_t place, uint32_t person) {
  for (; c->before[place] != place; place = c->before[place])
    if (c->roster->person_of[place] == person) return true;
  return false;
}

static void reach(chain *c, uint32_t place, uint32_t from) {
  if (c->before[place] != MUSTER_NONE) return;
  c->before[place] = from;
  c->queue[c->queued++] = place;
}

/* What `person` could give up for the place; true if nothing need be. */
static bool look(chain *c, uint32_t person, uint32_t place) {
  mi_roster *r = c->roster;
  const uint32_t *held = r->held + person * r->held_most;
  uint32_t week = mi_roster_week(place_at(r, place)), clashing = 0, which = 0;
  bool full = *week_of(r, person, place) >= r->options->most_a_week;
  for (uint32_t i = 0; i < r->held_count[person]; i++) {
    if (!clashes(r, held[i], place)) continue;
    clashing++;
    which = held[i];
  }
  if (clashing == 0 && !full) return true;
  if (clashing == 1 && (!full || mi_roster_week(place_at(r, which)) == week)) reach(c, which, place);
  for (uint32_t i = 0; clashing == 0 && i < r->held_count[person]; i++)
    if (mi_roster_week(place_at(r, held[i])) == week) reach(c, held[i], place);
  return false;
}

/* Everybody on the way takes the place before the one they hold. */
static void change_places(chain *c, uint32_t place, uint32_t person) {
  mi_roster *r = c->roster;
  while (c->before[place] != place) {
    uint32_t holder = r->person_of[place];
    leave(r, place);
    take(r, person, place);
    person = holder;
    place = c->before[place];
  }
  take(r, person, place);
}

static bool fill_by_chain(mi_roster *r, uint32_t place) {
  size_t places = r->table->place_count;
  g_autofree uint32_t *queue = g_new(uint32_t, places), *before = g_new(uint32_t, places);
  chain c = {.roster = r, .queue = queue, .before = before};
  memset(before, 0xFF, places * sizeof *before);
  reach(&c, place, place);
  for (uint32_t i = 0; i < c.queued; i++)
    for (uint32_t person = 0; person < r->table->person_count; person++) {
      uint32_t at = c.queue[i];
      if (!may(r, person, at) || person == r->person_of[at] || is_on_way(&c, at, person)) continue;
      if (!look(&c, person, at)) continue;
      change_places(&c, at, person);
      return true;
    }
  return false;
}

/* ---- ruin and recreate ---- */

/* Chains are looked for where somebody was before (NULL: everywhere), and for the first place. */
static void fill(mi_roster *r, const uint32_t *places, size_t count, const uint32_t *before) {
  for (size_t i = 0; i < count; i++) {
    uint32_t person = find_person(r, places[i]);
    if (person != MUSTER_NONE)
      take(r, person, places[i]);
    else if (i == 0 || !before || before[places[i]] != MUSTER_NONE)
      fill_by_chain(r, places[i]);
  }
}

typedef struct scarcity {
  uint32_t people, place;
} scarcity;

static int compare_scarcity(const void *a, const void *b) {
  const scarcity *left = a, *right = b;
  if (left->people != right->people) return left->people < right->people ? -1 : 1;
  return (left->place > right->place) - (left->place < right->place);
}

/* Places that few may take come first. */
static void begin(mi_roster *r) {
  size_t places = r->table->place_count;
  g_autofree scarcity *order = g_new(scarcity, places);
  g_autofree uint32_t *list = g_new(uint32_t, places);
  for (uint32_t i = 0; i < places; i++) {
    order[i] = (scarcity){0, i};
    for (uint32_t person = 0; person < r->table->person_count; person++) order[i].people += may(r, person, i);
  }
  qsort(order, places, sizeof *order, compare_scarcity);
  for (size_t i = 0; i < places; i++) list[i] = order[i].place;
  fill(r, list, places, NULL);
}

/* All places of two people and a few others, and those that nobody has; in an order drawn anew. */
static size_t ruin(mi_roster *r, uint32_t *out) {
  size_t count = 0;
  for (int i = 0; i < 2; i++) {
    uint32_t person = mi_random_below(&r->random, (uint32_t)r->table->person_count);
    while (r->held_count[person]) leave(r, r->held[person * r->held_most]);
  }
  for (uint32_t i = mi_random_below(&r->random, TAKEN_MOST + 1); i > 0; i--) {
    uint32_t place = mi_random_below(&r->random, (uint32_t)r->table->place_count);
    if (r->person_of[place] != MUSTER_NONE) leave(r, place);
  }
  for (uint32_t place = 0; place < r->table->place_count; place++)
    if (r->person_of[place] == MUSTER_NONE) out[count++] = place;
  mi_random_shuffle_u32(&r->random, out, count);
  return count;
}

static void become(mi_roster *r, const uint32_t *person_of) {
  for (uint32_t place = 0; place < r->table->place_count; place++)
    if (r->person_of[place] != person_of[place] && r->person_of[place] != MUSTER_NONE) leave(r, place);
  for (uint32_t place = 0; place < r->table->place_count; place++)
    if (r->person_of[place] != person_of[place]) take(r, person_of[place], place);
}

void mi_roster_search(mi_roster *r, uint32_t filled_bound, int64_t unevenness_bound) {
  if (r->table->person_count == 0) return;
  begin(r);
  size_t places = r->table->place_count;
  g_autofree uint32_t *kept = g_memdup2(r->person_of, places * sizeof *kept), *free_places = g_new(uint32_t, places);
  uint32_t filled = r->filled;
  int64_t cost = r->cost;
  for (uint32_t step = 0; step < r->options->steps; step++) {
    if (filled == filled_bound && cost == unevenness_bound) return;
    if (step % REPORT_EVERY == 0 && !mi_roster_goes_on(r, (double)step / r->options->steps)) return;
    fill(r, free_places, ruin(r, free_places), kept);
    if (r->filled < filled || (r->filled == filled && r->cost > cost)) {
      become(r, kept);
      continue;
    }
    filled = r->filled;
    cost = r->cost;
    memcpy(kept, r->person_of, places * sizeof *kept);
  }
}
