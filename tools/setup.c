/* What an engine is made of; see setup.h. */
#include "setup.h"

#include "streams.h"

static void clear_source(gpointer data) {
  const MusterJournalSource *source = data;
  g_free((char *)(uintptr_t)source->path);
  g_free((char *)(uintptr_t)source->digest);
}

/* Takes the digest over. */
static void add_source(mt_setup *setup, const char *role, const char *path, char *digest) {
  MusterJournalSource source = {.role = role, .path = g_canonicalize_filename(path, NULL), .digest = digest};
  g_array_append_val(setup->sources, source);
}

static char *name_network(MusterNetwork *network) {
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  return g_strdup_printf("%s %016" PRIx64, muster_mode_name(info.mode), info.checksum);
}

/* One source a mode; a file may hold several modes. */
static void add_networks(mt_setup *setup, char *const *paths, const GPtrArray *networks) {
  for (guint i = 0; i < networks->len; paths++) {
    MusterNetworkInfo info;
    muster_network_info(networks->pdata[i], &info);
    for (guint end = i + (guint)__builtin_popcount(info.modes); i < end && i < networks->len; i++)
      add_source(setup, "network", *paths, name_network(networks->pdata[i]));
  }
}

/* Of each mode that can travel any of the county's roads. */
static bool build_networks(mt_setup *setup, const char *county_path, GError **error) {
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(GError) reason = NULL;
    MusterNetwork *network = muster_network_new(muster_county_roads(setup->county), (MusterMode)mode, &reason);
    if (network) {
      g_ptr_array_add(setup->networks, network);
      add_source(setup, "roads", county_path, name_network(network));
    } else if (!g_error_matches(reason, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY)) {
      g_propagate_error(error, g_steal_pointer(&reason));
      return false;
    }
  }
  return true;
}

static bool open_roads(mt_setup *setup, const mt_setup_files *files, GError **error) {
  setup->county = mt_county_open(files->county, error);
  if (!setup->county) return false;
  add_source(setup, "county", files->county, g_strdup(muster_county_sha256(setup->county)));
  GPtrArray *networks = setup->networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  if (files->networks && files->networks[0]) {
    if (!mt_networks_open(files->networks, networks, error)) return false;
    add_networks(setup, files->networks, networks);
  } else if (!build_networks(setup, files->county, error)) {
    return false;
  }
  setup->travel = muster_travel_new_networks((MusterNetwork *const *)(void *)networks->pdata, networks->len,
                                             MUSTER_SNAP_LIMIT_M, error);
  return setup->travel != NULL;
}

static bool open_matrix(mt_setup *setup, const char *path, GError **error) {
  setup->travel = muster_travel_read_matrix(path, error);
  g_autoptr(GMappedFile) map = setup->travel ? g_mapped_file_new(path, FALSE, error) : NULL;
  if (!map) return false;
  g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(map);
  add_source(setup, "matrix", path, g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes));
  return true;
}

bool mt_setup_open(mt_setup *out, const mt_setup_files *files, MusterPolicy *policy, bool on_duty, GError **error) {
  *out = (mt_setup){.policy = policy, .sources = g_array_new(FALSE, FALSE, sizeof(MusterJournalSource))};
  g_array_set_clear_func(out->sources, clear_source);
  bool opened = files->county ? open_roads(out, files, error) : open_matrix(out, files->matrix, error);
  if (!opened) return false;
  out->policy_text = muster_policy_to_ini(policy);
  out->header = (MusterJournalHeader){.sources = (const MusterJournalSource *)(const void *)out->sources->data,
                                      .source_count = out->sources->len,
                                      .policy_name = muster_policy_name(policy),
                                      .policy = out->policy_text,
                                      .on_duty = on_duty};
  return true;
}

void mt_setup_clear(mt_setup *setup) {
  if (setup->county) muster_county_unref(setup->county);
  if (setup->networks) g_ptr_array_unref(setup->networks);
  muster_travel_free(setup->travel);
  if (setup->policy) muster_policy_unref(setup->policy);
  if (setup->sources) g_array_unref(setup->sources);
  g_free(setup->policy_text);
}

MusterTravel *mt_setup_take_travel(mt_setup *setup) { return g_steal_pointer(&setup->travel); }

MusterEngine *mt_setup_engine(mt_setup *setup, GError **error) {
  return muster_engine_new(setup->county, mt_setup_take_travel(setup), setup->policy, setup->header.on_duty, error);
}

MusterJournalSink *mt_journal_make(const char *path, GError **error) {
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) return muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_set_error(error, MT_ERROR, 0, "%s: expected a new name for the journal, found a file", path);
  return NULL;
}

int64_t mt_wall_ms(void) { return g_get_real_time() / 1000; }
