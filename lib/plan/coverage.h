/* What the parts of coverage share: the doors looked at, who is where in which hours, and one thread's scratch. */
#ifndef MI_PLAN_COVERAGE_H
#define MI_PLAN_COVERAGE_H

#include "plan/alerted.h"
#include "plan/odds.h"

/* A network's nearest people are asked for until the chance that still nobody is left to alert falls below this: every
 * probability is short by at most as much. */
#define MI_COVERAGE_SURE (1 - 1e-6)

/* Some places on all metrics; who stands there in which modes. */
typedef struct mi_standing {
  MusterFleet **fleets; /* one a metric */
  size_t count;         /* of people who reach some road */
} mi_standing;

/* One thread's. */
typedef struct mi_looker {
  MusterSearch **searches; /* one a metric */
  MusterNearest *found;
  uint32_t *best_ms; /* of each person or recruit met at this door; MUSTER_UNREACHABLE_MS: not met */
  uint8_t *best_mode;
  MusterTravelHit *hits;
  size_t hit_room;
  mi_alerted_person *persons;
  double *comes;
  mi_alerted alerted;
} mi_looker;

typedef struct mi_gain { /* that a recruit at a door brings to the door looked at */
  uint32_t door;
  double gain; /* sum over hours */
} mi_gain;

typedef struct mi_coverage_job {
  const MusterCoverageOptions *options;
  MusterAreaId first_grid;
  size_t grid_count, hour_count, door_count;
  MusterPosition *doors; /* options->doors of each grid */
  uint32_t *hour_place;  /* of each hour of the day among those asked about */
  size_t service_metric; /* of posts and stations */
  mi_odds_set odds;
  mi_standing recruits, posts, stations;
  mi_looker *lookers;
  unsigned threads;
  /* of the hours that are looked at together, because everybody stands at the same place in them */
  uint32_t hours;
  MusterPosition *places; /* of volunteers */
  bool *certain;          /* on a shift */
  mi_standing people;
  size_t nearest; /* so many are enough */
  /* results */
  MusterCoverageChance *chances;                 /* door · hour_count + hour, `known` aside */
  MusterNearest *nearest_post, *nearest_station; /* of each door; MUSTER_NONE, unreachable: none */
  bool *unreachable;
  GArray **gains; /* of mi_gain, of each door, of the hours looked at */
} mi_coverage_job;

struct MusterCoverage {
  MusterCounty *county;
  uint32_t hours; /* set */
  size_t hour_count, grid_count;
  double alpha;
  MusterCoverageGrid *grids;
  MusterCoverageChance *chances; /* grid · hour_count + hour */
  uint32_t *gaps, *recruits;
  size_t gap_count, recruit_count;
};

/* ---- coverage.c ---- */

bool mi_coverage_check(const MusterCoverageOptions *options, GError **error);

/* ---- coverage_people.c ---- */

/* Spreads doors along the streets of each grid, evenly by residential metres; at its seat where it has none. */
MusterPosition *mi_coverage_doors(const MusterCounty *county, uint32_t doors);
/* Residents of each grid; in a county without such figures its volunteers at home + 1. */
double *mi_coverage_weights(const MusterCounty *county);
/* Positions with modes each, numbered by their place; who reaches no road stands nowhere. */
void mi_standing_init(mi_standing *standing, const MusterCoverageOptions *options);
void mi_standing_put(mi_standing *standing, const MusterCoverageOptions *options, uint32_t who, MusterPosition position,
                     unsigned modes, uint64_t skills);
void mi_standing_clear(mi_standing *standing, const MusterCoverageOptions *options);
/* Hours of the options in sets in each of which nobody moves and stand-by is possible or not alike: at most 24 sets,
 * the count is returned. */
size_t mi_coverage_split_hours(const MusterCoverageOptions *options, uint32_t out[MUSTER_COVERAGE_HOURS]);
/* Where everybody is in the hours of the job, in its places, certain, people and nearest. */
void mi_coverage_place_people(mi_coverage_job *job);
/* How likely somebody can be named on the contact card of the grid at that hour. */
double mi_coverage_contact(const MusterCoverageOptions *options, MusterAreaId grid, uint32_t hour);

/* ---- coverage_door.c ---- */

/* Room for that many people, or doors of recruits. */
void mi_looker_init(mi_looker *looker, const MusterCoverageOptions *options, size_t people);
void mi_looker_clear(mi_looker *looker, const MusterCoverageOptions *options);
/* mi_parallel_work: one door in the job's hours; its posts and stations. `data` is the job. */
void mi_coverage_look(size_t door, unsigned worker, void *data);
void mi_coverage_look_services(size_t door, unsigned worker, void *data);

/* ---- coverage_areas.c ---- */

/* Fills the grids' figures and the orders from the job. */
void mi_coverage_gather(MusterCoverage *coverage, const mi_coverage_job *job, const double *gains);

#endif
