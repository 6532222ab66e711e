/* Runs every tests/scenarios/NAME.timeline on the engine; the format is explained in tests/scenarios/README.md.
 *
 * Also checked at each event: a refused one leaves the state's hash as it was, and a second engine, restored from its
 * own snapshot before each event, says and ends the same.
 */
#include "engine/policy.h"
#include "support/support.h"

#include <string.h>

enum { MOST_PLACES = 16, MOST_WORDS = 16 };
static const double metres_a_degree = 111194.93; /* near latitude and longitude 0 */

typedef struct timeline {
  char *path;
  char *names[MOST_PLACES];
  uint32_t times_ms[MOST_PLACES * MOST_PLACES];
  size_t place_count, row_count;
  MusterPosition crossings[MOST_PLACES]; /* of the places, where there are roads in place of a table */
  MusterRoads *roads;
  MusterNetwork *network;
  GString *settings, *plans;
  char *wartime; /* the group that settings ends in */
  char wartime_level;
  MusterEngine *engine, *twin;
  const MusterDecision *decisions; /* of the last event */
  size_t decision_count, told;
  int64_t at_ms;
  guint line;
} timeline;

#define FAIL(story, ...)                                         \
  do {                                                           \
    g_autofree char *failure = g_strdup_printf(__VA_ARGS__);     \
    g_error("%s:%u: %s", (story)->path, (story)->line, failure); \
  } while (0)

/* "90", "1:30", "1:00:00", "01:30.250". */
static int64_t parse_time_ms(const timeline *story, const char *text) {
  double total = 0;
  g_auto(GStrv) parts = g_strsplit(text, ":", -1);
  for (char **part = parts; *part; part++) {
    char *end;
    total = total * 60 + g_ascii_strtod(*part, &end);
    if (end == *part || *end) FAIL(story, "expected a time, found \"%s\"", text);
  }
  return (int64_t)(total * 1000 + 0.5);
}

static char *say_time(int64_t ms) { return g_strdup_printf("%d:%02d", (int)(ms / 60000), (int)(ms / 1000 % 60)); }

static void read_places(timeline *story, char **words) {
  for (char **word = words + 1; *word; word++) {
    g_assert_cmpuint(story->place_count, <, MOST_PLACES);
    story->names[story->place_count++] = g_strdup(*word);
  }
}

static void read_row(timeline *story, char **words) {
  if (story->row_count >= story->place_count || strcmp(words[0], story->names[story->row_count]) != 0 ||
      g_strv_length(words) != story->place_count + 1)
    FAIL(story, "expected the next row of the table, found \"%s\"", words[0]);
  for (size_t i = 0; i < story->place_count; i++)
    story->times_ms[story->row_count * story->place_count + i] =
        strcmp(words[i + 1], "-") == 0 ? MUSTER_UNREACHABLE_MS : (uint32_t)parse_time_ms(story, words[i + 1]);
  story->row_count++;
}

/* ---- roads ---- */

static size_t find_name(const timeline *story, const char *name) {
  for (size_t i = 0; i < story->place_count; i++)
    if (strcmp(story->names[i], name) == 0) return i;
  FAIL(story, "no place is called \"%s\"", name);
  return 0;
}

static MusterPosition position_at(double east_m, double north_m) {
  MusterPosition position;
  g_assert_true(muster_position_from_degrees(east_m / metres_a_degree, north_m / metres_a_degree, &position));
  return position;
}

/* crossing NAME EAST NORTH, metres */
static void read_crossing(timeline *story, char **words) {
  if (g_strv_length(words) != 4) FAIL(story, "expected: crossing NAME EAST NORTH");
  if (!story->roads) story->roads = muster_roads_new();
  g_assert_cmpuint(story->place_count, <, MOST_PLACES);
  story->crossings[story->place_count] = position_at(g_ascii_strtod(words[2], NULL), g_ascii_strtod(words[3], NULL));
  story->names[story->place_count++] = g_strdup(words[1]);
  story->row_count = story->place_count;
}

/* street WAY NAME NAME … */
static void read_street(timeline *story, char **words) {
  int64_t ids[MOST_WORDS];
  MusterPosition positions[MOST_WORDS];
  size_t count = 0;
  MusterWay way = {.id = g_ascii_strtoll(words[1], NULL, 10),
                   .road_class = MUSTER_ROAD_RESIDENTIAL,
                   .open_forward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
                   .open_backward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT)};
  for (char **word = words + 2; *word; word++, count++) {
    size_t place = find_name(story, *word);
    ids[count] = (int64_t)place + 1;
    positions[count] = story->crossings[place];
  }
  muster_roads_add_way(story->roads, &way, ids, positions, count);
}

static MusterTravel *new_travel(timeline *story, GError **error) {
  if (!story->roads)
    return muster_travel_new_matrix((const char *const *)(void *)(uintptr_t)story->names, story->place_count,
                                    story->times_ms);
  if (!story->network) story->network = muster_network_new(story->roads, MUSTER_MODE_FOOT, error);
  return story->network ? muster_travel_new_networks(&story->network, 1, MUSTER_SNAP_LIMIT_M, error) : NULL;
}

/* From the snapshot of `from`, or from the start if that is NULL. */
static MusterEngine *new_engine(timeline *story, const MusterEngine *from) {
  GError *error = NULL;
  size_t bytes = 0;
  g_autofree uint8_t *snapshot = from ? muster_engine_snapshot(from, &bytes) : NULL;
  g_autofree char *ini = g_strconcat("[policy]\n", story->settings->str, story->plans->str, NULL);
  g_autoptr(MusterPolicy) policy = muster_policy_parse("scenario", ini, strlen(ini), &error);
  g_assert_no_error(error);
  MusterTravel *travel = new_travel(story, &error);
  MusterEngine *engine = from ? muster_engine_restore(NULL, travel, policy, snapshot, bytes, &error)
                              : muster_engine_new(NULL, travel, policy, true, &error);
  g_assert_no_error(error);
  return engine;
}

/* ---- events ---- */

static const char *find_word(char **words, const char *after) {
  for (; *words; words++)
    if (strcmp(*words, after) == 0) return words[1];
  return NULL;
}

static MusterEventType find_type(const timeline *story, const char *name) {
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++)
    if (strcmp(muster_event_type_name((MusterEventType)type), name) == 0) return (MusterEventType)type;
  FAIL(story, "no type of event is called \"%s\"", name);
  return MUSTER_EVENT_TYPE_COUNT;
}

static MusterId make_id(const char *word) {
  if (!word || strcmp(word, "-") == 0) return MUSTER_ID_NONE;
  return (MusterId){.text = word};
}

static size_t make_needs(char *list, MusterNeed *needs) {
  size_t count = 0;
  for (char *item = strtok(list, ","); item; item = strtok(NULL, ",")) {
    char *colon = strchr(item, ':');
    *colon = '\0';
    needs[count++] = (MusterNeed){.skill = strcmp(item, "anybody") == 0 ? NULL : item,
                                  .count = (uint32_t)g_ascii_strtoull(colon + 1, NULL, 10)};
  }
  return count;
}

static void make_report(MusterEvent *event, char **words, MusterNeed *needs) {
  event->incident = make_id(words[1]);
  event->kind = find_word(words, "kind");
  const char *priority = find_word(words, "priority");
  if (priority) event->priority = (uint8_t)g_ascii_strtoull(priority, NULL, 10);
  char *list = (char *)(uintptr_t)find_word(words, "needs");
  if (!list) return;
  event->need_count = make_needs(list, needs);
  event->needs = needs;
}

static void make_enrol(MusterEvent *event, char **words, const char **skills) {
  event->volunteer = make_id(words[1]);
  char *list = (char *)(uintptr_t)find_word(words, "with");
  for (char *item = list ? strtok(list, ",") : NULL; item; item = strtok(NULL, ","))
    skills[event->skill_count++] = item;
  event->skills = skills;
}

typedef struct closed_roads {
  int64_t ways[MOST_WORDS], between[2 * MOST_WORDS];
  MusterPosition ring[5];
  uint32_t ring_first[2], polygon_first[2];
} closed_roads;

/* ways W,W */
static void make_ways(MusterClosedRoads *out, closed_roads *room, const char *list) {
  g_auto(GStrv) items = g_strsplit(list, ",", -1);
  for (char **item = items; *item; item++) room->ways[out->way_count++] = g_ascii_strtoll(*item, NULL, 10);
  out->ways = room->ways;
}

/* between A>B,B>A */
static void make_pairs(const timeline *story, MusterClosedRoads *out, closed_roads *room, const char *list) {
  g_auto(GStrv) items = g_strsplit(list, ",", -1);
  for (char **item = items; *item; item++, out->pair_count++) {
    g_auto(GStrv) ends = g_strsplit(*item, ">", 2);
    for (size_t i = 0; i < 2; i++) room->between[2 * out->pair_count + i] = (int64_t)find_name(story, ends[i]) + 1;
  }
  out->between = room->between;
}

/* box WEST,SOUTH,EAST,NORTH in metres */
static void make_box(MusterClosedRoads *out, closed_roads *room, const char *list) {
  double m[4];
  g_auto(GStrv) items = g_strsplit(list, ",", 4);
  for (size_t i = 0; i < 4; i++) m[i] = g_ascii_strtod(items[i], NULL);
  room->ring[0] = room->ring[4] = position_at(m[0], m[1]);
  room->ring[1] = position_at(m[2], m[1]);
  room->ring[2] = position_at(m[2], m[3]);
  room->ring[3] = position_at(m[0], m[3]);
  room->ring_first[0] = room->polygon_first[0] = 0;
  room->ring_first[1] = 5;
  room->polygon_first[1] = 1;
  out->polygons = (MusterPolygons){room->ring, room->ring_first, room->polygon_first, 1, 1};
}

static void make_closure(const timeline *story, MusterEvent *event, char **words, closed_roads *room) {
  event->closure = make_id(words[1]);
  const char *ways = find_word(words, "ways"), *between = find_word(words, "between"), *box = find_word(words, "box");
  if (ways) make_ways(&event->roads, room, ways);
  if (between) make_pairs(story, &event->roads, room, between);
  if (box) make_box(&event->roads, room, box);
}

static void make_item(const timeline *story, MusterEvent *event, char **words) {
  event->item = make_id(words[1]);
  event->list = words[2];
  event->owner = find_word(words, "owner");
  event->due_at_ms = parse_time_ms(story, find_word(words, "due"));
  event->incident = make_id(find_word(words, "of"));
}

static void make_event(const timeline *story, MusterEvent *event, char **words, MusterNeed *needs, const char **skills,
                       closed_roads *roads) {
  static char node[32];
  event->type = find_type(story, words[0]);
  const char *place = find_word(words, "at");
  if (place && story->roads) {
    g_snprintf(node, sizeof node, "node:%zu", find_name(story, place) + 1);
    place = node;
  }
  if (place) event->place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place};
  switch (event->type) {
    case MUSTER_EVENT_ENROL:
      make_enrol(event, words, skills);
      break;
    case MUSTER_EVENT_REPORT:
      make_report(event, words, needs);
      break;
    case MUSTER_EVENT_RETIRE:
    case MUSTER_EVENT_POSITION:
      event->volunteer = make_id(words[1]);
      break;
    case MUSTER_EVENT_DUTY:
      event->volunteer = make_id(words[1]);
      event->on_duty = strcmp(words[2], "on") == 0;
      break;
    case MUSTER_EVENT_DUPLICATE:
      event->incident = make_id(words[1]);
      event->original = make_id(find_word(words, "of"));
      break;
    case MUSTER_EVENT_RATE:
      event->incident = make_id(words[1]);
      event->rating = (uint8_t)g_ascii_strtoull(words[2], NULL, 10);
      break;
    case MUSTER_EVENT_ALARM:
      event->incident = make_id(words[1]);
      event->level = (uint8_t)g_ascii_strtoull(words[2], NULL, 10);
      break;
    case MUSTER_EVENT_NEED:
      make_report(event, words, needs);
      break;
    case MUSTER_EVENT_HAND_OVER:
      event->incident = make_id(words[1]);
      event->volunteer = make_id(words[2]);
      event->to = make_id(find_word(words, "to"));
      break;
    case MUSTER_EVENT_TRAVEL_BY:
      event->volunteer = make_id(words[1]);
      event->modes = MUSTER_MODE_BIT(MUSTER_MODE_CAR);
      break;
    case MUSTER_EVENT_ITEM:
      make_item(story, event, words);
      break;
    case MUSTER_EVENT_SETTLE:
      event->item = make_id(words[1]);
      event->outcome = words[2];
      break;
    case MUSTER_EVENT_TICK:
      break;
    case MUSTER_EVENT_MODE:
      event->hazard = words[1];
      event->level = (uint8_t)g_ascii_strtoull(words[2], NULL, 10);
      break;
    case MUSTER_EVENT_CLOSE_ROADS:
    case MUSTER_EVENT_OPEN_ROADS:
      make_closure(story, event, words, roads);
      break;
    default:
      event->incident = make_id(words[1]);
      event->volunteer = make_id(words[1] ? words[2] : NULL);
      break;
  }
}

/* ---- decisions ---- */

static char *render_mode(GString *text, const MusterDecision *decision) {
  g_string_append_printf(text, " %s %u after %u, incidents %u, volunteers %u", decision->hazard, decision->level,
                         decision->level_before, decision->incident_count, decision->volunteer_count);
  for (uint32_t i = 0; i < decision->change_count; i++)
    g_string_append_printf(text, "%s%s %s>%s", i ? ", " : ": ", decision->changes[i].setting,
                           decision->changes[i].before, decision->changes[i].after);
  return g_string_free(text, FALSE);
}

static char *render(const timeline *story, const MusterDecision *decision) {
  GString *text = g_string_new(NULL);
  if (decision->at_ms != story->at_ms) {
    g_autofree char *at = say_time(decision->at_ms);
    g_string_append_printf(text, "@%s%s ", strlen(at) < 5 ? "0" : "", at);
  }
  g_string_append(text, muster_decision_type_name(decision->type));
  if (decision->type == MUSTER_DECISION_REFUSED) {
    g_string_append_printf(text, " %s", decision->why);
    return g_string_free(text, FALSE);
  }
  if (decision->type == MUSTER_DECISION_MODE) return render_mode(text, decision);
  if (decision->type == MUSTER_DECISION_ROADS) {
    g_string_append_printf(text, " %s %s %u, %u now", decision->closure.text, decision->opens ? "opened" : "closed",
                           decision->changed_roads[MUSTER_MODE_FOOT], decision->closed_roads[MUSTER_MODE_FOOT]);
    return g_string_free(text, FALSE);
  }
  if (decision->item.text) g_string_append_printf(text, " %s", decision->item.text);
  if (decision->incident.text) g_string_append_printf(text, " %s", decision->incident.text);
  if (decision->volunteer.text) g_string_append_printf(text, " %s", decision->volunteer.text);
  const char *skill = decision->skill ? decision->skill : "anybody";
  g_autofree char *travel = say_time(decision->travel_ms), *late = say_time(decision->late_ms);
  switch (decision->type) {
    case MUSTER_DECISION_ALERT:
    case MUSTER_DECISION_ASSIGN:
      g_string_append_printf(text, " %s %s", skill, travel);
      for (size_t i = 0; decision->equipment && decision->equipment[i]; i++)
        g_string_append_printf(text, "%s%s", i ? "," : " bring ", decision->equipment[i]);
      break;
    case MUSTER_DECISION_CONTACT_CARD:
      if (decision->attempt > 1) g_string_append_printf(text, " attempt %u", decision->attempt);
      break;
    case MUSTER_DECISION_ALARM:
      g_string_append_printf(text, " level %u missing %u", decision->level, decision->missing);
      break;
    case MUSTER_DECISION_MERGED:
      g_string_append_printf(text, " into %s", decision->original.text);
      break;
    case MUSTER_DECISION_OVERDUE:
      g_string_append_printf(text, " owner %s", decision->owner);
      break;
    case MUSTER_DECISION_REASSIGN:
      g_string_append_printf(text, " %s", skill);
      break;
    case MUSTER_DECISION_SHORTFALL:
      g_string_append_printf(text, " %s %u", skill, decision->missing);
      break;
    case MUSTER_DECISION_BREACH:
      g_string_append_printf(text, " %s missing %u", muster_stage_name(decision->stage), decision->missing);
      break;
    case MUSTER_DECISION_ESCALATE:
      g_string_append_printf(text, " %s", muster_stage_name(decision->stage));
      break;
    case MUSTER_DECISION_STAGE:
      g_string_append_printf(text, " %s", muster_stage_name(decision->stage));
      if (decision->late_ms) g_string_append_printf(text, " late %s", late);
      break;
    default:
      break;
  }
  return g_string_free(text, FALSE);
}

static void expect_decision(timeline *story, const char *expected) {
  if (story->told == story->decision_count) FAIL(story, "expected \"%s\", no decision came", expected);
  const MusterDecision *decision = &story->decisions[story->told++];
  g_assert_nonnull(decision->why);
  g_assert_cmpuint(strlen(decision->why), >, 0);
  g_autofree char *found = render(story, decision);
  bool refusal = g_str_has_prefix(expected, "refused ") && g_str_has_prefix(found, "refused ");
  bool matches = refusal ? strstr(found, expected + strlen("refused ")) != NULL : strcmp(found, expected) == 0;
  if (!matches) FAIL(story, "expected \"%s\", found \"%s\" (%s)", expected, found, decision->why);
}

static void expect_no_more(const timeline *story) {
  if (story->told == story->decision_count) return;
  g_autofree char *found = render(story, &story->decisions[story->told]);
  FAIL(story, "before this line, not expected: \"%s\"", found);
}

static void step_twin(timeline *story, const MusterEvent *event) {
  MusterEngine *restored = new_engine(story, story->twin);
  muster_engine_free(story->twin);
  story->twin = restored;
  size_t count;
  const MusterDecision *decisions = muster_engine_step(story->twin, event, &count);
  g_assert_cmpuint(count, ==, story->decision_count);
  for (size_t i = 0; i < count; i++) {
    g_autofree char *expected = muster_decision_to_json(story->engine, &story->decisions[i]);
    g_autofree char *found = muster_decision_to_json(story->twin, &decisions[i]);
    g_assert_cmpstr(found, ==, expected);
  }
}

static void take_event(timeline *story, char **words) {
  expect_no_more(story);
  if (!story->engine) {
    story->engine = new_engine(story, NULL);
    story->twin = new_engine(story, NULL);
  }
  MusterNeed needs[8];
  const char *skills[8];
  closed_roads roads;
  MusterEvent event = {.volunteer = MUSTER_ID_NONE,
                       .incident = MUSTER_ID_NONE,
                       .original = MUSTER_ID_NONE,
                       .closure = MUSTER_ID_NONE,
                       .to = MUSTER_ID_NONE,
                       .item = MUSTER_ID_NONE};
  event.at_ms = story->at_ms = parse_time_ms(story, words[0]);
  make_event(story, &event, words + 1, needs, skills, &roads);
  uint64_t before = muster_engine_state_hash(story->engine);
  story->decisions = muster_engine_step(story->engine, &event, &story->decision_count);
  story->told = 0;
  step_twin(story, &event);
  if (story->decision_count == 1 && story->decisions[0].type == MUSTER_DECISION_REFUSED)
    g_assert_cmphex(muster_engine_state_hash(story->engine), ==, before);
  g_assert_cmphex(muster_engine_state_hash(story->engine), ==, muster_engine_state_hash(story->twin));
}

/* ? I V PART: the answer of the engine and of its twin holds that part, and asking changes nothing. */
static void ask_why_not(const timeline *story, char **words) {
  if (g_strv_length(words) < 4) FAIL(story, "expected: ? INCIDENT VOLUNTEER PART OF THE ANSWER");
  uint64_t before = muster_engine_state_hash(story->engine);
  g_autofree char *part = g_strjoinv(" ", words + 3);
  g_autoptr(GError) error = NULL, twin_error = NULL;
  g_autofree char *found = muster_engine_why_not(story->engine, make_id(words[1]), make_id(words[2]), &error);
  g_autofree char *again = muster_engine_why_not(story->twin, make_id(words[1]), make_id(words[2]), &twin_error);
  g_assert_cmpstr(found, ==, again);
  g_assert_true(found ? !error : g_error_matches(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_UNKNOWN));
  g_assert_cmphex(muster_engine_state_hash(story->engine), ==, before);
  g_assert_cmphex(muster_engine_state_hash(story->twin), ==, before);
  const char *said = found ? found : error->message;
  if (!strstr(said, part)) FAIL(story, "expected an answer with \"%s\", found \"%s\"", part, said);
}

static char **split_words(const char *line) {
  g_auto(GStrv) all = g_strsplit_set(line, " \t\r", -1);
  GPtrArray *words = g_ptr_array_new();
  for (char **word = all; *word; word++)
    if (**word) g_ptr_array_add(words, g_strdup(*word));
  g_ptr_array_add(words, NULL);
  return (char **)(void *)g_ptr_array_free(words, FALSE);
}

static void take_line(timeline *story, const char *line) {
  g_auto(GStrv) words = split_words(line);
  if (!words[0] || words[0][0] == '#') return;
  if (strcmp(words[0], ">") == 0) {
    g_autofree char *expected = g_strjoinv(" ", words + 1);
    expect_decision(story, expected);
  } else if (strcmp(words[0], "?") == 0) {
    ask_why_not(story, words);
  } else if (strcmp(words[0], "places") == 0) {
    read_places(story, words);
  } else if (strcmp(words[0], "crossing") == 0) {
    read_crossing(story, words);
  } else if (strcmp(words[0], "street") == 0) {
    read_street(story, words);
  } else if (strcmp(words[0], "policy") == 0) {
    g_autofree char *setting = g_strjoinv(" ", words + 1);
    g_string_append_printf(story->settings, "%s\n", setting);
  } else if (strcmp(words[0], "wartime") == 0) {
    bool is_plan = strcmp(words[3], "plan") == 0;
    g_autofree char *setting = g_strjoinv(" ", words + (is_plan ? 5 : 3));
    if (is_plan) {
      g_string_append_printf(story->plans, "[wartime %s %s plan %s]\n%s\n", words[1], words[2], words[4], setting);
      return;
    }
    if (!story->wartime || strcmp(story->wartime, words[1]) != 0 || story->wartime_level != *words[2])
      g_string_append_printf(story->settings, "[wartime %s %s]\n", words[1], words[2]);
    g_free(story->wartime);
    story->wartime = g_strdup(words[1]);
    story->wartime_level = *words[2];
    g_string_append_printf(story->settings, "%s\n", setting);
  } else if (strcmp(words[0], "plan") == 0) {
    g_autofree char *setting = g_strjoinv(" ", words + 2);
    g_string_append_printf(story->plans, "[plan %s]\n%s\n", words[1], setting);
  } else if (story->row_count < story->place_count) {
    read_row(story, words);
  } else {
    take_event(story, words);
  }
}

static void clear(timeline *story) {
  for (size_t i = 0; i < story->place_count; i++) g_free(story->names[i]);
  g_string_free(story->settings, TRUE);
  g_free(story->wartime);
  muster_roads_free(story->roads);
  muster_network_unref(story->network);
  g_string_free(story->plans, TRUE);
  muster_engine_free(story->engine);
  muster_engine_free(story->twin);
  g_free(story->path);
}

static void test_scenario(const void *data) {
  g_autofree char *contents = NULL;
  GError *error = NULL;
  timeline story = {.path = g_strdup(data), .settings = g_string_new(NULL), .plans = g_string_new(NULL)};
  g_file_get_contents(story.path, &contents, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(contents, "\n", -1);
  for (char **line = lines; *line; line++) {
    story.line++;
    take_line(&story, *line);
  }
  expect_no_more(&story);
  g_assert_nonnull(story.engine);
  clear(&story);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autofree char *folder = test_source("scenarios");
  GDir *directory = g_dir_open(folder, 0, NULL);
  g_assert_nonnull(directory);
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  for (const char *name; (name = g_dir_read_name(directory));)
    if (g_str_has_suffix(name, ".timeline")) g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
  g_dir_close(directory);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *base = g_path_get_basename(paths->pdata[i]);
    g_autofree char *path = g_strdup_printf("/scenarios/%.*s", (int)(strlen(base) - strlen(".timeline")), base);
    g_test_add_data_func(path, paths->pdata[i], test_scenario);
  }
  int status = g_test_run();
  g_ptr_array_unref(paths);
  return status;
}
