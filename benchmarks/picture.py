"""Draws orders a second over the number of connections; runs in the peers' environment, which has matplotlib."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

OURS = {"linewidth": 2.5, "marker": "o", "color": "#c22"}
LIMIT = {"linewidth": 1.2, "linestyle": "--", "marker": "."}
OTHER = {"linewidth": 1.2, "marker": "."}


def draw(document: dict[str, Any], file: Path) -> None:
    import_module("matplotlib").use("agg")
    plt = import_module(
        "matplotlib.pyplot"
    )  # by name: the project's own environment has no matplotlib to check against
    databases = sorted({series["database"] for series in document["series"]} - {"none"}) or ["none"]
    shape = {"figsize": (6 * len(databases), 6), "sharey": True, "squeeze": False, "layout": "constrained"}
    figure, (panels,) = plt.subplots(1, len(databases), **shape)
    for panel, database in zip(panels, databases, strict=True):
        for series in document["series"]:
            if series["database"] in (database, "none"):
                line(panel, series)
        panel.set(title=database, xscale="log", yscale="log", xlabel="connections", xlim=(0.8, 160))
        panel.set_xticks([1, 8, 32, 128], ["1", "8", "32", "128"])
        panel.minorticks_off()
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False)
    panels[0].set_ylabel("balance orders a second, median and range")
    figure.suptitle(document["caption"], fontsize="medium")
    figure.savefig(file, dpi=150, metadata={"Software": None})


def line(panel: Any, series: dict[str, Any]) -> None:
    """One writer is the same at any number of connections."""
    points = series["points"]
    middle = [point["median"] for point in points]
    if series["name"] == "sqlite-loop":
        panel.axhline(middle[0], label=series["title"], color="#888", linewidth=1.2, linestyle="--")
        return
    below = [point["median"] - point["low"] for point in points]
    above = [point["high"] - point["median"] for point in points]
    connections = [point["connections"] for point in points]
    panel.errorbar(connections, middle, yerr=[below, above], label=series["title"], capsize=3, **style(series))


def style(series: dict[str, Any]) -> dict[str, Any]:
    if series["name"].startswith("lockstep"):
        return OURS
    if series["name"] == "floor":
        return {**LIMIT, "color": "#bbb"}
    return LIMIT if series["title"].startswith("limit") else OTHER


if __name__ == "__main__":
    draw(json.load(sys.stdin), Path(sys.argv[1]))
