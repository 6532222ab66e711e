/* A file for the input of one fuzz target, removed at the end. For one file of a program. */
#ifndef TEST_FUZZ_TEMPORARY_FILE_H
#define TEST_FUZZ_TEMPORARY_FILE_H

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *path;

static void remove_file(void) { g_unlink(path); }

static void make_file(void) {
  int file = g_file_open_tmp("muster-fuzz-XXXXXX", &path, NULL);
  if (file < 0) g_error("the file cannot be made");
  close(file);
  atexit(remove_file);
}

static void write_file(const uint8_t *data, size_t size) {
  FILE *stream = fopen(path, "wb");
  if (!stream || fwrite(data, 1, size, stream) != size || fclose(stream) != 0) g_error("%s cannot be written", path);
}

#endif
