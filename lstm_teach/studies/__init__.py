"""The studies: each folder a table declared beforehand, its records, and what they say."""
