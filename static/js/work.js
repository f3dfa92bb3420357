// Does the work that a crowded hour asks of a browser before a code is sent: ALTCHA's proof of work, version 2.
// Without this script, or where it fails, the page offers to wait instead.

const WORKERS = Math.min(4, Math.max(1, navigator.hardwareConcurrency || 2));

function solve(challenge) {
  return new Promise((resolve, reject) => {
    const crew = [];
    const stop = () => crew.forEach((worker) => worker.terminate());
    for (let start = 0; start < WORKERS; start++) {
      const worker = new Worker(new URL("./work-worker.js", import.meta.url));
      crew.push(worker);
      worker.onmessage = ({ data }) => {
        stop();
        resolve(data);
      };
      worker.onerror = (error) => {
        stop();
        reject(error);
      };
      worker.postMessage({ parameters: challenge.parameters, start, step: WORKERS });
    }
  });
}

for (const form of document.querySelectorAll("form[data-work]")) {
  if (!window.Worker || !window.crypto?.subtle) break;
  const challenge = JSON.parse(form.dataset.work);
  const now = form.hasAttribute("data-work-now");
  const status = form.querySelector("[data-work-status]");
  let done = false;
  let waiting = false;
  const go = () => (now ? form.submit() : form.requestSubmit());
  if (now) form.hidden = false;

  solve(challenge)
    .then((solution) => {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "altcha" });
      field.value = btoa(JSON.stringify({ challenge, solution }));
      form.append(field);
    })
    .catch(() => {
      if (now) form.hidden = true; // the page's other way stays
    })
    .finally(() => {
      done = true;
      if (status) status.hidden = true;
      if (waiting || (now && !form.hidden)) go();
    });

  // Before any other listener: a press that comes too early waits for the work, and is then made again.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || done) return;
      event.preventDefault();
      event.stopPropagation();
      waiting = true;
      if (status) status.hidden = false;
    },
    true,
  );
}
