/* Tables of travel times for `muster locate`: demands by sites, from CSV or the OR-Library, with names and weights. */
#ifndef MT_TABLE_H
#define MT_TABLE_H

#include "common.h"

typedef struct mt_table {
  size_t demand_count, site_count;
  uint32_t *times;   /* demand × site_count + site, in 10^−decimals of the file's unit */
  uint32_t *weights; /* by demand; NULL: 1 each */
  unsigned decimals;
  char **demand_names, **site_names; /* NULL: numbers from 1 */
  uint32_t p;                        /* as an OR-Library file has it, else 0 */
} mt_table;

typedef enum mt_names { MT_NAMES_GUESS, MT_NAMES_NO, MT_NAMES_YES } mt_names;

/* A line a demand, a cell a site (`sites_in_rows`: the other way round); empty cells: no way. The first line and
 * the first column are names if `names` says so, guessing if a cell of the first line is no number; demands and sites
 * are put in the order of theirs then. */
bool mt_table_read(mt_table *table, const char *path, mt_names names, bool sites_in_rows, GError **error);
bool mt_table_read_orlib(mt_table *table, const char *path, GError **error);
void mt_table_clear(mt_table *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_table, mt_table_clear)

/* A weight a line, as many as demands; or "DEMAND WEIGHT" a line, 1 for those not named. */
bool mt_table_read_weights(mt_table *table, const char *path, GError **error);
/* A site a line, by name or number. *out: g_free. */
bool mt_table_read_sites(const mt_table *table, const char *path, uint32_t **out, size_t *count, GError **error);
/* A number in the file's unit as one in the table's, rounded down. */
bool mt_table_parse_time(const mt_table *table, const char *text, const char *what, uint32_t *out, GError **error);

#endif
