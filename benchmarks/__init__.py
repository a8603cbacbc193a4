"""Measurements, each a module: ``python -m benchmarks.NAME``. ``docs/benchmarks.md`` lists them."""
