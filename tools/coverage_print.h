/* Coverage as text, JSON, CSV and GeoJSON. */
#ifndef MT_COVERAGE_PRINT_H
#define MT_COVERAGE_PRINT_H

#include "common.h"

typedef struct mt_coverage_view {
  const MusterCounty *county;
  const MusterCoverage *coverage;
  uint32_t hours; /* set */
  double alpha;
  size_t listed; /* gaps and places for recruits that the text and JSON name */
} mt_coverage_view;

void mt_coverage_print_text(FILE *stream, const mt_coverage_view *view);
void mt_coverage_print_json(FILE *stream, const mt_coverage_view *view);
/* A line a grid, or one a grid and hour. */
void mt_coverage_print_csv(FILE *stream, const mt_coverage_view *view);
void mt_coverage_print_hours_csv(FILE *stream, const mt_coverage_view *view);
/* A feature a grid; `chances_by_hour` an array of kept. */
void mt_coverage_print_geojson(FILE *stream, const mt_coverage_view *view);

#endif
