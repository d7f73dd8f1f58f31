"""One file a scenario: each has `run(bench)`, which answers rows of the table."""
