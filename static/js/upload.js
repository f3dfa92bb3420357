// Shows each chosen file with how far it is, and sends it as a request of its own, so that one that fails never takes
// the others with it. Where the form says so, files wait to be looked through and covered first, and go in parts (parts.js).
// Without this script the form posts all files at once.

class Upload {
  constructor(form) {
    this.form = form;
    this.inputs = form.querySelectorAll("input[type=file]");
    this.input = this.inputs[0];
    this.drop = this.input.closest(".drop");
    this.texts = { ...this.input.dataset, ...form.dataset };
    this.most = Number(form.dataset.uploadMax) || Infinity;
    this.list = document.createElement("ul");
    this.list.className = "files";
    this.queue = [];
    for (const input of this.inputs) {
      input.addEventListener("change", () => {
        this.add(input.files);
        input.value = "";
      });
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    this.place();
    this.listenForDrops();
  }

  place() {
    this.list.setAttribute("aria-live", "polite");
    this.drop.after(this.list);
    this.form.querySelector("[data-upload-send]")?.setAttribute("hidden", "");
  }

  listenForDrops() {
    for (const name of ["dragover", "dragleave", "drop"]) {
      this.drop.addEventListener(name, (event) => {
        event.preventDefault();
        this.drop.classList.toggle("over", name === "dragover");
        if (name === "drop") this.add(event.dataTransfer.files);
      });
    }
  }

  add(files) {
    for (const file of files) {
      const line = this.line(file);
      if (file.size > this.most) this.fail(line, this.texts.tooBig);
      else this.queue.push(line);
    }
    if (!this.busy) this.work();
  }

  line(file) {
    const item = document.createElement("li");
    item.className = "file sending";
    const thumb = document.createElement(file.type.startsWith("image/") ? "img" : "span");
    thumb.className = "file-thumb";
    const body = document.createElement("div");
    body.className = "file-body";
    const name = document.createElement("b");
    name.className = "file-name";
    name.textContent = file.name;
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    const state = document.createElement("span");
    state.className = "hint";
    state.textContent = this.texts.waiting;
    const actions = document.createElement("div");
    actions.className = "file-actions";
    body.append(name, progress, state);
    item.append(thumb, body, actions);
    this.list.append(item);
    const line = { file, item, thumb, progress, state, actions };
    this.show(line, file);
    return line;
  }

  show({ thumb }, picture) {
    if (!(thumb instanceof HTMLImageElement)) return;
    thumb.alt = "";
    thumb.src = URL.createObjectURL(picture);
    thumb.addEventListener("load", () => URL.revokeObjectURL(thumb.src), { once: true });
    thumb.addEventListener("error", () => thumb.removeAttribute("src"), { once: true });
  }

  button(line, text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = text;
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = `: ${line.file.name}`;
    button.append(name);
    button.addEventListener("click", act);
    line.actions.append(button);
    return button;
  }

  async work() {
    this.busy = true;
    let added = 0;
    while (this.queue.length) {
      const line = this.queue.shift();
      const complaint = await this.send(line.file, line);
      if (complaint) {
        this.fail(line, complaint);
      } else {
        line.state.textContent = this.texts.done;
        added += 1;
      }
    }
    this.busy = false;
    if (added || this.arrived) await this.renew();
  }

  send(file, line) {
    const data = new FormData(this.form);
    data.delete(this.input.name);
    data.append(this.input.name, file, file.name.normalize("NFC"));
    const request = new XMLHttpRequest();
    return new Promise((resolve) => {
      request.upload.addEventListener("progress", ({ loaded, total }) => this.progressed(line, loaded, total));
      request.addEventListener("load", () => resolve(this.complaint(request)));
      for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => resolve(this.texts.offline));
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = 300000;
      request.send(data);
    });
  }

  progressed({ progress, state }, loaded, total) {
    progress.value = loaded / total;
    const percent = Math.floor((100 * loaded) / total);
    state.textContent = percent < 100 ? this.texts.sending.replace("%", `${percent}%`) : this.texts.checking;
  }

  // What the server says against the file; null when it took it. Of a scan it may have taken a part.
  complaint(request) {
    try {
      const { error, renew } = JSON.parse(request.responseText);
      if (renew) this.arrived = true;
      return error ?? (request.status < 400 ? null : this.texts.failed);
    } catch (problem) {
      if (problem instanceof SyntaxError) return this.texts.failed;
      throw problem;
    }
  }

  fail(line, sentence) {
    line.item.classList.replace("sending", "bad");
    line.progress.remove();
    line.state.className = "error";
    line.state.textContent = sentence;
  }

  // The server's own list replaces the lines of files that arrived; refused ones stay to be read.
  async renew() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const selector of (this.form.dataset.uploadList ?? "").split(",")) {
      const fresh = selector && page.querySelector(selector);
      const old = selector && document.querySelector(selector);
      if (fresh && old) replace(old, document.adoptNode(fresh));
    }
    this.tidy();
  }

  tidy() {
    for (const line of this.list.querySelectorAll(".sending")) line.remove();
  }
}

// Whoever stood on a link or button of the old part stands on the same one of the new part.
function replace(old, fresh) {
  const controls = (part) => [...part.querySelectorAll("a, button")];
  const at = old.contains(document.activeElement) ? controls(old).indexOf(document.activeElement) : -1;
  old.replaceWith(fresh);
  controls(fresh)[at]?.focus();
}

class UploadInParts extends Upload {
  place() {
    this.sendButton = this.form.querySelector("[data-upload-send]");
    this.said = document.createElement("p");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.sendButton.before(this.list, this.said);
    this.ready = new Set();
    this.hashes = new Set();
    this.working = new Set();
    this.finishing = Promise.resolve();
    this.form.addEventListener("submit", () => this.start());
    addEventListener("beforeunload", (event) => {
      if (this.ready.size || this.working.size) event.preventDefault();
    });
    this.update();
  }

  add(files) {
    for (const file of files) {
      const line = this.line(file);
      line.progress.hidden = true;
      line.item.classList.replace("sending", "ready");
      this.ready.add(line);
      line.state.textContent = this.texts.ready;
      if (line.thumb instanceof HTMLImageElement) this.button(line, this.texts.cover, () => this.cover(line));
      this.button(line, this.texts.leaveOut, () => this.leaveOut(line));
    }
    if (files.length) this.say(this.texts.readySaid);
    this.update();
  }

  update() {
    this.sendButton.hidden = !this.ready.size;
  }

  say(sentence) {
    this.said.textContent = sentence;
  }

  leaveOut(line) {
    this.ready.delete(line);
    const next = line.item.nextElementSibling ?? line.item.previousElementSibling;
    line.item.remove();
    (next?.querySelector("button") ?? this.input).focus();
    this.update();
  }

  async cover(line) {
    const { askForCovers } = await import("./mask.js");
    const found = await askForCovers(document.querySelector("[data-cover-dialog]"), line.cover?.drawn, line.file);
    if (!found) {
      line.state.textContent = found === null ? line.state.textContent : this.texts.cannotCover;
      return;
    }
    line.cover = found.picture ? found : undefined;
    this.show(line, found.picture ?? line.file);
    const covered = found.keep ? this.texts.coveredKept : this.texts.coveredOnly;
    line.state.textContent = found.picture ? covered : this.texts.ready;
  }

  start() {
    for (const line of this.ready) {
      line.actions.replaceChildren();
      line.item.classList.replace("ready", "sending");
      line.state.textContent = this.texts.waiting;
      line.kind = this.form.elements.kind.value; // it may be changed for the next files meanwhile
      this.queue.push(line);
      this.working.add(line);
      this.enlist(line);
    }
    this.ready.clear();
    this.update();
    if (!this.busy) this.work();
  }

  enlist(line) {
    line.quit = new AbortController();
    line.progress.hidden = false;
    this.button(line, this.texts.giveUp, () => this.giveUp(line));
  }

  async work() {
    this.busy = true;
    const { Desk, Refused, hashOf } = await import("./parts.js");
    Object.assign(this, { Refused, hashOf });
    this.desk ??= new Desk(this.form, {
      largest: Number(this.form.dataset.uploadPart),
      words: { failed: this.texts.failed },
      signedOut: (sentence, signal) => this.askToSignIn(sentence, signal),
    });
    while (this.queue.length) {
      const line = this.queue.shift();
      if (line.quit.signal.aborted) continue;
      const sent = await this.tried(line, () => this.deliver(line));
      // The next file is on its way while the server looks at this one; they are still added in the order chosen.
      if (sent) this.finishing = this.finishing.then(() => this.tried(line, () => this.finish(line, sent)));
    }
    this.busy = false;
    await this.finishing;
  }

  async tried(line, act) {
    try {
      return await act();
    } catch (problem) {
      if (problem.name === "AbortError") return null;
      this.refused(line, problem instanceof this.Refused ? problem : { message: this.texts.unreadable });
      return null;
    }
  }

  async deliver(line) {
    const { file, cover } = line;
    const whole = cover ? (cover.keep ? file.size : 0) + cover.picture.size : file.size;
    let before = 0;
    const options = {
      signal: line.quit.signal,
      waiting: () => {
        line.state.textContent = this.texts.offlineWaiting;
        this.say(this.texts.offlineWaiting);
      },
      progress: (loaded) => this.progressed(line, before + loaded, whole),
    };
    line.options = options;
    line.state.textContent = this.texts.checkingHere;
    if (!cover) return { main: await this.send(file, "file", line, options) };
    const picture = new File([cover.picture], file.name, { type: cover.picture.type });
    if (!cover.keep) return { main: await this.send(picture, "file", line, options), masked: "y" };
    const covered = await this.send(picture, "cover", line, options);
    before = picture.size;
    return { main: await this.send(file, "covered", line, options), cover: covered.upload };
  }

  async send(file, role, line, options) {
    const sha256 = file.size <= this.most ? await this.hashOf(file) : "";
    // The same file twice in one go: the server is asked when it has the first, and says so.
    if (sha256 && role === "file" && this.hashes.has(sha256)) await this.finishing;
    this.hashes.add(sha256);
    const said = { name: file.name.normalize("NFC"), size: file.size, type: file.type, role, sha256 };
    said.incident = this.incident;
    const sent = await this.desk.send(file, { ...said, changed: file.lastModified ?? "" }, options);
    if (sent.upload) (line.uploads ??= []).push(sent.upload);
    return sent;
  }

  get incident() {
    return this.form.elements.incident?.value ?? "";
  }

  async finish(line, { main, cover = "", masked = "" }) {
    line.state.textContent = this.texts.checking;
    const fields = { kind: line.kind, incident: this.incident };
    if (masked) fields.masked = masked;
    const answer = main.upload
      ? await this.desk.post(`/${main.upload}/finish`, { ...fields, cover }, line.options)
      : main;
    if (answer.offset !== undefined) throw new this.Refused({ error: this.texts.failed, again: true });
    this.working.delete(line);
    line.actions.replaceChildren();
    if (answer.already) {
      line.item.classList.replace("sending", "known");
      line.progress.remove();
      line.state.textContent = answer.already;
      this.say(answer.already);
    } else {
      line.state.textContent = this.texts.done;
      line.item.classList.add("done");
      this.say(`${line.file.name}: ${this.texts.done}`);
    }
    await this.renew();
  }

  tidy() {
    for (const item of this.list.querySelectorAll(".done")) item.remove();
  }

  refused(line, problem) {
    this.working.delete(line);
    line.actions.replaceChildren();
    line.item.classList.replace("sending", "bad");
    line.progress.hidden = true;
    line.state.className = "error";
    line.state.textContent = problem.message;
    this.say(problem.message);
    const dismiss = () => this.leaveOut(line);
    if (problem.again || problem.gone) this.button(line, this.texts.tryAgain, () => this.again(line));
    this.button(line, this.texts.leaveOut, dismiss);
  }

  again(line) {
    line.actions.replaceChildren();
    line.item.classList.replace("bad", "sending");
    line.state.className = "hint";
    line.state.textContent = this.texts.waiting;
    this.queue.push(line);
    this.working.add(line);
    this.enlist(line);
    if (!this.busy) this.work();
  }

  giveUp(line) {
    line.quit.abort();
    this.working.delete(line);
    const gone = { signal: AbortSignal.timeout(30_000), waiting: () => {} };
    for (const upload of line.uploads ?? []) this.desk.post(`/${upload}/drop`, {}, gone).catch(() => {});
    this.leaveOut(line);
  }

  // Nothing is lost: what arrived waits, and this page still holds the files.
  askToSignIn(sentence, signal) {
    const note = document.createElement("div");
    note.className = "note wait";
    note.setAttribute("role", "alert");
    const told = document.createElement("p");
    told.textContent = sentence;
    const link = document.createElement("a");
    Object.assign(link, { href: this.texts.signIn, target: "_blank", rel: "noopener", textContent: this.texts.signInText });
    const go = document.createElement("button");
    Object.assign(go, { type: "button", className: "button second", textContent: this.texts.goOn });
    const row = document.createElement("p");
    row.className = "actions";
    row.append(link, go);
    note.append(told, row);
    this.list.before(note);
    return new Promise((resolve, reject) => {
      go.addEventListener("click", () => {
        note.remove();
        resolve();
      });
      signal.addEventListener("abort", () => {
        note.remove();
        reject(new DOMException("given up", "AbortError"));
      });
    });
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  if (form.dataset.uploadParts) new UploadInParts(form);
  else new Upload(form);
}
