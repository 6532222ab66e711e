/* Files of ids: one a line, or a pair a line; blank lines and # comments pass. */
#ifndef MT_NODES_H
#define MT_NODES_H

#include "common.h"

typedef struct mt_nodes {
  int64_t *ids;            /* as the file gives them */
  MusterRoadPoint *points; /* of node ids */
  size_t *lines;           /* of each id, from 1 */
  size_t count;            /* of ids: two a line in a file of pairs */
} mt_nodes;

/* `per_line` (1 or 2) ids a line, each a node of the network; "FILE:LINE: expected …, found …" otherwise. */
bool mt_nodes_read(mt_nodes *nodes, const char *path, const MusterNetwork *network, int per_line, GError **error);
/* One way id a line, not looked up: no points. */
bool mt_way_ids_read(mt_nodes *ways, const char *path, GError **error);
void mt_nodes_clear(mt_nodes *nodes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_nodes, mt_nodes_clear)

#endif
