/* muster roster: who is on duty at each post on which shift. */
#include <string.h>

#include "commands.h"
#include "ground.h"
#include "roster_print.h"

static char progress_label[] = "roster";

enum { SHIFTS_MOST = 24, HOUR = 60, DAY = 1440 };

typedef struct options {
  char **shifts, **needs;
  char *posts, *weeks, *pool, *rest, *most, *work, *seed, *steps, *output, *sheet;
} options;

static void options_clear(options *o) {
  char *texts[] = {o->posts, o->weeks, o->pool, o->rest, o->most, o->work, o->seed, o->steps, o->output, o->sheet};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) g_free(texts[i]);
  g_strfreev(o->shifts);
  g_strfreev(o->needs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

typedef struct question {
  MusterRosterCaseOptions scene;
  MusterRosterOptions rules;
  MusterRosterShift shifts[SHIFTS_MOST];
} question;

typedef struct plan {
  MusterCounty *county;
  MusterRosterCase *scene;
  const char *skills[MUSTER_ROSTER_NEEDS_MOST];
  mt_roster_view view;
} plan;

static void plan_clear(plan *p) {
  for (size_t i = 0; i < p->view.post_count; i++) g_free(p->view.posts[i].person_of);
  g_free(p->view.posts);
  muster_roster_case_free(p->scene);
  muster_county_unref(p->county);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(plan, plan_clear)

/* ---- what is asked ---- */

static bool refuse(const char *what, const char *expected, const char *found, GError **error) {
  g_set_error(error, MT_ERROR, 0, "%s: expected %s, found \"%s\"", what, expected, found);
  return false;
}

static bool parse_clock(const char *text, uint32_t *out_min) {
  unsigned hour, minute;
  int length = 0;
  if (strspn(text, "0123456789:") != strlen(text) || sscanf(text, "%2u:%2u%n", &hour, &minute, &length) != 2 ||
      text[length] || minute >= HOUR)
    return false;
  *out_min = hour * HOUR + minute;
  return *out_min <= DAY;
}

/* "06:00-14:00" */
static bool parse_shift(const char *text, MusterRosterShift *out, GError **error) {
  g_auto(GStrv) words = g_strsplit(text, "-", -1);
  uint32_t start, end;
  if (g_strv_length(words) != 2 || !parse_clock(words[0], &start) || !parse_clock(words[1], &end) || start == DAY)
    return refuse("--shift", "a start and an end such as 22:00-06:00", text, error);
  *out = (MusterRosterShift){(uint16_t)start, (uint16_t)end};
  return true;
}

/* "8-18" */
static bool parse_work(const char *text, MusterRosterCaseOptions *scene, GError **error) {
  g_auto(GStrv) words = g_strsplit(text, "-", -1);
  int64_t start, end;
  if (g_strv_length(words) != 2) return refuse("--work", "two hours such as 8-18", text, error);
  if (!mt_parse_int64(words[0], "--work", 0, 24, &start, error) ||
      !mt_parse_int64(words[1], "--work", 0, 24, &end, error))
    return false;
  scene->work_start_hour = (uint32_t)start;
  scene->work_end_hour = (uint32_t)end;
  return true;
}

static bool parse_count(const char *text, const char *what, int64_t least, int64_t most, uint32_t *out,
                        GError **error) {
  int64_t value;
  if (!text) return true;
  if (!mt_parse_int64(text, what, least, most, &value, error)) return false;
  *out = (uint32_t)value;
  return true;
}

static bool check_count(char **words, const char *what, guint most, GError **error) {
  if (!words || g_strv_length(words) <= most) return true;
  g_set_error(error, MT_ERROR, 0, "%s: expected at most %u, found %u", what, most, g_strv_length(words));
  return false;
}

static bool parse_words(const options *o, question *q, GError **error) {
  static const MusterRosterShift usual[] = {{6 * HOUR, 14 * HOUR}, {14 * HOUR, 22 * HOUR}};
  int64_t seed = 0;
  double rest_h;
  memcpy(q->shifts, usual, sizeof usual);
  q->scene.shift_count = G_N_ELEMENTS(usual);
  if (!check_count(o->shifts, "--shift", SHIFTS_MOST, error) ||
      !check_count(o->needs, "--need", MUSTER_ROSTER_NEEDS_MOST, error))
    return false;
  for (size_t i = 0; o->shifts && o->shifts[i]; i++)
    if (!parse_shift(o->shifts[i], &q->shifts[i], error)) return false;
  if (o->shifts) q->scene.shift_count = g_strv_length(o->shifts);
  if (o->rest) {
    if (!mt_parse_double(o->rest, "--rest", 0, MUSTER_ROSTER_REST_MOST / HOUR, &rest_h, error)) return false;
    q->rules.rest_min = (uint32_t)(rest_h * HOUR + 0.5);
  }
  if (!parse_count(o->weeks, "--weeks", 1, MUSTER_ROSTER_WEEKS_MOST, &q->scene.week_count, error) ||
      !parse_count(o->pool, "--pool", 1, MUSTER_ROSTER_PEOPLE_MOST, &q->scene.pool, error) ||
      !parse_count(o->most, "--most", 1, 7 * SHIFTS_MOST, &q->rules.most_a_week, error) ||
      !parse_count(o->steps, "--steps", 0, UINT32_MAX, &q->rules.steps, error) ||
      (o->work && !parse_work(o->work, &q->scene, error)) ||
      (o->seed && !mt_parse_int64(o->seed, "--seed", 0, INT64_MAX, &seed, error)))
    return false;
  q->rules.seed = (uint64_t)seed;
  return true;
}

static bool parse_needs(char **needs, plan *p, question *q, GError **error) {
  for (size_t k = 0; k < MUSTER_ROSTER_NEEDS_MOST; k++) p->skills[k] = "";
  if (!needs) return true;
  q->scene.need_count = g_strv_length(needs);
  for (size_t k = 0; needs[k]; k++) {
    const char *colon = strchr(needs[k], ':');
    if (colon) p->skills[k] = colon + 1;
    if (!mt_parse_need(needs[k], "--need", p->county, MUSTER_ROSTER_PEOPLE_MOST, &q->scene.people[k],
                       &q->scene.skills[k], error))
      return false;
  }
  return true;
}

/* All posts, or those whose ids are given with commas between. */
static bool list_posts(const char *text, plan *p, GError **error) {
  size_t count;
  muster_county_posts(p->county, &count);
  g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);
  size_t wanted = text ? g_strv_length(words) : count;
  p->view.posts = g_new0(mt_roster_post, wanted + 1);
  for (size_t i = 0; i < wanted; i++) {
    int64_t id;
    MusterPostId post = (MusterPostId)i;
    if (text) {
      if (!mt_parse_int64(words[i], "--post", INT64_MIN, INT64_MAX, &id, error)) return false;
      post = muster_county_find_post(p->county, id);
      if (post == MUSTER_NONE) return refuse("--post", "ids of posts of the county", words[i], error);
    }
    p->view.posts[p->view.post_count++].post = post;
  }
  return true;
}

/* ---- the work ---- */

static bool fill_posts(plan *p, const question *q, GError **error) {
  for (size_t i = 0; i < p->view.post_count; i++) {
    mt_roster_post *post = &p->view.posts[i];
    if (!mt_progress((double)i / (double)p->view.post_count, progress_label)) {
      g_set_error_literal(error, MT_ERROR, 0, "stopped");
      return false;
    }
    post->table = muster_roster_case_table(p->scene, post->post);
    post->people = muster_roster_case_people(p->scene, post->post);
    post->person_of = g_new(uint32_t, post->table.place_count);
    if (!muster_roster(&post->table, &q->rules, &post->answer, post->person_of, error)) return false;
  }
  mt_progress(1, progress_label);
  return true;
}

static bool write_file(const char *path, void (*print)(FILE *stream, const mt_roster_view *view),
                       const mt_roster_view *view, GError **error) {
  mt_output output;
  if (!mt_output_open(&output, path, error)) return false;
  print(output.stream, view);
  return mt_output_commit(&output, error);
}

static bool write_out(const options *o, const mt_common *common, const mt_roster_view *view, GError **error) {
  bool is_page = o->output && g_str_has_suffix(o->output, ".html");
  return (!o->output || write_file(o->output, is_page ? mt_roster_print_page : mt_roster_print_csv, view, error)) &&
         (!o->sheet || write_file(o->sheet, mt_roster_print_sheet, view, error)) &&
         write_file(NULL, common->json ? mt_roster_print_json : mt_roster_print_text, view, error);
}

static int solve(const options *o, const mt_common *common, const char *path, question *q) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(plan) p = {.county = muster_county_open(path, &error)};
  if (!p.county || !parse_needs(o->needs, &p, q, &error) || !list_posts(o->posts, &p, &error)) return mt_fail(&error);
  q->scene.county = p.county;
  q->scene.shifts = q->shifts;
  int64_t loaded_us = g_get_monotonic_time();
  p.scene = muster_roster_case_new(&q->scene, &error);
  if (!p.scene || !fill_posts(&p, q, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  p.view.county = p.county;
  p.view.options = &q->scene;
  p.view.rules = &q->rules;
  p.view.skills = p.skills;
  if (!write_out(o, common, &p.view, &error)) return mt_fail(&error);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, p.view.post_count);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"shift", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.shifts, NULL, NULL},
                                  {"need", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.needs, NULL, NULL},
                                  {"post", 0, 0, G_OPTION_ARG_STRING, &o.posts, NULL, NULL},
                                  {"weeks", 0, 0, G_OPTION_ARG_STRING, &o.weeks, NULL, NULL},
                                  {"pool", 0, 0, G_OPTION_ARG_STRING, &o.pool, NULL, NULL},
                                  {"rest", 0, 0, G_OPTION_ARG_STRING, &o.rest, NULL, NULL},
                                  {"most", 0, 0, G_OPTION_ARG_STRING, &o.most, NULL, NULL},
                                  {"work", 0, 0, G_OPTION_ARG_STRING, &o.work, NULL, NULL},
                                  {"seed", 0, 0, G_OPTION_ARG_STRING, &o.seed, NULL, NULL},
                                  {"steps", 0, 0, G_OPTION_ARG_STRING, &o.steps, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, NULL, NULL},
                                  {"shifts", 0, 0, G_OPTION_ARG_FILENAME, &o.sheet, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  question q;
  muster_roster_case_options_init(&q.scene);
  muster_roster_options_init(&q.rules);
  g_autoptr(GError) usage = NULL;
  if (!parse_words(&o, &q, &usage)) return mt_usage(command, "%s", usage->message);
  if (o.output && !g_str_has_suffix(o.output, ".csv") && !g_str_has_suffix(o.output, ".html"))
    return mt_usage(command, "-o: expected a file .csv or .html, found \"%s\"", o.output);
  if (o.sheet && q.scene.week_count != 1)
    return mt_usage(command, "--shifts: expected --weeks 1, for shifts of a county are those of every week");
  mt_catch_interrupt();
  return solve(&o, &common, argv[1], &q);
}

const mt_command mt_roster = {
    "roster",
    "C.gpkg [--shift START-END …] [--need N[:SKILLS] …] [--weeks W] [--pool N] [-o F.csv|F.html] …",
    "who is on duty at each post on which shift: rest kept, evenly shared",
    "Fills the shifts of each post with approved volunteers of the communities it serves. As many places as can be "
    "are\n"
    "taken; nobody has too little rest between two or too many in a week; whoever is registered at work is not asked\n"
    "in working hours; hours and unsocial hours (22 to 6 and weekends) are shared as evenly as can be. The roster "
    "begins\n"
    "anew after its last week, and keeps its rules across that too. Prints a line a post: places taken, how even it "
    "is,\n"
    "and what is proven of it; docs/roster.md has the model.\n"
    "\n"
    "  --shift START-END   of every day, such as 22:00-06:00; several times (default 06:00-14:00 and 14:00-22:00)\n"
    "  --need N[:SKILLS]   on each shift so many people who have all these skills, with semicolons between; up to "
    "four\n"
    "                      times (default 3)\n"
    "  --post IDS          these posts only, with commas between\n"
    "  --weeks W           1 to 26 (default 4)\n"
    "  --pool N            people who share a post's shifts: of each need's skills its part, the nearest homes first\n"
    "                      (default 60)\n"
    "  --rest H            hours between two shifts of one person (default 11)\n"
    "  --most N            shifts of one person a week (default 2)\n"
    "  --work H-H          working hours, Monday to Friday (default 8-18; 0-0: everybody is free)\n"
    "  --seed N            of the search (default 0)\n"
    "  --steps N           how often a part is taken back and given anew (default 5000)\n"
    "  -o FILE             .csv: post, week, weekday, start, end, skills, volunteer (empty: nobody); .html: a page to\n"
    "                      print\n"
    "  --shifts FILE       with --weeks 1: the sheet of shifts that `muster county import` reads\n"
    "\n"
    "--json prints "
    "{\"weeks\":…,\"posts\":[{\"id\":…,\"name\":…,\"people\":…,\"places\":…,\"filled\":…,\"filled_bound\":…,\n"
    "\"unevenness\":…,\"unevenness_bound\":…,\"optimal\":…,\"shifts\":[LEAST,MOST],\"minutes\":[LEAST,MOST],\n"
    "\"unsocial_minutes\":[LEAST,MOST]}, …]}, the last three of one person.\n"
    "--timing: load is reading the county, work the rosters, items the posts.\n"
    "\n"
    "Example: muster roster laifeng.gpkg --need 1:first_aid --need 2 -o roster.html\n",
    run,
};
