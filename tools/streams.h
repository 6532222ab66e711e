/* "-" where the library wants a named file: standard input is copied into a temporary file first, standard output is
 * filled from one afterwards. The temporary files are gone whatever ends the program, short of SIGKILL. */
#ifndef MT_STREAMS_H
#define MT_STREAMS_H

#include "common.h"

/* If *path is "-", copies standard input into a temporary file and makes *path its name, valid until
 * mt_input_file_release. Errors that name it say "standard input". Any other path, NULL too, stays as it is. */
bool mt_input_file(const char **path, GError **error);
/* The text with the temporary file's name replaced by "standard input"; free with g_free. */
char *mt_hide_input_file(const char *text);
void mt_input_file_release(void);
/* Standard input is about to be read; false if it was promised to another argument before. */
bool mt_claim_stdin(GError **error);

/* muster_network_open for a path that may be "-". */
MusterNetwork *mt_network_open(const char *path, GError **error);
/* The networks of all modes of these files (NULL-terminated; NULL: none), appended to `out`, which unrefs them. Two of
 * one mode are refused. */
bool mt_networks_open(char *const *paths, GPtrArray *out, GError **error);
/* The policy by name or file, with the plans of that file; NULL: the defaults. */
MusterPolicy *mt_policy_open(const char *policy, const char *plans, GError **error);
/* muster_county_open for a path that may be "-". */
MusterCounty *mt_county_open(const char *path, GError **error);

/* Whether `path` means standard output. */
bool mt_is_stdout(const char *path);
/* False if `path` is "-" and standard output is a terminal, which no binary file should reach; says so as
 * mt_usage does. */
bool mt_may_write_binary(const mt_command *command, const char *path);
/* Saves `object` under `path`; for "-" in a temporary file whose bytes then go to standard output. */
typedef bool (*mt_save)(const void *object, const char *path, GError **error);
bool mt_save_file(mt_save save, const void *object, const char *path, GError **error);

#endif
