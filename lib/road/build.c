/* From ways to the draft of a network.
 *
 * A graph node is the end of a way that one of the modes can travel, a point that two such ways share or one passes
 * twice, or a barrier; what lies between is shape. Ways are taken by ascending id, nodes too: the order of insertion
 * leaves no trace.
 */
#include <math.h>
#include <string.h>

#include "base/radix.h"
#include "road/draft.h"
#include "road/modes.h"
#include "road/roads.h"
#include "road/slopes.h"
#include "road/turns.h"

void mi_draft_init(mi_draft *draft) {
  *draft = (mi_draft){0};
  draft->connectors = g_array_new(FALSE, FALSE, sizeof(mi_draft_connector));
  draft->copied = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  draft->names = g_string_new(NULL);
  g_string_append_c(draft->names, '\0');
  draft->name_offsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void mi_draft_clear(mi_draft *draft) {
  g_free(draft->node_id);
  g_free(draft->node_position);
  g_free(draft->node_closed);
  g_free(draft->links);
  g_free(draft->shape);
  g_free(draft->ends);
  g_free(draft->depart);
  g_free(draft->arrive);
  if (draft->connectors) g_array_unref(draft->connectors);
  if (draft->copied) g_array_unref(draft->copied);
  if (draft->names) g_string_free(draft->names, TRUE);
  if (draft->name_offsets) g_hash_table_unref(draft->name_offsets);
  *draft = (mi_draft){0};
}

uint32_t mi_draft_name(mi_draft *draft, const char *name) {
  if (!name || !*name) return 0;
  uint32_t offset = GPOINTER_TO_UINT(g_hash_table_lookup(draft->name_offsets, name));
  if (offset) return offset;
  offset = (uint32_t)draft->names->len;
  g_string_append_len(draft->names, name, (gssize)strlen(name) + 1);
  g_hash_table_insert(draft->name_offsets, g_strdup(name), GUINT_TO_POINTER(offset));
  return offset;
}

/* A way's points in one row with all others', a point that repeats the one before left out. */
typedef struct passage {
  uint32_t way; /* index in the roads */
  size_t first; /* into occurrence arrays; ends where the next passage begins */
} passage;

typedef struct build {
  const MusterRoads *roads;
  unsigned modes;
  passage *passages; /* passage_count + 1 */
  size_t passage_count, occurrence_count;
  uint32_t *vertex; /* occurrence → vertex: distinct outside ids, ascending */
  uint32_t vertex_count;
  int64_t *vertex_id;
  MusterPosition *vertex_position;
  uint32_t *node;                      /* vertex → draft node, MUSTER_NONE if it is shape only */
  uint8_t *closed;                     /* vertex → the modes that a barrier there stops */
  mi_slopes slopes[MUSTER_MODE_COUNT]; /* of the draft's modes_with_slopes */
} build;

static void clear_build(build *b) {
  g_free(b->passages);
  g_free(b->vertex);
  g_free(b->vertex_id);
  g_free(b->vertex_position);
  g_free(b->node);
  g_free(b->closed);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) mi_slopes_clear(&b->slopes[mode]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(build, clear_build)

/* Lists the ways open to one of the modes with their points, and sorts the points by outside id. */
static bool gather(build *b, GError **error) {
  g_autofree uint32_t *order = mi_roads_ways_in_order(b->roads);
  size_t way_count = muster_roads_way_count(b->roads), point_count = 0;
  for (size_t i = 0; i < way_count; i++) {
    size_t nodes;
    muster_roads_way(b->roads, i, NULL, NULL, NULL, &nodes);
    point_count += nodes;
  }
  if (point_count >= UINT32_MAX / 2) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT, "roads: at most %u points, found %zu",
                UINT32_MAX / 2, point_count);
    return false;
  }
  b->passages = g_new(passage, way_count + 1);
  g_autofree mi_keyed *keyed = g_new(mi_keyed, point_count + 1);
  g_autofree MusterPosition *place = g_new(MusterPosition, point_count + 1);
  size_t count = 0;
  for (size_t i = 0; i < way_count; i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t nodes, first = count;
    muster_roads_way(b->roads, order[i], &way, &ids, &positions, &nodes);
    if (!((way.open_forward | way.open_backward) & b->modes)) continue;
    for (size_t j = 0; j < nodes; j++) {
      if (j > 0 && ids[j] == ids[j - 1]) continue;
      keyed[count] = (mi_keyed){mi_radix_key_i64(ids[j]), (uint32_t)count};
      place[count++] = positions[j];
    }
    if (count - first < 2)
      count = first;
    else
      b->passages[b->passage_count++] = (passage){order[i], first};
  }
  b->passages[b->passage_count].first = b->occurrence_count = count;
  mi_radix_sort(keyed, count);

  b->vertex = g_new(uint32_t, count + 1);
  b->vertex_id = g_new(int64_t, count + 1);
  b->vertex_position = g_new(MusterPosition, count + 1);
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || keyed[i].key != keyed[i - 1].key) {
      b->vertex_id[b->vertex_count] = (int64_t)mi_radix_key_i64((int64_t)keyed[i].key);
      b->vertex_position[b->vertex_count++] = place[keyed[i].value];
    }
    b->vertex[keyed[i].value] = b->vertex_count - 1;
  }
  return true;
}

static uint32_t find_vertex(const build *b, int64_t id) {
  uint32_t low = 0, high = b->vertex_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (b->vertex_id[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < b->vertex_count && b->vertex_id[low] == id ? low : MUSTER_NONE;
}

static void find_barriers(build *b) {
  b->closed = g_new0(uint8_t, b->vertex_count + 1);
  for (size_t i = 0; i < muster_roads_barrier_count(b->roads); i++) {
    int64_t id;
    unsigned modes;
    muster_roads_barrier(b->roads, i, &id, &modes);
    uint32_t vertex = modes & b->modes ? find_vertex(b, id) : MUSTER_NONE;
    if (vertex != MUSTER_NONE) b->closed[vertex] |= (uint8_t)(modes & b->modes);
  }
}

/* Decides which vertices become nodes and numbers them. */
static void number_nodes(build *b, mi_draft *draft) {
  g_autofree uint8_t *passes = g_new0(uint8_t, b->vertex_count + 1); /* up to 2 */
  for (size_t i = 0; i < b->occurrence_count; i++) passes[b->vertex[i]] += passes[b->vertex[i]] < 2;
  for (size_t p = 0; p < b->passage_count; p++)
    passes[b->vertex[b->passages[p].first]] = passes[b->vertex[b->passages[p + 1].first - 1]] = 2;
  b->node = g_new(uint32_t, b->vertex_count + 1);
  draft->node_id = g_new(int64_t, b->vertex_count + 1);
  draft->node_position = g_new(MusterPosition, b->vertex_count + 1);
  draft->node_closed = g_new(uint8_t, b->vertex_count + 1);
  for (uint32_t v = 0; v < b->vertex_count; v++) {
    b->node[v] = MUSTER_NONE;
    if (passes[v] < 2 && !b->closed[v]) continue;
    uint32_t node = b->node[v] = draft->node_count++;
    draft->node_id[node] = b->vertex_id[v];
    draft->node_position[node] = b->vertex_position[v];
    draft->node_closed[node] = b->closed[v];
  }
}

/* What a link's times follow from, beside its shape. */
typedef struct way_part {
  const MusterWay *way;
  uint64_t length_mm, way_length_mm;
  MusterPosition first, last; /* of the way */
} way_part;

static uint64_t segment_mm(MusterPosition a, MusterPosition b) {
  return (uint64_t)llround(muster_distance_m(a, b) * 1000.0);
}

/* Time of a link each way, as if there were no slopes, and then with them. A way off the ground is one slope from its
 * first point to its last. */
static void find_times(build *b, const mi_draft *draft, MusterMode mode, const mi_draft_link *link,
                       const way_part *part, uint64_t times_ms[2]) {
  double factors[2];
  uint64_t level_ms = mi_way_time_ms(part->way, mode, part->length_mm, part->way_length_mm);
  times_ms[0] = times_ms[1] = level_ms;
  if (!(draft->modes_with_slopes & MUSTER_MODE_BIT(mode))) return;
  mi_slopes *slopes = &b->slopes[mode];
  if (part->way->off_ground)
    mi_slopes_of_span(slopes, part->way, part->first, part->last, part->way_length_mm, factors);
  else
    mi_slopes_of_link(slopes, part->way, &draft->shape[link->first_shape], draft->shape_count - link->first_shape,
                      factors);
  for (int i = 0; i < 2; i++) times_ms[i] = (uint64_t)llround((double)level_ms * factors[i]);
}

/* Sets the times of one mode; false if they are too long to be told. */
static bool set_times(build *b, const mi_draft *draft, MusterMode mode, mi_draft_link *link, const way_part *part) {
  unsigned bit = MUSTER_MODE_BIT(mode), forward = part->way->open_forward & bit,
           backward = part->way->open_backward & bit;
  link->forward_ms[mode] = link->backward_ms[mode] = MUSTER_UNREACHABLE_MS;
  if (!forward && !backward) return true;
  uint64_t times_ms[2];
  find_times(b, draft, mode, link, part, times_ms);
  if (forward) link->forward_ms[mode] = (uint32_t)MIN(times_ms[0], MUSTER_UNREACHABLE_MS);
  if (backward) link->backward_ms[mode] = (uint32_t)MIN(times_ms[1], MUSTER_UNREACHABLE_MS);
  return MAX(times_ms[0], times_ms[1]) < MUSTER_UNREACHABLE_MS;
}

static bool close_link(build *b, mi_draft *draft, mi_draft_link *link, const way_part *part, GError **error) {
  const MusterWay *way = part->way;
  uint64_t length_mm = part->length_mm;
  bool fits = length_mm <= UINT32_MAX;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (b->modes & MUSTER_MODE_BIT(mode)) fits &= set_times(b, draft, (MusterMode)mode, link, part);
  if (!fits) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "way %" G_GINT64_FORMAT ": a stretch without junction of at most 4294 km and 49 days, found %.0f km",
                way->id, (double)length_mm / 1e6);
    return false;
  }
  link->length_mm = (uint32_t)length_mm;
  draft->links[draft->link_count++] = *link;
  return true;
}

/* Cuts one way at its nodes. */
static bool add_links(build *b, mi_draft *draft, size_t p, GError **error) {
  MusterWay way;
  muster_roads_way(b->roads, b->passages[p].way, &way, NULL, NULL, NULL);
  size_t first = b->passages[p].first, last = b->passages[p + 1].first - 1;
  way_part part = {
      .way = &way, .first = b->vertex_position[b->vertex[first]], .last = b->vertex_position[b->vertex[last]]};
  for (size_t i = first; i < last; i++)
    part.way_length_mm += segment_mm(b->vertex_position[b->vertex[i]], b->vertex_position[b->vertex[i + 1]]);
  mi_draft_link link = {.way = way.id, .road_class = way.road_class, .name = mi_draft_name(draft, way.name)};
  for (size_t i = first; i <= last; i++) {
    uint32_t vertex = b->vertex[i];
    if (i > first) {
      part.length_mm += segment_mm(b->vertex_position[b->vertex[i - 1]], b->vertex_position[vertex]);
      draft->shape[draft->shape_count++] = b->vertex_position[vertex];
      if (b->node[vertex] == MUSTER_NONE) continue;
      link.head = b->node[vertex];
      if (!close_link(b, draft, &link, &part, error)) return false;
    }
    if (i == last) break;
    link.tail = b->node[vertex];
    link.first_shape = draft->shape_count;
    draft->shape[draft->shape_count++] = b->vertex_position[vertex];
    part.length_mm = 0;
  }
  return true;
}

static bool make_draft(build *b, mi_draft *draft, GError **error) {
  if (!gather(b, error)) return false;
  if (b->passage_count == 0) {
    g_autofree char *names = mi_modes_format(b->modes);
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY, "roads: expected ways open to mode %s, found none",
                names);
    return false;
  }
  draft->has_positions = true;
  find_barriers(b);
  number_nodes(b, draft);
  /* Every occurrence begins at most one link and is written at most twice. */
  draft->links = g_new(mi_draft_link, b->occurrence_count);
  draft->shape = g_new(MusterPosition, 2 * b->occurrence_count);
  for (size_t p = 0; p < b->passage_count; p++)
    if (!add_links(b, draft, p, error)) return false;
  return mi_turns_apply(draft, b->roads, error);
}

static MusterNetwork *make(const MusterRoads *roads, unsigned modes, const MusterElevation *elevation,
                           MusterSlopesReport *report, GError **error) {
  g_auto(build) b = {.roads = roads, .modes = modes};
  g_auto(mi_draft) draft;
  mi_draft_init(&draft);
  draft.modes = modes;
  draft.modes_with_slopes = elevation ? modes & ~(unsigned)MI_MODES_CAR : 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) mi_slopes_init(&b.slopes[mode], elevation, (MusterMode)mode);
  if (!make_draft(&b, &draft, error)) return NULL;
  for (int mode = MUSTER_MODE_COUNT; report && mode-- > 0;)
    if (draft.modes_with_slopes & MUSTER_MODE_BIT(mode)) *report = b.slopes[mode].report;
  return mi_network_seal(&draft, error);
}

MusterNetwork *muster_network_new(const MusterRoads *roads, MusterMode mode, GError **error) {
  g_return_val_if_fail((unsigned)mode < MUSTER_MODE_COUNT, NULL);
  return make(roads, MUSTER_MODE_BIT(mode), NULL, NULL, error);
}

MusterNetwork *muster_network_new_for_modes(const MusterRoads *roads, unsigned modes, const MusterElevation *elevation,
                                            MusterSlopesReport *report, GError **error) {
  g_return_val_if_fail(modes != 0 && !(modes & ~(unsigned)MI_MODES_ALL), NULL);
  if (elevation && modes == MI_MODES_CAR) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED,
                "slopes: expected mode foot or ebike, found car, whose times know no slopes");
    return NULL;
  }
  return make(roads, modes, elevation, report, error);
}
