/* What an engine is made of, as files on the command line or in the header of a journal: county and networks, or a
 * matrix; the policy; who is on duty. */
#ifndef MT_SETUP_H
#define MT_SETUP_H

#include "common.h"

typedef struct mt_setup_files {
  const char *county;    /* or NULL: */
  const char *matrix;    /* exactly one of the two */
  char *const *networks; /* NULL-terminated, with the county; NULL or none: of the county's own roads */
} mt_setup_files;

typedef struct mt_setup {
  MusterCounty *county; /* NULL on a matrix */
  GPtrArray *networks;  /* NULL on a matrix */
  MusterTravel *travel; /* NULL once it is in an engine */
  MusterPolicy *policy;
  GArray *sources; /* MusterJournalSource, texts owned */
  char *policy_text;
  MusterJournalHeader header; /* views of the above */
} mt_setup;

/* Takes over `policy` even if it fails. `out` must be cleared either way. */
bool mt_setup_open(mt_setup *out, const mt_setup_files *files, MusterPolicy *policy, bool on_duty, GError **error);
void mt_setup_clear(mt_setup *setup);
/* A new engine; takes the travel out of the setup. */
MusterEngine *mt_setup_engine(mt_setup *setup, GError **error);
/* The travel, now the caller's. */
MusterTravel *mt_setup_take_travel(mt_setup *setup);
/* A new journal under a name that no file has: what cannot be had again is never written over. */
MusterJournalSink *mt_journal_make(const char *path, GError **error);
/* Milliseconds since 1970. */
int64_t mt_wall_ms(void);

#endif
