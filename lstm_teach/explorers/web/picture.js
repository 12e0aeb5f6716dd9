// A picture with a text that says what it shows. The image stays in place and only its source changes, so nothing
// flickers; the sentence stays in place too, so that a screen reader hears it change, once it has come to rest.
function render({ model, el }) {
  el.classList.add("lstm-picture");
  const image = document.createElement("img");
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  words.setAttribute("aria-live", "polite");
  el.append(image, words);
  let rest = 0;

  function draw() {
    const [width, height] = model.get("size");
    Object.assign(image, { src: model.get("png"), width, height });
  }
  function say() { // on its own: two states may look the same, and their sentences differ
    image.alt = model.get("words");
    words.setAttribute("aria-busy", "true");
    words.textContent = model.get("words");
    clearTimeout(rest);
    rest = setTimeout(() => words.setAttribute("aria-busy", "false"), 400);
  }
  // JupyterLab reads plain keys as commands to the notebook, whichever control has the focus: an arrow would leave the
  // slider for the next cell. Keys with Ctrl, Shift+Enter and Escape stay JupyterLab's.
  function keepKey(event) {
    const box = event.target.closest?.(".lstm-explorer");
    const lab = event.ctrlKey || event.metaKey || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
    if (box?.contains(el)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !lab);
  }
  window.addEventListener("keydown", keepKey, true);
  model.on("change:words", say);
  model.on("change:png", draw);
  say();
  draw();
  return () => window.removeEventListener("keydown", keepKey, true);
}

export default { render };
