/* A CSV sheet as cells with their lines, and the columns it is expected to have; typed reading of a row's cells.
 *
 * Cells are read by libcsv in strict mode (RFC 4180: quotes only around a whole cell, doubled inside).
 */
#ifndef MI_COUNTY_IMPORT_SHEET_H
#define MI_COUNTY_IMPORT_SHEET_H

#include "county/import.h"

/* One list ends with names NULL. The first name is the one that messages use. */
typedef struct mi_column {
  const char *names; /* accepted header names, "id|编号", ASCII letters of any case */
  bool required;     /* the column must be there, and its cells must not be empty */
} mi_column;

enum { MI_MAX_COLUMNS = 16 };

typedef struct mi_sheet {
  mi_import *import;
  mi_sheet_kind kind;
  const mi_column *columns;
  int place[MI_MAX_COLUMNS]; /* number of the cell in a row, from 0; −1: the sheet has no such column */
  GStringChunk *texts;
  GArray *cells;     /* mi_cell */
  GArray *row_first; /* uint32_t: first cell of each row, header included; one more at the end */
  uint32_t row;      /* the row read by the calls below */
  bool good;         /* no defect in it so far */
} mi_sheet;

/* Reads the file and finds the columns. False, and the sheet marked broken, if there is nothing to read rows from. */
bool mi_sheet_open(mi_import *import, mi_sheet_kind kind, const mi_column *columns, mi_sheet *sheet);
void mi_sheet_close(mi_sheet *sheet);
/* Goes to the next row that is not empty, and begins with `good`. */
bool mi_sheet_next(mi_sheet *sheet);
uint32_t mi_sheet_line(const mi_sheet *sheet);

/* One of the names, "a|b|c"? */
bool mi_names_hold(const char *names, const char *text);

/* ---- the cells of the row; `column` is a place in `columns` ---- */

/* The cell as it stands; "" if it is missing. */
const char *mi_sheet_raw(const mi_sheet *sheet, int column);
/* Reports about a cell and makes the row bad. */
void mi_sheet_refuse(mi_sheet *sheet, int column, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* "" for an empty or missing cell; a required one is then reported. One line of text. */
const char *mi_sheet_text(mi_sheet *sheet, int column);
/* `otherwise` for an empty cell of a column that is not required. */
int64_t mi_sheet_int(mi_sheet *sheet, int column, int64_t least, int64_t most, int64_t otherwise);
/* Text that names a person for the host's own directory: no phone number, no identity card. */
const char *mi_sheet_contact(mi_sheet *sheet, int column);
/* False if both cells are empty (a defect where they are required) or wrong. */
bool mi_sheet_position(mi_sheet *sheet, int x_column, int y_column, MusterPosition *out);

typedef struct mi_word {
  const char *names; /* "captain|队长" */
  unsigned value;
} mi_word;
/* The value of the word in the cell; lists end with names NULL. `otherwise` for an empty cell. */
unsigned mi_sheet_word(mi_sheet *sheet, int column, const mi_word *words, unsigned otherwise);
/* The values of all words in the cell, or-ed. */
unsigned mi_sheet_word_set(mi_sheet *sheet, int column, const mi_word *words, unsigned otherwise);
/* The parts of a cell between ; ；, ， 、 without blanks and empty ones; free with g_strfreev. */
char **mi_sheet_parts(mi_sheet *sheet, int column);
/* A part as a whole number, with the same defects as mi_sheet_int. */
bool mi_sheet_parse_int(mi_sheet *sheet, int column, const char *text, int64_t least, int64_t most, int64_t *out);
/* An id that must be new to `known`; 0 after a defect. */
int64_t mi_sheet_new_id(mi_sheet *sheet, int column, GHashTable *known, uint32_t detail);

#endif
