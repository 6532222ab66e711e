"""Circles, staffing and rosters: the program's figures, and what their tables must add up to."""

import csv
import io
import json

import numpy as np
import pytest

import muster


@pytest.fixture(scope="module")
def files(county, network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    county.save(folder / "c.gpkg")
    network.save(folder / "c.mnet")
    return folder / "c.gpkg", folder / "c.mnet"


# ---- circles ----


@pytest.mark.parametrize("each", [False, True])
def test_circles_as_the_program(county, network, program, files, tmp_path, each):
    found = muster.circles(county, network.for_mode("car"), minutes=7.5, each=each, toward=True)
    program("circles", files[0], "--network", files[1], "--mode", "car", "--minutes", 7.5, "--toward", *["--each"] * each, "-o", tmp_path / "c.geojson")
    import geopandas

    printed = geopandas.read_file(tmp_path / "c.geojson")
    assert found.columns.tolist() == printed.columns.tolist() and found.crs == "EPSG:4326"
    for name in ("services", "mode", "minutes", *(["id", "name", "community_code"] if each else [])):
        assert found[name].tolist() == printed[name].tolist()
    np.testing.assert_allclose(found["area_km2"], printed["area_km2"], atol=1e-6)
    np.testing.assert_allclose(found["residents"], printed["residents"], atol=0.5)
    assert found.geometry.geom_equals_exact(printed.geometry, 1e-7).all()


def test_more_minutes_reach_more(county, network):
    circles = [muster.circles(county, network, minutes=minutes, doors=2) for minutes in (3, 10, 30)]
    for less, more in zip(circles, circles[1:]):
        assert (less["area_km2"] < more["area_km2"]).all() and (less["share"] <= more["share"]).all()
    assert set(circles[0]["services"]) == {"post", "station", "both"}
    assert muster.circles(county, network, minutes=10, doors=2, threads=1).equals(circles[1])


def test_refused_circles(county, network):
    with pytest.raises(ValueError, match="expected minutes above 0"):
        muster.circles(county, network, minutes=0)
    with pytest.raises(muster.MusterError, match="doors"):
        muster.circles(county, network, doors=0)


# ---- staffing ----


def test_staffing_as_the_program(county, network, program, files, tmp_path):
    found = muster.staffing(county, network, hours=[22, 23, 0, 1, 2, 3, 4, 5], needs={None: 1, "first_aid": 1}, acceptance=0.9, doors=2)
    printed = json.loads(program("staffing", files[0], "--network", files[1], "--hours", "22-5", "--need", 1, "--need", "1:first_aid",
                                 "--acceptance", 0.9, "--doors", 2, "--json"))
    block = printed["blocks"][0]
    assert (found.people, found.bound, found.is_optimal, found.hopeless) == tuple(block[name] for name in ("people", "bound", "optimal", "hopeless"))
    stands = [{name: stand[name] for name in ("id", "skills", "people", "of")} for stand in found.stands.to_dict("records")]
    assert stands == block["stands"]
    short = (found.chances < 0.9 - 1e-9).sum(axis=1)
    assert short.sum() == found.hopeless and found.chances.size == printed["doors"]
    codes = county.grid_codes[short > 0].tolist()
    assert codes == [grid["code"] for grid in block["hopeless_grids"]]
    assert found.stands["people"].sum() == found.people and (found.stands["people"] <= found.stands["of"]).all()
    assert str(found.people) in repr(found) and found.stands.crs == "EPSG:4326"


def test_a_higher_demand_needs_no_fewer(county, network):
    people = [muster.staffing(county, network, at="posts", alpha=alpha, acceptance=0.9, doors=1, hours=[3]) for alpha in (0.5, 0.9)]
    assert all(found.bound <= found.people for found in people)
    assert people[0].hopeless <= people[1].hopeless
    again = muster.staffing(county, network, at="posts", alpha=0.9, acceptance=0.9, doors=1, hours=[3])
    np.testing.assert_array_equal(again.chances, people[1].chances)


def test_refused_staffing(county, network):
    with pytest.raises(ValueError, match="expected posts or stations, found 'homes'"):
        muster.staffing(county, network, at="homes")
    with pytest.raises(ValueError, match="found 'flying'"):
        muster.staffing(county, network, needs={"flying": 1})
    with pytest.raises(ValueError, match="expected 1 person or more, found 0"):
        muster.staffing(county, network, needs=0)
    with pytest.raises(ValueError, match="expected 1 to 4 needs, found 0"):
        muster.staffing(county, network, needs={})
    with pytest.raises(ValueError, match="chance to accept of 0 to 1, found 2"):
        muster.staffing(county, network, acceptance=2)
    with pytest.raises(muster.MusterError, match="alpha"):
        muster.staffing(county, network, alpha=1.5)


# ---- rosters ----


def test_roster_as_the_program(county, program, files, tmp_path):
    shifts = [("06:00", "14:00"), ("14:00", "22:00"), ("22:00", "06:00")]
    found = muster.roster(county, shifts=shifts, needs={"first_aid": 1, None: 2}, weeks=2, rest_h=10.5, seed=3)
    printed = json.loads(program("roster", files[0], *[word for start, end in shifts for word in ("--shift", f"{start}-{end}")], "--need", "1:first_aid",
                                 "--need", 2, "--weeks", 2, "--rest", 10.5, "--seed", 3, "--json", "-o", tmp_path / "roster.csv"))
    for row, post in zip(found.posts.to_dict("records"), printed["posts"], strict=True):
        assert row == {name: post[name] for name in row}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "roster.csv").read_text(encoding="utf-8"))))
    own = found.places.astype({"volunteer": "string"}).fillna("").astype(str).to_dict("records")
    assert own == rows
    spread = found.people.groupby("post")[["minutes", "unsocial_minutes"]].agg(["min", "max"])
    spread = spread.reindex(found.posts["id"], fill_value=0)  # a post may have nobody
    for name in ("minutes", "unsocial_minutes"):
        assert spread[name].to_numpy().tolist() == [post[name] for post in printed["posts"]]


def test_roster_adds_up(county):
    ids = county.post_ids[:2].tolist()
    found = muster.roster(county, ids[::-1], weeks=1)
    assert found.posts["id"].tolist() == ids[::-1]
    taken = found.places.dropna(subset="volunteer").groupby(["post", "volunteer"]).size()
    assert (taken <= 2).all()
    shifts = found.people.set_index(["post", "volunteer"])["shifts"]
    assert shifts[shifts > 0].sort_index().tolist() == taken.sort_index().tolist()
    assert found.posts["filled"].sum() == taken.sum() and "places of 2 posts" in repr(found)


def test_refused_rosters(county):
    with pytest.raises(ValueError, match="ids of posts of the county, found 123456789"):
        muster.roster(county, [123456789])
    with pytest.raises(ValueError, match='such as "22:00", found \'25:00\''):
        muster.roster(county, shifts=[("25:00", "06:00")])
    with pytest.raises(ValueError, match="expected 1 to 24 shifts, found 0"):
        muster.roster(county, shifts=[])
    with pytest.raises(muster.MusterError, match="week"):
        muster.roster(county, weeks=0)


@pytest.mark.parametrize("work", [muster.circles, muster.staffing, muster.roster])
def test_a_callback_stops_it(county, work):
    def stop(_share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(county, progress=stop)
