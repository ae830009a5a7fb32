"""Methods: functions registered under a name, with a signature and options."""
