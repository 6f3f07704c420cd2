"""This machine: its files, its processes, who may connect, its battery."""
