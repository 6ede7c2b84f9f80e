"""Tests of the facts about operations."""
