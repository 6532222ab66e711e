/* XXH64, a 64-bit checksum that runs at memory speed (the algorithm's public specification, xxHash 0.1.1). It tells a
 * damaged file from a whole one and names content; it is no protection against forgery. */
#ifndef MI_BASE_HASH64_H
#define MI_BASE_HASH64_H

#include <stddef.h>
#include <stdint.h>

/* Any alignment; the same on every machine. */
uint64_t mi_hash64(const void *data, size_t size, uint64_t seed);

#endif
