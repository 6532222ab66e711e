/* What unit tests share: real data files (skipped, saying so, where they are absent), temporary folders, seeds. */
#ifndef MUSTER_TESTS_SUPPORT_H
#define MUSTER_TESTS_SUPPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Path of a real data file; NULL, and the test is marked as skipped, if it is not there. Free with g_free. */
char *test_data(const char *relative);
/* Path of a file of the tests folder. Free with g_free. */
char *test_source(const char *relative);
/* A fresh folder, removed with all it holds by test_folder_remove. */
char *test_folder_new(void);
void test_folder_remove(char *folder);
/* The seed of a property test: MUSTER_TEST_SEED or a fixed one; printed, so that a failure can be repeated. */
uint64_t test_seed(void);
/* How many seeds or questions: by MUSTER_TEST_EFFORT, which is `brief` (under sanitizers), `long` or not set. */
uint32_t test_count(uint32_t brief, uint32_t usual, uint32_t thorough);

#endif
