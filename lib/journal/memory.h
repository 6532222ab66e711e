/* A journal in memory whose crashes and failures are at the caller's command: what tests and the simulation of faults
 * run on.
 *
 * The disk outlives its sinks, as a disk outlives processes. Records stand in it as bytes one after another (record.h);
 * what has not been synced is at the mercy of mi_disk_crash.
 */
#ifndef MI_JOURNAL_MEMORY_H
#define MI_JOURNAL_MEMORY_H

#include <muster/journal.h>

typedef struct mi_disk {
  GByteArray *bytes;
  size_t synced;    /* so many bytes outlast a crash */
  size_t capacity;  /* more are refused with FULL; SIZE_MAX: as many as wanted */
  uint64_t writes;  /* appends and syncs so far */
  uint64_t fail_at; /* the write with this number (from 1) fails with OPEN; 0: none */
} mi_disk;

void mi_disk_init(mi_disk *disk);
void mi_disk_clear(mi_disk *disk);
/* Of the bytes not synced the first `kept` stay (at most all): between records, or in the middle of one. */
void mi_disk_crash(mi_disk *disk, size_t kept);
/* Takes an incomplete record off the end; returns how many bytes it was. Only a record that was never synced can be
 * incomplete after a crash, so nothing acknowledged is lost. */
size_t mi_disk_cut_torn(mi_disk *disk);
MusterJournalSink *mi_memory_sink_new(mi_disk *disk); /* the disk is the caller's and outlives the sink */

#endif
