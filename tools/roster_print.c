/* Rosters as text, JSON, CSV, a sheet of shifts, and a page to be printed; see roster_print.h. */
#include "roster_print.h"

#include "geojson.h"

enum { HOUR = 60, DAY = 1440 };
static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const weekday_names[] = {"Mon 周一", "Tue 周二", "Wed 周三", "Thu 周四",
                                            "Fri 周五", "Sat 周六", "Sun 周日"};

static const MusterPost *place_of(const mt_roster_view *v, const mt_roster_post *p) {
  return &muster_county_posts(v->county, NULL)[p->post];
}

static int64_t volunteer_id(const mt_roster_view *v, const mt_roster_post *p, uint32_t person) {
  return muster_county_volunteers(v->county, NULL)[p->people.data[person]].id;
}

static size_t people_a_shift(const mt_roster_view *v) {
  size_t people = 0;
  for (size_t k = 0; k < v->options->need_count; k++) people += v->options->people[k];
  return people;
}

/* Of the place within its shift. */
static const char *skills_of(const mt_roster_view *v, size_t place) {
  size_t left = place % people_a_shift(v), k = 0;
  while (left >= v->options->people[k]) left -= v->options->people[k++];
  return v->skills[k];
}

static void print_clock(FILE *stream, uint32_t minute) { fprintf(stream, "%02u:%02u", minute / HOUR, minute % HOUR); }

static void print_shift(FILE *stream, const MusterRosterShift *shift, const char *between) {
  print_clock(stream, shift->start_min);
  fputs(between, stream);
  print_clock(stream, shift->end_min);
}

static const MusterRosterShift *shift_of(const mt_roster_view *v, size_t place) {
  return &v->options->shifts[place / people_a_shift(v) % v->options->shift_count];
}

static uint32_t day_of(const mt_roster_post *p, size_t place) { return p->table.places[place].start_min / DAY; }

/* ---- what people have ---- */

typedef struct share {
  uint32_t shifts, minutes, unsocial_min;
} share;

static share share_of(const mt_roster_post *p, uint32_t person) {
  share s = {0};
  for (size_t i = 0; i < p->table.place_count; i++) {
    if (p->person_of[i] != person) continue;
    const MusterRosterPlace *place = &p->table.places[i];
    s.shifts++;
    s.minutes += place->end_min - place->start_min;
    s.unsocial_min += place->unsocial_min;
  }
  return s;
}

typedef struct spread {
  share least, most;
} spread;

static spread spread_of(const mt_roster_post *p) {
  spread all = {{UINT32_MAX, UINT32_MAX, UINT32_MAX}, {0}};
  for (uint32_t i = 0; i < p->table.person_count; i++) {
    share s = share_of(p, i);
    all.least = (share){MIN(all.least.shifts, s.shifts), MIN(all.least.minutes, s.minutes),
                        MIN(all.least.unsocial_min, s.unsocial_min)};
    all.most = (share){MAX(all.most.shifts, s.shifts), MAX(all.most.minutes, s.minutes),
                       MAX(all.most.unsocial_min, s.unsocial_min)};
  }
  if (p->table.person_count == 0) all.least = (share){0};
  return all;
}

/* How much worse than the bound, in percent. */
static double excess_of(const MusterRosterAnswer *answer) {
  if (answer->unevenness_bound <= 0) return 0;
  return 100.0 * (double)(answer->unevenness - answer->unevenness_bound) / (double)answer->unevenness_bound;
}

static void print_judgement(FILE *stream, const MusterRosterAnswer *answer) {
  if (answer->is_optimal)
    fputs("no roster is more even", stream);
  else if (answer->filled < answer->filled_bound)
    fprintf(stream, "perhaps %" PRIu32 " could be taken", answer->filled_bound);
  else
    fprintf(stream, "unevenness at most %.1f %% above the least", excess_of(answer));
}

/* ---- text ---- */

void mt_roster_print_text(FILE *stream, const mt_roster_view *v) {
  for (size_t i = 0; i < v->post_count; i++) {
    const mt_roster_post *p = &v->posts[i];
    spread s = spread_of(p);
    fprintf(stream,
            "post %" PRId64 " %s: %" PRIu32 " of %zu places taken by %zu people, %" PRIu32 " to %" PRIu32
            " shifts each, unsocial hours %.0f to %.0f; ",
            place_of(v, p)->id, place_of(v, p)->name, p->answer.filled, p->table.place_count, p->table.person_count,
            s.least.shifts, s.most.shifts, s.least.unsocial_min / 60.0, s.most.unsocial_min / 60.0);
    print_judgement(stream, &p->answer);
    fputc('\n', stream);
  }
}

void mt_roster_print_json(FILE *stream, const mt_roster_view *v) {
  fprintf(stream, "{\"weeks\":%" PRIu32 ",\"posts\":[", v->options->week_count);
  for (size_t i = 0; i < v->post_count; i++) {
    const mt_roster_post *p = &v->posts[i];
    const MusterRosterAnswer *a = &p->answer;
    spread s = spread_of(p);
    fprintf(stream, "%s{\"id\":%" PRId64 ",\"name\":", i ? "," : "", place_of(v, p)->id);
    mt_geojson_text(stream, place_of(v, p)->name);
    fprintf(stream,
            ",\"people\":%zu,\"places\":%zu,\"filled\":%" PRIu32 ",\"filled_bound\":%" PRIu32 ",\"unevenness\":%" PRId64
            ",\"unevenness_bound\":%" PRId64 ",\"optimal\":%s",
            p->table.person_count, p->table.place_count, a->filled, a->filled_bound, a->unevenness, a->unevenness_bound,
            a->is_optimal ? "true" : "false");
    fprintf(stream,
            ",\"shifts\":[%" PRIu32 ",%" PRIu32 "],\"minutes\":[%" PRIu32 ",%" PRIu32 "],\"unsocial_minutes\":[%" PRIu32
            ",%" PRIu32 "]}",
            s.least.shifts, s.most.shifts, s.least.minutes, s.most.minutes, s.least.unsocial_min, s.most.unsocial_min);
  }
  fputs("]}\n", stream);
}

/* ---- CSV ---- */

void mt_roster_print_csv(FILE *stream, const mt_roster_view *v) {
  fputs("post,week,weekday,start,end,skills,volunteer\n", stream);
  for (size_t i = 0; i < v->post_count; i++) {
    const mt_roster_post *p = &v->posts[i];
    for (size_t place = 0; place < p->table.place_count; place++) {
      uint32_t day = day_of(p, place);
      fprintf(stream, "%" PRId64 ",%" PRIu32 ",%s,", place_of(v, p)->id, day / 7 + 1, weekdays[day % 7]);
      print_shift(stream, shift_of(v, place), ",");
      fprintf(stream, ",%s,", skills_of(v, place));
      if (p->person_of[place] != MUSTER_NONE) fprintf(stream, "%" PRId64, volunteer_id(v, p, p->person_of[place]));
      fputc('\n', stream);
    }
  }
}

/* The person's days on this shift. */
static void print_days(FILE *stream, const mt_roster_view *v, const mt_roster_post *p, uint32_t person,
                       const MusterRosterShift *shift) {
  bool any = false;
  for (size_t place = 0; place < p->table.place_count; place++) {
    if (p->person_of[place] != person || shift_of(v, place) != shift) continue;
    if (!any) fprintf(stream, "%" PRId64 ",%" PRId64 ",\"", place_of(v, p)->id, volunteer_id(v, p, person));
    fprintf(stream, "%s%s", any ? "," : "", weekdays[day_of(p, place)]);
    any = true;
  }
  if (!any) return;
  fputs("\",", stream);
  print_shift(stream, shift, ",");
  fputc('\n', stream);
}

void mt_roster_print_sheet(FILE *stream, const mt_roster_view *v) {
  fputs("post,volunteer,days,start,end\n", stream);
  for (size_t i = 0; i < v->post_count; i++)
    for (uint32_t person = 0; person < v->posts[i].table.person_count; person++)
      for (size_t s = 0; s < v->options->shift_count; s++)
        print_days(stream, v, &v->posts[i], person, &v->options->shifts[s]);
}

/* ---- the page ---- */

static const char style[] =
    "body{font:14px/1.4 system-ui,\"Noto Sans CJK SC\",sans-serif;margin:2em auto;max-width:72em;color:#1b1b1b}\n"
    "h1{font-size:1.5em}h2{font-size:1.2em;margin:1.5em 0 .2em}p{margin:.2em 0 .6em}\n"
    "table{border-collapse:collapse;width:100%;margin:0 0 1em;font-variant-numeric:tabular-nums}\n"
    "th,td{border:1px solid #c8c8c8;padding:.25em .5em;text-align:left;vertical-align:top}\n"
    "th{background:#f3f1ec;font-weight:600;white-space:nowrap}\n"
    ".unsocial{background:#eef2f8}.nobody{color:#b00020;font-weight:600}.skill{color:#5c6470;font-size:.85em}\n"
    ".people{columns:4;column-gap:2em;list-style:none;padding:0;margin:0 0 1em;font-size:.9em}\n"
    ".people li{break-inside:avoid;border-bottom:1px solid #e2e2e2;padding:.15em 0}\n"
    "tr.week td,tr.week th{border-top:2px solid #555}\n"
    "@media print{body{margin:0;font-size:11px}section{break-after:page}tr{break-inside:avoid}}\n";

static void print_markup(FILE *stream, const char *text) {
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  fputs(escaped, stream);
}

static void print_cell(FILE *stream, const mt_roster_view *v, const mt_roster_post *p, size_t first) {
  fprintf(stream, "<td%s>", p->table.places[first].unsocial_min ? " class=\"unsocial\"" : "");
  for (size_t i = 0; i < people_a_shift(v); i++) {
    if (i) fputs("<br>", stream);
    if (p->person_of[first + i] == MUSTER_NONE)
      fputs("<span class=\"nobody\">nobody</span>", stream);
    else
      fprintf(stream, "%" PRId64, volunteer_id(v, p, p->person_of[first + i]));
    const char *skills = skills_of(v, first + i);
    if (!*skills) continue;
    fputs(" <span class=\"skill\">", stream);
    print_markup(stream, skills);
    fputs("</span>", stream);
  }
  fputs("</td>", stream);
}

static void print_weeks(FILE *stream, const mt_roster_view *v, const mt_roster_post *p) {
  fputs("<table>\n<tr><th>Week</th><th>Shift</th>", stream);
  for (int day = 0; day < 7; day++) fprintf(stream, "<th>%s</th>", weekday_names[day]);
  fputs("</tr>\n", stream);
  for (uint32_t week = 0; week < v->options->week_count; week++)
    for (size_t s = 0; s < v->options->shift_count; s++) {
      fprintf(stream, "<tr%s>", s == 0 ? " class=\"week\"" : "");
      if (s == 0) fprintf(stream, "<th rowspan=\"%zu\">%" PRIu32 "</th>", v->options->shift_count, week + 1);
      fputs("<th>", stream);
      print_shift(stream, &v->options->shifts[s], "–");
      fputs("</th>", stream);
      for (uint32_t day = 0; day < 7; day++)
        print_cell(stream, v, p, ((week * 7 + day) * v->options->shift_count + s) * people_a_shift(v));
      fputs("</tr>\n", stream);
    }
  fputs("</table>\n", stream);
}

static void print_people(FILE *stream, const mt_roster_view *v, const mt_roster_post *p) {
  fputs("<ul class=\"people\">\n", stream);
  for (uint32_t i = 0; i < p->table.person_count; i++) {
    share s = share_of(p, i);
    fprintf(stream, "<li><b>%" PRId64 "</b> %" PRIu32 " shift%s, %.4g h", volunteer_id(v, p, i), s.shifts,
            s.shifts == 1 ? "" : "s", s.minutes / 60.0);
    if (s.unsocial_min) fprintf(stream, ", %.4g unsocial", s.unsocial_min / 60.0);
    fputs("</li>\n", stream);
  }
  fputs("</ul>\n", stream);
}

static void print_post(FILE *stream, const mt_roster_view *v, const mt_roster_post *p) {
  spread s = spread_of(p);
  fputs("<section>\n<h2>", stream);
  print_markup(stream, place_of(v, p)->name);
  fprintf(stream,
          " (%" PRId64 ")</h2>\n<p>%" PRIu32 " of %zu places taken by %zu people: %" PRIu32 " to %" PRIu32
          " shifts, %.4g to %.4g hours each, %.4g to %.4g of them unsocial; ",
          place_of(v, p)->id, p->answer.filled, p->table.place_count, p->table.person_count, s.least.shifts,
          s.most.shifts, s.least.minutes / 60.0, s.most.minutes / 60.0, s.least.unsocial_min / 60.0,
          s.most.unsocial_min / 60.0);
  print_judgement(stream, &p->answer);
  fputs(".</p>\n", stream);
  print_weeks(stream, v, p);
  print_people(stream, v, p);
  fputs("</section>\n", stream);
}

void mt_roster_print_page(FILE *stream, const mt_roster_view *v) {
  const char *county = muster_county_areas(v->county, NULL)->name;
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>", stream);
  print_markup(stream, county);
  fprintf(stream, ": rosters of the posts</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
  print_markup(stream, county);
  fprintf(stream,
          ": rosters of the posts 岗位值班表</h1>\n<p>%" PRIu32
          " week%s, then again from the first. At least %.4g hours "
          "between two shifts of one person, at most %" PRIu32 " a week. Shaded: nights and weekends.</p>\n",
          v->options->week_count, v->options->week_count == 1 ? "" : "s", v->rules->rest_min / 60.0,
          v->rules->most_a_week);
  for (size_t i = 0; i < v->post_count; i++) print_post(stream, v, &v->posts[i]);
  fputs("</body>\n</html>\n", stream);
}
