// The signature pad. Strokes are kept as vectors on a page of 1000 by 400, whatever the size of the screen,
// so that turning the phone neither loses nor bends them.
import SignaturePad from "../vendor/signature_pad-5.1.4/signature_pad.min.js";

const WIDTH = 1000;
const HEIGHT = 400;
const INK = "#1c2430";

const rounded = (number) => Math.round(number * 10) / 10;
const within = (number, most) => rounded(Math.min(most, Math.max(0, number)));

class Signature {
  constructor(root) {
    this.root = root;
    this.strokesField = document.getElementById(root.dataset.strokes);
    this.typedField = document.getElementById(root.dataset.typed);
    this.canvas = root.querySelector("canvas");
    this.strokes = read(this.strokesField.value);
    this.pad = new SignaturePad(this.canvas, { penColor: INK, minDistance: 2 });
    this.pad.addEventListener("endStroke", () => this.take());
    this.listen();
    new ResizeObserver(() => this.fit()).observe(this.canvas);
    this.show(this.typedField.value && !this.strokes.length ? "type" : "draw");
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  listen() {
    this.part("undo").addEventListener("click", () => this.set(this.strokes.slice(0, -1)));
    this.part("clear").addEventListener("click", () => this.set([]));
    this.part("show-type").addEventListener("click", () => this.show("type", true));
    this.part("show-draw").addEventListener("click", () => this.show("draw", true));
    this.part("draw-instead").hidden = false;
  }

  // Exactly one of the two ways is sent.
  show(way, focus = false) {
    this.way = way;
    this.part("draw").hidden = way !== "draw";
    this.part("type").hidden = way !== "type";
    this.typedField.disabled = way !== "type";
    this.write();
    if (way === "draw") this.fit();
    if (focus) (way === "type" ? this.typedField : this.part("show-type")).focus();
  }

  fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width || this.way !== "draw") return;
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
    pad.fromData(
      this.strokes.map((stroke) => ({
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

  take() {
    const groups = this.pad.toData();
    const first = groups[0]?.points[0]?.time ?? 0;
    this.strokes = groups.map((group) =>
      group.points.map(({ x, y, time }) => [
        within(x / this.scale, WIDTH),
        within(y / this.scale, HEIGHT),
        Math.max(0, Math.round(time - first)),
      ]),
    );
    this.write();
    this.say("drawn");
  }

  set(strokes) {
    this.strokes = strokes;
    this.draw();
    this.write();
    this.say(strokes.length ? "drawn" : "cleared");
  }

  write() {
    const drawn = this.way === "draw" && this.strokes.length > 0;
    this.strokesField.value = drawn
      ? JSON.stringify({ version: 1, width: WIDTH, height: HEIGHT, strokes: this.strokes })
      : "";
    this.part("pad").classList.toggle("signed", this.strokes.length > 0);
    this.part("pad-hint").hidden = this.strokes.length > 0;
    for (const name of ["undo", "clear"]) this.part(name).disabled = this.strokes.length === 0;
  }

  say(what) {
    const status = this.part("status");
    status.textContent = status.dataset[what];
  }
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

for (const root of document.querySelectorAll("[data-signature]")) new Signature(root);
