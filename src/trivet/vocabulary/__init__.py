"""Words every chapter shares: Money, Period, Function, canonical documents."""
