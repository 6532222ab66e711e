/* Lines along links: the corners of a link between two points on it, and the point at a share of its length.
 *
 * Shares are of the shape's planar length, as muster_network_snap measures them.
 */
#ifndef MI_ROUTE_LINE_H
#define MI_ROUTE_LINE_H

#include "road/network.h"
#include "route/buffer.h"

typedef struct mi_line {
  mi_buffer buffer;
  size_t count;
} mi_line;

static inline MusterPosition *mi_line_positions(const mi_line *line) { return line->buffer.data; }
/* Not if it repeats the last position. */
void mi_line_add(mi_line *line, MusterPosition position);
/* Corners strictly between the two points, in order of travel; from_q16 > to_q16: against the link's direction. */
void mi_line_add_corners(mi_line *line, const mi_graph *graph, MusterLink link, uint32_t from_q16, uint32_t to_q16);
MusterPosition mi_line_point(const mi_graph *graph, MusterLink link, uint32_t along_q16);

#endif
