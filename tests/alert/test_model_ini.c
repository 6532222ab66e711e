/* INI files of alert models: what they may say, and the sentence for what they may not. */
#include <muster/alert.h>
#include <string.h>

#include "support/support.h"

static void test_default_text(void) {
  size_t bytes;
  const char *text = muster_alert_model_default_text(&bytes);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterAlertModel) model = muster_alert_model_parse("text", text, bytes, &error);
  g_assert_no_error(error);
  g_assert_cmpfloat(muster_alert_model_fatigue_price(model), ==, 1);
  g_assert_cmpfloat(muster_alert_model_redundant_price(model), ==, 0.2);
  g_assert_cmpuint(muster_alert_model_find_weather(model, "clear"), ==, 0);
}

static void test_a_file(void) {
  g_autofree char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "county.ini", NULL);
  g_autoptr(GError) error = NULL;
  g_assert_true(g_file_set_contents(path, "[price]\nfatigue = 2.5\n", -1, NULL));
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(path, &error);
  g_assert_no_error(error);
  g_assert_cmpfloat(muster_alert_model_fatigue_price(model), ==, 2.5);
  g_autoptr(MusterAlertModel) shared = muster_alert_model_ref(model);
  g_assert_true(shared == model);
  g_assert_null(muster_alert_model_new(folder, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_OPEN);
  test_folder_remove(g_steal_pointer(&folder));
}

static void test_refusals(void) {
  static const char *const cases[][2] = {
      {"[acceptance]\nbase = 1.2\n", "x.ini: [acceptance] base: expected a number from 0.001 to 0.999, found \"1.2\""},
      {"[acceptance]\nbase = nan\n", "x.ini: [acceptance] base: expected a number from 0.001 to 0.999, found \"nan\""},
      {"[acceptance]\nbase =\n", "x.ini: [acceptance] base: expected a number from 0.001 to 0.999, found \"\""},
      {"[acceptance]\nbase = 0,3\n", "x.ini: [acceptance] base: expected a number from 0.001 to 0.999, found \"0,3\""},
      {"[acceptance]\nbass = 1\n", "x.ini: [acceptance] bass: expected a key of the built-in model, found \"bass\""},
      {"[acceptance]\nhour_factor = 1;2\n",
       "x.ini: [acceptance] hour_factor: expected 1 or 24 numbers with ; between, found \"2 of them\""},
      {"[acceptance]\ndistance_m = 1;2\n",
       "x.ini: [acceptance] distance_factor: expected as many numbers as distance_m has, 2, found \"4\""},
      {"[acceptance]\ndistance_m = 0;500;500;900\n",
       "x.ini: [acceptance] distance_m: expected ascending distances, found \"500 after 500\""},
      {"[turnout]\nsigma = 0.5;x\n",
       "x.ini: [turnout] sigma: expected 1 or 24 numbers with ; between, found \"2 of them\""},
      {"[turnout]\nsigma = x\n", "x.ini: [turnout] sigma: expected a number from 0.05 to 2, found \"x\""},
      {"[weather]\nfog = -1\n", "x.ini: [weather] fog: expected a number from 0 to 1000, found \"-1\""},
      {"[caps]\nday = 1.5\n", "x.ini: [caps] day: expected a whole number, found \"1.5\""},
      {"[wether]\nfog = 1\n", "x.ini: expected a group of the built-in model, found [wether]"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(muster_alert_model_parse("x.ini", cases[i][0], strlen(cases[i][0]), &error));
    g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL);
    g_assert_cmpstr(error->message, ==, cases[i][1]);
  }
}

static void refuse_bytes(const char *bytes, size_t count) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_alert_model_parse("x.ini", bytes, count, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL);
  g_assert_null(strchr(error->message, '\n'));
}

static void test_hostile(void) {
  refuse_bytes("[caps]\nday = 1\0\n", 16);
  refuse_bytes("day = 1\n", 8);
  refuse_bytes("[caps\n", 6);
  refuse_bytes("\xff\xfe[caps]\n", 9);
  g_autofree char *large = g_malloc(2 * 1024 * 1024);
  memset(large, '\n', 2 * 1024 * 1024);
  refuse_bytes(large, 2 * 1024 * 1024);
  g_autoptr(GString) list = g_string_new("[acceptance]\ndistance_m = 0");
  for (int i = 1; i < 1000; i++) g_string_append_printf(list, ";%d", i);
  refuse_bytes(list->str, list->len);
  g_autoptr(GString) names = g_string_new("[weather]\n");
  for (int i = 0; i < 2000; i++) g_string_append_printf(names, "w%d = 1\n", i);
  refuse_bytes(names->str, names->len);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-model-ini/default-text", test_default_text);
  g_test_add_func("/alert-model-ini/a-file", test_a_file);
  g_test_add_func("/alert-model-ini/refusals", test_refusals);
  g_test_add_func("/alert-model-ini/hostile", test_hostile);
  return g_test_run();
}
