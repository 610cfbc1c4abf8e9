"""Classes of records by their titles. docs/classification.md has the schemes, the rules and their quality."""
