/* Coverage: where the promise can be kept, how likely, and what would help most.
 *
 * For doors spread along the streets of every grid, and for each hour asked about: how likely 1310 is kept, how long
 * until help is at the door, and which post and station are nearest. Who is on stand-by is a matter of chance; of those
 * who are, the nearest few are alerted, answer, set out and travel as the alert model has it (muster/alert.h). The
 * probabilities are sums over all that may happen, not draws. Method and limits: docs/coverage.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but `error`. Errors are those of MUSTER_PLAN_ERROR.
 */
#ifndef MUSTER_COVERAGE_H
#define MUSTER_COVERAGE_H

#include <muster/alert.h>
#include <muster/county.h>
#include <muster/plan.h>
#include <muster/route.h>

G_BEGIN_DECLS

enum {
  MUSTER_COVERAGE_HOURS = 24,
  MUSTER_COVERAGE_DAY_HOUR = 6,       /* day is from this hour … */
  MUSTER_COVERAGE_NIGHT_HOUR = 22,    /* … to this one, night the rest */
  MUSTER_COVERAGE_MEAN_MOST_S = 1800, /* mean times count whoever is not there by then as there */
  MUSTER_COVERAGE_CIRCLE_MS = 900000, /* the 15 minutes of a service circle */
};

typedef struct MusterCoverageOptions {
  MusterCounty *county;
  MusterMetric *const *metrics; /* one a mode; what is closed in them is closed. They say which modes people may use */
  size_t metric_count;          /* ≥ 1 */
  MusterAlertModel *model;
  uint32_t hours;                          /* set of hours of the day, bit 0 midnight to one; not empty */
  uint32_t weekday;                        /* 0 Monday … 6 Sunday: who works, who has a shift */
  uint32_t work_start_hour, work_end_hour; /* Monday to Friday in [start, end) who is registered at work is there */
  double standby[MUSTER_COVERAGE_HOURS];   /* chance of each approved volunteer to be on stand-by, by hour; 0 to 1 */
  bool follow_shifts;                      /* who has a shift at a post stands there and is on stand-by for certain */
  uint64_t skills;                         /* of those who are needed: bits of muster_county_skill_name; 0: anybody */
  uint32_t people;                         /* needed, 1 … MUSTER_ALERT_PEOPLE_MAX */
  uint32_t alerts; /* of those on stand-by the nearest so many are alerted, at once; people … 64 */
  uint32_t known_ms, reached_ms, on_scene_ms; /* the promise, from the report; on_scene_ms ≤ 1,800,000 */
  double card_share;       /* how likely a contact card is read in known_ms, if anybody is there to be named */
  double high_rise_share;  /* of the doors of urban grids that are many floors up */
  double alpha;            /* P(kept) that is wanted: gaps are counted from it */
  uint32_t doors;          /* looked at in each grid, 1 … 1000 */
  bool find_recruits;      /* fill MusterCoverageGrid.gain */
  unsigned recruit_modes;  /* MUSTER_MODE_BIT set: how who is recruited travels */
  unsigned threads;        /* 0: one a processor; the result does not depend on it */
  MusterProgress progress; /* called by the calling thread only; NULL: none */
  void *user_data;
} MusterCoverageOptions;
/* All but county, metrics and model: a Wednesday, all hours, the usual promise, stand-by as in the scenario `ordinary`
 * (docs/simulation.md), shifts followed, one person of 16 alerted, five doors, α 0.9, recruits on foot and by e-bike.
 */
MUSTER_EXPORT void muster_coverage_options_init(MusterCoverageOptions *options);

/* Of one grid in one hour, a mean over its doors. */
typedef struct MusterCoverageChance {
  double known, reached, on_scene; /* that the stage is met in time */
  double kept;                     /* that all three are */
  double mean_s;                   /* until as many as needed are at the door, cut off at MUSTER_COVERAGE_MEAN_MOST_S */
} MusterCoverageChance;

typedef struct MusterCoverageGrid {
  MusterAreaId area;
  double weight;        /* residents; volunteers living there + 1 in a county that counts no residents */
  uint32_t unreachable; /* doors far from all roads */
  MusterCoverageChance all, day, night; /* means over the hours asked about; NAN where none of them is of the kind */
  uint32_t worst_hour;                  /* least kept; the first of equals */
  double worst_kept;
  double shortfall;  /* mean of how far kept is below α, over the hours asked about */
  double gap;        /* weight × shortfall */
  MusterPostId post; /* nearest of most doors, the lowest of equals; MUSTER_NONE: no door reaches one */
  MusterStationId station;
  double post_s, station_s; /* mean time from the nearest to the doors that have a way; NAN if none has */
  double circle_share;      /* of the doors within MUSTER_COVERAGE_CIRCLE_MS of a post or station */
  double gain; /* find_recruits: residents × P(kept) that one more volunteer who lives here adds in the whole county, in
                  the mean of the hours asked about; else NAN */
} MusterCoverageGrid;

/* Immutable; any thread. */
typedef struct MusterCoverage MusterCoverage;
/* Looks at every grid. Times to posts and stations are of the first metric on foot, else of the first one, in the
 * direction from there to the door. Deterministic: the same bytes for any number of threads. For d doors, h hours, v
 * volunteers near enough to be among those alerted (some hundreds), a alerts and n people: O(d h v a n²) and the
 * searches. NULL: OPTION; INFEASIBLE (a county without grids; nobody in it whom the roads reach); CANCELLED. */
MUSTER_EXPORT MusterCoverage *muster_coverage_new(const MusterCoverageOptions *options, GError **error);
MUSTER_EXPORT void muster_coverage_free(MusterCoverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterCoverage, muster_coverage_free)
/* Ascending area: one a grid of the county. */
MUSTER_EXPORT const MusterCoverageGrid *muster_coverage_grids(const MusterCoverage *coverage, size_t *count);
/* The grid's (its place in the list) chances in the hours asked about, ascending: as many as bits in `hours`. */
MUSTER_EXPORT const MusterCoverageChance *muster_coverage_hours(const MusterCoverage *coverage, size_t grid);
/* Places in the list of grids: greatest gap first, then the lower; those without a gap are left out. */
MUSTER_EXPORT MusterSpan32 muster_coverage_gaps(const MusterCoverage *coverage);
/* Places in the list of grids: greatest gain first, then the lower; all of them, none without find_recruits. */
MUSTER_EXPORT MusterSpan32 muster_coverage_recruits(const MusterCoverage *coverage);
/* The same figures of any area, the county is 0: means of its grids by weight, sums of weight, gap, unreachable; the
 * worst hour of the means; post and station MUSTER_NONE; gain NAN. False if no grid lies in it. O(grids × hours). */
MUSTER_EXPORT bool muster_coverage_area(const MusterCoverage *coverage, MusterAreaId area, MusterCoverageGrid *out);
/* Writes a GeoPackage: `coverage`, a feature a grid, and `coverage_hours`, a row a grid and hour (docs/coverage.md).
 * Whole or not there. False: OPEN. */
MUSTER_EXPORT bool muster_coverage_save(const MusterCoverage *coverage, const char *path, GError **error);

/* ---- service circles ---- */

typedef enum MusterServices { MUSTER_SERVICES_POSTS, MUSTER_SERVICES_STATIONS, MUSTER_SERVICES_BOTH } MusterServices;
/* "post", "station", "both"; static. */
MUSTER_EXPORT const char *muster_services_name(MusterServices services);

typedef struct MusterCircleOptions {
  MusterCounty *county;
  MusterMetric *metric;      /* how one travels; what is closed in it is closed */
  uint32_t limit_ms;         /* at least 1 */
  MusterDirection direction; /* MUSTER_FROM_PLACE: from the post to the door; MUSTER_TO_PLACE: the residents' way */
  bool each;                 /* a circle for each post and station; else one of all posts, of all stations, of both */
  uint32_t doors;            /* looked at in each grid, 1 … 1000, to count residents */
  unsigned threads;          /* 0: one a processor; the result does not depend on it */
  MusterProgress progress;   /* called by the calling thread only; NULL: none */
  void *user_data;
} MusterCircleOptions;
/* All but county and metric: 15 minutes from the post, of all together, five doors. */
MUSTER_EXPORT void muster_circle_options_init(MusterCircleOptions *options);

typedef struct MusterCircle {
  MusterServices services;
  uint32_t place;      /* the post or station; MUSTER_NONE: of all */
  MusterPolygons area; /* a view; no polygons if no road is reached */
  double area_m2;
  double residents; /* by MusterCoverageGrid.weight: whose doors lie within */
  double share;     /* of all residents */
} MusterCircle;

/* Immutable; any thread. */
typedef struct MusterCircles MusterCircles;
/* The areas within the limit: all reached road with the ground beside it (muster_search_reach_areas, GEOS), and who
 * lives there, by times to doors and not by the drawing. Deterministic for any number of threads. NULL: OPTION;
 * INFEASIBLE (no grids; neither post nor station near a road); CANCELLED; and what muster_search_reach_areas says. A
 * search, a drawing a circle. */
MUSTER_EXPORT MusterCircles *muster_circles_new(const MusterCircleOptions *options, GError **error);
MUSTER_EXPORT void muster_circles_free(MusterCircles *circles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterCircles, muster_circles_free)
/* Posts, then stations, each ascending; or posts, stations, both. Places far from all roads have none. */
MUSTER_EXPORT const MusterCircle *muster_circles_list(const MusterCircles *circles, size_t *count);

G_END_DECLS

#endif
