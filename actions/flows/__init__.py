"""Flows: what a resident does step by step. Each is a Rasa form; its questions and readings stand in its module."""
