// The signature pad. Strokes are kept as vectors on a page of 1000 by 400, whatever the size of the screen,
// so that turning the phone neither loses nor bends them. With a mouse or a pen people draw on the page itself; with a
// finger, or on request, on a pad that fills the screen.
import SignaturePad from "../vendor/signature_pad-5.1.4/signature_pad.min.js";

const WIDTH = 1000;
const HEIGHT = 400;
const INK = "#1c2430";

const byFinger = matchMedia("(pointer: coarse)").matches;
const rounded = (number) => Math.round(number * 10) / 10;
const within = (number, most) => rounded(Math.min(most, Math.max(0, number)));

// One canvas that shows the drawing's strokes, and takes new ones unless it is only to be looked at.
class Pad {
  constructor(drawing, frame) {
    this.drawing = drawing;
    this.frame = frame;
    this.canvas = frame.querySelector("canvas");
    this.pad = new SignaturePad(this.canvas, { penColor: INK, minDistance: 2 });
    this.pad.addEventListener("endStroke", () => this.take());
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  onlyShow() {
    this.pad.off();
    this.frame.classList.add("shown");
  }

  fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width) return;
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.scale = width / WIDTH;
    this.pad.minWidth = 2.2 * this.scale;
    this.pad.maxWidth = 7 * this.scale;
    this.pad.dotSize = 6 * this.scale;
    this.draw();
  }

  draw() {
    const { scale, pad } = this;
    if (!scale) return;
    pad.fromData(
      this.drawing.strokes.map((stroke) => ({
        penColor: INK,
        dotSize: pad.dotSize,
        minWidth: pad.minWidth,
        maxWidth: pad.maxWidth,
        velocityFilterWeight: pad.velocityFilterWeight,
        compositeOperation: pad.compositeOperation,
        points: stroke.map(([x, y, time]) => ({ x: x * scale, y: y * scale, time, pressure: 0 })),
      })),
    );
  }

  // The newest stroke only: what is on the canvas of earlier ones was put there from the strokes themselves.
  take() {
    const points = this.pad.toData().at(-1).points;
    const began = this.drawing.began(points[0].time);
    const stroke = points.map(({ x, y, time }) => [
      within(x / this.scale, WIDTH),
      within(y / this.scale, HEIGHT),
      Math.max(0, Math.round(time - began)),
    ]);
    this.drawing.change([...this.drawing.strokes, stroke], this);
  }
}

// A hidden field with its pad on the page and the one that fills the screen.
class Drawing {
  constructor(root) {
    this.root = root;
    this.field = document.getElementById(root.dataset.drawing);
    this.dialog = root.querySelector("dialog");
    this.strokes = read(this.field.value);
    this.pads = [...root.querySelectorAll("[data-pad]")].map((frame) => new Pad(this, frame));
    root.classList.toggle("by-finger", byFinger);
    if (byFinger) this.pads[0].onlyShow();
    this.listen();
    this.write();
  }

  listen() {
    const on = (name, act) => {
      for (const one of this.root.querySelectorAll(`[data-${name}]`)) one.addEventListener("click", act);
    };
    on("undo", () => this.change(this.strokes.slice(0, -1)));
    on("clear", () => this.change([]));
    on("open", () => this.enlarge());
    on("enlarge", () => this.enlarge());
    on("close", () => this.dialog.close());
    on("done", () => this.finish());
    // However it was closed, by Escape too, the strokes stay; focus goes back by itself.
    this.dialog.addEventListener("close", () => this.pads[0].draw());
  }

  enlarge() {
    this.complain("");
    this.dialog.showModal();
  }

  finish() {
    if (!this.strokes.length) this.complain("empty");
    else if (ink(this.strokes) < Number(this.root.dataset.least)) this.complain("short");
    else this.dialog.close();
  }

  complain(what) {
    const place = this.root.querySelector("[data-complaint]");
    place.textContent = place.dataset[what] ?? "";
  }

  // The moment that the strokes' times count from. With strokes of an earlier page, a moment after the last of them.
  began(time) {
    if (!this.strokes.length) this.start = time;
    else this.start ??= time - this.strokes.at(-1).at(-1)[2] - 500;
    return this.start;
  }

  change(strokes, by = null) {
    this.strokes = strokes;
    for (const pad of this.pads) if (pad !== by) pad.draw();
    this.complain("");
    this.write();
    const status = this.root.querySelector("[data-status]");
    status.textContent = strokes.length ? status.dataset.drawn : status.dataset.cleared;
  }

  write() {
    const drawn = this.strokes.length > 0;
    this.field.value = drawn
      ? JSON.stringify({ version: 1, width: WIDTH, height: HEIGHT, strokes: this.strokes })
      : "";
    for (const { frame } of this.pads) frame.classList.toggle("signed", drawn);
    for (const hint of this.root.querySelectorAll("[data-pad-hint]")) hint.hidden = drawn;
    for (const tool of this.root.querySelectorAll("[data-undo], [data-clear]")) tool.disabled = !drawn;
    const open = this.root.querySelector("[data-open-text]");
    open.textContent = drawn ? open.dataset.again : open.dataset.first;
  }
}

function ink(strokes) {
  let length = 0;
  for (const stroke of strokes) {
    for (let at = 1; at < stroke.length; at += 1) {
      length += Math.hypot(stroke[at][0] - stroke[at - 1][0], stroke[at][1] - stroke[at - 1][1]);
    }
  }
  return length;
}

function read(json) {
  if (!json) return [];
  try {
    return JSON.parse(json).strokes ?? [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

// Drawing needs this script: only now is it offered, and chosen where nothing else was. Who holds a phone already needs
// no code for one.
function offer(means) {
  for (const one of means.querySelectorAll("[data-scripted]")) one.hidden = false;
  const phone = means.querySelector(".way-phone");
  phone.hidden = byFinger && !phone.querySelector(":checked");
  const first = means.dataset.first && means.querySelector(`input[value="${means.dataset.first}"]`);
  if (first) first.checked = true;
}

// Of the names as they will be printed, the one that is typed.
const folded = (name) => name.normalize("NFKC").toLowerCase().replace(/\s/gu, "");

function showPrinted(means) {
  const typed = means.querySelector(".signature-typed");
  const show = () => {
    for (const one of means.querySelectorAll("[data-printed]")) {
      one.hidden = folded(one.dataset.printed) !== folded(typed.value);
    }
  };
  typed.addEventListener("input", show);
  show();
}

for (const means of document.querySelectorAll("[data-means]")) {
  offer(means);
  showPrinted(means);
}
for (const root of document.querySelectorAll("[data-drawing]")) new Drawing(root);
