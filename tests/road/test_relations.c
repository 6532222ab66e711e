/* Turn restrictions in OSM PBF files: tags, members, what is left out and why, damage. */
#include <inttypes.h>
#include <string.h>

#include "pbf.h"
#include "road/modes.h"
#include "road/osm_pbf.h"
#include "road/osm_tags.h"
#include "support/support.h"

static const struct {
  const char *tags;
  mi_osm_turn turn;
} tag_rows[] = {
    {"type=restriction restriction=no_left_turn", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_right_turn", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_straight_on", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_u_turn", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_entry", MI_OSM_TURN_NO_ENTRY},
    {"type=restriction restriction=no_exit", MI_OSM_TURN_NO_EXIT},
    {"type=restriction restriction=only_left_turn", MI_OSM_TURN_ONLY},
    {"type=restriction restriction=only_right_turn", MI_OSM_TURN_ONLY},
    {"type=restriction restriction=only_straight_on", MI_OSM_TURN_ONLY},
    {"type=restriction restriction=only_u_turn", MI_OSM_TURN_ONLY},
    {"type=restriction restriction=no_right_turn_on_red", MI_OSM_TURN_UNCLEAR},
    {"type=restriction restriction=yes", MI_OSM_TURN_UNCLEAR},
    {"type=restriction", MI_OSM_TURN_NONE},
    {"type=route restriction=no_left_turn", MI_OSM_TURN_NONE},
    {"restriction=no_left_turn", MI_OSM_TURN_NONE},
    /* whom it binds */
    {"type=restriction restriction:motorcar=no_u_turn", MI_OSM_TURN_NO},
    {"type=restriction restriction:motor_vehicle=only_left_turn", MI_OSM_TURN_ONLY},
    {"type=restriction restriction:vehicle=no_left_turn", MI_OSM_TURN_NO},
    {"type=restriction restriction:hgv=no_left_turn", MI_OSM_TURN_NONE},
    {"type=restriction restriction:bicycle=no_left_turn", MI_OSM_TURN_NONE},
    {"type=restriction restriction=no_left_turn restriction:motorcar=none", MI_OSM_TURN_NONE},
    {"type=restriction restriction=no_left_turn except=psv", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_left_turn except=psv;motorcar", MI_OSM_TURN_NONE},
    {"type=restriction restriction=no_left_turn except=motor_vehicle;bicycle", MI_OSM_TURN_NONE},
    {"type=restriction restriction=no_left_turn except=motorcars", MI_OSM_TURN_NO},
    {"type=restriction restriction:motorcar=no_left_turn except=motorcar", MI_OSM_TURN_NO},
    /* at certain times */
    {"type=restriction restriction:conditional=no_left_turn@(07:00-09:00)", MI_OSM_TURN_CONDITIONAL},
    {"type=restriction restriction:motorcar:conditional=no_left_turn@(Mo)", MI_OSM_TURN_CONDITIONAL},
    {"type=restriction restriction:hgv:conditional=no_left_turn@(Mo)", MI_OSM_TURN_NONE},
    {"type=restriction restriction=no_left_turn restriction:conditional=none@(Su)", MI_OSM_TURN_NO},
    {"type=restriction restriction=no_left_turn hour_on=07:00 hour_off=09:00", MI_OSM_TURN_CONDITIONAL},
};

static void test_tags(void) {
  for (size_t i = 0; i < G_N_ELEMENTS(tag_rows); i++) {
    g_autofree char *text = g_strdup(tag_rows[i].tags);
    mi_osm_tags tags = {{NULL}};
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
      char *equals = strchr(word, '=');
      *equals = '\0';
      mi_osm_key key = mi_osm_key_from_name(word);
      if (key != MI_OSM_KEY_COUNT) tags.value[key] = equals + 1;
    }
    if (mi_osm_turn_from_tags(&tags) != tag_rows[i].turn) g_test_message("%s", tag_rows[i].tags);
    g_assert_cmpint(mi_osm_turn_from_tags(&tags), ==, tag_rows[i].turn);
  }
}

/* ---- files ---- */

/* Ways 1, 2, 3, 4 from nodes 10, 20, 30, 40 to node 5. */
static void add_star(pbf_block *block) {
  const pbf_node nodes[] = {{5, 0, 0, NULL}, {10, 0, 9, NULL}, {20, 9, 0, NULL}, {30, 9, 9, NULL}, {40, 0, -9, NULL}};
  pbf_add_dense(block, pbf_add_group(block), nodes, G_N_ELEMENTS(nodes));
  MiOsm__PrimitiveGroup *group = pbf_add_group(block);
  for (int64_t way = 1; way <= 4; way++) {
    const int64_t refs[] = {10 * way, 5};
    pbf_add_way(block, group, way, "highway=residential", refs, 2);
  }
}

/* A file with the star and one relation, in one block or in two. */
static MusterRoads *read_relation(const char *tags, const pbf_member *members, size_t count, bool together,
                                  void (*damage)(MiOsm__Relation *relation), GError **error) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_block block;
  pbf_block_init(&block);
  add_star(&block);
  if (!together) {
    pbf_finish_block(file, &block, PBF_ZLIB);
    pbf_block_clear(&block);
    pbf_block_init(&block);
  }
  MiOsm__PrimitiveGroup *group = pbf_add_group(&block);
  pbf_add_relation(&block, group, 77, tags, members, count);
  if (damage) damage(group->relations[0]);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_autofree uint8_t *bytes = g_memdup2(file->data, file->len);
  g_auto(mi_pbf_file) framed;
  if (!mi_pbf_file_over(&framed, "test.osm.pbf", bytes, file->len, error)) return NULL;
  return mi_osm_read_roads(&framed, NULL, NULL, error);
}

/* "no 1 5 2, only …", then the counts of what is left out that are not 0: "conditional 1 over-ways 1 …". */
static char *describe(const MusterRoads *roads) {
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < muster_roads_restriction_count(roads); i++) {
    MusterTurnRestriction turn = muster_roads_restriction(roads, i);
    g_assert_cmpuint(turn.modes, ==, MI_MODES_CAR);
    g_string_append_printf(text, "%s%s %" PRId64, i ? ", " : "", turn.kind == MUSTER_TURN_ONLY ? "only" : "no",
                           turn.from_way);
    for (uint32_t j = 0; j < turn.via_way_count; j++) g_string_append_printf(text, " by %" PRId64, turn.via_ways[j]);
    if (!turn.via_way_count) g_string_append_printf(text, " %" PRId64, turn.via_node);
    g_string_append_printf(text, " %" PRId64, turn.to_way);
  }
  MusterRestrictionsLeftOut out;
  muster_roads_restrictions_left_out(roads, &out);
  if (out.conditional) g_string_append_printf(text, "conditional %" PRIu64, out.conditional);
  if (out.unclear) g_string_append_printf(text, "unclear %" PRIu64, out.unclear);
  if (out.beyond) g_string_append_printf(text, "beyond %" PRIu64, out.beyond);
  return g_string_free(text, FALSE);
}

#define NO "type=restriction restriction=no_left_turn"
#define ONLY "type=restriction restriction=only_left_turn"
#define CONDITIONAL "type=restriction restriction:conditional=no_left_turn@(Mo)"

static const struct {
  const char *tags;
  pbf_member members[6];
  const char *expected;
} file_rows[] = {
    {NO, {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "no 1 5 2"},
    {ONLY, {{'w', 4, "to"}, {'n', 5, "via"}, {'w', 3, "from"}, {'n', 9, "location_hint"}}, "only 3 5 4"},
    {"type=restriction restriction=no_u_turn", {{'w', 2, "from"}, {'w', 2, "to"}, {'n', 5, "via"}}, "no 2 5 2"},
    {"type=restriction restriction=no_entry",
     {{'w', 1, "from"}, {'w', 2, "from"}, {'n', 5, "via"}, {'w', 3, "to"}, {'w', 4, "from"}},
     "no 1 5 3, no 2 5 3, no 4 5 3"},
    {"type=restriction restriction=no_exit",
     {{'w', 1, "from"}, {'w', 2, "to"}, {'n', 5, "via"}, {'w', 3, "to"}},
     "no 1 5 2, no 1 5 3"},
    {CONDITIONAL, {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "conditional 1"},
    {NO, {{'w', 1, "from"}, {'w', 3, "via"}, {'w', 2, "to"}}, "no 1 by 3 2"},
    {ONLY, {{'w', 4, "via"}, {'w', 1, "from"}, {'w', 3, "via"}, {'w', 2, "to"}}, "only 1 by 4 by 3 2"},
    {"type=restriction restriction=no_entry",
     {{'w', 1, "from"}, {'w', 2, "from"}, {'w', 4, "via"}, {'w', 3, "to"}},
     "no 1 by 4 3, no 2 by 4 3"},
    {NO, {{'w', 1, "from"}, {'w', 3, "via"}, {'n', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'w', 99, "via"}, {'w', 2, "to"}}, "beyond 1"},
    {"type=restriction restriction=maybe", {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'n', 5, "via"}}, "unclear 1"},
    {NO, {{'n', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'n', 10, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'r', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'n', 5, "via"}, {'n', 10, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'w', 3, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "unclear 1"},
    {ONLY, {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}, {'w', 3, "to"}}, "unclear 1"},
    {NO, {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 99, "to"}}, "beyond 1"},
    {NO, {{'w', 99, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, "beyond 1"},
    {NO, {{'w', 1, "from"}, {'n', 50, "via"}, {'w', 2, "to"}}, "beyond 1"},
    {"type=route", {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}}, ""},
    {NO, {{0, 0, NULL}}, "unclear 1"},
};

static void test_files(void) {
  for (size_t i = 0; i < 2 * G_N_ELEMENTS(file_rows); i++) {
    size_t row = i / 2, count = 0;
    while (count < 6 && file_rows[row].members[count].role) count++;
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterRoads) roads =
        read_relation(file_rows[row].tags, file_rows[row].members, count, i & 1, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(muster_roads_way_count(roads), ==, 4);
    g_autofree char *found = describe(roads);
    if (strcmp(found, file_rows[row].expected) != 0) g_test_message("row %zu", row);
    g_assert_cmpstr(found, ==, file_rows[row].expected);
  }
}

static void lose_role(MiOsm__Relation *relation) { relation->n_roles_sid--; }
static void lose_type(MiOsm__Relation *relation) { relation->n_types--; }
static void lose_member(MiOsm__Relation *relation) { relation->n_memids--; }
static void mistake_role(MiOsm__Relation *relation) { relation->roles_sid[1] = 1000; }
static void overflow_id(MiOsm__Relation *relation) { relation->memids[1] = relation->memids[2] = INT64_MAX; }
static void mistake_tag(MiOsm__Relation *relation) { relation->vals[0] = 1000; }

static void test_damage(void) {
  static const struct {
    void (*damage)(MiOsm__Relation *relation);
    const char *says;
  } rows[] = {
      {lose_role, "relation 77: its members are damaged"},   {lose_type, "relation 77: its members are damaged"},
      {lose_member, "relation 77: its members are damaged"}, {mistake_role, "relation 77: its members are damaged"},
      {overflow_id, "relation 77: its members are damaged"}, {mistake_tag, "not a sound primitive block"}};
  const pbf_member members[] = {{'w', 1, "from"}, {'n', 5, "via"}, {'w', 2, "to"}};
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(read_relation(NO, members, 3, false, rows[i].damage, &error));
    g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
    if (!strstr(error->message, rows[i].says)) g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, rows[i].says));
    g_assert_true(g_str_has_prefix(error->message, "test.osm.pbf: blob at byte "));
  }
}

/* A relation of many ways from and many between would be many restrictions with a long list each. */
static void test_multiplied(void) {
  enum { SIDE = 3000 };
  g_autofree pbf_member *members = g_new(pbf_member, 2 * SIDE + 1);
  for (size_t i = 0; i < 2 * SIDE; i++) members[i] = (pbf_member){'w', 1, i < SIDE ? "from" : "via"};
  members[2 * SIDE] = (pbf_member){'w', 2, "to"};
  g_autoptr(GError) error = NULL;
  g_assert_null(read_relation("type=restriction restriction=no_entry", members, 2 * SIDE + 1, false, NULL, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/relations/tags", test_tags);
  g_test_add_func("/road/relations/files", test_files);
  g_test_add_func("/road/relations/damage", test_damage);
  g_test_add_func("/road/relations/multiplied", test_multiplied);
  return g_test_run();
}
