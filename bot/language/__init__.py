"""Pure French text functions: normalisation, durations and dates, order numbers, redaction."""
