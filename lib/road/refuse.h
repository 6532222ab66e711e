/* How a file that is not what it should be is refused. */
#ifndef MI_ROAD_REFUSE_H
#define MI_ROAD_REFUSE_H

#include <muster/road.h>

/* Sets FORMAT with "PATH: text"; always false. */
bool mi_road_refuse(const char *path, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
