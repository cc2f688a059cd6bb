"""What every process shares: settings, database, languages, facts, privacy, logging and the command line."""
