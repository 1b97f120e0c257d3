"""The metrics of a real service, and the alarms and the dashboard that are made of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feedsvc.web.delivery.request_counts import CountingMiddleware, no_requests
from newsroom import Newsroom
from service import Answer, serving

CONTRIB = Path(__file__).parent.parent / "contrib"
METRIC = re.compile(r"\b(?:feedsvc|process)_[a-z_]+")
TOKEN = "0123456789abcdef"  # noqa: S105  of a service of this test
REQUESTS = "feedsvc_requests_total"
ASKED = 7
with_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)"
)


def expressions() -> dict[str, str]:
    """Return each query of the dashboard with a range for its variable, by the title of its panel."""
    board = json.loads((CONTRIB / "grafana.json").read_text(encoding="utf-8"))
    return {
        f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "5m")
        for panel in board["panels"]
        for target in panel["targets"]
    }


def promtool(*arguments: str, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *arguments], input=given, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, f"{done.stdout}{done.stderr}"


def samples(answer: Answer) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def scraped(tmp_path_factory) -> tuple[dict[tuple[str, ...], float], str]:
    """Return the samples of a service that was asked for one thing of each kind, and its whole answer."""
    newsroom = Newsroom(tmp_path_factory.mktemp("monitored"))
    newsroom.file("world/tide.txt", "Tide rises\n\nIt rose at nine.\n")
    with serving(newsroom.folder, FEEDSVC_STATUS_TOKEN=TOKEN) as service:
        etag = service.ask("/feeds/all.rss").headers["etag"]
        service.ask("/feeds/all.rss", If_None_Match=etag)
        for path in ("/feeds/none.rss", "/", "/no/page", "/search?q=tide", "/media/none/none.png"):
            service.ask(path)

        def is_counted(answer: Answer) -> bool:
            found = samples(answer)
            asked = sum(value for key, value in found.items() if key[0] == REQUESTS and key[1] != "operator")
            return asked == ASKED and found["feedsvc_pass_duration_seconds_count",] > 0

        answer = service.wait_for("/metrics", is_counted, Authorization=f"Bearer {TOKEN}")
        return samples(answer), answer.body.decode()


def test_requests_of_all_workers_are_counted_by_kind_and_status(scraped):
    found, _ = scraped
    requests = {key[1:]: value for key, value in found.items() if key[0] == REQUESTS}

    assert {key: value for key, value in requests.items() if value and key[0] != "operator"} == {
        ("feed", "2xx"): 1,
        ("feed", "3xx"): 1,
        ("feed", "4xx"): 1,
        ("page", "2xx"): 1,
        ("page", "4xx"): 1,
        ("search", "2xx"): 1,
        ("file", "4xx"): 1,
    }
    assert found["feedsvc_request_duration_seconds_count", "feed"] == 3
    assert 0 < found["feedsvc_request_duration_seconds_sum", "page"] < 60


def test_passes_and_all_processes_of_the_service_are_measured(scraped):
    found, _ = scraped
    memory = [(key[2], value) for key, value in found.items() if key[0] == "process_resident_memory_bytes"]

    assert found["feedsvc_pass_duration_seconds_count",] >= 1
    assert sorted(role for role, _ in memory) == ["master", "publisher", "worker", "worker"]
    assert all(value > 1_000_000 for _, value in memory)


def test_an_application_that_fails_counts_as_a_failure():
    def application(_environ, _start_response):
        raise ZeroDivisionError

    requests, stirred = no_requests(), []
    counting = CountingMiddleware(application, requests, mount="/news", stir=lambda: stirred.append(True))

    with pytest.raises(ZeroDivisionError):
        counting({"PATH_INFO": "/news/feeds/world.rss"}, lambda *_arguments: None)

    assert (requests["feed"][-4:], stirred) == ([0.0, 0.0, 0.0, 1.0], [True])


@pytest.mark.parametrize("file", ["alerts.yml", "grafana.json"])
def test_alarms_and_dashboard_ask_for_metrics_that_exist(file, scraped):
    _, text = scraped
    known = {name for family in text_string_to_metric_families(text) for name in (family.name, f"{family.name}_total")}

    asked = {name.removesuffix("_bucket") for name in METRIC.findall((CONTRIB / file).read_text(encoding="utf-8"))}

    assert len(asked) > 5
    assert asked - known == set()


@with_promtool
def test_promtool_accepts_the_alarms_the_queries_and_the_metrics(tmp_path, scraped):
    _, text = scraped
    rules = tmp_path / "queries.yml"
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(expressions().values())]
    rules.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}), encoding="utf-8")

    told = [
        promtool("check", "rules", str(CONTRIB / "alerts.yml")),
        promtool("check", "rules", str(rules)),
        promtool("check", "metrics", given=text),
    ]

    assert [status for status, _ in told] == [0, 0, 0], told
