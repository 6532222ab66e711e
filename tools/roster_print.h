/* Rosters as text, JSON, CSV, a sheet of shifts, and a page to be printed. */
#ifndef MT_ROSTER_PRINT_H
#define MT_ROSTER_PRINT_H

#include "common.h"

typedef struct mt_roster_post {
  MusterPostId post;
  MusterRosterTable table;
  MusterSpan32 people;
  MusterRosterAnswer answer;
  uint32_t *person_of; /* by place */
} mt_roster_post;

typedef struct mt_roster_view {
  const MusterCounty *county;
  const MusterRosterCaseOptions *options;
  const MusterRosterOptions *rules;
  const char *const *skills; /* of each need, "" for anybody */
  mt_roster_post *posts;
  size_t post_count;
} mt_roster_view;

void mt_roster_print_text(FILE *stream, const mt_roster_view *view);
void mt_roster_print_json(FILE *stream, const mt_roster_view *view);
/* A line a place. */
void mt_roster_print_csv(FILE *stream, const mt_roster_view *view);
/* Shifts as `muster county import` reads them; of a roster of one week. */
void mt_roster_print_sheet(FILE *stream, const mt_roster_view *view);
void mt_roster_print_page(FILE *stream, const mt_roster_view *view);

#endif
