/* Writes a surge (../assign_surge.h) to a file: what Muster and its peers in assignment are then all given.
 *
 * In the machine's byte order: rows, columns and k as 64-bit integers; then as 32-bit integers the k columns of each
 * row, the k costs in ms of each row by rising cost, and what it costs to leave each row unserved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../assign_surge.h"

static void write_surge(const mb_assign_surge *surge, FILE *stream) {
  int64_t head[3] = {surge->rows, surge->columns, surge->k};
  size_t pairs = (size_t)surge->rows * surge->k;
  g_autofree int32_t *values = g_new(int32_t, pairs);
  fwrite(head, sizeof *head, 3, stream);
  for (size_t i = 0; i < pairs; i++) values[i] = (int32_t)surge->candidates[i].column;
  fwrite(values, sizeof *values, pairs, stream);
  for (size_t i = 0; i < pairs; i++) values[i] = surge->candidates[i].cost.time_ms;
  fwrite(values, sizeof *values, pairs, stream);
  for (uint32_t i = 0; i < surge->rows; i++) values[i] = surge->needs[i].unserved.time_ms;
  fwrite(values, sizeof *values, surge->rows, stream);
}

int main(int argc, char **argv) {
  bool near_homes = argc == 6 && strcmp(argv[4], "homes") == 0;
  if (argc != 6 || (!near_homes && strcmp(argv[4], "front") != 0)) {
    g_printerr("Usage: bench-assign-instance ROWS COLUMNS K front|homes FILE\n");
    return 2;
  }
  uint32_t size[3];
  for (int i = 0; i < 3; i++) size[i] = (uint32_t)strtoul(argv[i + 1], NULL, 10);
  mb_assign_surge *surge =
      mb_assign_surge_new(size[0], size[1], size[2], MB_ORDER_MORTON, near_homes ? MB_NEAR_HOMES : MB_ALONG_A_FRONT);
  FILE *stream = fopen(argv[5], "wb");
  if (stream) write_surge(surge, stream);
  bool written = stream && !ferror(stream);
  if (stream && fclose(stream) != 0) written = false;
  mb_assign_surge_free(surge);
  if (!written) g_printerr("%s: cannot be written\n", argv[5]);
  return written ? 0 : 1;
}
