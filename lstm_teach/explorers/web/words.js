// The sentence under a picture. It stays in place and only its text changes, so that a screen reader hears it change,
// once it has come to rest.
function render({ model, el }) {
  el.classList.add("lstm-words");
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  words.setAttribute("aria-live", "polite");
  el.append(words);
  let rest = 0;

  function say() {
    words.setAttribute("aria-busy", "true");
    words.textContent = model.get("text");
    clearTimeout(rest);
    rest = setTimeout(() => words.setAttribute("aria-busy", "false"), 400);
  }
  model.on("change:text", say);
  say();
}

export default { render };
