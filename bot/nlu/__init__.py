"""Rasa's pipeline for many languages: language, tokens, features, topic, entities, decision (see `config.yml`)."""
