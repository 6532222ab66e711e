/* The list of sub-commands: declare one here, add it to the table in main.c. */
#ifndef MT_COMMANDS_H
#define MT_COMMANDS_H

#include "common.h"

extern const mt_command mt_assign;
extern const mt_command mt_cap;
extern const mt_command mt_circles;
extern const mt_command mt_county_check;
extern const mt_command mt_county_import;
extern const mt_command mt_county_over;
extern const mt_command mt_county_reference;
extern const mt_command mt_coverage;
extern const mt_command mt_distances;
extern const mt_command mt_drive;
extern const mt_command mt_journal_check;
extern const mt_command mt_journal_export;
extern const mt_command mt_journal_import;
extern const mt_command mt_locate;
extern const mt_command mt_matrix;
extern const mt_command mt_nearest;
extern const mt_command mt_network_build;
extern const mt_command mt_network_info;
extern const mt_command mt_reach;
extern const mt_command mt_replay;
extern const mt_command mt_roster;
extern const mt_command mt_route;
extern const mt_command mt_simulate;
extern const mt_command mt_staffing;

extern const mt_command *const mt_commands[]; /* ended by NULL */

/* `muster help TOPIC`: pages that belong to no single command. */
typedef struct mt_topic {
  const char *name, *summary;
  void (*print)(void);
} mt_topic;
extern const mt_topic mt_plans, mt_policies;

#endif
