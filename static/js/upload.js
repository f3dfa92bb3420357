// Sends each chosen file as a request of its own, so that one that fails never takes the others with it.
// Without this script the form posts all files at once.

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.drop = this.input.closest(".drop");
    this.texts = this.input.dataset;
    this.most = Number(form.dataset.uploadMax) || Infinity;
    this.list = document.createElement("ul");
    this.list.className = "files";
    this.list.setAttribute("aria-live", "polite");
    this.drop.after(this.list);
    form.querySelector("[data-upload-send]")?.setAttribute("hidden", "");
    this.queue = [];
    this.input.addEventListener("change", () => this.add(this.input.files));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.listenForDrops();
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
      else this.queue.push([file, line]);
    }
    this.input.value = "";
    if (!this.busy) this.work();
  }

  line(file) {
    const item = document.createElement("li");
    item.className = "file sending";
    const thumb = document.createElement(file.type.startsWith("image/") ? "img" : "span");
    thumb.className = "file-thumb";
    if (thumb instanceof HTMLImageElement) {
      thumb.alt = "";
      thumb.src = URL.createObjectURL(file);
      thumb.addEventListener("load", () => URL.revokeObjectURL(thumb.src));
      thumb.addEventListener("error", () => thumb.removeAttribute("src"));
    }
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
    body.append(name, progress, state);
    item.append(thumb, body);
    this.list.append(item);
    return { item, progress, state };
  }

  async work() {
    this.busy = true;
    let added = 0;
    while (this.queue.length) {
      const [file, line] = this.queue.shift();
      const complaint = await this.send(file, line);
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
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        line.progress.value = loaded / total;
        const percent = Math.round((100 * loaded) / total);
        line.state.textContent = percent < 100 ? this.texts.sending.replace("%", `${percent}%`) : this.texts.checking;
      });
      request.addEventListener("load", () => resolve(this.complaint(request)));
      for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => resolve(this.texts.offline));
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = 300000;
      request.send(data);
    });
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
      if (fresh && old) old.replaceWith(document.adoptNode(fresh));
    }
    for (const line of this.list.querySelectorAll(".sending")) line.remove();
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Upload(form);
