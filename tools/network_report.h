/* What `network build` and `network info` tell about a network. */
#ifndef MT_NETWORK_REPORT_H
#define MT_NETWORK_REPORT_H

#include "common.h"

/* Text, or one JSON document. */
void mt_network_print(FILE *stream, const MusterNetwork *network, bool json);
/* A line on stderr if positions will not be snapped to a part of the network. */
void mt_network_warn(const char *path, const MusterNetwork *network);

#endif
