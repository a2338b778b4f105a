"""The pages of governed documents."""
