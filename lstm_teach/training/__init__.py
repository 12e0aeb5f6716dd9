"""Training in plain NumPy: the tasks, the engine, the loop."""
