/* Streams whose lines are events, as far as the runtime's turns have to do with them. */
#ifndef MI_UV_LINES_H
#define MI_UV_LINES_H

#include "uv/runtime.h"

/* Streams that wait for room go on, those that have waited longest first, as far as there is some. */
void mi_lines_go_on(MusterRuntime *runtime);

#endif
