"""The pages that show numbers. They read published builds and never compute a number."""
