"""A bank in Django, where a customer activates itsme with card and reader, and logs in with it from then on.

Django's settings belong to a whole process, so the bank has one of its own: see `__main__`.
"""
