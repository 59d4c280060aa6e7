"""What a worker runs: a task and its series in, an outcome for each out."""
