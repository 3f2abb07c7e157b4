"""The main job: plan a send, write it down, submit it once, follow it, and prove what arrived."""
