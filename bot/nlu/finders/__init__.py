"""Finders of entities: each reads a text by lists and rules and gives spans; none of them is trained.

Their lists are YAML in `data/`, read once when first needed. A list or a finder may change without a new training.
"""
