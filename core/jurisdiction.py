"""A jurisdiction is a folder of data: official pages, facts, towns, agencies, election rules. This module reads it."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from core.settings import REPOSITORY, settings


@dataclass(frozen=True)
class Page:
    """An official page that answers link to and facts are read from."""

    id: str
    url: str
    title: str


@dataclass(frozen=True)
class Town:
    name: str
    lat: float
    lon: float
    zips: tuple[str, ...]
    also: tuple[str, ...]
    """Villages, neighbourhoods and other names people use for a place in it."""


@dataclass(frozen=True)
class Agency:
    """Where a person answers: a phone with opening hours in the jurisdiction's own time."""

    id: str
    name: str
    phone: str
    page: str
    hours: dict[str, tuple[dt.time, dt.time]]
    """Opening and closing time by weekday name (`monday` …); a day that is missing is closed."""
    is_always_open: bool = False


def folder(state: str | None = None) -> Path:
    return REPOSITORY / "data" / "jurisdictions" / (state or settings().jurisdiction)


def read_yaml(path: Path) -> Any:
    """Content of a YAML file, in plain Python types."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def pages() -> dict[str, Page]:
    raw = read_yaml(folder() / "pages.yml")
    return {name: Page(name, entry["url"], entry["title"]) for name, entry in raw.items()}


@cache
def page_by_url() -> dict[str, Page]:
    return {page.url: page for page in pages().values()}


@cache
def towns() -> dict[str, Town]:
    """Towns by name."""
    return {
        entry["name"]: Town(
            entry["name"], entry["lat"], entry["lon"], tuple(entry["zips"]), tuple(entry.get("also", ()))
        )
        for entry in read_yaml(folder() / "towns.yml")
    }


@cache
def profile() -> dict[str, Any]:
    """`jurisdiction.yml`: the state's name, time zone, agencies and which agency answers for which area."""
    found: dict[str, Any] = read_yaml(folder() / "jurisdiction.yml")
    return found


@cache
def time_zone() -> ZoneInfo:
    return ZoneInfo(profile()["time_zone"])


@cache
def agencies() -> dict[str, Agency]:
    return {
        name: Agency(
            name,
            entry["name"],
            entry["phone"],
            entry["page"],
            {
                day: (dt.time.fromisoformat(span[0]), dt.time.fromisoformat(span[1]))
                for day, span in entry.get("hours", {}).items()
            },
            bool(entry.get("always_open", False)),
        )
        for name, entry in profile()["agencies"].items()
    }


def agency_for(topic: str | None) -> Agency:
    """The agency that answers for a topic, by its area; the state's general line for anything else."""
    by_area: dict[str, str] = profile()["agency_by_area"]
    area = (topic or "").split("_")[0]
    return agencies()[by_area.get(area, profile()["general_agency"])]
