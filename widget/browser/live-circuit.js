// Part of embed-live.js.
// Blazor runs in a hidden frame of the host's own origin, with the thread's element handed in. The frame is a realm of
// its own: nothing of Blazor's (window.Blazor, DotNet, document listeners, unload handlers) reaches the host page, a host
// that uses Blazor itself is not disturbed, and ending a circuit is removing the frame.
class Circuit {
  #revision = 0;

  static async open(element, box, told, onDown, signal) {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = '';
    element.shadowRoot.append(frame);
    const circuit = new Circuit(frame);
    try {
      // A frame taken out of the page while it starts never answers: ending it is up to us.
      const ended = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
      await Promise.race([circuit.#boot(element.server, box, told, onDown), ended]);
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
    // Blazor shows this element when the circuit has failed for good; nobody sees it, but we are told.
    document.write('<base href="/"><p id="blazor-error-ui">');
    document.close();
    // Blazor tells elements and functions apart by instanceof, which must know those of the host page's realm too.
    for (const name of ['Function', 'Element', 'Comment', 'DocumentFragment', 'HTMLElement', 'HTMLInputElement', 'HTMLTextAreaElement', 'HTMLButtonElement', 'HTMLSelectElement', 'HTMLTemplateElement']) {
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
    new MutationObserver(() => this.#down(onDown)).observe(document.getElementById('blazor-error-ui'), { attributes: true });

    await new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = server + '/_framework/blazor.server.js';
      script.setAttribute('autostart', 'false');
      script.onload = resolve;
      script.onerror = () => reject(new Error('blazor.server.js'));
      document.head.append(script);
    });
    this.blazor = realm.Blazor;
    for (const name of ['embedact', 'embedform', 'embedask']) this.blazor.registerCustomEventType(name, { createEventArgs: event => event.detail });
    // One event for all controls, which are plain markup to Blazor. Folding, sorting and hiding are done by the browser alone.
    root.addEventListener('click', ({ target }) => {
      const button = target.closest('[data-act]:not([data-act=fold], [data-act=sort], [data-act=hide], [data-act=show], [data-act=unhide])');
      if (!button) return;
      const { act: verb, id, replies } = button.dataset;
      // With what the screen shows of the comment: on a slow line the circuit is ahead of it.
      const revision = +(id && root.querySelector('#comment-' + id)?.dataset.seen || 0);
      button.dispatchEvent(new CustomEvent('embedact', { bubbles: true, detail: { verb, commentId: +(id ?? replies ?? 0), revision } }));
    });
    const options = {
      logLevel: 6,
      // Without this Blazor would ask the host page's server for initializers.
      initializers: { beforeStart: [], afterStarted: [] },
      configureSignalR: builder => builder.withUrl(server + '/_blazor', { withCredentials: false, skipNegotiation: true, transport: 1 }).configureLogging(6),
      reconnectionHandler: { onConnectionDown: () => this.#down(onDown), onConnectionUp: () => {} },
    };
    await this.blazor.start({ ...options, circuit: options });
  }

  #down(onDown) {
    if (!this.isClosed && this.component) onDown();
  }

  // Resolves when the thread is drawn for these parameters, or for later ones.
  async draw(parameters) {
    const revision = ++this.#revision;
    const now = { ...parameters, Revision: revision };
    if (this.component) await this.component.setParameters(now);
    else this.component = await this.blazor.rootComponents.add(this.root, 'embed-comments', now);
    await until(this.root, () => this.root.querySelector('[data-revision]')?.dataset.revision >= revision);
  }

  // Whether the server still had the circuit. Rejects when it cannot be reached.
  reconnect() {
    return this.blazor.reconnect();
  }

  close() {
    this.isClosed = true;
    try { this.blazor?.disconnect?.(); } catch { /* never started */ }
    this.frame.remove();
  }
}

// Waits until the page shows what is waited for, and resolves to it.
function until(root, met) {
  return new Promise((resolve, reject) => {
    const at = met();
    if (at) return resolve(at);
    const observer = new MutationObserver(() => {
      const now = met();
      if (!now) return;
      clearTimeout(timer);
      observer.disconnect();
      resolve(now);
    });
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error('timeout'));
    }, 20000);
    observer.observe(root, { childList: true, subtree: true, attributes: true });
  });
}
