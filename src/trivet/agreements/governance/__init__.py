"""What happens when people do not agree, and when they change: escalation, ruling, onboarding."""
