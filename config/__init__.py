"""Settings, areas and logging: what an instance is told before it starts."""
