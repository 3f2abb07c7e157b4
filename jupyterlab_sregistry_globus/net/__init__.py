"""Requests to other machines, bounded in time, and the pools of threads that make them."""
