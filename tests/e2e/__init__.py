"""A real browser on the pages. A package, so that the browser lives for this folder and no longer:

while Playwright runs, its thread counts as one with a running event loop, and `asyncio.run` elsewhere would refuse.
"""
