/* The library's version, as meson.build states it. */
#include <muster/base.h>

const char *muster_version(void) { return MUSTER_VERSION; }
