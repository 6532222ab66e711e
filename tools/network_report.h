/* What `network build` and `network info` tell about a network. */
#ifndef MT_NETWORK_REPORT_H
#define MT_NETWORK_REPORT_H

#include "common.h"

/* "foot, ebike" of a MUSTER_MODE_BIT set. Free with g_free. */
char *mt_modes_format(unsigned modes);
/* Text, or one JSON document. */
void mt_network_print(FILE *stream, MusterNetwork *network, bool json);
/* A line on stderr for each mode whose positions will not be snapped to a part of its network. */
void mt_network_warn(const char *path, MusterNetwork *network);

#endif
