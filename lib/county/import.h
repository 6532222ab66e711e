/* A county's own sheets on their way to the builder: what the parts of the import share.
 *
 * Nothing stops at the first defect: each part reports what it finds with mi_import_defect and reads on; a sheet that
 * cannot be read at all is marked broken, so that references into it are not reported a second time.
 */
#ifndef MI_COUNTY_IMPORT_H
#define MI_COUNTY_IMPORT_H

#include <muster/county.h>

typedef enum mi_sheet_kind {
  MI_SHEET_AREAS,
  MI_SHEET_TEAMS,
  MI_SHEET_VOLUNTEERS,
  MI_SHEET_POSTS,
  MI_SHEET_STATIONS,
  MI_SHEET_SHIFTS,
  MI_SHEET_EQUIPMENT,
  MI_SHEET_ROADS,
  MI_SHEET_COUNT
} mi_sheet_kind;

/* Where an id was met first. */
typedef struct mi_known {
  mi_sheet_kind sheet;
  uint32_t line;
  uint32_t detail; /* of an area its level (MUSTER_AREA_LEVEL_COUNT: not known), of a post or station its sheet */
} mi_known;

typedef struct mi_import {
  const MusterCountyImport *input;
  const char *paths[MI_SHEET_COUNT]; /* NULL: not given */
  bool broken[MI_SHEET_COUNT];
  bool unopened; /* a file could not be opened */
  MusterCountyBuilder *builder;
  MusterProjection *projection; /* NULL: degrees in input->datum */
  GArray *defects;              /* of import.c */
  GHashTable *rows;             /* char * → line: rows of shifts and equipment, which have no id */
  GHashTable *areas, *teams, *volunteers, *holders; /* int64_t * → mi_known *; holders: posts and stations */
  bool has_box;
  MusterBox box;      /* of all areas */
  GArray *duty_teams; /* of import_areas.c: checked once the teams are known */
  GPtrArray *grids;   /* of import_areas.c: mi_import_grid */
  bool grid_refused;  /* `grids` lacks one that the file has */
} mi_import;

/* A grid kept to find the community of a place. */
typedef struct mi_import_grid mi_import_grid;

/* line 0: the whole file; then the sentence must name the file itself. Lines and columns count from 1; a column is the
 * number of the cell in its row. */
void mi_import_defect(mi_import *import, mi_sheet_kind sheet, size_t line, size_t column, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
/* Notes an id; false if it stands there already, then *first says where. */
bool mi_import_note(GHashTable *known, int64_t id, mi_known place, const mi_known **first);
const mi_known *mi_import_find(GHashTable *known, int64_t id);
/* The same for rows without an id; the line where this very row (`key` is taken over) stands already, or 0. */
uint32_t mi_import_note_row(mi_import *import, char *key, uint32_t line);

/* ---- import_text.c ---- */

/* The file as UTF-8 without a byte order mark, line ends as '\n', ended by NUL; NULL after a defect. */
char *mi_import_load(mi_import *import, mi_sheet_kind sheet, size_t *size);

/* ---- import_scan.c ---- */

typedef struct mi_text_place {
  uint32_t line, column; /* in characters */
} mi_text_place;

/* Begins (mi_text_place) of the objects in the array "features" of the outermost object; valid JSON only. */
GArray *mi_import_find_features(const char *text);

/* ---- import_place.c ---- */

/* x is easting or longitude. False: *problem gets a sentence (g_free) and *second whether it is about y. */
bool mi_import_place(mi_import *import, double x, double y, MusterPosition *out, char **problem, bool *second);
/* Is this the number of a person, however written, which must not come in: a mobile phone or an identity card? A word
 * for it, or NULL. */
const char *mi_import_private_number(const char *text);
/* 1.39E+10: a whole number that a spreadsheet has cut. */
bool mi_import_is_mangled(const char *text);
/* No line break, no other control character. */
bool mi_import_is_one_line(const char *text);

/* ---- the sheets ---- */

/* Around the whole import. */
void mi_import_begin_areas(mi_import *import);
void mi_import_end_areas(mi_import *import);
void mi_import_areas(mi_import *import);
/* After the teams are known. */
void mi_import_check_duty_teams(mi_import *import);
/* The community whose grid holds the position; 0 if there is none. */
int64_t mi_import_community_at(const mi_import *import, MusterPosition position);
void mi_import_teams(mi_import *import);
void mi_import_volunteers(mi_import *import);
void mi_import_posts(mi_import *import);
void mi_import_stations(mi_import *import);
void mi_import_shifts(mi_import *import);
void mi_import_equipment(mi_import *import);

#endif
