"""muster/road.h and muster/route.h."""
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from muster._c.base cimport GError, MusterBox, MusterPolygons, MusterPosition, MusterProgress


cdef extern from "<muster/road.h>" nogil:
    ctypedef struct MusterRoads:
        pass
    void muster_roads_free(MusterRoads *roads)
    MusterRoads *muster_roads_read_osm(const char *path, MusterProgress progress, void *user_data, GError **error)
    MusterRoads *muster_roads_read_county(const char *path, GError **error)
    size_t muster_roads_way_count(const MusterRoads *roads)
    bint muster_roads_box(const MusterRoads *roads, MusterBox *out)

    ctypedef struct MusterElevation:
        pass
    MusterElevation *muster_elevation_read(const char *folder, MusterBox box, GError **error)
    void muster_elevation_free(MusterElevation *elevation)

    ctypedef struct MusterSlopesReport:
        pass
    ctypedef enum MusterMode:
        MUSTER_MODE_COUNT
    const char *muster_mode_name(MusterMode mode)

    ctypedef struct MusterNetwork:
        pass
    ctypedef struct MusterMetric:
        pass
    ctypedef struct MusterNetworkInfo:
        uint32_t node_count, arc_count, link_count, snappable_node_count, part_count
        uint32_t turn_restriction_count, cut_off_node_count, chord_count
        double cut_off_length_m
        bint has_hierarchy, has_positions, from_dimacs, has_slopes
        MusterMode mode
        unsigned modes
        MusterBox box
        uint64_t bytes, checksum
    MusterNetwork *muster_network_new_for_modes(const MusterRoads *roads, unsigned modes,
                                                const MusterElevation *elevation, MusterSlopesReport *report,
                                                GError **error)
    MusterNetwork *muster_network_of_mode(MusterNetwork *network, MusterMode mode)
    MusterNetwork *muster_network_read_dimacs(const char *gr_path, const char *co_path, GError **error)
    MusterNetwork *muster_network_open(const char *path, GError **error)
    bint muster_network_save(const MusterNetwork *network, const char *path, GError **error)
    MusterNetwork *muster_network_ref(MusterNetwork *network)
    void muster_network_unref(MusterNetwork *network)
    void muster_network_info(const MusterNetwork *network, MusterNetworkInfo *out)
    uint32_t muster_network_find_node(const MusterNetwork *network, int64_t outside_id)
    int64_t muster_network_node_id(const MusterNetwork *network, uint32_t node)
    MusterPosition muster_network_node_position(const MusterNetwork *network, uint32_t node)
    uint32_t muster_network_arc_tail(const MusterNetwork *network, uint32_t arc)
    uint32_t muster_network_arc_head(const MusterNetwork *network, uint32_t arc)
    size_t muster_network_arcs_of_way(const MusterNetwork *network, int64_t way_id, uint32_t *out, size_t capacity)
    size_t muster_network_arcs_in_area(const MusterNetwork *network, const MusterPolygons *area, uint32_t *out,
                                       size_t capacity)
    size_t muster_network_arcs_between(const MusterNetwork *network, int64_t tail_id, int64_t head_id, uint32_t *out,
                                       size_t capacity)

    ctypedef struct MusterRoadPoint:
        uint32_t node, link, along_q16, access_ms, access_mm
        MusterPosition position
    MusterRoadPoint muster_road_point_at_node(const MusterNetwork *network, uint32_t node)
    bint muster_network_snap(const MusterNetwork *network, MusterPosition position, double limit_m,
                             MusterRoadPoint *out, GError **error)

    MusterMetric *muster_network_metric(MusterNetwork *network)
    MusterMetric *muster_metric_new(MusterNetwork *network, const uint32_t *weight_ms, unsigned threads)
    MusterMetric *muster_metric_ref(MusterMetric *metric)
    void muster_metric_unref(MusterMetric *metric)
    MusterMetric *muster_metric_close(MusterMetric *metric, const uint32_t *arcs, size_t count)
    MusterMetric *muster_metric_reopen(MusterMetric *metric, const uint32_t *arcs, size_t count)
    uint32_t muster_metric_arc_ms(const MusterMetric *metric, uint32_t arc)


cdef extern from "<muster/route.h>" nogil:
    ctypedef enum MusterDirection:
        MUSTER_FROM_PLACE
        MUSTER_TO_PLACE
    ctypedef struct MusterSearch:
        pass
    MusterSearch *muster_search_new(MusterNetwork *network)
    void muster_search_free(MusterSearch *search)
    void muster_search_set_metric(MusterSearch *search, MusterMetric *metric)
    uint32_t muster_search_time_ms(MusterSearch *search, const MusterRoadPoint *origin, const MusterRoadPoint *to)
    ctypedef struct MusterStreet:
        const char *name
        uint64_t length_mm
        uint32_t time_ms
        size_t first_shape
    ctypedef struct MusterPath:
        uint32_t time_ms
        uint64_t length_mm
        const uint32_t *nodes
        const uint32_t *arcs
        size_t node_count
        const MusterPosition *shape
        size_t shape_count
        const MusterStreet *streets
        size_t street_count
    void muster_search_path(MusterSearch *search, const MusterRoadPoint *origin, const MusterRoadPoint *to,
                            MusterPath *out)
    ctypedef struct MusterReached:
        uint32_t node, time_ms
    const MusterReached *muster_search_reach(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                             uint32_t limit_ms, MusterDirection direction, size_t *count)
    ctypedef struct MusterReachArea:
        pass
    bint muster_search_reach_areas(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                   const uint32_t *limits_ms, size_t limit_count, MusterDirection direction,
                                   double margin_m, MusterReachArea **out, GError **error)
    void muster_reach_area_free(MusterReachArea *area)
    MusterPolygons muster_reach_area_polygons(const MusterReachArea *area)
    void muster_search_matrix(MusterSearch *search, const MusterRoadPoint *sources, size_t source_count,
                              const MusterRoadPoint *targets, size_t target_count, uint32_t *out_ms)

    ctypedef struct MusterFleet:
        pass
    MusterFleet *muster_fleet_new(MusterNetwork *network)
    void muster_fleet_free(MusterFleet *fleet)
    void muster_fleet_put(MusterFleet *fleet, uint32_t responder, const MusterRoadPoint *place, uint64_t skills)
    void muster_fleet_remove(MusterFleet *fleet, uint32_t responder)
    void muster_fleet_set_available(MusterFleet *fleet, uint32_t responder, bint available)
    void muster_fleet_set_metric(MusterFleet *fleet, MusterMetric *metric)
    void muster_fleet_prepare(MusterFleet *fleet, MusterDirection direction, uint64_t skills)
    ctypedef struct MusterNearest:
        uint32_t responder, time_ms
    ctypedef struct MusterNearestOptions:
        MusterDirection direction
        uint64_t skills
        size_t k
        uint32_t limit_ms
        const uint32_t *excluded
        size_t excluded_count
    void muster_search_nearest_batch(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *places,
                                     size_t place_count, const MusterNearestOptions *options, MusterNearest *out,
                                     size_t *counts)

    ctypedef struct MusterTravel:
        pass
    MusterTravel *muster_travel_new_networks(MusterNetwork *const *networks, size_t count, double snap_limit_m,
                                             GError **error)
    MusterTravel *muster_travel_new_matrix(const char *const *place_names, size_t place_count,
                                           const uint32_t *times_ms)
    void muster_travel_free(MusterTravel *travel)
    bint muster_travel_set_metric(MusterTravel *travel, MusterMode mode, MusterMetric *metric)
