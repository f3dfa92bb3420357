// Looking at evidence without reloading: turn, enlarge and drag; pages by the arrow keys. Every key presses a link that is
// there anyway, and without scripts the links do the same.

const ZOOMS = [1, 2, 3, 4];
const number = (picture, name) => Number([...picture.classList].find((one) => one.startsWith(name)).slice(name.length));
const put = (picture, name, value) => picture.classList.replace(`${name}${number(picture, name)}`, `${name}${value}`);
const within = (value) => Math.min(ZOOMS.at(-1), Math.max(ZOOMS[0], value));

// The server turns the picture, as it does where there are no scripts.
function turn(picture) {
  const address = new URL(picture.src);
  address.searchParams.set("turn", (Number(address.searchParams.get("turn") ?? 0) + 1) % 4);
  picture.src = address;
}

for (const pane of document.querySelectorAll("[data-pane]")) {
  const picture = pane.querySelector("[data-picture]");
  const frame = picture.parentElement;
  pane.addEventListener("click", (event) => {
    const link = event.target.closest("[data-turn], [data-zoom]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("turn" in link.dataset) turn(picture);
    else put(picture, "zoom-", within(number(picture, "zoom-") + Number(link.dataset.zoom)));
  });
  let from;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    from = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame.scrollTo(from.x - event.clientX, from.y - event.clientY);
  });
  for (const name of ["pointerup", "pointercancel"]) frame.addEventListener(name, () => (from = undefined));
}

const first = document.querySelector("[data-pane]");
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const picture = first.querySelector("[data-picture]");
  const step = { "+": 1, "=": 1, "-": -1 }[event.key];
  if (step) {
    put(picture, "zoom-", within(number(picture, "zoom-") + step));
    event.preventDefault();
  } else if (number(picture, "zoom-") === 1 && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    first.querySelector(event.key === "ArrowRight" ? "[rel=next]" : "[rel=prev]")?.click();
  }
});
