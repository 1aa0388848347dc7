"""``python -m tests.benchmark [--quick] [--only SECTION …]``: what Countersign costs, beside named peers in one run.

Sections: ``catalog`` (size, loading, parsing, explaining, searching), ``memory`` (at idle, beside a bare Bolt app),
``acknowledging`` (latency and throughput, beside a bare Bolt app and a floor), ``opening`` (from a command until its
modal is asked for, with everything around slow, beside a bare Bolt app), ``stripe_calls`` (one call through the
executor, beside plain httpx and raw aiohttp) and ``commands`` (whole commands on SQLite and PostgreSQL).

Every figure is the median over rounds in which the subjects took turns. A ratio is taken within its round and told as
``median (least..greatest)``: where those two are far apart, other work was going on and the ratio is as soft as that.
Compare ratios between machines, not milliseconds. Nothing passes or fails here. It needs Linux; PostgreSQL is measured
where the tests find it. The whole takes about ten minutes, ``--quick`` two.
"""

import argparse
import time
from importlib import import_module

from tests.benchmark.measuring import Options, quiet_moment

SECTIONS = ("catalog", "memory", "acknowledging", "opening", "stripe_calls", "commands")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="Measure, and print tables.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and repetitions, and no waiting for quiet")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="these sections only")
    arguments = parser.parse_args()
    options = Options(
        rounds=2 if arguments.quick else 5, quick=arguments.quick, patience=0.0 if arguments.quick else 60.0
    )
    for name in arguments.only:
        begun = time.perf_counter()
        print(f"\n== {name}: {quiet_moment(options)}, {options.rounds} rounds", flush=True)
        for told in import_module(f"tests.benchmark.{name}").run(options):
            print(f"\n{told}", flush=True)
        print(f"\n({time.perf_counter() - begun:.0f} s)")


if __name__ == "__main__":
    main()
