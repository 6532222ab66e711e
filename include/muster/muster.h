/* Muster: an emergency-response routing engine. The one header to include.
 *
 * The main path: muster_county_open → muster_network_… (roads) → muster_travel_new_networks (who reaches whom, when)
 * → muster_engine_new → muster_engine_step(event) → decisions.
 */
#ifndef MUSTER_H
#define MUSTER_H

#include <muster/alert.h>
#include <muster/assign.h>
#include <muster/base.h>
#include <muster/cap.h>
#include <muster/county.h>
#include <muster/coverage.h>
#include <muster/engine.h>
#include <muster/geo.h>
#include <muster/incident.h>
#include <muster/index.h>
#include <muster/journal.h>
#include <muster/plan.h>
#include <muster/road.h>
#include <muster/roster.h>
#include <muster/route.h>
#include <muster/sim.h>
#include <muster/staffing.h>

#endif
