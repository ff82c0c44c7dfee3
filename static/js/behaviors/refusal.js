// What could not be done is said in the live region; a prepared sentence stands for an answer that never came.
const refusal = document.getElementById("refusal");

function trouble() {
  refusal.replaceChildren(document.getElementById("trouble").content.cloneNode(true));
  refusal.scrollIntoView({ block: "center" });
}

document.addEventListener("htmx:before:request", () => refusal.replaceChildren());
document.addEventListener("htmx:error", trouble);
document.addEventListener("htmx:response:error", ({ detail }) => detail.ctx.response.status >= 500 && trouble());
document.addEventListener("htmx:after:swap", ({ target }) => target === refusal && refusal.scrollIntoView({ block: "center" }));
