/* Checks that every made county must pass, the reference county as well as one over real roads. */
#ifndef MUSTER_TESTS_COUNTY_MADE_H
#define MUSTER_TESTS_COUNTY_MADE_H

#include <muster/county.h>

/* The grids tile the county: areas add up on every level, and random positions lie in exactly one grid. */
void check_tiling(const MusterCounty *county);
/* Residents, communities and townships add up to the levels above; every area but grids has a leader, every grid a duty
 * team. */
void check_areas(const MusterCounty *county);
/* One captain a team, deputies, backbone, branch officers; everybody approved, in a team and with a contact of their
 * own. */
void check_teams(const MusterCounty *county);
/* Homes lie in the grids of their team's community, close to a road that people can walk. */
void check_homes(const MusterCounty *county);
/* Three volunteers at each post at any minute from 06:00 to 22:00 of any day, nobody at two posts. */
void check_shifts(const MusterCounty *county);
/* muster_county_check finds nothing. */
void check_no_defects(const MusterCounty *county);

#endif
