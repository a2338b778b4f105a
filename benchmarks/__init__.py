"""The ratios the README shows, each measured within one run. Start with `./dev bench`."""
