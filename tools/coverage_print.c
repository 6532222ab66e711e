/* Coverage in the formats people open; see coverage_print.h. */
#include "coverage_print.h"

#include <math.h>
#include <string.h>

#include "geojson.h"

/* ---- values ---- */

/* Probabilities to a millionth, times to a tenth of a second, weights as they are; nothing where there is none. */
typedef struct column {
  const char *name;
  double value;
  int decimals; /* −1: a whole number, MUSTER_NONE-like NAN: nothing */
} column;

enum { COLUMNS_MOST = 40 };

static size_t add(column *columns, size_t count, const char *name, double value, int decimals) {
  columns[count] = (column){name, value, decimals};
  return count + 1;
}

static size_t add_chance(column *columns, size_t count, const char *const names[5],
                         const MusterCoverageChance *chance) {
  count = add(columns, count, names[0], chance->known, 6);
  count = add(columns, count, names[1], chance->reached, 6);
  count = add(columns, count, names[2], chance->on_scene, 6);
  count = add(columns, count, names[3], chance->kept, 6);
  return add(columns, count, names[4], chance->mean_s, 1);
}

static const char *const names_all[] = {"known", "reached", "on_scene", "kept", "mean_s"};
static const char *const names_day[] = {"day_known", "day_reached", "day_on_scene", "day_kept", "day_mean_s"};
static const char *const names_night[] = {"night_known", "night_reached", "night_on_scene", "night_kept",
                                          "night_mean_s"};

static double id_of(const MusterPost *places, uint32_t place) {
  return place == MUSTER_NONE ? NAN : (double)places[place].id;
}

static size_t columns_of(const mt_coverage_view *view, const MusterCoverageGrid *grid, column *columns) {
  size_t count = add(columns, 0, "weight", grid->weight, 0);
  count = add_chance(columns, count, names_all, &grid->all);
  count = add_chance(columns, count, names_day, &grid->day);
  count = add_chance(columns, count, names_night, &grid->night);
  count = add(columns, count, "worst_hour", grid->worst_hour, 0);
  count = add(columns, count, "worst_kept", grid->worst_kept, 6);
  count = add(columns, count, "shortfall", grid->shortfall, 6);
  count = add(columns, count, "gap", grid->gap, 3);
  count = add(columns, count, "post", id_of(muster_county_posts(view->county, NULL), grid->post), 0);
  count = add(columns, count, "post_s", grid->post_s, 1);
  count = add(columns, count, "station", id_of(muster_county_stations(view->county, NULL), grid->station), 0);
  count = add(columns, count, "station_s", grid->station_s, 1);
  count = add(columns, count, "circle_share", grid->circle_share, 6);
  count = add(columns, count, "unreachable", grid->unreachable, 0);
  return add(columns, count, "gain", grid->gain, 6);
}

static void print_value(FILE *stream, const column *c, const char *missing) {
  if (isnan(c->value))
    fputs(missing, stream);
  else
    fprintf(stream, "%.*f", c->decimals, c->value);
}

static const MusterArea *area_of(const mt_coverage_view *view, const MusterCoverageGrid *grid) {
  return &muster_county_areas(view->county, NULL)[grid->area];
}

/* ---- CSV ---- */

static void print_cell(FILE *stream, const char *text) {
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, stream);
    return;
  }
  fputc('"', stream);
  for (; *text; text++) {
    if (*text == '"') fputc('"', stream);
    fputc(*text, stream);
  }
  fputc('"', stream);
}

void mt_coverage_print_csv(FILE *stream, const mt_coverage_view *view) {
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  column columns[COLUMNS_MOST];
  for (size_t i = 0; i < grids; i++) {
    size_t count = columns_of(view, &list[i], columns);
    if (i == 0) {
      fputs("code,name", stream);
      for (size_t c = 0; c < count; c++) fprintf(stream, ",%s", columns[c].name);
      fputc('\n', stream);
    }
    fprintf(stream, "%" PRId64 ",", area_of(view, &list[i])->code);
    print_cell(stream, area_of(view, &list[i])->name);
    for (size_t c = 0; c < count; c++) {
      fputc(',', stream);
      print_value(stream, &columns[c], "");
    }
    fputc('\n', stream);
  }
}

void mt_coverage_print_hours_csv(FILE *stream, const mt_coverage_view *view) {
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  fputs("code,name,hour,known,reached,on_scene,kept,mean_s\n", stream);
  for (size_t i = 0; i < grids; i++) {
    const MusterCoverageChance *chance = muster_coverage_hours(view->coverage, i);
    for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
      if (!(view->hours >> hour & 1)) continue;
      fprintf(stream, "%" PRId64 ",", area_of(view, &list[i])->code);
      print_cell(stream, area_of(view, &list[i])->name);
      fprintf(stream, ",%d,%.6f,%.6f,%.6f,%.6f,%.1f\n", hour, chance->known, chance->reached, chance->on_scene,
              chance->kept, chance->mean_s);
      chance++;
    }
  }
}

/* ---- JSON ---- */

static void print_members(FILE *stream, const mt_coverage_view *view, const MusterCoverageGrid *grid) {
  column columns[COLUMNS_MOST];
  size_t count = columns_of(view, grid, columns);
  fprintf(stream, "\"code\":%" PRId64 ",\"name\":", area_of(view, grid)->code);
  mt_geojson_text(stream, area_of(view, grid)->name);
  for (size_t c = 0; c < count; c++) {
    fprintf(stream, ",\"%s\":", columns[c].name);
    print_value(stream, &columns[c], "null");
  }
}

static void print_kept_by_hour(FILE *stream, const mt_coverage_view *view, size_t grid) {
  const MusterCoverageChance *chance = muster_coverage_hours(view->coverage, grid);
  bool any = false;
  fputs(",\"kept_by_hour\":{", stream);
  for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
    if (!(view->hours >> hour & 1)) continue;
    fprintf(stream, "%s\"%d\":%.6f", any ? "," : "", hour, chance++->kept);
    any = true;
  }
  fputc('}', stream);
}

void mt_coverage_print_geojson(FILE *stream, const mt_coverage_view *view) {
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  fputs("{\"type\":\"FeatureCollection\",\"features\":[", stream);
  for (size_t i = 0; i < grids; i++) {
    fprintf(stream, "%s\n{\"type\":\"Feature\",\"properties\":{", i ? "," : "");
    print_members(stream, view, &list[i]);
    print_kept_by_hour(stream, view, i);
    fputs("},\"geometry\":", stream);
    MusterPolygons polygons = muster_county_area_polygons(view->county, list[i].area);
    if (polygons.polygon_count)
      mt_geojson_polygons(stream, &polygons);
    else
      fputs("null", stream);
    fputc('}', stream);
  }
  fputs("\n]}\n", stream);
}

static void print_list_json(FILE *stream, const mt_coverage_view *view, const char *key, MusterSpan32 places) {
  size_t grids, count = MIN(places.count, view->listed);
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  fprintf(stream, ",\"%s\":[", key);
  for (size_t i = 0; i < count; i++) {
    fputs(i ? ",{" : "{", stream);
    print_members(stream, view, &list[places.data[i]]);
    fputc('}', stream);
  }
  fputc(']', stream);
}

void mt_coverage_print_json(FILE *stream, const mt_coverage_view *view) {
  MusterAreaId first;
  size_t townships;
  MusterCoverageGrid whole;
  muster_coverage_area(view->coverage, 0, &whole);
  fprintf(stream, "{\"alpha\":%.6f,\"county\":{", view->alpha);
  print_members(stream, view, &whole);
  fputs("},\"townships\":[", stream);
  muster_county_level(view->county, MUSTER_AREA_TOWNSHIP, &first, &townships);
  bool any = false;
  for (size_t i = 0; i < townships; i++) {
    if (!muster_coverage_area(view->coverage, first + (MusterAreaId)i, &whole)) continue;
    fputs(any ? ",{" : "{", stream);
    any = true;
    print_members(stream, view, &whole);
    fputc('}', stream);
  }
  fputc(']', stream);
  print_list_json(stream, view, "gaps", muster_coverage_gaps(view->coverage));
  print_list_json(stream, view, "recruits", muster_coverage_recruits(view->coverage));
  fputs("}\n", stream);
}

/* ---- text ---- */

static void print_clock(FILE *stream, double seconds) {
  if (isnan(seconds))
    fputs("      –", stream);
  else
    fprintf(stream, "  %2d:%02d", (int)(seconds + 0.5) / 60, (int)(seconds + 0.5) % 60);
}

static void print_percent(FILE *stream, double share) {
  if (isnan(share))
    fputs("       –", stream);
  else
    fprintf(stream, "  %4.1f %%", 100 * share);
}

static void print_row(FILE *stream, const char *label, const MusterCoverageChance *chance) {
  if (isnan(chance->kept)) return;
  fprintf(stream, "%-10s", label);
  print_percent(stream, chance->known);
  print_percent(stream, chance->reached);
  print_percent(stream, chance->on_scene);
  print_percent(stream, chance->kept);
  print_clock(stream, chance->mean_s);
  fputc('\n', stream);
}

static void print_gaps(FILE *stream, const mt_coverage_view *view) {
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  MusterSpan32 gaps = muster_coverage_gaps(view->coverage);
  size_t count = MIN(gaps.count, view->listed);
  fprintf(stream, "\nBelow %.1f %%: %zu of %zu grids", 100 * view->alpha, gaps.count, grids);
  if (count) fputs(". The greatest gaps, by residents × what is lacking:\n", stream);
  for (size_t i = 0; i < count; i++) {
    const MusterCoverageGrid *grid = &list[gaps.data[i]];
    fprintf(stream, "%8.0f ", grid->gap);
    print_percent(stream, grid->all.kept);
    fprintf(stream, ", at %2" PRIu32 ":00", grid->worst_hour);
    print_percent(stream, grid->worst_kept);
    fprintf(stream, "  %" PRId64 " %s\n", area_of(view, grid)->code, area_of(view, grid)->name);
  }
  if (!count) fputc('\n', stream);
}

static void print_recruits(FILE *stream, const mt_coverage_view *view) {
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(view->coverage, &grids);
  MusterSpan32 recruits = muster_coverage_recruits(view->coverage);
  size_t count = MIN(recruits.count, view->listed);
  if (count) fputs("\nWhere one more volunteer helps most, in residents × P(kept) gained:\n", stream);
  for (size_t i = 0; i < count; i++) {
    const MusterCoverageGrid *grid = &list[recruits.data[i]];
    fprintf(stream, "%8.2f   %" PRId64 " %s\n", grid->gain, area_of(view, grid)->code, area_of(view, grid)->name);
  }
}

void mt_coverage_print_text(FILE *stream, const mt_coverage_view *view) {
  MusterCoverageGrid whole;
  muster_coverage_area(view->coverage, 0, &whole);
  fputs("              KNOWN REACHED ON_SCENE  all kept  to the door\n", stream);
  print_row(stream, "all hours", &whole.all);
  print_row(stream, "day", &whole.day);
  print_row(stream, "night", &whole.night);
  fprintf(stream, "worst hour %" PRIu32 ":00,", whole.worst_hour);
  print_percent(stream, whole.worst_kept);
  fputs(" kept\nnearest post", stream);
  print_clock(stream, whole.post_s);
  fputs(", nearest station", stream);
  print_clock(stream, whole.station_s);
  fputs(", within 15 minutes of one", stream);
  print_percent(stream, whole.circle_share);
  fputc('\n', stream);
  if (whole.unreachable) fprintf(stream, "%" PRIu32 " doors are far from all roads\n", whole.unreachable);
  print_gaps(stream, view);
  print_recruits(stream, view);
}
