"""Methods that wait, count, or take the server down."""
