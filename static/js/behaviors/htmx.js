// htmx comes after everything that can be seen: pages are complete without it.
const { htmx } = document.querySelector("script[data-htmx]").dataset;

addEventListener("load", () => document.head.append(Object.assign(document.createElement("script"), { src: htmx })));
