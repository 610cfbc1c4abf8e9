"""The four-property checks (四性检测) of DA/T 70: what they look at, what they find, and how results are kept."""
