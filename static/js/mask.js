// Covers over what is not the claimant's, drawn on a picture: before it is sent, when they are burnt into its pixels here,
// and on a picture that is there already, when the server burns them in. By finger, mouse or keys.

const MOST_PIXELS = 12_600_000; // as many as the server keeps of a picture; phones' canvases hold no more than 16 million
const STEP = 0.01;
const SMALLEST = 0.012; // of the picture's width or height: less is a slip of the finger
const QUALITY = 0.92;

const within = (number, least, most) => Math.min(most, Math.max(least, number));

export class Stage {
  constructor(root, image, drawn = []) {
    this.root = root;
    this.texts = root.dataset;
    this.picture = root.querySelector("[data-stage-picture]");
    this.status = root.querySelector("[data-stage-status]");
    this.complaint = root.querySelector("[data-stage-complaint]");
    this.image = image;
    this.boxes = drawn.map((box) => ({ ...box }));
    this.history = [];
    this.show();
    this.quit = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.quit.signal });
    on(this.picture, "pointerdown", (event) => this.press(event));
    on(this.picture, "keydown", (event) => this.key(event));
    on(this.picture, "focusin", (event) => this.choose(event.target.closest("[data-at]")));
    on(root.querySelector("[data-stage-add]"), "click", () => this.add());
    on(root.querySelector("[data-stage-undo]"), "click", () => this.undo());
    on(root.querySelector("[data-stage-remove]"), "click", () => this.remove());
  }

  close() {
    this.quit.abort();
    this.picture.replaceChildren();
  }

  show() {
    const canvas = document.createElement("canvas");
    const { naturalWidth: width, naturalHeight: height } = this.image;
    // No larger than a screen shows; the picture itself is burnt at its own size.
    const scale = Math.min(1, 1600 / width);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").drawImage(this.image, 0, 0, canvas.width, canvas.height);
    this.picture.replaceChildren(canvas);
    this.draw();
  }

  draw() {
    for (const old of this.picture.querySelectorAll("[data-at]")) old.remove();
    this.boxes.forEach((box, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "stage-box";
      button.dataset.at = at;
      button.setAttribute("aria-label", `${this.word("box", at)} ${this.texts.boxHint}`);
      const grip = document.createElement("span");
      grip.className = "stage-grip";
      button.append(grip);
      this.picture.append(button);
      this.lay(at);
    });
    this.root.querySelector("[data-stage-undo]").disabled = !this.history.length;
    this.root.querySelector("[data-stage-remove]").disabled = !this.boxes.length;
  }

  lay(at) {
    const { style } = this.button(at);
    for (const [side, value] of Object.entries(this.boxes[at])) style[side] = `${100 * value}%`;
  }

  button(at) {
    return this.picture.querySelector(`[data-at="${at}"]`);
  }

  word(name, at, box = this.boxes[at]) {
    const percent = Object.fromEntries(Object.entries(box ?? {}).map(([side, value]) => [side, Math.round(100 * value)]));
    return this.texts[name].replace(/\{(\w+)\}/g, (_all, key) => (key === "number" ? at + 1 : percent[key]));
  }

  say(sentence) {
    this.status.textContent = sentence;
    this.complaint.textContent = "";
  }

  remember() {
    this.history.push(this.boxes.map((box) => ({ ...box })));
  }

  choose(button) {
    if (button) this.chosen = Number(button.dataset.at);
  }

  // Keyboard and voice: a cover in the middle of what is seen, ready to be moved.
  add() {
    this.remember();
    const frame = this.picture.getBoundingClientRect();
    const room = this.picture.closest("[data-stage-room]")?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    const seen = (Math.max(frame.top, room.top) + Math.min(frame.bottom, room.bottom)) / 2;
    const top = within((seen - frame.top) / frame.height - 0.04, 0, 0.92);
    this.boxes.push({ left: 0.3, top, width: 0.4, height: 0.08 });
    this.draw();
    this.button(this.boxes.length - 1).focus({ preventScroll: true });
    this.say(this.word("added", this.boxes.length - 1));
  }

  undo() {
    const before = this.history.pop();
    if (!before) return;
    this.boxes = before;
    this.draw();
    this.say(this.texts.undone);
    this.rest();
  }

  remove(at = this.chosen ?? this.boxes.length - 1) {
    if (!this.boxes[at]) return;
    this.remember();
    this.boxes.splice(at, 1);
    this.chosen = undefined;
    this.draw();
    this.say(this.texts.removed);
    this.rest();
  }

  // A button that is disabled now, or a cover that is gone, must not keep the focus.
  rest() {
    const here = document.activeElement;
    if (!here || here === document.body || here.disabled) this.root.querySelector("[data-stage-add]").focus();
  }

  key(event) {
    const button = event.target.closest("[data-at]");
    if (!button) return;
    const at = Number(button.dataset.at);
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.remove(at);
      return;
    }
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    if (!event.repeat) this.remember();
    const box = this.boxes[at];
    if (event.shiftKey) {
      box.width = within(box.width + x * STEP, SMALLEST, 1 - box.left);
      box.height = within(box.height + y * STEP, SMALLEST, 1 - box.top);
    } else {
      box.left = within(box.left + x * STEP, 0, 1 - box.width);
      box.top = within(box.top + y * STEP, 0, 1 - box.height);
    }
    this.lay(at);
    button.scrollIntoView({ block: "nearest" });
    this.root.querySelector("[data-stage-undo]").disabled = false;
    this.say(this.word("place", at));
  }

  press(event) {
    if (event.button || !event.isPrimary) return;
    const place = (one) => {
      const frame = this.picture.getBoundingClientRect();
      return [
        within((one.clientX - frame.left) / frame.width, 0, 1),
        within((one.clientY - frame.top) / frame.height, 0, 1),
      ];
    };
    const grip = event.target.closest(".stage-grip");
    const button = event.target.closest("[data-at]");
    const [startX, startY] = place(event);
    this.remember();
    let at = button ? Number(button.dataset.at) : this.boxes.length;
    if (!button) {
      this.boxes.push({ left: startX, top: startY, width: 0, height: 0 });
      this.draw();
      event.preventDefault();
    }
    this.chosen = at;
    const began = { ...this.boxes[at] };
    const move = (one) => {
      const [x, y] = place(one);
      const box = this.boxes[at];
      if (!button) {
        Object.assign(box, { left: Math.min(x, startX), top: Math.min(y, startY) });
        Object.assign(box, { width: Math.abs(x - startX), height: Math.abs(y - startY) });
      } else if (grip) {
        box.width = within(began.width + x - startX, SMALLEST, 1 - box.left);
        box.height = within(began.height + y - startY, SMALLEST, 1 - box.top);
      } else {
        box.left = within(began.left + x - startX, 0, 1 - box.width);
        box.top = within(began.top + y - startY, 0, 1 - box.height);
      }
      this.lay(at);
    };
    const over = new AbortController();
    const end = () => {
      over.abort();
      const box = this.boxes[at];
      const slip = box.width < SMALLEST || box.height < SMALLEST;
      const same = Object.keys(box).every((side) => box[side] === began[side]);
      if (slip || (button && same)) {
        this.boxes = this.history.pop();
        this.draw();
        if (button) this.button(at)?.focus({ preventScroll: true });
        return;
      }
      this.draw();
      this.button(at).focus({ preventScroll: true });
      this.say(this.word(button ? "place" : "added", at));
    };
    const on = (name, act) => addEventListener(name, act, { signal: over.signal });
    on("pointermove", (one) => one.pointerId === event.pointerId && move(one));
    on("pointerup", (one) => one.pointerId === event.pointerId && end());
    on("pointercancel", (one) => {
      if (one.pointerId !== event.pointerId) return; // a second finger moves the page: nothing was drawn
      over.abort();
      this.boxes = this.history.pop();
      this.draw();
    });
  }

  complain() {
    this.complaint.textContent = this.texts.none;
  }
}

// The picture with the covers in its very pixels; nothing of what lay under them is in it.
export async function burn(image, boxes, type) {
  const { naturalWidth, naturalHeight } = image;
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (naturalWidth * naturalHeight)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(naturalWidth * scale));
  canvas.height = Math.max(1, Math.floor(naturalHeight * scale));
  const ink = canvas.getContext("2d");
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(image, 0, 0, canvas.width, canvas.height);
  ink.fillStyle = "#000";
  for (const { left, top, width, height } of boxes) {
    const [x, y] = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)];
    const [right, bottom] = [Math.ceil((left + width) * canvas.width), Math.ceil((top + height) * canvas.height)];
    ink.fillRect(x, y, Math.max(1, right - x), Math.max(1, bottom - y));
  }
  // Screens of text stay sharp; a photo as PNG would be many times as large.
  const form = type === "image/png" ? "image/png" : "image/jpeg";
  return new Promise((resolve) => canvas.toBlob(resolve, form, QUALITY));
}

async function opened(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

// What was covered in the dialog: {picture, keep, drawn}, without `picture` when nothing is covered any more; null when it
// was left; undefined when this browser cannot show the picture, as with some phones' HEIC.
export async function askForCovers(dialog, drawn, file) {
  const address = URL.createObjectURL(file);
  let image;
  try {
    image = await opened(address);
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(address);
  }
  const stage = new Stage(dialog.querySelector("[data-stage]"), image, drawn);
  dialog.querySelector("[data-cover-name]").textContent = file.name;
  dialog.showModal();
  const done = await new Promise((resolve) => {
    dialog.querySelector("[data-done]").onclick = () => resolve(true);
    dialog.querySelector("[data-close]").onclick = () => resolve(false);
    dialog.addEventListener("close", () => resolve(false), { once: true });
  });
  dialog.close();
  stage.close();
  if (!done) return null;
  const keep = dialog.querySelector("[name=cover-original]:checked").value === "keep";
  const picture = stage.boxes.length ? await burn(image, stage.boxes, file.type) : undefined;
  return { picture, keep, drawn: stage.boxes };
}

for (const form of document.querySelectorAll("form[data-cover-page]")) {
  const image = await opened(form.dataset.coverPage);
  const stage = new Stage(form.querySelector("[data-stage]"), image);
  form.addEventListener(
    "submit",
    (event) => {
      form.elements.covers.value = JSON.stringify(
        stage.boxes.map(({ left, top, width, height }) => [left, top, width, height].map((one) => Number(one.toFixed(5)))),
      );
      if (stage.boxes.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      stage.complain();
    },
    { capture: true },
  );
}
