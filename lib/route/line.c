/* Lines along links; see line.h. */
#include "route/line.h"

#include <math.h>
#include <string.h>

enum { WHOLE_Q16 = 65536 };

void mi_line_add(mi_line *line, MusterPosition position) {
  MusterPosition *positions = mi_buffer_reserve(&line->buffer, line->count + 1, sizeof position);
  bool repeats = line->count > 0 && memcmp(&positions[line->count - 1], &position, sizeof position) == 0;
  if (!repeats) positions[line->count++] = position;
}

static const MusterPosition *link_shape(const mi_graph *graph, MusterLink link, size_t *count) {
  uint32_t first = graph->link_first_shape[link];
  *count = graph->link_first_shape[link + 1] - first;
  return graph->shape + first;
}

static double shape_length_m(const MusterPosition *shape, size_t count) {
  double length_m = 0;
  for (size_t i = 1; i < count; i++) length_m += muster_distance_planar_m(shape[i - 1], shape[i]);
  return length_m;
}

void mi_line_add_corners(mi_line *line, const mi_graph *graph, MusterLink link, uint32_t from_q16, uint32_t to_q16) {
  size_t count;
  const MusterPosition *shape = link_shape(graph, link, &count);
  double total_m = shape_length_m(shape, count), done_m = 0;
  if (!(total_m > 0)) return;
  bool ahead = from_q16 <= to_q16;
  uint32_t low_q16 = ahead ? from_q16 : to_q16, high_q16 = ahead ? to_q16 : from_q16;
  for (size_t step = 1; step + 1 < count; step++) {
    size_t at = ahead ? step : count - 1 - step, before = ahead ? at - 1 : at + 1;
    done_m += muster_distance_planar_m(shape[before], shape[at]);
    double along_q16 = (ahead ? done_m : total_m - done_m) / total_m * WHOLE_Q16;
    if (along_q16 > low_q16 && along_q16 < high_q16) mi_line_add(line, shape[at]);
  }
}

static int32_t between_e7(int32_t a, int32_t b, double share) {
  return (int32_t)lround((double)a + ((double)b - (double)a) * share);
}

MusterPosition mi_line_point(const mi_graph *graph, MusterLink link, uint32_t along_q16) {
  size_t count;
  const MusterPosition *shape = link_shape(graph, link, &count);
  if (along_q16 >= WHOLE_Q16) return shape[count - 1];
  double left_m = shape_length_m(shape, count) * along_q16 / WHOLE_Q16;
  for (size_t i = 1; i < count; i++) {
    double segment_m = muster_distance_planar_m(shape[i - 1], shape[i]);
    if (left_m < segment_m) {
      double share = left_m / segment_m;
      return (MusterPosition){between_e7(shape[i - 1].lon_e7, shape[i].lon_e7, share),
                              between_e7(shape[i - 1].lat_e7, shape[i].lat_e7, share)};
    }
    left_m -= segment_m;
  }
  return along_q16 == 0 ? shape[0] : shape[count - 1];
}
