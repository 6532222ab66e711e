"""muster/county.h."""
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from muster._c.base cimport GError, MusterPolygons, MusterPosition, MusterProgress, c_bool
from muster._c.road cimport MusterRoads


cdef extern from "<muster/county.h>" nogil:
    ctypedef struct MusterCounty:
        pass
    ctypedef struct MusterArea:
        int64_t code, parent_code
        const char *name
        uint8_t level, kind
        uint32_t residents
        MusterPosition seat
        int64_t duty_team
    ctypedef struct MusterVolunteer:
        int64_t id, team
        uint8_t role, branch_role, modes
        c_bool approved, has_work
        MusterPosition home, work
        uint64_t skills
    ctypedef struct MusterPost:
        int64_t id, community_code
        const char *name
        MusterPosition position
    ctypedef struct MusterShift:
        int64_t post, volunteer
    ctypedef struct MusterEquipment:
        int64_t holder
    ctypedef struct MusterTeam:
        int64_t id, area_code
    ctypedef struct MusterAdjacency:
        uint32_t a, b, border_m
    ctypedef enum MusterAreaLevel:
        MUSTER_AREA_LEVEL_COUNT
    const char *muster_area_level_name(MusterAreaLevel level)
    MusterCounty *muster_county_open(const char *path, GError **error)
    bint muster_county_save(const MusterCounty *county, const char *path, GError **error)
    MusterCounty *muster_county_ref(MusterCounty *county)
    void muster_county_unref(MusterCounty *county)
    const char *muster_county_sha256(const MusterCounty *county)
    const char *muster_county_note(const MusterCounty *county)
    const MusterArea *muster_county_areas(const MusterCounty *county, size_t *count)
    void muster_county_level(const MusterCounty *county, MusterAreaLevel level, uint32_t *first, size_t *count)
    MusterPolygons muster_county_area_polygons(const MusterCounty *county, uint32_t area)
    const MusterTeam *muster_county_teams(const MusterCounty *county, size_t *count)
    const MusterVolunteer *muster_county_volunteers(const MusterCounty *county, size_t *count)
    const MusterPost *muster_county_posts(const MusterCounty *county, size_t *count)
    const MusterPost *muster_county_stations(const MusterCounty *county, size_t *count)
    const MusterShift *muster_county_shifts(const MusterCounty *county, size_t *count)
    const MusterEquipment *muster_county_equipment(const MusterCounty *county, size_t *count)
    const char *muster_county_skill_name(const MusterCounty *county, unsigned bit)
    const MusterRoads *muster_county_roads(const MusterCounty *county)
    uint32_t muster_county_locate(const MusterCounty *county, MusterPosition position)

    ctypedef enum MusterDefectKind:
        pass
    ctypedef struct MusterDefect:
        MusterDefectKind kind
        char *text
    ctypedef struct MusterDefects:
        pass
    const char *muster_defect_kind_name(MusterDefectKind kind)
    MusterDefects *muster_county_check(const MusterCounty *county)
    const MusterDefect *muster_defects_list(const MusterDefects *defects, size_t *count)
    const char *const *muster_defects_notes(const MusterDefects *defects, size_t *count)
    void muster_defects_free(MusterDefects *defects)

    MusterCounty *muster_county_reference(uint64_t seed, double scale, MusterProgress progress, void *user_data,
                                          GError **error)
    ctypedef struct MusterCountyOverOptions:
        uint64_t seed
        uint32_t grids, teams, volunteers
    MusterCounty *muster_county_over(MusterRoads *roads, const MusterCountyOverOptions *options,
                                     MusterProgress progress, void *user_data, GError **error)
    ctypedef enum MusterDatum:
        pass
    bint muster_datum_from_name(const char *name, MusterDatum *out, GError **error)
    ctypedef struct MusterCountyImport:
        const char *areas_geojson
        const char *volunteers_csv
        const char *teams_csv
        const char *posts_csv
        const char *stations_csv
        const char *shifts_csv
        const char *equipment_csv
        const char *roads_osm
        const char *encoding
        MusterDatum datum
        const char *crs
    MusterCounty *muster_county_import(const MusterCountyImport *sheets, char **defects, GError **error)
