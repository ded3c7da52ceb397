"""The command: ``python -m bench SUBJECT``; ``subjects`` says what there is."""

import sys

from bench import ending, report, subjects

NEEDED = ".venv/bin/pip install -e '.[dev]'"
"""Run in the project's folder, this installs all that a measurement needs."""


def main() -> None:
    """Runs one measurement; a signal ends it and what it has started, with the status that is usual for it."""
    with ending.on_signals():
        try:
            _measure()
        except ModuleNotFoundError as problem:
            missing = problem.name or ""
            if missing.partition(".")[0] == "bench":
                raise
            sys.exit(f"This needs {missing}, which this Python lacks; {NEEDED} installs it there.")


def _measure() -> None:
    options = subjects.arguments().parse_args()
    if options.subject == "all":
        from bench import suite

        suite.run(quick=options.quick)
    elif options.subject == "page":
        from bench import suite
        from bench.page import performance

        performance.write(suite.RESULTS)
    else:
        report.publish(options.run(options), getattr(options, "json", None))


if __name__ == "__main__":
    main()
