// What tells of a session's end is fetched when the end is near: most visits are over long before.
const { ask } = document.getElementById("session")?.dataset ?? {};

if (ask) {
  const due = Date.now() + ask * 1000;
  const tell = () => import(document.querySelector("script[data-session]").dataset.session).catch(() => setTimeout(tell, 20000));

  setTimeout(tell, ask * 1000);
  // Timers stand still while a computer sleeps.
  document.addEventListener("visibilitychange", () => document.hidden || Date.now() < due || tell());
}
