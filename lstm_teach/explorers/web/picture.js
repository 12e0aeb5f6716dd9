// A picture with its alternative text. The image stays in place and only its source changes, so nothing flickers.
function render({ model, el }) {
  el.classList.add("lstm-picture");
  const image = document.createElement("img");
  el.append(image);

  function draw() {
    const [width, height] = model.get("size");
    Object.assign(image, { src: model.get("png"), width, height });
  }
  function say() { // on its own: two states may look the same, and their sentences differ
    image.alt = model.get("words");
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
