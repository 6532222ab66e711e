/* The worst ten incidents of the first replication, each told as a timeline in sentences.
 *
 * Consecutive alerts and answers become one sentence; of a very long wait the beginning, the end and the turning points
 * are told, and how much is left out in between. The engine's own reasons (`why`) stand where a decision is told by
 * itself.
 */
#include <math.h>

#include "sim/report.h"

enum { TOLD_FIRST = 10, TOLD_LAST = 8 };

typedef struct Sentence {
  int64_t at_ms;
  bool key;
  char *text; /* plain, escaped when written */
} Sentence;

typedef struct Wave { /* alerts and answers in a row */
  int64_t from_ms;
  uint32_t alerts, declines, nearest_ms, farthest_ms, modes[MUSTER_MODE_COUNT];
} Wave;

static void clear_sentence(gpointer data) { g_free(((Sentence *)data)->text); }

static void say(GArray *sentences, int64_t at_ms, bool key, char *text) {
  Sentence sentence = {at_ms, key, text};
  g_array_append_val(sentences, sentence);
}

static char *duration(double seconds) {
  GString *text = g_string_new(NULL);
  mi_page_spoken(text, seconds);
  return g_string_free(text, FALSE);
}

static const char *by_mode(uint8_t mode) {
  static const char *const texts[MUSTER_MODE_COUNT] = {" on foot", " by e-bike", " by car"};
  return mode < MUSTER_MODE_COUNT ? texts[mode] : "";
}

static void say_wave(GArray *sentences, Wave *wave) {
  if (wave->alerts) {
    g_autofree char *nearest = duration(wave->nearest_ms / 1000.0), *farthest = duration(wave->farthest_ms / 1000.0);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%u volunteer%s alerted, ", wave->alerts, wave->alerts == 1 ? "" : "s");
    if (wave->nearest_ms == wave->farthest_ms)
      g_string_append_printf(text, "%s away", nearest);
    else
      g_string_append_printf(text, "%s to %s away", nearest, farthest);
    const char *separator = " (";
    for (uint8_t mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      if (!wave->modes[mode]) continue;
      g_string_append_printf(text, "%s%u%s", separator, wave->modes[mode], by_mode(mode));
      separator = ", ";
    }
    if (separator[0] == ',') g_string_append_c(text, ')');
    if (wave->declines) g_string_append_printf(text, "; %u declined", wave->declines);
    g_string_append_c(text, '.');
    say(sentences, wave->from_ms, false, g_string_free(text, FALSE));
  } else if (wave->declines) {
    say(sentences, wave->from_ms, false,
        g_strdup_printf("%u volunteer%s declined.", wave->declines, wave->declines == 1 ? "" : "s"));
  }
  *wave = (Wave){0};
}

static void add_to_wave(Wave *wave, const mi_line *line) {
  if (!wave->alerts && !wave->declines) wave->from_ms = line->at_ms;
  if (line->kind == MI_LINE_DECLINE) {
    wave->declines++;
    return;
  }
  if (!wave->alerts || line->travel_ms < wave->nearest_ms) wave->nearest_ms = line->travel_ms;
  wave->farthest_ms = MAX(wave->farthest_ms, line->travel_ms);
  wave->alerts++;
  if (line->mode < MUSTER_MODE_COUNT) wave->modes[line->mode]++;
}

static int64_t volunteer_id(const MusterSimResult *result, uint32_t volunteer) {
  return muster_county_volunteers(result->county, NULL)[volunteer].id;
}

static const char *ending_text(mi_ending ending) {
  switch (ending) {
    case MI_ENDING_SERVED:
      return "The work was done; the incident was closed.";
    case MI_ENDING_RESOLVED:
      return "Neighbours had helped; the report was withdrawn.";
    case MI_ENDING_GAVE_UP:
      return "The resident gave up waiting.";
    case MI_ENDING_DUPLICATE:
      return "The call-taker saw that it repeated another report.";
    default:
      return "Still open when the simulation ended.";
  }
}

static char *with_reason(const char *what, const char *why) {
  return why ? g_strdup_printf("%s: %s.", what, why) : g_strdup_printf("%s.", what);
}

static void say_line(GArray *sentences, const MusterSimResult *result, const mi_line *line) {
  int64_t id = line->volunteer == MUSTER_NONE ? 0 : volunteer_id(result, line->volunteer);
  g_autofree char *travel = duration(line->travel_ms / 1000.0);
  bool key = false;
  char *text = NULL;
  switch (line->kind) {
    case MI_LINE_REPORT:
      text = g_strdup("The report got through.");
      break;
    case MI_LINE_ASSIGN:
      text = g_strdup_printf("Volunteer %" G_GINT64_FORMAT " accepted and sets out: %s%s expected.", id, travel,
                             by_mode(line->mode));
      break;
    case MI_LINE_STOOD_DOWN:
      text = g_strdup_printf("Volunteer %" G_GINT64_FORMAT " was stood down.", id);
      break;
    case MI_LINE_ARRIVE:
      text = g_strdup_printf("Volunteer %" G_GINT64_FORMAT " arrived.", id);
      break;
    case MI_LINE_TURNED_BACK:
      key = true;
      text = g_strdup_printf("Volunteer %" G_GINT64_FORMAT " had to turn back on the way.", id);
      break;
    case MI_LINE_STAGE:
      key = true;
      text = g_strdup_printf("%s: %s.", muster_stage_name((MusterStage)line->stage),
                             mi_stage_promise((MusterStage)line->stage));
      break;
    case MI_LINE_BREACH: {
      g_autofree char *what =
          g_strdup_printf("Promise of %u min broken", muster_stage_deadline_ms((MusterStage)line->stage) / 60000);
      key = true;
      text = with_reason(what, line->why);
      break;
    }
    case MI_LINE_ESCALATE:
      text = with_reason("Escalated", line->why);
      break;
    case MI_LINE_SHORTFALL:
      text = with_reason("Short of people", line->why);
      break;
    case MI_LINE_WORK:
      text = g_strdup("Work began.");
      break;
    case MI_LINE_END:
      key = true;
      text = g_strdup(ending_text((mi_ending)line->stage));
      break;
    default:
      return;
  }
  say(sentences, line->at_ms, key, text);
}

static GArray *tell(const MusterSimResult *result, const mi_case *incident) {
  GArray *sentences = g_array_new(FALSE, FALSE, sizeof(Sentence));
  g_array_set_clear_func(sentences, clear_sentence);
  Wave wave = {0};
  for (guint i = 0; i < incident->story->len; i++) {
    const mi_line *line = &g_array_index(incident->story, mi_line, i);
    if (line->kind == MI_LINE_ALERT || line->kind == MI_LINE_DECLINE) {
      add_to_wave(&wave, line);
      continue;
    }
    if (line->kind == MI_LINE_CARD || line->kind == MI_LINE_ACCEPT) continue; /* told by KNOWN and by the assignment */
    say_wave(sentences, &wave);
    say_line(sentences, result, line);
  }
  say_wave(sentences, &wave);
  return sentences;
}

static void write_sentence(GString *page, const mi_case *incident, const Sentence *sentence) {
  g_string_append_printf(page, "<li%s><time>", sentence->key ? " class=\"key\"" : "");
  int64_t seconds = sentence->at_ms / 1000;
  g_string_append_printf(page, "%02d:%02d:%02d</time><span class=\"after\">+", (int)(seconds / 3600 % 24),
                         (int)(seconds / 60 % 60), (int)(seconds % 60));
  mi_page_duration(page, (double)(sentence->at_ms - incident->reported_ms) / 1000);
  g_string_append(page, "</span><span>");
  mi_page_text(page, sentence->text);
  g_string_append(page, "</span></li>\n");
}

static void write_gap(GString *page, guint left_out) {
  if (left_out)
    g_string_append_printf(page, "<li><time></time><span class=\"after\">⋮</span><span>%u more step%s.</span></li>\n",
                           left_out, left_out == 1 ? "" : "s");
}

static void write_timeline(GString *page, const mi_case *incident, const GArray *sentences) {
  g_string_append(page, "<ol>\n");
  guint left_out = 0;
  for (guint i = 0; i < sentences->len; i++) {
    const Sentence *sentence = &g_array_index(sentences, Sentence, i);
    if (i >= TOLD_FIRST && i + TOLD_LAST < sentences->len && !sentence->key) {
      left_out++;
      continue;
    }
    write_gap(page, left_out);
    left_out = 0;
    write_sentence(page, incident, sentence);
  }
  g_string_append(page, "</ol>\n");
}

/* Where the time went: finding people, or their way. */
static void write_reason(GString *page, const mi_case *incident) {
  int64_t reached_ms = incident->stage_ms[MUSTER_STAGE_REACHED], there_ms = incident->stage_ms[MUSTER_STAGE_ON_SCENE];
  g_string_append_printf(page, "<p class=\"note\">%u alerts, %u accepted, %u declined, %u not answered in time. ",
                         incident->alerts, incident->accepts, incident->declines, incident->silent);
  if (incident->alerts && incident->earlier >= incident->alerts)
    g_string_append_printf(page, "Those asked had had %u earlier alerts that day in the mean. ",
                           (unsigned)(incident->earlier / incident->alerts));
  if (reached_ms < 0) {
    g_string_append_printf(page, "Never as many as needed accepted%s. ",
                           incident->shortfalls ? "; for a time nobody was left to ask" : "");
  } else {
    g_string_append(page, "Finding enough people took ");
    mi_page_spoken(page, (double)reached_ms / 1000);
    if (there_ms >= 0) {
      g_string_append(page, ", their turnout and way ");
      mi_page_spoken(page, (double)(there_ms - reached_ms) / 1000);
    }
    g_string_append(page, ". ");
  }
  if (incident->shortfalls && reached_ms >= 0) g_string_append(page, "For a time nobody was left to ask. ");
  if (incident->travelled) {
    g_string_append(page, incident->travelled == 1 ? "Expected travel: " : "Expected travel of those sent, mean: ");
    mi_page_spoken(page, (double)incident->travel_ms / (double)incident->travelled / 1000);
    g_string_append_c(page, '.');
  }
  g_string_append(page, "</p>\n");
}

static void write_place(GString *page, const MusterSimResult *result, const mi_arrival *arrival) {
  if (arrival->grid == MUSTER_NONE) {
    g_string_append(page, "outside every grid");
    return;
  }
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  const char *separator = "", *told = NULL;
  for (MusterAreaId area = result->ground->first_grid + arrival->grid; area != MUSTER_NONE && areas[area].level;
       area = areas[area].parent) {
    g_autofree char *name = mi_page_short_name(areas[area].name);
    if (told && g_str_has_prefix(told, name)) continue; /* the grid's name begins with its community's */
    g_string_append(page, separator);
    mi_page_text(page, name);
    separator = ", ";
    told = areas[area].name;
  }
}

/* What the resident waited for in the time that follows. */
static const char *wait_text(const mi_case *incident) {
  if (incident->stage_ms[MUSTER_STAGE_ON_SCENE] >= 0) return ": helped after ";
  return incident->first_there_ms >= 0 ? ": never as many there as needed, in " : ": not helped in ";
}

static void write_story(GString *page, const MusterSimResult *result, size_t rank) {
  const mi_outcome *first = &result->first;
  uint32_t number = first->worst[rank];
  const mi_case *incident = &first->incidents[number];
  const mi_arrival *arrival = &first->arrivals.list[number];
  const MusterResponsePlan *plan =
      muster_plans_find(result->scenario->plans, result->scenario->kinds[arrival->kind].kind);
  g_string_append_printf(page, "<section class=\"story\"><h3>%u. ", (unsigned)rank + 1);
  mi_page_text(page, plan ? plan->label : result->scenario->kinds[arrival->kind].kind);
  g_string_append(page, ", ");
  write_place(page, result, arrival);
  g_string_append(page, wait_text(incident));
  mi_page_spoken(page, (double)mi_case_wait_ms(incident, first->ended_ms) / 1000);
  g_string_append(page, "</h3>\n<p class=\"note\">Incident ");
  mi_page_count(page, (uint64_t)number + 1);
  g_string_append(page, ", reported on ");
  mi_page_clock(page, incident->reported_ms);
  if (arrival->redials) g_string_append_printf(page, " after %u engaged tones", arrival->redials);
  g_string_append(page, ".</p>\n");
  write_reason(page, incident);
  g_autoptr(GArray) sentences = tell(result, incident);
  write_timeline(page, incident, sentences);
  g_string_append(page, "</section>\n");
}

void mi_report_stories(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<h2>The worst ten<span class=\"zh\">等待最久的十起事件</span></h2>\n");
  if (!result->first.worst_count) {
    g_string_append(page, "<p>In the first replication nobody waited longer than ten minutes.</p>\n");
    return;
  }
  g_string_append(
      page,
      "<p>The incidents of the first replication whose residents waited longest for as many as they needed, "
      "and why; of one event only the first report. The second column counts from the report.</p>\n");
  for (size_t rank = 0; rank < result->first.worst_count; rank++) write_story(page, result, rank);
}
