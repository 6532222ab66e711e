/* Tables of travel times: seconds exact to the millisecond, tables of any shape, hostile files by line and column. */
#include "base/random.h"
#include "engine/matrix.h"
#include "support/support.h"

#include <math.h>
#include <string.h>

static void expect_ms(const char *text, uint32_t expected) {
  uint32_t ms;
  if (!mi_matrix_parse_seconds(text, strlen(text), &ms)) g_error("\"%s\" was refused", text);
  g_assert_cmpuint(ms, ==, expected);
}

static void test_seconds(void) {
  expect_ms("0", 0);
  expect_ms("120", 120000);
  expect_ms("1.5", 1500);
  expect_ms(".25", 250);
  expect_ms("7.", 7000);
  expect_ms("0.0004", 0);
  expect_ms("0.0005", 1);
  expect_ms("0.00049999", 0);
  expect_ms("1.9995", 2000);
  expect_ms("4000000", 4000000000u);
  static const char *const bad[] = {"",      ".",   "-1",  "+1", "1e3",     "1,5",
                                    "1.2.3", "nan", "0x1", " 1", "4000001", "99999999999999999999999999"};
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    uint32_t ms;
    if (mi_matrix_parse_seconds(bad[i], strlen(bad[i]), &ms)) g_error("\"%s\" was accepted", bad[i]);
  }
}

static MusterTravel *parse(const char *csv, GError **error) {
  return mi_matrix_parse("m.csv", csv, strlen(csv), error);
}

static uint32_t time_between(MusterTravel *travel, const char *from, const char *to) {
  MusterPlace origin = {.matrix_id = muster_travel_find_place(travel, from)};
  MusterPlace target = {.matrix_id = muster_travel_find_place(travel, to)};
  g_assert_true(muster_travel_put(travel, 0, origin, 1, 0));
  return muster_travel_time_ms(travel, 0, target, NULL);
}

static void test_square(void) {
  GError *error = NULL;
  g_autoptr(MusterTravel) travel =
      parse("\xef\xbb\xbf,A,\"B, the second\"\r\nA,0,1.5\r\n\"B, the second\",,0\r\n\r\n", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(time_between(travel, "A", "B, the second"), ==, 1500);
  g_assert_cmpuint(time_between(travel, "B, the second", "A"), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(muster_travel_find_place(travel, "C"), ==, MUSTER_NONE);
}

static void test_rows_and_columns_differ(void) {
  GError *error = NULL;
  g_autoptr(MusterTravel) travel = parse("people,x,y\np,1,2\nq,3,4\n", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(time_between(travel, "q", "x"), ==, 3000);
  g_assert_cmpuint(time_between(travel, "x", "q"), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(time_between(travel, "p", "p"), ==, 0);
}

static void test_hostile_files(void) {
  static const struct {
    const char *csv, *part;
  } cases[] = {
      {"", "m.csv:1:1: expected a header row"},
      {"\n\n\n", "expected a header row"},
      {",A\n", "expected a header row and at least one row of times, found 1"},
      {"x\nA\n", "m.csv:1:2: expected place ids in the header row"},
      {",A,B\nA,0,1,2\n", "m.csv:2:4: expected 2 times after the place, found more"},
      {",A,B\nA,0\n", "m.csv:2:3: expected 2 times after the place, found 1"},
      {",A,B\nA,0,soon\n", "m.csv:2:3: expected seconds from 0 to 4000000 or nothing, found \"soon\""},
      {",A,B\nA,0,-1\n", "m.csv:2:3"},
      {",A,A\nA,0,0\n", "m.csv:1:3: place \"A\" heads two columns"},
      {",A,B\nA,0,1\nA,0,1\n", "m.csv:3:1: place \"A\" heads two rows"},
      {",A,\nA,0,1\n", "m.csv:1:3: expected a place id, found an empty cell"},
      {",A,B\n,0,1\n", "m.csv:2:1: expected a place id, found an empty cell"},
      {",A,B\n\n\nA,0,\"1\n\n\",\nB,x,0\n", "m.csv:4:4"},
      {",A\n\"A,0\n", "not CSV"},
      {",A\nA\"b,0\n", "not CSV"},
      {",\xff\nA,0\n", "m.csv:1:2: expected a place id in UTF-8"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    if (parse(cases[i].csv, &error)) g_error("case %zu was accepted", i);
    g_assert_nonnull(error);
    if (!strstr(error->message, cases[i].part))
      g_error("case %zu: \"%s\" does not say \"%s\"", i, error->message, cases[i].part);
    g_error_free(error);
  }
}

/* A short file must not make a large table. */
static void test_thin_tables(void) {
  g_autoptr(GString) csv = g_string_new("");
  for (int i = 0; i < 9000; i++) g_string_append_printf(csv, ",%d", i);
  g_string_append(csv, "\nx");
  for (int i = 0; i < 9000; i++) g_string_append(csv, ",");
  GError *error = NULL;
  g_assert_null(mi_matrix_parse("m.csv", csv->str, csv->len, &error));
  g_assert_nonnull(strstr(error->message, "far fewer times"));
  g_error_free(error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/matrix/seconds", test_seconds);
  g_test_add_func("/matrix/square", test_square);
  g_test_add_func("/matrix/rows-and-columns-differ", test_rows_and_columns_differ);
  g_test_add_func("/matrix/hostile-files", test_hostile_files);
  g_test_add_func("/matrix/thin-tables", test_thin_tables);
  return g_test_run();
}
