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

/* One source a mode; a file may hold several modes. */
static void add_networks(mt_setup *setup, char *const *paths, const GPtrArray *networks) {
  for (guint i = 0; i < networks->len; paths++) {
    MusterNetworkInfo info;
    muster_network_info(networks->pdata[i], &info);
    for (guint end = i + (guint)__builtin_popcount(info.modes); i < end && i < networks->len; i++) {
      muster_network_info(networks->pdata[i], &info);
      add_source(setup, "network", *paths,
                 g_strdup_printf("%s %016" PRIx64, muster_mode_name(info.mode), info.checksum));
    }
  }
}

static bool open_roads(mt_setup *setup, const mt_setup_files *files, GError **error) {
  setup->county = mt_county_open(files->county, error);
  if (!setup->county) return false;
  add_source(setup, "county", files->county, g_strdup(muster_county_sha256(setup->county)));
  g_autoptr(GPtrArray) networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  if (!mt_networks_open(files->networks, networks, error)) return false;
  add_networks(setup, files->networks, networks);
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
  muster_travel_free(setup->travel);
  muster_policy_unref(setup->policy);
  if (setup->sources) g_array_unref(setup->sources);
  g_free(setup->policy_text);
}

MusterTravel *mt_setup_take_travel(mt_setup *setup) { return g_steal_pointer(&setup->travel); }

MusterEngine *mt_setup_engine(mt_setup *setup, GError **error) {
  return muster_engine_new(setup->county, mt_setup_take_travel(setup), setup->policy, setup->header.on_duty, error);
}

int64_t mt_wall_ms(void) { return g_get_real_time() / 1000; }
