/* Lists of near responders; see lists.h. */
#include "route/lists.h"

#include <string.h>

#include "base/heap4.h"
#include "route/fleet.h"

enum {
  WANTED_LEAST = 16,  /* entries of a list made anew */
  ENTRIES_MOST = 256, /* of a list that others were entered into */
  ROOM_LEAST = 4,
  ROOM_CLASSES = 8 /* 4, 8, … 512 */
};
#define COMPLETE UINT64_MAX /* a horizon beyond everybody */
#define NO_BLOCK UINT32_MAX

typedef struct list {
  uint64_t horizon; /* 0: nothing is known */
  uint32_t at;      /* into `entries` */
  uint16_t count;
  uint8_t room_class;
  bool has_block;
} list;

/* A list being made. */
typedef struct frame {
  uint32_t node;
  uint32_t next, end; /* chords down from it that are yet to be looked at again */
  size_t count;
  bool waits;
} frame;

struct mi_lists {
  MusterDirection direction;
  uint64_t skills;
  list *of_node;
  uint64_t *entries;
  size_t entry_count, entry_capacity;
  uint32_t free_block[ROOM_CLASSES];
  uint64_t *left_out; /* bits: responders that may be missing from lists */
  size_t left_out_words;
  frame *frames;  /* as many as the hierarchy is high */
  uint64_t *kept; /* MI_LISTS_K_MAX × 2 a frame */
  mi_climb climb;
};

enum { KEPT_A_FRAME = 2 * MI_LISTS_K_MAX };

mi_lists *mi_lists_new(const MusterFleet *fleet, MusterDirection direction, uint64_t skills) {
  const mi_hierarchy *h = fleet->metric->hierarchy;
  mi_lists *lists = g_new0(mi_lists, 1);
  lists->direction = direction;
  lists->skills = skills;
  lists->of_node = g_new0(list, (size_t)h->chords.node_count + 1);
  lists->frames = g_new(frame, (size_t)h->height + 1);
  lists->kept = g_new(uint64_t, ((size_t)h->height + 1) * KEPT_A_FRAME);
  for (int i = 0; i < ROOM_CLASSES; i++) lists->free_block[i] = NO_BLOCK;
  mi_climb_reserve(&lists->climb, h);
  return lists;
}

void mi_lists_free(mi_lists *lists) {
  if (!lists) return;
  g_free(lists->of_node);
  g_free(lists->entries);
  g_free(lists->left_out);
  g_free(lists->frames);
  g_free(lists->kept);
  mi_climb_clear(&lists->climb);
  g_free(lists);
}

MusterDirection mi_lists_direction(const mi_lists *lists) { return lists->direction; }

uint64_t mi_lists_skills(const mi_lists *lists) { return lists->skills; }

/* ---- keys ---- */

/* A key of a lower node at an upper one; UINT64_MAX if the time does not fit. */
static uint64_t key_over(uint64_t key, uint32_t chord_ms) {
  uint64_t moved;
  return __builtin_add_overflow(key, (uint64_t)chord_ms << 32, &moved) ? UINT64_MAX : moved;
}

/* ---- who counts ---- */

static const uint32_t *list_chords(const mi_lists *lists, const MusterMetric *metric) {
  return lists->direction == MUSTER_TO_PLACE ? metric->up_ms : metric->down_ms;
}

static const uint32_t *place_chords(const mi_lists *lists, const MusterMetric *metric) {
  return lists->direction == MUSTER_TO_PLACE ? metric->down_ms : metric->up_ms;
}

static uint32_t end_time(const mi_lists *lists, const mi_end *end) {
  return lists->direction == MUSTER_TO_PLACE ? end->out_ms : end->in_ms;
}

static bool is_qualified(const mi_lists *lists, const MusterFleet *fleet, MusterResponder responder) {
  return !(lists->skills & ~fleet->entries[(size_t)responder * MI_FLEET_ENTRIES].skills);
}

static void leave_out(mi_lists *lists, MusterResponder responder) {
  size_t word = responder / 64;
  if (word >= lists->left_out_words) {
    size_t words = MAX(word + 1, lists->left_out_words * 2);
    lists->left_out = g_renew(uint64_t, lists->left_out, words);
    memset(lists->left_out + lists->left_out_words, 0, (words - lists->left_out_words) * sizeof *lists->left_out);
    lists->left_out_words = words;
  }
  lists->left_out[word] |= UINT64_C(1) << (responder % 64);
}

/* ---- room for entries ---- */

static void give_back(mi_lists *lists, list *l) {
  if (!l->has_block) return;
  lists->entries[l->at] = lists->free_block[l->room_class];
  lists->free_block[l->room_class] = l->at;
  l->has_block = false;
}

static void take_block(mi_lists *lists, list *l, size_t count) {
  uint8_t room_class = 0;
  while ((size_t)ROOM_LEAST << room_class < count) room_class++;
  l->room_class = room_class;
  l->has_block = true;
  if (lists->free_block[room_class] != NO_BLOCK) {
    l->at = lists->free_block[room_class];
    lists->free_block[room_class] = (uint32_t)lists->entries[l->at];
    return;
  }
  size_t room = (size_t)ROOM_LEAST << room_class;
  if (lists->entry_count + room > lists->entry_capacity) {
    lists->entry_capacity = MAX(lists->entry_count + room, MAX(4096, lists->entry_capacity * 2));
    lists->entries = g_renew(uint64_t, lists->entries, lists->entry_capacity);
  }
  l->at = (uint32_t)lists->entry_count;
  lists->entry_count += room;
}

static bool fits(const list *l, size_t count) { return l->has_block && count <= (size_t)ROOM_LEAST << l->room_class; }

static void set_entries(mi_lists *lists, list *l, const uint64_t *keys, size_t count) {
  if (count > 0 && !fits(l, count)) {
    give_back(lists, l);
    take_block(lists, l, count);
  }
  if (count > 0) memcpy(&lists->entries[l->at], keys, count * sizeof *keys);
  l->count = (uint16_t)count;
}

static void forget(mi_lists *lists, list *l) {
  give_back(lists, l);
  *l = (list){0};
}

/* ---- making a list anew ---- */

typedef struct making {
  mi_lists *lists;
  const MusterFleet *fleet;
  const MusterMetric *metric;
  const uint32_t *chord_ms;
  size_t wanted;
} making;

/* Those who stand at the node itself. */
static void gather_own(const making *m, frame *f, uint64_t *kept) {
  const MusterFleet *fleet = m->fleet;
  for (uint32_t at = fleet->nodes[f->node].first; at != MUSTER_NONE; at = fleet->entries[at].next) {
    MusterResponder responder = at / MI_FLEET_ENTRIES;
    uint32_t time_ms = end_time(m->lists, &fleet->entries[at].end);
    if (time_ms == MUSTER_UNREACHABLE_MS || (m->lists->skills & ~fleet->entries[at].skills)) continue;
    mi_keys_offer(kept, &f->count, m->wanted, mi_heap4_key(time_ms, responder));
  }
  for (uint32_t at = fleet->nodes[f->node].first_busy; at != MUSTER_NONE; at = fleet->entries[at].next)
    leave_out(m->lists, at / MI_FLEET_ENTRIES);
}

static void gather_below(const making *m, frame *f, uint64_t *kept, uint32_t below, uint32_t chord_ms) {
  const list *l = &m->lists->of_node[below];
  const uint64_t *entries = &m->lists->entries[l->at];
  for (size_t i = 0; i < l->count; i++) {
    uint64_t key = key_over(entries[i], chord_ms);
    if (key == UINT64_MAX || (f->count == m->wanted && key >= kept[m->wanted - 1])) return;
    if (mi_fleet_is_available(m->fleet, mi_heap4_key_id(key)))
      mi_keys_offer(kept, &f->count, m->wanted, key);
    else
      leave_out(m->lists, mi_heap4_key_id(key));
  }
}

/* The horizon of the list as it stands: just behind the last who is wanted. Lists below must reach as far, or one who
 * comes free behind their end could belong before the end of this one. */
static uint64_t horizon_of(const making *m, const frame *f, const uint64_t *kept) {
  return f->count == m->wanted ? kept[m->wanted - 1] + 1 : COMPLETE;
}

static void begin_frame(const making *m, frame *f, uint64_t *kept, uint32_t node) {
  const mi_hierarchy *h = m->metric->hierarchy;
  *f = (frame){.node = node, .next = h->first_down[node], .end = h->first_down[node + 1]};
  gather_own(m, f, kept);
  for (uint32_t j = f->next; j < f->end; j++) {
    uint32_t chord_ms = m->chord_ms[h->down_chord[j]];
    if (chord_ms != MUSTER_UNREACHABLE_MS) gather_below(m, f, kept, h->down_tail[j], chord_ms);
  }
}

/* The next node below whose list ends too early for this one; MUSTER_NONE: none is left. A list that was made anew for
 * this one is gathered again. */
static uint32_t find_short(const making *m, frame *f, uint64_t *kept) {
  const mi_hierarchy *h = m->metric->hierarchy;
  for (; f->next < f->end; f->next++) {
    uint32_t below = h->down_tail[f->next], chord_ms = m->chord_ms[h->down_chord[f->next]];
    if (chord_ms == MUSTER_UNREACHABLE_MS) continue;
    if (f->waits) {
      gather_below(m, f, kept, below, chord_ms);
      f->waits = false;
    } else if (key_over(m->lists->of_node[below].horizon, chord_ms) < horizon_of(m, f, kept)) {
      f->waits = true;
      return below;
    }
  }
  return MUSTER_NONE;
}

static void leave_out_busy(const making *m, const list *l) {
  for (size_t i = 0; i < l->count; i++) {
    MusterResponder responder = mi_heap4_key_id(m->lists->entries[l->at + i]);
    if (!mi_fleet_is_available(m->fleet, responder)) leave_out(m->lists, responder);
  }
}

static void finish_frame(const making *m, const frame *f, const uint64_t *kept) {
  list *l = &m->lists->of_node[f->node];
  leave_out_busy(m, l);
  set_entries(m->lists, l, kept, f->count);
  l->horizon = horizon_of(m, f, kept);
}

/* Afterwards the list holds `wanted` available responders, or all there are. Lists below are made anew where they end
 * too early: the frames are the way down to the one at hand. */
static void make_anew(const making *m, uint32_t node) {
  mi_lists *lists = m->lists;
  size_t depth = 0;
  begin_frame(m, &lists->frames[0], lists->kept, node);
  for (;;) {
    frame *f = &lists->frames[depth];
    uint64_t *kept = lists->kept + depth * KEPT_A_FRAME;
    uint32_t below = find_short(m, f, kept);
    if (below != MUSTER_NONE) {
      depth++;
      begin_frame(m, f + 1, kept + KEPT_A_FRAME, below);
      continue;
    }
    finish_frame(m, f, kept);
    if (depth-- == 0) return;
  }
}

void mi_lists_make_all(mi_lists *lists, const MusterFleet *fleet) {
  const MusterMetric *metric = fleet->metric;
  making m = {lists, fleet, metric, list_chords(lists, metric), WANTED_LEAST};
  /* From below: what a list rests on is there before it. */
  for (uint32_t v = 0; v < metric->hierarchy->chords.node_count; v++)
    if (lists->of_node[v].horizon == 0) make_anew(&m, v);
}

/* ---- coming and going ---- */

/* After a list's horizon sank, those above it sink as far as they rest on it. */
static void lower_horizons(mi_lists *lists, const MusterMetric *metric, uint32_t node) {
  const mi_hierarchy *h = metric->hierarchy;
  const uint32_t *chord_ms = list_chords(lists, metric);
  uint64_t *sunk = lists->kept; /* by depth; not in use while nothing is made */
  for (uint32_t depth = 0; depth < h->depth[node]; depth++) sunk[depth] = COMPLETE;
  sunk[h->depth[node]] = lists->of_node[node].horizon;
  for (uint32_t at = node; at != MUSTER_NONE; at = h->parent[at]) {
    list *l = &lists->of_node[at];
    uint64_t horizon = sunk[h->depth[at]];
    if (at != node && horizon >= l->horizon) continue;
    l->horizon = horizon;
    while (l->count > 0 && lists->entries[l->at + l->count - 1] >= horizon) l->count--;
    for (uint32_t i = h->chords.first_up[at]; i < h->chords.first_up[at + 1]; i++) {
      uint64_t *above = &sunk[h->head_depth[i]];
      *above = MIN(*above, key_over(horizon, chord_ms[i]));
    }
  }
}

/* Makes room in a list that has grown too long. */
static void cut(mi_lists *lists, const MusterFleet *fleet, uint32_t node) {
  list *l = &lists->of_node[node];
  making m = {.lists = lists, .fleet = fleet};
  leave_out_busy(&m, l);
  size_t kept = 0;
  uint64_t *entries = &lists->entries[l->at];
  for (size_t i = 0; i < l->count; i++)
    if (mi_fleet_is_available(fleet, mi_heap4_key_id(entries[i]))) entries[kept++] = entries[i];
  l->count = (uint16_t)kept;
  if (kept <= ENTRIES_MOST / 2) return;
  l->horizon = entries[ENTRIES_MOST / 4];
  lower_horizons(lists, fleet->metric, node);
}

static void insert(mi_lists *lists, const MusterFleet *fleet, uint32_t node, uint64_t key) {
  list *l = &lists->of_node[node];
  if (l->count >= ENTRIES_MOST) cut(lists, fleet, node);
  if (key >= l->horizon) return;
  size_t count = l->count;
  if (!fits(l, count + 1)) {
    list old = *l;
    take_block(lists, l, count + 1);
    if (count > 0) memcpy(&lists->entries[l->at], &lists->entries[old.at], count * sizeof *lists->entries);
    give_back(lists, &old);
  }
  mi_keys_offer(&lists->entries[l->at], &count, count + 1, key);
  l->count = (uint16_t)count;
}

static void enter_over(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder, const mi_end *ends,
                       uint8_t chain) {
  const MusterMetric *metric = fleet->metric;
  const mi_hierarchy *h = metric->hierarchy;
  bool up = lists->direction == MUSTER_TO_PLACE;
  uint32_t node = mi_climb_begin(&lists->climb, h, ends, chain, up);
  for (; node != MUSTER_NONE; node = h->parent[node]) {
    uint64_t time_ms = mi_climb_take(&lists->climb, h->depth[node]);
    if (time_ms >= MUSTER_UNREACHABLE_MS) continue;
    uint64_t key = mi_heap4_key((uint32_t)time_ms, responder);
    /* No list above reaches farther than those it rests on. */
    if (key >= lists->of_node[node].horizon) continue;
    insert(lists, fleet, node, key);
    mi_climb_relax(&lists->climb, h, list_chords(lists, metric), node, time_ms);
  }
}

static mi_chains chains_of(const mi_lists *lists, const MusterFleet *fleet, MusterResponder responder, mi_end *ends) {
  const mi_fleet_entry *entries = &fleet->entries[(size_t)responder * MI_FLEET_ENTRIES];
  unsigned count = fleet->slots[responder].end_count;
  for (unsigned i = 0; i < count; i++) ends[i] = entries[i].end;
  return mi_climb_chains(fleet->metric->hierarchy, ends, count, lists->direction == MUSTER_TO_PLACE);
}

void mi_lists_enter(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder) {
  if (!is_qualified(lists, fleet, responder)) return;
  mi_end ends[MI_ENDS_MAX];
  mi_chains chains = chains_of(lists, fleet, responder, ends);
  for (unsigned i = 0; i < chains.count; i++) enter_over(lists, fleet, responder, ends, chains.ends[i]);
}

void mi_lists_leave_out(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder) {
  (void)fleet;
  leave_out(lists, responder);
}

void mi_lists_enter_again(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder) {
  uint64_t bit = UINT64_C(1) << (responder % 64);
  if (responder / 64 >= lists->left_out_words || !(lists->left_out[responder / 64] & bit)) return;
  lists->left_out[responder / 64] &= ~bit;
  mi_lists_enter(lists, fleet, responder);
}

static void take_out(mi_lists *lists, list *l, MusterResponder responder) {
  uint64_t *entries = &lists->entries[l->at];
  for (size_t i = 0; i < l->count; i++) {
    if (mi_heap4_key_id(entries[i]) != responder) continue;
    l->count--;
    memmove(&entries[i], &entries[i + 1], (l->count - i) * sizeof *entries);
    return;
  }
}

void mi_lists_leave(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder) {
  if (!is_qualified(lists, fleet, responder)) return;
  const mi_hierarchy *h = fleet->metric->hierarchy;
  mi_end ends[MI_ENDS_MAX];
  mi_chains chains = chains_of(lists, fleet, responder, ends);
  for (unsigned i = 0; i < chains.count; i++) {
    uint32_t node = MUSTER_NONE;
    for (unsigned j = 0; j < MI_ENDS_MAX; j++)
      if (chains.ends[i] >> j & 1) node = MIN(node, ends[j].node);
    for (; node != MUSTER_NONE; node = h->parent[node]) take_out(lists, &lists->of_node[node], responder);
  }
}

/* ---- another metric ---- */

/* The chords that differ, if one of the metrics was derived from the other. */
static bool find_changed(const MusterMetric *a, const MusterMetric *b, const uint32_t **chords, uint32_t *count) {
  const MusterMetric *derived = b->parent == a->serial ? b : a->parent == b->serial ? a : NULL;
  if (!derived) return false;
  *chords = derived->changed;
  *count = derived->changed_count;
  return true;
}

void mi_lists_follow(mi_lists *lists, const MusterFleet *fleet, const MusterMetric *before) {
  const mi_hierarchy *h = fleet->metric->hierarchy;
  const uint32_t *chords;
  uint32_t count;
  if (!find_changed(before, fleet->metric, &chords, &count)) {
    for (uint32_t v = 0; v < h->chords.node_count; v++) forget(lists, &lists->of_node[v]);
    return;
  }
  g_autofree uint64_t *seen = g_new0(uint64_t, h->chords.node_count / 64 + 1);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t node = h->chords.head[chords[i]]; node != MUSTER_NONE; node = h->parent[node]) {
      if (seen[node / 64] >> (node % 64) & 1) break;
      seen[node / 64] |= UINT64_C(1) << (node % 64);
      forget(lists, &lists->of_node[node]);
    }
}

/* ---- questions ---- */

typedef struct question {
  mi_lists *lists;
  const MusterFleet *fleet;
  const MusterNearestOptions *options;
  uint64_t bound; /* keys from here on are beyond the limit, or not among the k least */
  uint64_t *out;
  size_t count;
} question;

static void offer(question *q, uint64_t key) {
  mi_keys_offer(q->out, &q->count, q->options->k, key);
  if (q->count == q->options->k) q->bound = MIN(q->bound, q->out[q->count - 1]);
}

/* True if the list said all that it has to say for this question. */
static bool look_into(question *q, const list *l, uint32_t time_ms) {
  const uint64_t *entries = &q->lists->entries[l->at];
  for (size_t i = 0; i < l->count; i++) {
    uint64_t key = key_over(entries[i], time_ms);
    if (key >= q->bound) return true;
    MusterResponder responder = mi_heap4_key_id(key);
    if (mi_fleet_is_available(q->fleet, responder) && !mi_nearest_excludes(q->options, responder)) offer(q, key);
  }
  return key_over(l->horizon, time_ms) >= q->bound;
}

static void look_at(question *q, uint32_t node, uint32_t time_ms) {
  if (look_into(q, &q->lists->of_node[node], time_ms)) return;
  const MusterMetric *metric = q->fleet->metric;
  size_t wanted = MAX(2 * (q->options->k + q->options->excluded_count), WANTED_LEAST);
  making m = {q->lists, q->fleet, metric, list_chords(q->lists, metric), wanted};
  make_anew(&m, node);
  look_into(q, &q->lists->of_node[node], time_ms);
}

/* Climbs no farther than the highest label: near responders are found far below the root. */
static void climb_over(question *q, mi_climb *climb, const mi_end *ends, uint8_t chain) {
  const MusterMetric *metric = q->fleet->metric;
  const mi_hierarchy *h = metric->hierarchy;
  const uint32_t *chord_ms = place_chords(q->lists, metric);
  uint32_t node = mi_climb_begin(climb, h, ends, chain, q->lists->direction == MUSTER_FROM_PLACE);
  uint32_t depth = h->depth[node], highest = depth;
  for (unsigned i = 0; i < MI_ENDS_MAX; i++)
    if (chain >> i & 1) highest = MIN(highest, h->depth[ends[i].node]);
  for (; node != MUSTER_NONE && depth >= highest; node = h->parent[node], depth--) {
    uint64_t time_ms = mi_climb_take(climb, depth);
    if (time_ms > q->bound >> 32) continue;
    look_at(q, node, (uint32_t)time_ms);
    if (time_ms > q->bound >> 32) continue;
    mi_climb_relax(climb, h, chord_ms, node, time_ms);
    uint32_t end = h->chords.first_up[node + 1]; /* the last chord leads highest */
    if (end > h->chords.first_up[node]) highest = MIN(highest, h->head_depth[end - 1]);
  }
}

size_t mi_lists_nearest(mi_lists *lists, const MusterFleet *fleet, mi_climb *climb, const MusterRoadPoint *place,
                        const MusterNearestOptions *options, uint64_t *out) {
  uint64_t end_ms = options->limit_ms == MUSTER_UNREACHABLE_MS ? options->limit_ms : (uint64_t)options->limit_ms + 1;
  question q = {.lists = lists, .fleet = fleet, .options = options, .bound = end_ms << 32, .out = out};
  if (options->k == 0) return 0;
  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(fleet->metric, place, ends);
  mi_chains chains = mi_climb_chains(fleet->metric->hierarchy, ends, end_count, lists->direction == MUSTER_FROM_PLACE);
  mi_fleet_offer_beside(fleet, place, options, q.bound, out, &q.count);
  if (q.count == options->k) q.bound = MIN(q.bound, out[q.count - 1]);
  for (unsigned i = 0; i < chains.count; i++) climb_over(&q, climb, ends, chains.ends[i]);
  return q.count;
}
