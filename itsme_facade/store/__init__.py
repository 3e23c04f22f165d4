"""Where unfinished logins are kept, sealed and for a short time.

Names are imported when they are first used: each store brings its own packages along.
"""
