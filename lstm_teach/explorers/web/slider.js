// A slider as the browser knows it: <label>, <input type=range> and a field for the exact number, so that each has a
// name in the accessibility tree and moves by keyboard alone (ipywidgets' own handle has no name).
function render({ model, el }) {
  const id = `slider-${Math.random().toString(36).slice(2)}`;
  el.classList.add("lstm-slider");
  const label = document.createElement("label");
  label.htmlFor = id;
  const range = Object.assign(document.createElement("input"), { type: "range", id });
  const field = Object.assign(document.createElement("input"), { type: "number" });
  const unit = document.createElement("span");
  el.append(label, range, field, unit); // in the order of Tab; the style sheet puts the range under the rest

  function say() {
    label.textContent = model.get("description");
    unit.textContent = model.get("unit");
    field.setAttribute("aria-label", `${model.get("description")}, typed`);
    for (const input of [range, field]) {
      input.min = model.get("min");
      input.max = model.get("max");
      input.disabled = model.get("disabled");
    }
    range.step = model.get("step");
    field.step = "any"; // a typed number may lie between two steps
    move();
  }
  function move() {
    range.value = model.get("value");
    field.value = text(model);
    range.setAttribute("aria-valuetext", `${field.value} ${model.get("unit")}`.trim());
  }
  function set(value) {
    model.set("value", Math.min(Math.max(value, model.get("min")), model.get("max")));
    const sent = model.get("value");
    // While the kernel draws, only the last change waits.
    model.save_changes({ iopub: { status: (message) => hurry(message.content.execution_state, sent) } });
    move();
  }
  // The server's TCP holds the picture back until the kernel's "busy" is acknowledged, and the browser's side does that
  // up to 40 ms late unless it has something to send. An empty message will do; in a drag the next change is under way.
  function hurry(state, sent) {
    if (state === "busy" && sent === model.get("value")) model.send({});
  }
  function typed() {
    const value = field.valueAsNumber;
    if (Number.isNaN(value) || field.value === text(model)) move(); // no number: back to the last one
    else set(model.get("whole") ? Math.round(value) : value);
  }
  range.addEventListener("input", () => set(range.valueAsNumber));
  field.addEventListener("change", typed);
  field.addEventListener("blur", typed); // no change event follows what the field takes for nothing
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") typed();
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (steps) {
      event.preventDefault(); // the browser would step by 1, whatever the slider's step
      set(model.get("value") + steps * model.get("step"));
    }
  });
  model.on("change:value", move);
  for (const name of ["min", "max", "step", "description", "unit", "disabled"]) model.on(`change:${name}`, say);
  say();
}

function text(model) {
  return String(Number(model.get("value").toFixed(6)));
}

export default { render };
