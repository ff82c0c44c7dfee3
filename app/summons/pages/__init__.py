"""The summons as its resident meets it. One module for each page, or for the steps of one errand."""

from app.summons.pages import todo

routers = [todo.router]
