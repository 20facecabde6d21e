// Taking part: the Blazor circuit, sign-in and drafts. Loaded by embed.js, used through Live only.

// Blazor runs in a hidden frame of the host's own origin, with the thread's element handed in. The frame is a realm of
// its own: nothing of Blazor's (window.Blazor, DotNet, document listeners, unload handlers) reaches the host page, a host
// that uses Blazor itself is not disturbed, and ending a circuit is removing the frame.
class Circuit {
  static async open(element, box, told, onDown) {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = '';
    element.shadowRoot.append(frame);
    const circuit = new Circuit(frame);
    try {
      await circuit.#boot(element.server, box, told, onDown);
      return circuit;
    } catch (error) {
      circuit.close();
      throw error;
    }
  }

  constructor(frame) {
    this.frame = frame;
  }

  async #boot(server, box, told, onDown) {
    const realm = this.frame.contentWindow;
    const document = this.frame.contentDocument;
    // Gives the frame the page's address: Blazor refuses to run at about:blank. The base keeps that address inside it.
    document.open();
    document.write('<base href="/">');
    document.close();
    // Blazor tells elements apart by instanceof, which must know those of the host page's realm too.
    for (const name of ['Element', 'Comment', 'DocumentFragment', 'HTMLElement', 'HTMLInputElement', 'HTMLTextAreaElement', 'HTMLButtonElement', 'HTMLSelectElement', 'HTMLTemplateElement']) {
      const [own, host] = [realm[name], window[name]];
      Object.defineProperty(own, Symbol.hasInstance, {
        value: object => Function.prototype[Symbol.hasInstance].call(own, object) || Function.prototype[Symbol.hasInstance].call(host, object),
      });
    }
    // Blazor listens at its document; the thread is in the host's. Listening at the thread's own box also sees what never
    // leaves a shadow root (submit, change), with its true target.
    const root = this.root = document.createElement('div');
    box.append(root);
    document.addEventListener = (type, listener, options) => root.addEventListener(type, listener, options);
    const listen = realm.addEventListener.bind(realm);
    realm.addEventListener = (type, ...rest) => type === 'unload' || listen(type, ...rest);
    realm.navigator.sendBeacon = (path, body) => navigator.sendBeacon(new URL(path, server + '/'), body);
    realm.embed = told;

    await new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = server + '/_framework/blazor.server.js';
      script.setAttribute('autostart', 'false');
      script.onload = resolve;
      script.onerror = () => reject(new Error('blazor.server.js'));
      document.head.append(script);
    });
    this.blazor = realm.Blazor;
    this.blazor.registerCustomEventType('embedform', { createEventArgs: event => event.detail });
    const options = {
      logLevel: 6,
      // Without this Blazor would ask the host page's server for initializers.
      initializers: { beforeStart: [], afterStarted: [] },
      configureSignalR: builder => builder.withUrl(server + '/_blazor', { withCredentials: false, skipNegotiation: true, transport: 1 }).configureLogging(6),
      reconnectionHandler: { onConnectionDown: () => this.closed || onDown(), onConnectionUp: () => {} },
    };
    await this.blazor.start({ ...options, circuit: options });
  }

  async add(parameters) {
    this.component = await this.blazor.rootComponents.add(this.root, 'embed-comments', parameters);
  }

  set(parameters) {
    return this.component?.setParameters(parameters);
  }

  // Whether the server still had the circuit. Rejects when it cannot be reached.
  reconnect() {
    return this.blazor.reconnect();
  }

  close() {
    this.closed = true;
    try { this.blazor?.disconnect?.(); } catch { /* never started */ }
    this.frame.remove();
  }
}

// Text being written, kept on the reader's device until it is posted.
class Drafts {
  constructor(element) {
    this.element = element;
    this.prefix = `embed:${element.server}:${element.site}:draft:${element.thread ?? element.page}:`;
  }

  read(slot) {
    try { return JSON.parse(this.element.store.get(this.prefix + slot)); } catch { return null; }
  }

  // The id is made when the draft begins and stays with it: a retried post is the same post.
  write(slot, text) {
    const draft = { id: this.read(slot)?.id ?? newId(), text };
    this.element.store.set(this.prefix + slot, JSON.stringify(draft));
    return draft;
  }

  drop(slot) {
    this.element.store.set(this.prefix + slot, null);
  }

  get slots() {
    return this.element.store.keys().filter(key => key.startsWith(this.prefix)).map(key => key.slice(this.prefix.length));
  }
}

export class Live {
  isLive = false;
  #element; #ended; #drafts; #circuit; #starting; #pending; #idleTimer; #observer; #anchor; #sending = new Set(); #stopped = false;

  constructor(element, ended) {
    this.#element = element;
    this.#ended = ended;
    this.#drafts = new Drafts(element);
    this.listeners = new AbortController();
    const on = (target, type, listener, options) => target.addEventListener(type, listener, { signal: this.listeners.signal, ...options });
    on(element.shadowRoot, 'click', event => this.#click(event), { capture: true });
    on(element.shadowRoot, 'submit', event => this.#submit(event));
    on(element.shadowRoot, 'input', event => this.#input(event));
    on(element.shadowRoot, 'keydown', event => this.#keydown(event));
    for (const type of ['pointerdown', 'keydown', 'focusin']) on(element.shadowRoot, type, () => this.#touch(), { passive: true });
    on(window, 'scroll', () => this.#measure(), { passive: true });
    on(window, 'resize', () => this.#measure(), { passive: true });
  }

  // Makes the thread live if it is not, then carries out the act that asked for it.
  async start(act) {
    if (act && needsSignIn(act.act) && !this.#element.token) this.#signIn(act);
    else if (act) this.#pending = act;
    await (this.#starting ??= this.#upgrade());
    this.#carryOut();
  }

  stop() {
    this.#stopped = true;
    this.isLive = false;
    this.listeners.abort();
    this.#observer?.disconnect();
    clearTimeout(this.#idleTimer);
    this.#circuit?.close();
    this.#circuit = undefined;
  }

  tokenChanged() {
    if (this.isLive) this.#circuit.set(this.#parameters);
  }

  get #parameters() {
    const { site, page, thread, language, token } = this.#element;
    return { Site: site, Page: page, Thread: thread ?? null, Title: document.title, Sort: this.#element.option('sort') ?? null, Language: language, Token: token ?? null };
  }

  // Draws the live thread beside what is shown, then changes one for the other with scroll, focus, text and folded
  // branches carried over. The same way leads from the fragment to the circuit and from a lost circuit to a new one.
  async #upgrade() {
    const element = this.#element;
    const stage = document.createElement('div');
    stage.hidden = true;
    element.box.append(stage);
    try {
      const circuit = await Circuit.open(element, stage, this.#told, () => this.#connectionLost());
      if (this.#stopped) return circuit.close();
      this.#circuit?.close();
      this.#circuit = circuit;
      await circuit.add(this.#parameters);
      await appears(circuit.root, '.thread');
      this.#openForms(circuit.root);
      await settled(circuit.root, this.#wantedSlots());
      this.#swap(stage, circuit.root);
    } catch (error) {
      stage.remove();
      this.#starting = undefined;
      throw error;
    }
  }

  #swap(stage, root) {
    const element = this.#element;
    element.dress(root);
    for (const area of root.querySelectorAll('textarea')) this.#restore(area);
    const focused = element.shadowRoot.activeElement;
    const focus = focused && selectorOf(focused);
    const caret = focused?.matches?.('textarea') && [focused.selectionStart, focused.selectionEnd];
    this.#measure();
    for (const old of [...element.box.children]) if (old !== stage) old.remove();
    element.box.replaceChildren(root);
    this.#observer?.disconnect();
    this.#observer = new MutationObserver(() => this.#changed());
    this.#observer.observe(root, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['data-count', 'data-version'] });
    const again = focus && root.querySelector(focus);
    again?.focus({ preventScroll: true });
    if (caret && again?.setSelectionRange) again.setSelectionRange(...caret);
    this.isLive = true;
    this.#keepPlace();
    this.#touch();
    for (const slot of this.#sending) this.#form(slot)?.requestSubmit();
  }

  // Forms that were open, or whose draft is on this device, are opened in the new drawing too.
  #wantedSlots() {
    const open = [...this.#element.box.querySelectorAll('form[data-slot]')].map(form => form.dataset.slot);
    return new Set([...open, ...this.#drafts.slots].filter(slot => slot !== 'new'));
  }

  #openForms(root) {
    for (const slot of this.#wantedSlots()) {
      const [act, id] = slot.split('-');
      root.querySelector(`[data-act="${act}"][data-id="${id}"]`)?.click();
    }
  }

  #changed() {
    this.#keepPlace();
    const { box } = this.#element;
    this.#element.dress(box);
    for (const area of box.querySelectorAll('textarea:not([data-restored])')) this.#restore(area);
    const count = +(box.querySelector('.thread')?.dataset.count ?? 0);
    if (count !== this.count) {
      this.count = count;
      this.#element.emit('count', { count });
    }
    this.#carryOut();
  }

  #restore(area) {
    area.dataset.restored = '';
    const slot = area.form.dataset.slot;
    const draft = this.#drafts.read(slot);
    const shown = this.#form(slot)?.querySelector('textarea');
    if (shown && shown !== area) area.value = shown.value;
    else if (draft?.text) area.value = draft.text;
    if (this.focusSlot === slot) {
      this.focusSlot = undefined;
      area.focus();
    }
  }

  // New comments must not move what is being read: the topmost visible one stays where it was on the screen.
  #measure() {
    const candidates = this.#element.box.querySelectorAll('.comment, .form');
    const active = this.#element.shadowRoot.activeElement?.closest('.form');
    const visible = [...candidates].find(item => item.getBoundingClientRect().bottom > 0 && item.getBoundingClientRect().top > -1);
    const item = active && inView(active) ? active : visible;
    this.#anchor = item && { selector: selectorOf(item), top: item.getBoundingClientRect().top };
  }

  #keepPlace() {
    const item = this.#anchor && this.#element.box.querySelector(this.#anchor.selector);
    if (item && this.#anchor.top < innerHeight) {
      const moved = item.getBoundingClientRect().top - this.#anchor.top;
      if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: 'instant' });
    }
    this.#measure();
  }

  #carryOut() {
    const wanted = this.#pending;
    if (!wanted || !this.isLive) return;
    const button = this.#element.find(wanted);
    if (!button && wanted.act !== 'compose') return;
    this.#pending = undefined;
    this.#press(wanted, button);
  }

  #press({ act, id }, button) {
    if (act === 'compose') this.#form('new')?.querySelector('textarea').focus();
    else if (act === 'signin') this.#signIn();
    else {
      if (act === 'reply' || act === 'edit') this.#focusForm(`${act}-${id}`);
      button.click();
    }
  }

  // The form may be open already, or appear when the circuit has drawn it.
  #focusForm(slot) {
    const area = this.#form(slot)?.querySelector('textarea');
    area ? area.focus() : this.focusSlot = slot;
  }

  #form(slot) {
    return this.#element.box.querySelector(`form[data-slot="${slot}"]`);
  }

  #click(event) {
    const target = event.composedPath()[0].closest?.('button');
    if (!this.isLive || !target) return;
    const { act, id, form } = target.dataset;
    if (form) this.#send(target.form, form);
    else if (act === 'signin' || (needsSignIn(act) && !this.#element.token)) {
      event.stopPropagation();
      this.#signIn(act === 'signin' ? undefined : { act, id });
    } else if (act === 'signout') {
      event.stopPropagation();
      this.#signOut();
    } else if ((act === 'reply' || act === 'edit') && event.isTrusted) this.#focusForm(`${act}-${id}`);
  }

  #input(event) {
    const area = event.target;
    if (!area.matches?.('form[data-slot] textarea')) return;
    const slot = area.form.dataset.slot;
    area.value ? this.#drafts.write(slot, area.value) : this.#drafts.drop(slot);
    this.#count(area);
  }

  #count(area) {
    const max = +area.form.dataset.max;
    const left = area.form.querySelector('.left');
    const shown = area.value.length > max * 0.8;
    left.textContent = shown ? `${area.value.length.toLocaleString(this.#element.language)} / ${max.toLocaleString(this.#element.language)}` : '';
    left.classList.toggle('over', area.value.length > max);
  }

  #keydown(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches?.('form[data-slot] textarea')) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (event.key === 'Escape' && event.target.matches?.('form[data-slot] textarea') && !event.target.value) {
      event.target.form.querySelector('[data-form="cancel"]')?.click();
    }
  }

  #submit(event) {
    const form = event.target;
    if (!form.matches?.('form[data-slot]')) return;
    event.preventDefault();
    if (!this.#element.token) return this.#signIn(null, form.dataset.slot);
    this.#sending.add(form.dataset.slot);
    this.#send(form, 'submit');
  }

  #send(form, kind) {
    const slot = form.dataset.slot;
    const area = form.querySelector('textarea');
    if (kind === 'cancel') this.#drafts.drop(slot);
    if (kind === 'write') this.focusSlot = undefined;
    const draft = kind === 'submit' ? this.#drafts.write(slot, area.value) : { id: newId() };
    // One unit beyond the limit is enough for the server to refuse; the rest need not travel.
    const body = area.value.slice(0, +form.dataset.max + 1);
    if (!this.connectionLost) form.dispatchEvent(new CustomEvent('embedform', { bubbles: true, detail: { kind, slot, body, draftId: draft.id } }));
  }

  // Called by the circuit, in its own realm.
  #told = {
    posted: ({ slot, commentId, isPending }) => {
      this.#sending.delete(slot);
      this.#drafts.drop(slot);
      this.#element.emit('posted', { commentId, isPending });
      this.#anchor = undefined;
      requestAnimationFrame(() => {
        const comment = this.#element.shadowRoot.querySelector(`#comment-${commentId}`);
        if (comment && !inView(comment)) comment.scrollIntoView({ block: 'center', behavior: 'instant' });
        comment?.focus({ preventScroll: true });
        this.#measure();
      });
    },
    refused: ({ slot, code }) => {
      this.#sending.delete(slot);
      this.#element.emit('error', { code });
    },
    signedOut: () => { this.#element.token = null; },
  };

  #connectionLost() {
    if (this.#stopped || this.connectionLost) return;
    this.connectionLost = true;
    this.#element.tell('lost');
    this.#recover(1);
  }

  // Waits for the server, then takes the circuit up again, or makes a new one where the server has forgotten it.
  async #recover(attempt) {
    const wait = Math.min(10, attempt) * 700 * (0.75 + Math.random() / 2);
    await new Promise(resolve => setTimeout(resolve, wait));
    if (this.#stopped) return;
    try {
      const alive = await fetch(this.#element.server + '/health/live', { credentials: 'omit', cache: 'no-store' });
      if (!alive.ok) throw new Error('down');
      const kept = await this.#circuit.reconnect().catch(() => false);
      this.connectionLost = false;
      if (!kept) await this.#upgrade();
      else for (const slot of this.#sending) this.#form(slot)?.requestSubmit();
      this.#element.tell(null);
    } catch {
      this.connectionLost = true;
      this.#recover(attempt + 1);
    }
  }

  // A circuit costs the server memory: one that nobody touches is given up, and the element goes back to reading.
  #touch() {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#giveUp(), __IDLE__);
  }

  #giveUp() {
    if (!this.isLive) return;
    this.stop();
    this.#ended();
    this.#element.rest();
  }

  #signIn(act, slot) {
    signIn(this.#element, this.#element.tell.bind(this.#element)).then(token => {
      this.#element.token = token;
      if (act) this.#pending = act;
      if (slot) this.#sending.add(slot);
      return this.#starting;
    }).then(() => {
      this.#carryOut();
      if (slot) this.#form(slot)?.requestSubmit();
    }).catch(() => {});
  }

  #signOut() {
    const { server, site, token } = this.#element;
    this.#element.token = null;
    fetch(`${server}/api/v1/sites/${encodeURIComponent(site)}/session`, { method: 'DELETE', credentials: 'omit', headers: { authorization: 'Bearer ' + token } })
      .catch(() => this.#element.emit('error', { code: 'network' }));
  }
}

// The popup flow: the verifier stays here (RFC 7636), the one-time code comes back by a message that only our server's
// popup can have sent, and is worthless without the verifier.
async function signIn(element, tell) {
  if (!crypto.subtle) {
    tell('signin-insecure');
    throw new Error('insecure');
  }
  // Opened before anything is awaited: browsers allow windows only while the click is fresh.
  const popup = open('', '_blank', 'popup,width=520,height=680');
  if (!popup) {
    tell('signin-blocked');
    throw new Error('blocked');
  }
  tell('signing-in');
  const verifier = base64(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  const query = new URLSearchParams({ site: element.site, origin: location.origin, challenge, lang: element.language });
  popup.location = `${element.server}/signin?${query}`;
  try {
    const code = await codeFrom(popup, element.server);
    const response = await fetch(`${element.server}/api/v1/sites/${encodeURIComponent(element.site)}/session`, {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, verifier }),
    });
    if (!response.ok) throw new Error('refused');
    const { token } = await response.json();
    tell(null);
    return token;
  } catch (error) {
    tell('signin-failed');
    element.emit('error', { code: 'sign-in' });
    throw error;
  }
}

function codeFrom(popup, server) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    addEventListener('message', event => {
      if (event.origin !== server || event.source !== popup || event.data?.type !== 'embed-signin') return;
      done.abort();
      resolve(event.data.code);
    }, { signal: done.signal });
    const watch = setInterval(() => {
      if (!popup.closed) return;
      done.abort();
      // The message may still be on its way when the window has closed.
      setTimeout(() => reject(new Error('closed')), 500);
    }, 300);
    done.signal.addEventListener('abort', () => clearInterval(watch));
  });
}

const needsSignIn = act => act === 'up' || act === 'down';
const base64 = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const newId = () => {
  // crypto.randomUUID exists in secure contexts only; drafts must work everywhere.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  return [...bytes].map((byte, i) => ([4, 6, 8, 10].includes(i) ? '-' : '') + byte.toString(16).padStart(2, '0')).join('');
};
const inView = item => {
  const { top, bottom } = item.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};
// Names an element so that its twin in another drawing of the same thread is found.
const selectorOf = item => item.id ? '#' + item.id
  : item.dataset.slot ? `form[data-slot="${item.dataset.slot}"]`
    : item.dataset.act ? `[data-act="${item.dataset.act}"]` + (item.dataset.id ? `[data-id="${item.dataset.id}"]` : '')
      : item.dataset.permalink ? `[data-permalink="${item.dataset.permalink}"]` : '.thread';

const appears = (root, selector) => until(root, () => root.querySelector(selector));
const settled = (root, slots) => until(root, () => [...slots].every(slot => {
  const [act, id] = slot.split('-');
  return root.querySelector(`form[data-slot="${slot}"]`) || !root.querySelector(`[data-act="${act}"][data-id="${id}"]`);
}));

function until(root, met) {
  return new Promise((resolve, reject) => {
    if (met()) return resolve();
    const observer = new MutationObserver(() => {
      if (!met()) return;
      clearTimeout(timer);
      observer.disconnect();
      resolve();
    });
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error('timeout'));
    }, 20000);
    observer.observe(root, { childList: true, subtree: true });
  });
}
