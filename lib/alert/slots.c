/* Finds the states of an incident's places and the steps between them; see slots.h. */
#include "alert/slots.h"

typedef struct explored {
  GArray *states; /* uint64_t */
  GHashTable *index;
} explored;

void mi_slots_init(mi_slots *slots) {
  *slots = (mi_slots){0};
  mi_slots_prepare(slots, &(MusterAlertGoal){0}, NULL);
}

void mi_slots_clear(mi_slots *slots) {
  for (int type = 0; type < MI_SLOTS_TYPES; type++) {
    g_free(slots->next[type]);
    g_free(slots->fills[type].states);
    g_free(slots->ends[type].states);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(slots->with_empty); i++) g_free(slots->with_empty[i].states);
  g_free(slots->empty);
  g_free(slots->deficits);
  *slots = (mi_slots){0};
}

/* Needs for the same roles are one. */
static void merge_needs(mi_slots *slots, const MusterAlertGoal *goal) {
  for (uint32_t i = 0; i < goal->need_count; i++) {
    const MusterAlertNeed *need = &goal->needs[i];
    uint32_t at = 0;
    if (need->count == 0) continue;
    while (at < slots->need_count && slots->needs[at].roles != need->roles) at++;
    if (at == slots->need_count) slots->needs[slots->need_count++] = (MusterAlertNeed){need->roles, 0};
    slots->needs[at].count += need->count;
    slots->asked_as[at] |= 1u << i;
    slots->places += need->count;
  }
}

/* Who fits a need fits every need that asks for part of its roles. */
static bool type_exists(const mi_slots *slots, unsigned type) {
  for (uint32_t i = 0; i < slots->need_count; i++)
    for (uint32_t j = 0; j < slots->need_count; j++) {
      bool follows = (slots->needs[i].roles & slots->needs[j].roles) == slots->needs[j].roles;
      if (follows && (type >> i & 1) && !(type >> j & 1)) return false;
    }
  return type >> slots->need_count == 0;
}

static uint64_t first_state(const mi_slots *slots) {
  uint64_t state = 0;
  for (unsigned needs = 1; needs < 1u << slots->need_count; needs++) {
    uint64_t places = 0;
    for (uint32_t i = 0; i < slots->need_count; i++)
      if (needs >> i & 1) places += slots->needs[i].count;
    state |= places << (4 * (needs - 1));
  }
  return state;
}

static uint64_t step(const mi_slots *slots, uint64_t state, unsigned type) {
  for (unsigned needs = 1; needs < 1u << slots->need_count; needs++)
    if ((needs & type) && mi_slots_deficit(state, needs)) state -= UINT64_C(1) << (4 * (needs - 1));
  return state;
}

static unsigned total(uint64_t state) {
  unsigned sum = 0;
  for (; state; state >>= 4) sum += state & 15;
  return sum;
}

/* Most missing first, so that a step leads onwards. */
static int compare_states(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  unsigned left = total(x), right = total(y);
  if (left != right) return left > right ? -1 : 1;
  return (x > y) - (x < y);
}

static guint hash_state(gconstpointer state) {
  return (guint)((*(const uint64_t *)state * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static void visit(explored *found, uint64_t state) {
  g_array_append_val(found->states, state);
  g_hash_table_add(found->index, g_memdup2(&state, sizeof state));
}

/* False if there are too many. */
static bool explore(const mi_slots *slots, explored *found) {
  visit(found, first_state(slots));
  for (guint at = 0; at < found->states->len; at++) {
    uint64_t state = g_array_index(found->states, uint64_t, at);
    for (unsigned type = 1; type < 1u << slots->need_count; type++) {
      uint64_t next = step(slots, state, type);
      if (type_exists(slots, type) && !g_hash_table_contains(found->index, &next)) visit(found, next);
    }
    if (found->states->len > MI_SLOTS_STATES_MAX) return false;
  }
  g_array_sort(found->states, compare_states);
  return true;
}

static uint8_t greatest_deficit(const mi_slots *slots, uint64_t state) {
  unsigned greatest = 0;
  for (unsigned needs = 1; needs < 1u << slots->need_count; needs++)
    greatest = MAX(greatest, mi_slots_deficit(state, needs));
  return (uint8_t)greatest;
}

static void append(mi_slots_list *list, uint32_t state) {
  if ((list->count & (list->count - 1)) == 0) list->states = g_renew(uint16_t, list->states, MAX(2 * list->count, 1));
  list->states[list->count++] = (uint16_t)state;
}

static void list_states(mi_slots *slots) {
  uint32_t last = slots->state_count - 1;
  for (uint32_t s = 0; s < slots->state_count; s++) append(&slots->with_empty[slots->empty[s]], s);
  for (unsigned type = 1; type < MI_SLOTS_TYPES; type++)
    for (uint32_t s = 0; slots->next[type] && s < last; s++) {
      uint16_t next = slots->next[type][s];
      if (slots->empty[next] < slots->empty[s]) append(&slots->fills[type], s);
      if (next == last) append(&slots->ends[type], s);
    }
}

static void tabulate(mi_slots *slots, const explored *found) {
  slots->state_count = found->states->len;
  slots->deficits = g_memdup2(found->states->data, slots->state_count * sizeof *slots->deficits);
  slots->empty = g_new(uint8_t, slots->state_count);
  for (uint32_t s = 0; s < slots->state_count; s++) slots->empty[s] = greatest_deficit(slots, slots->deficits[s]);
  g_autoptr(GHashTable) number = g_hash_table_new(hash_state, g_int64_equal);
  for (uint32_t s = 0; s < slots->state_count; s++)
    g_hash_table_insert(number, &slots->deficits[s], GUINT_TO_POINTER(s));
  for (unsigned type = 0; type < 1u << slots->need_count; type++) {
    if (!type_exists(slots, type)) continue;
    slots->next[type] = g_new(uint16_t, slots->state_count);
    for (uint32_t s = 0; s < slots->state_count; s++) {
      uint64_t next = step(slots, slots->deficits[s], type);
      slots->next[type][s] = (uint16_t)GPOINTER_TO_UINT(g_hash_table_lookup(number, &next));
    }
  }
  list_states(slots);
}

static bool check_count(const MusterAlertGoal *goal, GError **error) {
  uint64_t people = 0;
  for (size_t i = 0; i < MIN(goal->need_count, MUSTER_ALERT_NEEDS_MAX); i++) people += goal->needs[i].count;
  if (goal->need_count <= MUSTER_ALERT_NEEDS_MAX && people <= MUSTER_ALERT_PEOPLE_MAX) return true;
  g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL,
              "goal: expected at most %d needs for %d people, found %zu for %" G_GUINT64_FORMAT, MUSTER_ALERT_NEEDS_MAX,
              MUSTER_ALERT_PEOPLE_MAX, goal->need_count, people);
  return false;
}

bool mi_slots_prepare(mi_slots *slots, const MusterAlertGoal *goal, GError **error) {
  if (!check_count(goal, error)) return false;
  mi_slots made = {0};
  explored found = {g_array_new(FALSE, FALSE, sizeof(uint64_t)),
                    g_hash_table_new_full(hash_state, g_int64_equal, g_free, NULL)};
  merge_needs(&made, goal);
  bool few = explore(&made, &found);
  if (few) {
    tabulate(&made, &found);
    mi_slots_clear(slots);
    *slots = made;
  } else {
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL,
                "goal: expected needs that overlap in at most %d ways, found more: ask for fewer people or roles",
                MI_SLOTS_STATES_MAX);
  }
  g_array_free(found.states, TRUE);
  g_hash_table_destroy(found.index);
  return few;
}
