// Areas drawn over a page of evidence, each with a reason; the server burns them into the copy that leaves the firm.

import { Stage } from "./mask.js";

class Areas extends Stage {
  constructor(root, image, list, template) {
    super(root, image);
    this.list = list;
    this.template = template;
    this.draw();
  }

  draw() {
    super.draw();
    if (!this.list) return; // drawn once by Stage itself, before there is a list
    this.list.replaceChildren(
      ...this.boxes.map((box, at) => {
        const row = document.createElement("li");
        const label = document.createElement("label");
        label.textContent = this.list.dataset.label.replace("{number}", at + 1);
        const select = this.template.content.querySelector("select").cloneNode(true);
        label.append(select);
        select.value = box.reason ?? select.options[0].value;
        box.reason = select.value;
        select.addEventListener("change", () => (this.boxes[at].reason = select.value));
        row.append(label);
        return row;
      }),
    );
  }

  // The reason is no side of the box.
  lay(at) {
    const { style } = this.button(at);
    for (const side of ["left", "top", "width", "height"]) style[side] = `${100 * this.boxes[at][side]}%`;
  }
}

for (const form of document.querySelectorAll("form[data-redact]")) {
  const image = new Image();
  image.src = form.dataset.redact;
  await image.decode();
  form.querySelector("[data-drawing]").hidden = false;
  const list = form.querySelector("[data-areas]");
  const areas = new Areas(form.querySelector("[data-stage]"), image, list, form.querySelector("[data-reasons]"));
  form.addEventListener(
    "submit",
    (event) => {
      const round = (value) => Number(value.toFixed(5));
      form.elements.areas.value = JSON.stringify(
        areas.boxes.map(({ left, top, width, height, reason }) => ({
          left: round(left),
          top: round(top),
          width: round(width),
          height: round(height),
          reason,
        })),
      );
      if (areas.boxes.length || form.elements.left.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      areas.complain();
    },
    { capture: true },
  );
}
