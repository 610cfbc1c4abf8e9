"""The audit: rules as data, what they find, and what was decided about it. docs/audit.md has the rules."""
