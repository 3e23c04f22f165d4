"""How requests leave and answers arrive: connections, limits, silence. Nothing here knows what an answer means."""
