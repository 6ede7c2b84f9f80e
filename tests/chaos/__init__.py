"""Many calls through random faults."""
