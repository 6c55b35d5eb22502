"""Everything stored in SQL: SQLite by default, PostgreSQL when that is outgrown."""
