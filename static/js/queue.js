// Keys that act on the queue. What they do, buttons on the page do as well; a script only saves the way there and back.

const desk = document.querySelector("form[data-desk]");
const note = document.querySelector("[data-undo]");
const NOBODY = "00000000-0000-0000-0000-000000000000";
const token = () => document.querySelector("[name=csrf_token]").value;
const at = () => document.querySelector("tr.at");
const picked = () => desk?.querySelectorAll("input[data-pick]:checked").length ?? 0;
const bar = (act) => desk?.querySelector(`[data-bar] button[value="${act}"]`);

async function send(address, fields = {}) {
  const body = new URLSearchParams({ csrf_token: token(), ...fields });
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 401) location.reload();
    return await answer.json();
  } catch {
    return { error: desk?.dataset.lost ?? "" };
  }
}

function say(text, act) {
  note.hidden = false;
  note.querySelector("[data-undo-said]").textContent = text;
  note.querySelector("form").hidden = !act;
  note.querySelector("[data-undo-act]").value = act ?? "";
}

function mark(row, text, kind) {
  const tag = document.createElement("span");
  tag.className = `tag ${kind}`;
  tag.textContent = text;
  tag.dataset.held = "";
  row.querySelector("[data-state] [data-held]")?.remove();
  row.querySelector("[data-state]").append(" ", tag);
}

async function single(row, address) {
  row.classList.add("held");
  mark(row, "…", "wait");
  const answer = await send(address.replace(NOBODY, row.dataset.id));
  if (answer.error) row.classList.remove("held");
  mark(row, answer.error ? answer.error : desk.dataset.held, answer.error ? "bad" : "wait");
  say(answer.error ?? answer.done, answer.act);
}

function next() {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
}

async function undo() {
  const act = note.querySelector("[data-undo-act]").value;
  const answer = await send(note.querySelector("form").action, act ? { act } : {});
  say(answer.error ?? answer.done);
  const row = answer.row && document.querySelector(`tr[data-id="${answer.row}"]`);
  if (!row) return;
  row.classList.remove("held");
  row.querySelector("[data-state] [data-held]")?.remove();
}

function act(name, address) {
  const button = bar(name);
  if (!button) return false;
  if (picked() || !address) {
    if (!picked() && !at()) return true;
    if (!picked()) at().querySelector("input[data-pick]").checked = true;
    button.click();
  } else if (at() && !at().classList.contains("held")) {
    single(at(), address);
    next();
  }
  return true;
}

const keys = {
  a: () => act("accept", desk.dataset.accept),
  i: () => act("ask"),
  d: () => act("decline"),
  m: () => act("assign", desk.dataset.take),
  u: () => Boolean(undo()),
  n: () => document.querySelector("a[rel=next]")?.click() ?? true,
};

// Before the keys of every staff page, so that they do not act as well.
document.addEventListener(
  "keydown",
  (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]");
    if (!desk || typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (keys[event.key]()) event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
