/* Planning: where posts, stations and vehicles should stand.
 *
 * Facility location on a table of travel times (or distances, weighted or not): which of the candidate sites to open,
 * so that all demands together, the worst one, or those within a radius are served best. Beside every answer stands a
 * bound that no choice of sites can pass, proven in whole numbers; where both meet, the answer is the best there is.
 *
 * The methods: lazy greedy (Minoux 1978), the fast interchange of Resende & Werneck (Journal of Heuristics 10, 2004),
 * iterated local search; covers by row weighting (Gao, Weise & Li, European Journal of Operational Research 246, 2015);
 * bounds by Lagrangian relaxation (Cornuéjols, Fisher & Nemhauser, Management Science 23, 1977) with subgradient steps.
 * See docs/location.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but an array's whose count is 0 and `error`. Arrays and structs
 * are read, or written, during the call and stay the caller's. False with *error set is an error by the codes named;
 * what was to be written is then as it was. Any thread; the calls keep nothing between them.
 */
#ifndef MUSTER_PLAN_H
#define MUSTER_PLAN_H

#include <muster/base.h>

G_BEGIN_DECLS

#define MUSTER_PLAN_ERROR (muster_plan_error_quark())
MUSTER_EXPORT GQuark muster_plan_error_quark(void);
typedef enum MusterPlanError {
  MUSTER_PLAN_ERROR_OPEN,       /* a file cannot be read or written */
  MUSTER_PLAN_ERROR_FORMAT,     /* a file is not what it should be */
  MUSTER_PLAN_ERROR_OPTION,     /* an option out of its range, or options that exclude each other */
  MUSTER_PLAN_ERROR_LIMIT,      /* tables too large, or sums that may overflow */
  MUSTER_PLAN_ERROR_INFEASIBLE, /* no choice of sites keeps the conditions, or none was found */
  MUSTER_PLAN_ERROR_CANCELLED,  /* `progress` asked to stop */
} MusterPlanError;

/* ---- facility location ---- */

/* How far every demand is from every site, in one unit: milliseconds, metres, anything. */
typedef struct MusterLocateTable {
  const uint32_t *times;   /* demand × site_count + site; MUSTER_UNREACHABLE_MS: no way */
  size_t demand_count;     /* 1 … 2²⁰ */
  size_t site_count;       /* 1 … 2²⁰; existing and candidate sites */
  const uint32_t *weights; /* by demand: households, calls a year; 0: the demand does not count. NULL: 1 each */
} MusterLocateTable;

typedef enum MusterLocateProblem {
  MUSTER_LOCATE_PMEDIAN,   /* least sum of weight × time to the nearest site (Hakimi 1964) */
  MUSTER_LOCATE_PCENTER,   /* least time of the worst-off demand to its nearest site (Hakimi 1965) */
  MUSTER_LOCATE_MCLP,      /* most weight within the radius of a site (Church & ReVelle 1974) */
  MUSTER_LOCATE_SET_COVER, /* fewest sites that have every demand within the radius (Toregas et al. 1971) */
  MUSTER_LOCATE_BACKUP,    /* weight within the radius of one site, and of two (BACOP2, Hogan & ReVelle 1986) */
  MUSTER_LOCATE_DSM,       /* most weight within the radius of two, while all are within the outer radius of one and a
                              share within the radius (double standard model, Gendreau, Laporte & Semet 1997) */
  MUSTER_LOCATE_MEXCLP,    /* most expected weight within the radius of a vehicle that is free: the k-th cover is worth
                              (1 − q) q^(k−1) (Daskin 1983) */
} MusterLocateProblem;

enum {
  MUSTER_LOCATE_PPM = 1000000,      /* parts that shares are counted in */
  MUSTER_LOCATE_STEPS_USUAL = 2000, /* what muster_locate_options_init sets */
  MUSTER_LOCATE_BOUND_STEPS_USUAL = 1500,
  MUSTER_LOCATE_PER_SITE_MOST = 64,
};

typedef struct MusterLocateOptions {
  MusterLocateProblem problem;
  uint32_t p;      /* sites in all, the existing ones among them; vehicles where per_site is above 1. 1 … site_count
                      × per_site, at least existing_count. Set cover: at most so many, 0: as many as it takes */
  uint32_t radius; /* a demand at this time from a site is within; covers and MEXCLP */
  uint32_t outer_radius; /* DSM: ≥ radius */
  uint32_t share_ppm;    /* DSM: of the weight that must be within the radius, 0 … MUSTER_LOCATE_PPM */
  uint32_t first_ppm;    /* backup: what the first cover is worth; the second the rest. 0 … MUSTER_LOCATE_PPM */
  uint32_t busy_ppm;     /* MEXCLP: q, how likely a vehicle is busy. 0 … MUSTER_LOCATE_PPM − 1 */
  uint32_t per_site;     /* backup, DSM, MEXCLP: most vehicles at one site, 1 … MUSTER_LOCATE_PER_SITE_MOST; else 1 */
  const uint32_t *existing; /* sites that are there and stay; one that is named k times has k vehicles */
  size_t existing_count;
  uint64_t seed;
  uint32_t steps;          /* how often a local optimum is shaken and improved again; of covers: 1,000 exchanges each */
  uint32_t bound_steps;    /* subgradient steps, of each bound */
  MusterProgress progress; /* NULL: none. Called now and then from the calling thread */
  void *user_data;         /* handed to `progress` */
} MusterLocateOptions;
/* The usual steps, per_site 1, backup ½ : ½, DSM's share 90 %, busy 30 %, and zeros: set `problem`, `p`, `radius`. */
MUSTER_EXPORT void muster_locate_options_init(MusterLocateOptions *options);

typedef struct MusterLocateAnswer {
  size_t count;      /* of sites */
  int64_t objective; /* of the problem; in millionths of the weight for backup and MEXCLP */
  int64_t bound;     /* no choice is below it (p-median, p-center, set cover), respectively above it (the others) */
  bool is_optimal;   /* objective = bound: nothing is better */
  uint32_t unserved; /* demands of weight above 0 that no site of the choice reaches (p-median, p-center), or that none
                        has within the radius. p-median: the objective is of those served, and the bound of choices that
                        leave no more demands unserved */
} MusterLocateAnswer;
/* Chooses sites. `out_sites` has room for p of them (set cover with p = 0: for site_count); they are written ascending,
 * one with k vehicles k times. The same table, options, seed and steps give the same bytes on any machine. Of equal
 * moves the one with the lower site is made: another order of sites or demands may lead to another choice. Cold. With n
 * demands, m sites and c of them within the radius of a demand or nearer than its second nearest: O(n m log m) to
 * prepare, O(n c) a subgradient step, O(p m) and the changed demands' c an exchange; memory O(n m) for p-median and
 * p-center, O(n c) for the others, and O(p m). False: OPTION; LIMIT (n × m above 2³¹; m × per_site × p above 2²⁸, where
 * exchanges are made; Σ weight × greatest time × (n + 2) above 2⁵⁹, or the like for covers); INFEASIBLE (set cover: a
 * demand that no site has within the radius, or more than p sites needed; p-center: a demand that cannot be reached, or
 * no choice found that reaches all; DSM: no choice found that keeps the conditions); CANCELLED. */
MUSTER_EXPORT bool muster_locate(const MusterLocateTable *table, const MusterLocateOptions *options,
                                 MusterLocateAnswer *out, uint32_t *out_sites, GError **error);
/* The same problem as a mixed integer program in free MPS form, to be minimised (what is to be greatest has its sign
 * turned); columns x<SITE> count sites or vehicles, SITE from 1. Seed and steps play no part. The file is whole or not
 * there. False: OPTION, LIMIT, OPEN; INFEASIBLE (a demand that no site reaches, or, set cover and DSM, has within its
 * radius). O(n m). */
MUSTER_EXPORT bool muster_locate_write_mps(const MusterLocateTable *table, const MusterLocateOptions *options,
                                           const char *path, GError **error);

/* ---- OR-Library ---- */

enum { MUSTER_PMED_NODES_MOST = 20000 };

/* A p-median problem of the OR-Library (Beasley 1985): a graph whose nodes are demands and sites at once. */
typedef struct MusterPmed {
  uint32_t node_count, p;
  uint32_t *times; /* node_count², all pairs' shortest paths, MUSTER_UNREACHABLE_MS where there is none; owned */
} MusterPmed;
/* Reads "nodes edges p", then "node node length" an edge, whole numbers apart by blanks, nodes from 1, lengths up to
 * (2³² − 2) ÷ nodes; an edge is open both ways, and where one is repeated the last counts. *out must be zeros, or
 * cleared; free with muster_pmed_clear. False: OPEN, FORMAT, LIMIT (no memory for the table). O(n (e + n) log n) for n
 * nodes and e edges (Dijkstra from each). */
MUSTER_EXPORT bool muster_pmed_read(const char *path, MusterPmed *out, GError **error);
MUSTER_EXPORT void muster_pmed_clear(MusterPmed *pmed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MusterPmed, muster_pmed_clear)

G_END_DECLS

#endif
