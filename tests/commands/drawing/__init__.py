"""Tests of how answers are drawn."""
