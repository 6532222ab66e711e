/* The `.mnet` image: one block of bytes that is at once the file and the network in memory (docs/network-file.md). */
#ifndef MI_ROAD_MNET_H
#define MI_ROAD_MNET_H

#include "road/network.h"

/* Packs the graphs of mode_count modes, ascending, that share all but what a mode has of its own, and their infos
 * (bytes and checksum are set here) into fresh networks; the first of them. Errors: LIMIT. */
MusterNetwork *mi_mnet_pack(const mi_graph *graphs, const MusterNetworkInfo *infos, uint32_t mode_count,
                            GError **error);
/* Lays graph, tree and info of the network, which becomes a home, and of those that it makes for further modes over an
 * untrusted image after verifying every size, id and the checksum; the image must be 8-byte aligned and is not taken
 * over on failure. `path` is for messages. */
bool mi_mnet_bind(MusterNetwork *network, const uint8_t *image, size_t size, const char *path, GError **error);
/* The ids of an image with sound sizes: orders, ranges, agreement of arcs, links and shapes. All but what a mode has of
 * its own, then that. */
bool mi_mnet_verify(const mi_graph *graph, const MusterNetworkInfo *info, const char *path, GError **error);
bool mi_mnet_verify_mode(const mi_graph *graph, const MusterNetworkInfo *info, const char *path, GError **error);

#endif
