/* The county: its area tree, grids, posts, stations, teams and volunteers, as one sealed snapshot.
 *
 * Built by a builder or read from a county file (GeoPackage); immutable and shared afterwards. Rows are ordered by
 * their outside id, so the same county gives the same dense ids, bytes and SHA-256 whatever the order it was put
 * together in. No names or phone numbers of people: contact ids are opaque text of the host's own directory.
 *
 * A builder has one owner and serves one thread at a time. A MusterCounty may be read by any number of threads; all
 * texts and views it gives live as long as it does. docs/data-model.md explains the model, docs/county-file.md the
 * file.
 */
#ifndef MUSTER_COUNTY_H
#define MUSTER_COUNTY_H

#include <muster/index.h>
#include <muster/road.h>

G_BEGIN_DECLS

#define MUSTER_COUNTY_ERROR (muster_county_error_quark())
MUSTER_EXPORT GQuark muster_county_error_quark(void);
typedef enum MusterCountyError {
  MUSTER_COUNTY_ERROR_OPEN,      /* the file cannot be read or written */
  MUSTER_COUNTY_ERROR_CORRUPT,   /* not a county file, or damaged: layer, feature, expected, found */
  MUSTER_COUNTY_ERROR_DUPLICATE, /* two rows with one id */
  MUSTER_COUNTY_ERROR_INPUT,     /* a value that no county can hold, or a sheet refused: file, line, column */
  MUSTER_COUNTY_ERROR_OPTION,    /* an option out of its range */
  MUSTER_COUNTY_ERROR_CANCELLED,
} MusterCountyError;

typedef uint32_t MusterAreaId, MusterTeamId, MusterVolunteerId, MusterPostId,
    MusterStationId; /* dense, MUSTER_NONE: none */

typedef enum MusterAreaLevel {
  MUSTER_AREA_COUNTY,
  MUSTER_AREA_TOWNSHIP,
  MUSTER_AREA_COMMUNITY,
  MUSTER_AREA_GRID,
  MUSTER_AREA_LEVEL_COUNT
} MusterAreaLevel;
typedef enum MusterCommunityKind { MUSTER_COMMUNITY_VILLAGE, MUSTER_COMMUNITY_URBAN } MusterCommunityKind;

/* The words that stand for these values in files: "county", "township", "community", "grid"; "village", "urban". NULL
 * and false for what is none of them. */
MUSTER_EXPORT const char *muster_area_level_name(MusterAreaLevel level);
MUSTER_EXPORT bool muster_area_level_from_name(const char *name, MusterAreaLevel *out);
MUSTER_EXPORT const char *muster_community_kind_name(MusterCommunityKind kind);
MUSTER_EXPORT bool muster_community_kind_from_name(const char *name, MusterCommunityKind *out);

typedef struct MusterArea {
  int64_t code;        /* official code: 6, 9 or 12 digits; of a grid 15: its community's code and three digits */
  int64_t parent_code; /* 0 for the county */
  const char *name;
  uint8_t level; /* MusterAreaLevel */
  uint8_t kind;  /* MusterCommunityKind of a community (and of its grids) */
  uint32_t residents;
  MusterPosition seat; /* where its office stands; of a grid a point inside it */
  const char
      *leader_contact;       /* who leads it (county commander, township commander, community leader); NULL of a grid */
  int64_t duty_team;         /* of a grid: the team that answers for it; 0: none */
  MusterAreaId parent;       /* set by the seal; MUSTER_NONE for the county or an orphan */
  MusterTeamId duty_team_id; /* set by the seal */
} MusterArea;

typedef struct MusterTeam {
  int64_t id;
  int64_t area_code; /* its community (or township, or the county) */
  const char *name;
  MusterAreaId area; /* set by the seal */
} MusterTeam;

typedef enum MusterRole {
  MUSTER_ROLE_CAPTAIN,
  MUSTER_ROLE_DEPUTY,
  MUSTER_ROLE_BACKBONE,
  MUSTER_ROLE_MEMBER
} MusterRole;
typedef enum MusterBranchRole {
  MUSTER_BRANCH_NONE,
  MUSTER_BRANCH_SECRETARY,
  MUSTER_BRANCH_DEPUTY_SECRETARY,
  MUSTER_BRANCH_COMMITTEE
} MusterBranchRole;

/* "captain", "deputy", "backbone", "member"; "none", "secretary", "deputy_secretary", "committee". */
MUSTER_EXPORT const char *muster_role_name(MusterRole role);
MUSTER_EXPORT bool muster_role_from_name(const char *name, MusterRole *out);
MUSTER_EXPORT const char *muster_branch_role_name(MusterBranchRole role);
MUSTER_EXPORT bool muster_branch_role_from_name(const char *name, MusterBranchRole *out);

typedef struct MusterVolunteer {
  int64_t id;
  int64_t team;        /* the team's id; 0: none */
  uint8_t role;        /* MusterRole */
  uint8_t branch_role; /* MusterBranchRole */
  uint8_t modes;       /* MUSTER_MODE_BIT set */
  bool approved;       /* the village branch has approved the sign-up */
  bool has_work;       /* double registration: also registered where they work */
  MusterPosition home, work;
  uint64_t skills;      /* bits of muster_county_skill_name */
  const char *contact;  /* opaque contact id */
  MusterTeamId team_id; /* set by the seal */
} MusterVolunteer;

typedef struct MusterPost {
  int64_t id;
  int64_t community_code;
  const char *name;
  MusterPosition position;
  MusterAreaId community; /* set by the seal */
} MusterPost;
typedef MusterPost MusterStation;

typedef struct MusterShift { /* one volunteer on duty at one post */
  int64_t post, volunteer;
  uint8_t weekdays;            /* bit 0 Monday … bit 6 Sunday */
  uint16_t start_min, end_min; /* minutes after midnight; end ≤ start: past midnight */
} MusterShift;

typedef struct MusterEquipment {
  int64_t holder;   /* a post's or station's id (the two share one number space) */
  const char *kind; /* "aed", "pump", "life_vest" … */
  uint32_t count;
} MusterEquipment;

typedef struct MusterAdjacency { /* two grids that share a border; a < b */
  MusterAreaId a, b;
  uint32_t border_m;
} MusterAdjacency;

typedef struct MusterCounty MusterCounty;

/* ---- builder ---- */
typedef struct MusterCountyBuilder MusterCountyBuilder;
MUSTER_EXPORT MusterCountyBuilder *muster_county_builder_new(void);
MUSTER_EXPORT void muster_county_builder_free(MusterCountyBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterCountyBuilder, muster_county_builder_free)
/* The add functions take rows in any order, copy what they are given and ignore fields "set by the seal"; nothing is
 * refused before the seal. Texts are UTF-8; a NULL name becomes "", an empty contact NULL. */
/* polygons may be NULL (then the area has none; a grid without one is a defect). Rings are closed. A grid's
 * leader_contact and the duty_team of any other area are ignored. */
MUSTER_EXPORT void muster_county_builder_add_area(MusterCountyBuilder *builder, const MusterArea *area,
                                                  const MusterPolygons *polygons);
MUSTER_EXPORT void muster_county_builder_add_team(MusterCountyBuilder *builder, const MusterTeam *team);
MUSTER_EXPORT void muster_county_builder_add_volunteer(MusterCountyBuilder *builder, const MusterVolunteer *volunteer);
MUSTER_EXPORT void muster_county_builder_add_post(MusterCountyBuilder *builder, const MusterPost *post);
/* The post serves that community; each pair once. */
MUSTER_EXPORT void muster_county_builder_add_post_area(MusterCountyBuilder *builder, int64_t post,
                                                       int64_t community_code);
/* Posts and stations share one number space. */
MUSTER_EXPORT void muster_county_builder_add_station(MusterCountyBuilder *builder, const MusterStation *station);
MUSTER_EXPORT void muster_county_builder_add_shift(MusterCountyBuilder *builder, const MusterShift *shift);
/* Each kind once a holder. */
MUSTER_EXPORT void muster_county_builder_add_equipment(MusterCountyBuilder *builder, const MusterEquipment *equipment);
/* The bit of the skill of that name (not empty, no ';' in it), added if new; −1 when all 64 are taken. The seal orders
 * skills by name: afterwards ask muster_county_find_skill. */
MUSTER_EXPORT int muster_county_builder_skill(MusterCountyBuilder *builder, const char *name);
/* The county's roads; the builder takes them over and frees those it had. */
MUSTER_EXPORT void muster_county_builder_take_roads(MusterCountyBuilder *builder, MusterRoads *roads);
/* Free text that says where the data come from (attribution, "synthetic", seed); shown by check and reports. */
MUSTER_EXPORT void muster_county_builder_set_note(MusterCountyBuilder *builder, const char *note);
/* Orders rows, resolves references, computes the adjacency of grids and the digest. References that lead nowhere become
 * MUSTER_NONE (muster_county_check names them). Errors: DUPLICATE, two rows with one id, both named; INPUT, a value
 * that no county can hold (an unknown role, a position off the earth, text that is not UTF-8, an open ring). The
 * builder is empty afterwards, also after an error. O(n log n) in rows and in edges of grids. */
MUSTER_EXPORT MusterCounty *muster_county_builder_seal(MusterCountyBuilder *builder, GError **error);

/* ---- snapshot ---- */
/* Reads a county file (docs/county-file.md), also one that another program has edited. Errors: OPEN, CORRUPT, and those
 * of the seal; the message begins with the path. Safe for hostile files. */
MUSTER_EXPORT MusterCounty *muster_county_open(const char *path, GError **error);
/* Written to a temporary name beside `path`, flushed and renamed: whole or not there. The same county gives the same
 * bytes. Error: OPEN. */
MUSTER_EXPORT bool muster_county_save(const MusterCounty *county, const char *path, GError **error);
/* Any thread. */
MUSTER_EXPORT MusterCounty *muster_county_ref(MusterCounty *county);
MUSTER_EXPORT void muster_county_unref(MusterCounty *county);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterCounty, muster_county_unref)
/* SHA-256 of the content (not of the file), 64 hex digits: counties that say the same have the same. */
MUSTER_EXPORT const char *muster_county_sha256(const MusterCounty *county);
/* Where the data come from; "" if nothing is said. */
MUSTER_EXPORT const char *muster_county_note(const MusterCounty *county);

/* Const views, an array index being the dense id; `count` may be NULL; of no rows NULL may be returned. Areas are
 * ordered by (level, code): id 0 is the county, grids come last. */
MUSTER_EXPORT const MusterArea *muster_county_areas(const MusterCounty *county, size_t *count);
/* Areas of one level are contiguous: first id and count. */
MUSTER_EXPORT void muster_county_level(const MusterCounty *county, MusterAreaLevel level, MusterAreaId *first,
                                       size_t *count);
/* The areas right under one, and the teams of one, ascending. */
MUSTER_EXPORT MusterSpan32 muster_county_area_children(const MusterCounty *county, MusterAreaId area);
MUSTER_EXPORT MusterSpan32 muster_county_area_teams(const MusterCounty *county, MusterAreaId area);
/* View of the area's polygons; polygon_count 0 if it has none. */
MUSTER_EXPORT MusterPolygons muster_county_area_polygons(const MusterCounty *county, MusterAreaId area);
/* By id. */
MUSTER_EXPORT const MusterTeam *muster_county_teams(const MusterCounty *county, size_t *count);
/* By id. */
MUSTER_EXPORT const MusterVolunteer *muster_county_volunteers(const MusterCounty *county, size_t *count);
/* Volunteers of a team, captain first, then deputies, backbone, members; by id within a role. */
MUSTER_EXPORT MusterSpan32 muster_county_team_volunteers(const MusterCounty *county, MusterTeamId team);
/* By id. */
MUSTER_EXPORT const MusterPost *muster_county_posts(const MusterCounty *county, size_t *count);
/* The communities that a post serves, ascending. */
MUSTER_EXPORT MusterSpan32 muster_county_post_areas(const MusterCounty *county, MusterPostId post);
/* By id. */
MUSTER_EXPORT const MusterStation *muster_county_stations(const MusterCounty *county, size_t *count);
/* By (post, volunteer, weekdays, start, end), outside ids. */
MUSTER_EXPORT const MusterShift *muster_county_shifts(const MusterCounty *county, size_t *count);
/* By (holder, kind). */
MUSTER_EXPORT const MusterEquipment *muster_county_equipment(const MusterCounty *county, size_t *count);
/* Pairs of grids that share half a metre of border or more, by (a, b). Edges count where they run along each other
 * within 2 cm, so a corner in the middle of a neighbour's edge does not matter. */
MUSTER_EXPORT const MusterAdjacency *muster_county_adjacency(const MusterCounty *county, size_t *count);
/* Skills are numbered by name; NULL past the last. */
MUSTER_EXPORT const char *muster_county_skill_name(const MusterCounty *county, unsigned bit);
/* Its bit; −1 if there is none of that name. */
MUSTER_EXPORT int muster_county_find_skill(const MusterCounty *county, const char *name);
/* Ways by id, barriers by node; never NULL, may be empty. */
MUSTER_EXPORT const MusterRoads *muster_county_roads(const MusterCounty *county);

/* The grid that holds the position, or MUSTER_NONE; edges are half open, so a point on a shared one lies in exactly one
 * grid. Any thread; allocates nothing; O(log n) and the edges of a few grids. */
MUSTER_EXPORT MusterAreaId muster_county_locate(const MusterCounty *county, MusterPosition position);
/* The same, but outside every grid the one whose border is nearest, the lowest id of several, if it is within limit_m
 * (finite; included); *distance_m is 0 inside. Planar distances; O(edges) outside. Any thread; allocates nothing. */
MUSTER_EXPORT MusterAreaId muster_county_locate_near(const MusterCounty *county, MusterPosition position,
                                                     double limit_m, double *distance_m);
/* By outside id or code, of any level; O(log n); MUSTER_NONE if there is none. */
MUSTER_EXPORT MusterAreaId muster_county_find_area(const MusterCounty *county, int64_t code);
MUSTER_EXPORT MusterTeamId muster_county_find_team(const MusterCounty *county, int64_t id);
MUSTER_EXPORT MusterVolunteerId muster_county_find_volunteer(const MusterCounty *county, int64_t id);
MUSTER_EXPORT MusterPostId muster_county_find_post(const MusterCounty *county, int64_t id);
MUSTER_EXPORT MusterStationId muster_county_find_station(const MusterCounty *county, int64_t id);

/* ---- check ---- */
typedef enum MusterDefectKind {
  MUSTER_DEFECT_GEOMETRY,     /* a polygon is not valid: why and where */
  MUSTER_DEFECT_OVERLAP,      /* two grids overlap */
  MUSTER_DEFECT_GAP,          /* a part of the county belongs to no grid */
  MUSTER_DEFECT_ORPHAN,       /* refers to a row that does not exist */
  MUSTER_DEFECT_NO_CAPTAIN,   /* a team without a captain, or with several */
  MUSTER_DEFECT_NO_DUTY_TEAM, /* a grid nobody answers for */
  MUSTER_DEFECT_UNREACHABLE,  /* a volunteer who cannot get to any road by any of their modes */
  MUSTER_DEFECT_OFF_ROAD,     /* a post or station far off any road */
  MUSTER_DEFECT_DATUM,        /* a systematic shift: positions look like another datum's */
  MUSTER_DEFECT_VALUE,        /* a value out of its range */
  MUSTER_DEFECT_OUTSIDE,      /* a grid reaches beyond the county */
  MUSTER_DEFECT_CODE,         /* an official code that does not fit its level or its parent's */
  MUSTER_DEFECT_KIND_COUNT
} MusterDefectKind;
typedef struct MusterDefect {
  MusterDefectKind kind;
  char *text; /* one sentence: what, where, expected, found */
} MusterDefect;
typedef struct MusterDefects MusterDefects;
/* "geometry", "overlap", "gap", "orphan", "no-captain" …; static. */
MUSTER_EXPORT const char *muster_defect_kind_name(MusterDefectKind kind);
/* Every defect that docs/county-check.md lists, in its order; never NULL. The county is only read: any thread. Builds
 * the county's networks, so it takes seconds for a large county. */
MUSTER_EXPORT MusterDefects *muster_county_check(const MusterCounty *county);
/* The list lives as long as `defects`. */
MUSTER_EXPORT const MusterDefect *muster_defects_list(const MusterDefects *defects, size_t *count);
/* What could not be checked, and why ("the county holds no roads: …"): sentences, not defects. */
MUSTER_EXPORT const char *const *muster_defects_notes(const MusterDefects *defects, size_t *count);
MUSTER_EXPORT void muster_defects_free(MusterDefects *defects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterDefects, muster_defects_free)

/* ---- where counties come from ---- */

/* The reference county: Laifeng's figures, names, codes and boundary; villages, roads and people placed by the seed
 * (docs/reference-county.md says what is fact and how the rest is made). Same seed and scale, same county.
 *
 * scale: 0.01 to 100, multiplies volunteers and teams (every community keeps one); 1 gives the exact figures.
 * progress may be NULL. Errors: MUSTER_COUNTY_ERROR_OPTION (scale), _CANCELLED. Any thread; some 3 s of computing. */
MUSTER_EXPORT MusterCounty *muster_county_reference(uint64_t seed, double scale, MusterProgress progress,
                                                    void *user_data, GError **error);

typedef struct MusterCountyOverOptions {
  uint64_t seed;
  uint32_t grids, teams, volunteers; /* 0: in proportion to the network, as in the reference county */
} MusterCountyOverOptions;
/* A county of the same structure over any real roads, by their street density (docs/county-over.md). The roads become
 * the county's and are taken over, also on failure. options NULL: seed 1, all in proportion. progress may be NULL.
 *
 * Errors: MUSTER_COUNTY_ERROR_OPTION (no road open to foot, more grids than the roads can tell apart, more teams than
 * volunteers), _CANCELLED; MUSTER_GEO_ERROR_GEOMETRY if the ground cannot be divided. Any thread.
 * O(n log n log grids) in the length of the roads. */
MUSTER_EXPORT MusterCounty *muster_county_over(MusterRoads *roads, const MusterCountyOverOptions *options,
                                               MusterProgress progress, void *user_data, GError **error);

typedef struct MusterCountyImport { /* paths; NULL: not given */
  const char *areas_geojson;
  const char *volunteers_csv, *teams_csv, *posts_csv, *stations_csv, *shifts_csv, *equipment_csv;
  const char *roads_osm;
  const char *encoding; /* "utf-8" (default) or "gb18030" (or any name iconv knows) */
  MusterDatum datum;    /* of the positions in the sheets */
  const char *crs;      /* "EPSG:…" of the positions in the sheets, instead of a datum; NULL: longitude, latitude */
} MusterCountyImport;
/* Reads a county's own sheets. All defects are listed, one a line "FILE:LINE:COLUMN: sentence", in *defects (free with
 * g_free); NULL is returned if there are any. */
MUSTER_EXPORT MusterCounty *muster_county_import(const MusterCountyImport *sheets, char **defects, GError **error);

G_END_DECLS

#endif
