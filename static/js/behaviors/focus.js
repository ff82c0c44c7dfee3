// New content is told and reached: focus moves to its heading, or to the summary of a form's errors.
document.addEventListener("htmx:after:settle", () =>
  document.querySelector(".htmx-added [data-focus-after-swap], .htmx-added[data-focus-after-swap]")?.focus(),
);

// Safari does not honour autofocus on everything that can have focus.
document.querySelector("[autofocus]")?.focus();
