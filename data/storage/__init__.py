"""The database: sessions, change log, listeners, migrations, group commit, measures."""
