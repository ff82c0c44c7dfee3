// A button that prints, in place of the words on how to: only a script can press the browser's own.
const howToPrint = document.querySelector("[data-print]");

if (howToPrint) {
  howToPrint.replaceChildren(howToPrint.querySelector("template").content.cloneNode(true));
  howToPrint.querySelector("button").addEventListener("click", () => print());
}
