// The server says how long the session lasts. It is asked two minutes before the end, and at the end.
let timer, due, before;

const current = () => document.getElementById("session");

function wait(seconds = current()?.dataset.ask) {
  clearTimeout(timer);
  due = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
  if (due < Infinity) timer = setTimeout(ask, seconds * 1000, "/inloggning");
}

async function ask(address, more) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  try {
    const answer = await (await fetch(address, { headers, ...more })).text();
    replace(new DOMParser().parseFromString(answer, "text/html").getElementById("session"));
    wait();
  } catch {
    if (more) document.getElementById("refusal").replaceChildren(document.getElementById("trouble").content.cloneNode(true));
    wait(20);
  }
}

// Focus stays where somebody writes; only when it was on what goes away it returns to where it was before.
function replace(fresh) {
  const held = current().contains(document.activeElement);
  current().replaceWith(fresh);
  if (held) (before?.isConnected ? before : fresh).focus();
}

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (current()?.contains(target) && !current().contains(relatedTarget)) before = relatedTarget;
});

document.addEventListener("submit", (event) => {
  if (!current()?.contains(event.target)) return;
  event.preventDefault();
  ask(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
});

// What is written goes along to the sign-in: kept by the server, and done by nobody.
document.addEventListener("click", (event) => {
  const written = (field) => field.matches("textarea, [type=text], :checked") && field.value;
  const form = event.target.closest("#session a") && [...document.querySelectorAll("main form[method=post]")].find((each) => [...each.elements].some(written));
  if (!form) return;
  event.preventDefault();
  form.setAttribute("action", `/utkast?till=${encodeURIComponent(location.pathname)}`);
  form.submit();
});

// Timers stand still while a computer sleeps.
document.addEventListener("visibilitychange", () => document.hidden || Date.now() < due || ask("/inloggning"));

ask("/inloggning");
