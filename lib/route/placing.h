/* Whether the travel oracle can place somebody, asked without doing it. */
#ifndef MI_ROUTE_PLACING_H
#define MI_ROUTE_PLACING_H

#include <muster/route.h>

/* Would muster_travel_put place somebody with these modes there? */
bool mi_travel_reaches(MusterTravel *travel, MusterPlace place, unsigned modes);

#endif
