"""Python types on the wire: annotations to codecs, values to tagged JSON and back."""
