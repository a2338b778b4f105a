"""The ideal customer profile as an agreement: drafted apart, compared, merged, signed, reviewed."""
