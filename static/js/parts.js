// Sends a file in parts, so that a lost connection costs one part at most: it waits, and goes on by itself.
// The server says where each part begins; see docs/architecture.md. upload.js shows how it goes.

const SMALLEST = 64_000; // bytes; the server takes no smaller part but the last
const FIRST = 256_000;
const GOOD_TIME = 4_000; // milliseconds that a part should take
const LONGEST_TIME = 90_000;
const LONGEST_WAIT = 30_000;
const MOST_FAILURES = 6; // of the server, one after the other; a lost connection is waited for as long as it takes

export class Refused extends Error {
  constructor({ error, again = false, gone = false }) {
    super(error);
    Object.assign(this, { again, gone });
  }
}

class Offline extends Error {}

export const given = (fields) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};

function ask(method, url, { body = null, headers = {}, progress = () => {}, signal }) {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.upload.addEventListener("progress", ({ loaded }) => progress(loaded));
    request.addEventListener("load", () => resolve({ status: request.status, answer: read(request.responseText) }));
    for (const name of ["error", "timeout"]) request.addEventListener(name, () => reject(new Offline()));
    request.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
    request.open(method, url);
    request.timeout = LONGEST_TIME;
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a page, such as one that says that the server rests
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const on = () => {
      clearTimeout(timer);
      removeEventListener("online", on);
      resolve();
    };
    const timer = setTimeout(on, milliseconds);
    addEventListener("online", on);
    signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")), { once: true });
  });
}

// In hex; empty where the browser makes none, as on a page without TLS.
export async function hashOf(file) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Where files are sent to: the addresses, the form's token, and what to do when the session has ended.
export class Desk {
  constructor(form, { largest, words, signedOut }) {
    this.token = form.querySelector("[name=csrf_token]").value;
    Object.assign(this, { form, largest, words, signedOut, url: form.dataset.uploadParts });
    this.part = FIRST;
  }

  async renewToken() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.token = page.querySelector("form[data-upload] [name=csrf_token]")?.value ?? this.token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = this.token;
  }

  // The answer to a request that is made again and again until there is one. `make` gives a fresh request each time.
  async persist(make, { waiting, signal }) {
    let failures = 0;
    let renewed = false;
    for (let wait = 1_000; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const { status, answer } = await make();
        if (status < 300 || status === 409 || status === 422 || status === 404) return told(status, answer, this.words);
        if (status === 401) {
          await this.signedOut(answer?.error ?? "", signal);
          await this.renewToken();
          wait = 500;
          continue;
        }
        if (status === 400 && !renewed) {
          renewed = true; // signed in again in another window: this page's token is an old one
          await this.renewToken();
          continue;
        }
        if (status < 500 && status !== 429) throw new Refused({ error: answer?.error ?? this.words.failed });
        failures += 1;
        if (failures >= MOST_FAILURES) throw new Refused({ error: this.words.failed, again: true });
      } catch (problem) {
        if (!(problem instanceof Offline || problem instanceof TypeError)) throw problem;
        this.part = Math.max(SMALLEST, Math.round(this.part / 2));
      }
      waiting();
      await pause(wait * (0.8 + 0.4 * Math.random()), signal);
    }
  }

  post(path, fields, options) {
    const make = () =>
      ask("POST", `${this.url}${path}`, { body: given({ ...fields, csrf_token: this.token }), signal: options.signal });
    return this.persist(make, options);
  }

  // All of a file; answers what the server calls the upload, or the file that it had already.
  async send(file, said, options) {
    const begun = await this.post("", said, options);
    if (!begun.upload) return begun;
    let { offset } = begun;
    options.progress(offset);
    while (offset < file.size) {
      const from = offset;
      const piece = file.slice(from, from + this.part);
      const started = performance.now();
      const answer = await this.persist(
        () =>
          ask("POST", `${this.url}/${begun.upload}`, {
            body: piece,
            headers: { "Upload-Offset": from, "X-CSRFToken": this.token, "Content-Type": "application/octet-stream" },
            progress: (loaded) => options.progress(from + Math.min(loaded, piece.size)),
            signal: options.signal,
          }),
        options,
      );
      offset = answer.offset;
      options.progress(offset);
      this.adapt(piece.size, performance.now() - started);
    }
    return begun;
  }

  adapt(size, time) {
    const best = Math.round((size / Math.max(time, 1)) * GOOD_TIME);
    this.part = Math.max(SMALLEST, Math.min(this.largest, best, 2 * this.part));
  }
}

// An answer that says where to go on is one, whatever its status.
function told(status, answer, words) {
  if (answer && (status < 300 || "offset" in answer)) return answer;
  throw new Refused(answer?.error ? answer : { error: words.failed });
}
