/* The problems as mixed integer programs in free MPS, for other solvers.
 *
 * Names: x<site>, y<demand>_<site or cover>, from 1; rows after what they demand. The sections are written column by
 * column, straight from the table.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/output.h"
#include "plan/incidence.h"
#include "plan/locate.h"
#include "plan/median.h"

typedef struct mps {
  const MusterLocateTable *table;
  const MusterLocateOptions *options;
  const uint32_t *fixed; /* as vehicles, ascending */
  FILE *stream;
  mi_incidence incidence; /* covers only; by table site */
  int64_t *worth;
  uint32_t levels;
  bool is_ordered; /* a second cover could seem worth more than the first: y are whole, and in order */
} mps;

static bool is_pair(const mps *m, size_t demand, size_t site) {
  return mi_weight(m->table, demand) && m->table->times[demand * m->table->site_count + site] != MUSTER_UNREACHABLE_MS;
}

static void begin_whole(const mps *m) { fputs(" M 'MARKER' 'INTORG'\n", m->stream); }
static void end_whole(const mps *m) { fputs(" M 'MARKER' 'INTEND'\n", m->stream); }

/* ---- p-median, p-center ---- */

static void write_served_rows(const mps *m) {
  bool is_center = m->options->problem == MUSTER_LOCATE_PCENTER;
  fputs(" E p\n", m->stream);
  for (size_t demand = 0; demand < m->table->demand_count; demand++) {
    if (!mi_weight(m->table, demand)) continue;
    fprintf(m->stream, " E served%zu\n", demand + 1);
    if (is_center) fprintf(m->stream, " L far%zu\n", demand + 1);
    for (size_t site = 0; site < m->table->site_count; site++)
      if (is_pair(m, demand, site)) fprintf(m->stream, " L open%zu_%zu\n", demand + 1, site + 1);
  }
}

static void write_served_sites(const mps *m) {
  for (size_t site = 0; site < m->table->site_count; site++) {
    fprintf(m->stream, " x%zu p 1\n", site + 1);
    for (size_t demand = 0; demand < m->table->demand_count; demand++)
      if (is_pair(m, demand, site)) fprintf(m->stream, " x%zu open%zu_%zu -1\n", site + 1, demand + 1, site + 1);
  }
}

static void write_served_pairs(const mps *m) {
  bool is_center = m->options->problem == MUSTER_LOCATE_PCENTER;
  for (size_t demand = 0; demand < m->table->demand_count; demand++)
    for (size_t site = 0; site < m->table->site_count; site++) {
      if (!is_pair(m, demand, site)) continue;
      uint64_t time = m->table->times[demand * m->table->site_count + site];
      uint64_t cost = is_center ? time : time * mi_weight(m->table, demand);
      fprintf(m->stream, " y%zu_%zu served%zu 1\n", demand + 1, site + 1, demand + 1);
      fprintf(m->stream, " y%zu_%zu open%zu_%zu 1\n", demand + 1, site + 1, demand + 1, site + 1);
      if (cost && is_center)
        fprintf(m->stream, " y%zu_%zu far%zu %" PRIu64 "\n", demand + 1, site + 1, demand + 1, cost);
      else if (cost)
        fprintf(m->stream, " y%zu_%zu cost %" PRIu64 "\n", demand + 1, site + 1, cost);
    }
}

/* Whole in the p-center, where a demand shared by two sites would be nearer than it is. */
static void write_served_columns(const mps *m) {
  bool is_center = m->options->problem == MUSTER_LOCATE_PCENTER;
  begin_whole(m);
  write_served_sites(m);
  if (!is_center) end_whole(m);
  write_served_pairs(m);
  if (!is_center) return;
  end_whole(m);
  fputs(" z cost 1\n", m->stream);
  for (size_t demand = 0; demand < m->table->demand_count; demand++)
    if (mi_weight(m->table, demand)) fprintf(m->stream, " z far%zu -1\n", demand + 1);
}

static void write_served_right(const mps *m) {
  fprintf(m->stream, " rhs p %u\n", m->options->p);
  for (size_t demand = 0; demand < m->table->demand_count; demand++)
    if (mi_weight(m->table, demand)) fprintf(m->stream, " rhs served%zu 1\n", demand + 1);
}

static void write_served_bounds(const mps *m) {
  for (size_t demand = 0; demand < m->table->demand_count; demand++)
    for (size_t site = 0; site < m->table->site_count; site++)
      if (is_pair(m, demand, site)) fprintf(m->stream, " UP bnd y%zu_%zu 1\n", demand + 1, site + 1);
}

/* ---- covers ---- */

/* Covers of the demand that can count. */
static uint32_t levels_of(const mps *m, size_t demand) {
  const mi_lists *sites = &m->incidence.sites;
  uint32_t near = sites->inner_end[demand] - sites->first[demand];
  return MIN(m->levels, near * m->options->per_site);
}

static void write_cover_rows(const mps *m) {
  const MusterLocateOptions *options = m->options;
  bool is_fewest = options->problem == MUSTER_LOCATE_SET_COVER, is_dsm = options->problem == MUSTER_LOCATE_DSM;
  if (options->p) fputs(is_fewest ? " L p\n" : " E p\n", m->stream);
  if (is_dsm) fputs(" G share\n", m->stream);
  for (size_t demand = 0; demand < m->table->demand_count; demand++) {
    if (!mi_weight(m->table, demand)) continue;
    fprintf(m->stream, " G within%zu\n", demand + 1);
    if (is_dsm) fprintf(m->stream, " G outer%zu\n", demand + 1);
    for (uint32_t k = 1; m->is_ordered && k < levels_of(m, demand); k++)
      fprintf(m->stream, " G order%zu_%u\n", demand + 1, k);
  }
}

static void write_cover_sites(const mps *m) {
  const mi_lists *demands = &m->incidence.demands;
  for (uint32_t site = 0; site < demands->count; site++) {
    if (m->options->p) fprintf(m->stream, " x%u p 1\n", site + 1);
    /* Free MPS knows a column by its entries. */
    fprintf(m->stream, " x%u cost %d\n", site + 1, m->options->problem == MUSTER_LOCATE_SET_COVER);
    for (uint32_t i = demands->first[site]; i < demands->first[site + 1]; i++) {
      uint32_t demand = demands->items[i] + 1;
      if (i < demands->inner_end[site]) fprintf(m->stream, " x%u within%u 1\n", site + 1, demand);
      if (m->options->problem == MUSTER_LOCATE_DSM) fprintf(m->stream, " x%u outer%u 1\n", site + 1, demand);
    }
  }
}

static void write_cover_levels(const mps *m) {
  for (size_t demand = 0; demand < m->table->demand_count; demand++) {
    int64_t weight = mi_weight(m->table, demand);
    uint32_t most = levels_of(m, demand);
    for (uint32_t k = 1; k <= most; k++) {
      fprintf(m->stream, " y%zu_%u within%zu -1\n", demand + 1, k, demand + 1);
      fprintf(m->stream, " y%zu_%u cost %" PRId64 "\n", demand + 1, k, -weight * (m->worth[k] - m->worth[k - 1]));
      if (m->options->problem == MUSTER_LOCATE_DSM && k == 1)
        fprintf(m->stream, " y%zu_%u share %" PRId64 "\n", demand + 1, k, weight);
      if (m->is_ordered && k < most) fprintf(m->stream, " y%zu_%u order%zu_%u 1\n", demand + 1, k, demand + 1, k);
      if (m->is_ordered && k > 1) fprintf(m->stream, " y%zu_%u order%zu_%u -1\n", demand + 1, k, demand + 1, k - 1);
    }
  }
}

static void write_cover_columns(const mps *m) {
  begin_whole(m);
  write_cover_sites(m);
  if (!m->is_ordered) end_whole(m);
  if (m->worth) write_cover_levels(m);
  if (m->is_ordered) end_whole(m);
}

static void write_cover_right(const mps *m) {
  const MusterLocateOptions *options = m->options;
  if (options->p) fprintf(m->stream, " rhs p %u\n", options->p);
  if (options->problem == MUSTER_LOCATE_DSM)
    fprintf(m->stream, " rhs share %" PRId64 "\n", mi_locate_share(m->table, options));
  const char *row = options->problem == MUSTER_LOCATE_DSM         ? "outer"
                    : options->problem == MUSTER_LOCATE_SET_COVER ? "within"
                                                                  : NULL;
  for (size_t demand = 0; row && demand < m->table->demand_count; demand++)
    if (mi_weight(m->table, demand)) fprintf(m->stream, " rhs %s%zu 1\n", row, demand + 1);
}

static void write_cover_bounds(const mps *m) {
  for (size_t demand = 0; m->worth && demand < m->table->demand_count; demand++)
    for (uint32_t k = 1; k <= levels_of(m, demand); k++) fprintf(m->stream, " UP bnd y%zu_%u 1\n", demand + 1, k);
}

/* ---- the file ---- */

static void write_site_bounds(const mps *m) {
  size_t next = 0;
  for (size_t site = 0; site < m->table->site_count; site++) {
    size_t there = 0;
    for (; next < m->options->existing_count && m->fixed[next] / m->options->per_site == site; next++) there++;
    if (there) fprintf(m->stream, " LO bnd x%zu %zu\n", site + 1, there);
    fprintf(m->stream, " UP bnd x%zu %u\n", site + 1, m->options->per_site);
  }
}

static void write_program(const mps *m, bool is_served) {
  fputs("NAME muster\nROWS\n N cost\n", m->stream);
  (is_served ? write_served_rows : write_cover_rows)(m);
  fputs("COLUMNS\n", m->stream);
  (is_served ? write_served_columns : write_cover_columns)(m);
  fputs("RHS\n", m->stream);
  (is_served ? write_served_right : write_cover_right)(m);
  fputs("BOUNDS\n", m->stream);
  write_site_bounds(m);
  (is_served ? write_served_bounds : write_cover_bounds)(m);
  fputs("ENDATA\n", m->stream);
}

static bool write_file(mps *m, bool is_served, const char *path, GError **error) {
  g_autofree char *temporary = mi_output_temporary_name(path);
  m->stream = fopen(temporary, "wb");
  bool written = m->stream != NULL;
  if (written) {
    write_program(m, is_served);
    written = !ferror(m->stream);
    int failure = errno;
    if (fclose(m->stream) != 0)
      written = false;
    else
      errno = failure;
  }
  if (written) return mi_output_commit(temporary, path, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN, error);
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN, "%s: cannot be written: %s", path, g_strerror(errno));
  if (m->stream) mi_output_discard(temporary);
  return false;
}

static bool refuse_demand(const mps *m, bool is_served, GError **error) {
  for (size_t demand = 0; demand < m->table->demand_count; demand++) {
    bool has_site = mi_weight(m->table, demand) == 0;
    for (size_t site = 0; is_served && !has_site && site < m->table->site_count; site++)
      has_site = is_pair(m, demand, site);
    if (!is_served) has_site |= m->incidence.sites.first[demand] < m->incidence.sites.first[demand + 1];
    if (has_site) continue;
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "demand %zu: expected a site that reaches it%s, found none", demand + 1,
                is_served ? "" : " within the radius");
    return false;
  }
  return true;
}

static bool prepare_covers(mps *m, GError **error) {
  const MusterLocateOptions *options = m->options;
  bool is_dsm = options->problem == MUSTER_LOCATE_DSM;
  uint32_t outer = is_dsm ? options->outer_radius : options->radius;
  if (!mi_incidence_init(&m->incidence, m->table, options->radius, outer, 1, error)) return false;
  if (options->problem == MUSTER_LOCATE_SET_COVER) return refuse_demand(m, false, error);
  m->worth = mi_locate_worth(options, &m->levels);
  for (uint32_t k = 2; k <= m->levels; k++)
    m->is_ordered |= m->worth[k] - m->worth[k - 1] > m->worth[k - 1] - m->worth[k - 2];
  return !is_dsm || refuse_demand(m, false, error);
}

bool muster_locate_write_mps(const MusterLocateTable *table, const MusterLocateOptions *options, const char *path,
                             GError **error) {
  g_autofree uint32_t *fixed = mi_locate_prepare(table, options, error);
  if (!fixed) return false;
  mps m = {.table = table, .options = options, .fixed = fixed};
  bool is_served = options->problem == MUSTER_LOCATE_PMEDIAN || options->problem == MUSTER_LOCATE_PCENTER;
  bool done = (is_served ? refuse_demand(&m, true, error) : prepare_covers(&m, error)) &&
              write_file(&m, is_served, path, error);
  mi_incidence_clear(&m.incidence);
  g_free(m.worth);
  return done;
}
