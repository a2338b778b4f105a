"""What runs when: sync, build, measure, publish. The doors ask here; the numbers do the work."""
