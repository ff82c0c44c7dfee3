"""The public pages: what this is, who answers for what, and a place to say so when something is wrong."""
