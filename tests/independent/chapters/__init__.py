"""The story's chapters, in the order in which they run."""

from importlib import import_module

for _name in ("page", "frameworks", "login", "contacts", "messages", "history", "marks", "around", "robots", "files", "media", "mixed", "bad_days"):
    import_module(f"chapters.{_name}")
