"""Exports in files: CSV, Parquet and workbooks become rows of text under their own headings."""
