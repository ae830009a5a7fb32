"""A project that shows the JavaScript client what servers, proxies and tabs do to calls."""
