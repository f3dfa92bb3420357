// Files of the list are dragged to their place with the mouse. Without this script, and by finger or keys, each has buttons.

let dragged = null;

const place = () => document.querySelector("[data-order]");

async function put(item) {
  const to = [...place().children].indexOf(item) + 1;
  const form = item.querySelector("form[data-move]");
  const data = new FormData(form);
  data.set("to", to);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-order]");
  if (!answer.ok || !fresh) location.reload();
  else place().replaceWith(document.adoptNode(fresh));
  arm();
}

function arm() {
  for (const form of document.querySelectorAll("[data-order] form[data-move]")) form.closest("li").draggable = true;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-order] > li") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  dragged.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-order] > li");
  if (!over || !over.draggable) return;
  event.preventDefault();
  if (over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  const item = dragged;
  dragged = null;
  if (!item) return;
  item.classList.remove("dragged");
  put(item);
});

// The list is renewed when files arrive.
new MutationObserver(arm).observe(document.querySelector("main"), { childList: true, subtree: true });
arm();
