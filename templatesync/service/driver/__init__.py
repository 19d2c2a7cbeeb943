"""The parts of the driver: jobs, lanes, pace, crew, scheduler. Knows no kind."""
