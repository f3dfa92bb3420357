// Keys and picking on the staff's desk. Every key only presses a link or button that is on the page anyway.

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const picks = () => [...document.querySelectorAll("input[data-pick]")];
const at = () => document.querySelector("tr.at");

function go(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.indexOf(at());
  const next = all[Math.min(all.length - 1, Math.max(0, now + step))];
  at()?.classList.remove("at");
  next.classList.add("at");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("a[href]") ?? next.querySelector("input"))?.focus({ preventScroll: true });
}

function pick(row) {
  const box = row?.querySelector("input[data-pick]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

function count() {
  const picked = picks().filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-picked-count]")) place.textContent = String(picked);
  for (const bar of document.querySelectorAll(".selection")) bar.hidden = picked === 0;
  const all = document.querySelector("input[data-pick-all]");
  if (all) {
    all.checked = picked > 0 && picked === picks().length;
    all.indeterminate = picked > 0 && picked < picks().length;
  }
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => pick(at()),
  Enter: () => at()?.dataset.open && location.assign(at().dataset.open),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => document.querySelector("[data-keys]")?.showModal(),
};

function press(key) {
  const control = at()?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"]`);
  if (control) control.click();
  return Boolean(control);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
    event.preventDefault();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) for (const box of picks()) box.checked = event.target.checked;
  if (event.target.matches("[data-pick], [data-pick-all]")) count();
});

count();
