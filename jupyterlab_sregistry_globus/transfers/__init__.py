"""The main job: plan a transfer, write it down, submit it once, follow it, and prove what arrived."""
