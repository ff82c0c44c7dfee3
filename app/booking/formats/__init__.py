"""Appointments in other shapes: the lines of a list, and a file for a calendar."""

from app.booking.formats.calendars import calendar, file_name
from app.booking.formats.lines import VisitLine, visit_line

__all__ = ["VisitLine", "calendar", "file_name", "visit_line"]
