// New content is told and reached: focus moves to its heading, or to the summary of a form's errors.
document.addEventListener("htmx:after:settle", () =>
  document.querySelector(".htmx-added [data-focus-after-swap], .htmx-added[data-focus-after-swap]")?.focus(),
);

// Safari does not honour autofocus on everything that can have focus; and a link to a part leads to its heading.
document.querySelector("[autofocus], :target:not(main) [data-focus-after-swap]")?.focus();
