/* write_sample COUNTY.gpkg: the small county of the tests as a file, for programs that take one. */
#include <stdio.h>

#include "county/sample.h"

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  SampleOptions options = {.seed = 1, .side = 4, .volunteers = 100, .roads = true};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  g_autoptr(GError) error = NULL;
  if (muster_county_save(county, argv[1], &error)) return 0;
  fprintf(stderr, "write_sample: %s\n", error->message);
  return 1;
}
