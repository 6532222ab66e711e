/* Events on their way through the runtime, and lists of them. An entry is owned by the list it stands in. */
#ifndef MI_UV_ENTRIES_H
#define MI_UV_ENTRIES_H

#include <muster/muster-uv.h>

/* The reader of events refuses longer lines by their length, whatever they hold: so much and one byte of one is enough.
 */
enum { MI_LONGEST_LINE = 64 * 1024 };

typedef struct mi_entry mi_entry;
struct mi_entry {
  mi_entry *next;
  void *tag;
  bool is_tick;
  bool is_event; /* once decided: else `why` says why it is none */
  uint64_t number;
  int64_t at_ms, wall_ms;    /* when it was taken */
  MusterDecision *decisions; /* a copy, one block with all its texts */
  size_t decision_count;
  char *json, *why;
  size_t bytes;
  char line[]; /* ended by a zero byte that `bytes` does not count */
};

/* A line of an event with at_ms written behind its last field. */
mi_entry *mi_entry_new(const char *json, size_t bytes, void *tag, int64_t at_ms);
void mi_entry_free(mi_entry *entry);

typedef struct mi_entries {
  mi_entry *first, *last;
} mi_entries;

void mi_entries_push(mi_entries *list, mi_entry *entry);
mi_entry *mi_entries_pop(mi_entries *list);             /* NULL: empty */
void mi_entries_move(mi_entries *from, mi_entries *to); /* behind those in `to` */
/* Frees all; returns how many of them were no ticks. */
size_t mi_entries_clear(mi_entries *list);

/* Decisions with all their texts in one block, free with g_free; NULL if there are none. */
MusterDecision *mi_decisions_copy(const MusterDecision *decisions, size_t count);

#endif
