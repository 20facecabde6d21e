// What a reader waits for: the custom element, its styles, one request for the thread. Reading on (what is written meanwhile,
// and what is not on the first page) is in embed-read.js, fetched once the thread is shown; everything that takes part
// (circuit, sign-in, drafts) in embed-live.js, fetched when somebody is about to need it.
(() => {
  const script = document.currentScript;
  const { origin: server, searchParams: told } = new URL(script.src);

  // Back from signing in in this window (live-return.js): the code leaves the address before all else of ours, and the page is told.
  let back;
  if (location.hash.startsWith('#embed-signin=')) {
    try {
      const key = `embed:${server}:back`;
      back = Object.assign(JSON.parse(sessionStorage.getItem(key)), { code: location.hash.slice(14) });
      sessionStorage.removeItem(key);
    } catch { /* It was not from here that somebody left. */ }
    history.replaceState(history.state, '', location.pathname + location.search + (back?.hash ?? ''));
    dispatchEvent(new HashChangeEvent('hashchange', { newURL: location.href }));
  }

  // The element's own attribute, else the script tag's data-….
  const option = (element, name) => element.getAttribute(name) ?? script.getAttribute('data-' + name);
  const pageOf = element => new URL(option(element, 'page') ?? location.href.split('#')[0], document.baseURI).href;
  // Under whatever address a page is opened, it may say which is its own; the server takes it where it is the site's.
  const canonicalOf = element => {
    const { href } = option(element, 'page') == null && document.head.querySelector('link[rel~=canonical]') || {};
    return href?.length <= 2000 && href !== pageOf(element) ? href : '';
  };
  const languageOf = element => element.closest('[lang]')?.lang || script.dataset.lang || document.documentElement.lang || navigator.language;
  const siteOf = element => option(element, 'site') ?? '';
  const keyOf = (site, name) => `embed:${server}:${site}:${name}`;

  // Storage is denied in some browsers and modes; then the sign-in lasts as long as the page.
  const memory = new Map();
  const store = {
    get(key) {
      try { return localStorage.getItem(key) ?? memory.get(key); } catch { return memory.get(key); }
    },
    set(key, value) {
      memory.delete(key);
      try { value == null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { if (value != null) memory.set(key, value); }
    },
    keys() {
      try { return [...Object.keys(localStorage), ...memory.keys()]; } catch { return [...memory.keys()]; }
    },
  };

  // What the reader chose on this site goes before what the page says.
  const sortOf = element => store.get(keyOf(siteOf(element), 'sort')) ?? option(element, 'sort');
  // The comment that the page's address names.
  const linked = () => location.hash.match(/^#comment-(\d+)$/)?.[1];
  const primary = language => language.split('-')[0];
  // What page and attributes mean now.
  const meantBy = element => ({ site: siteOf(element), page: pageOf(element), lang: languageOf(element), thread: option(element, 'thread'), sort: sortOf(element), canonical: canonicalOf(element) });
  const ask = async ({ site, around, expanded, ...asks }, more, init) => {
    const query = new URLSearchParams(Object.entries({ ...asks, comment: around, ...more }).filter(([, value]) => value));
    // What came with this script is good once, for an element that would have asked for just that and nothing more.
    const { joined } = script;
    if (joined && told.get('site') === site && joined.page === asks.page && primary(told.get('lang') ?? joined.lang) === primary(asks.lang)
      && [...query].length === 2) {
      script.joined = undefined;
      return { ok: true, text: () => joined.html };
    }
    return fetch(`${server}/api/v1/sites/${encodeURIComponent(site)}/thread.html?${query}`, { credentials: 'omit', ...init });
  };
  // While the parser is in an element, what is included there is still to come.
  const isParsed = node => document.readyState !== 'loading' || (node && (node.nextSibling || isParsed(node.parentNode)));
  // A thread that stands in the page's source: a shadow root, or a template where browsers do not know declarative ones.
  const inside = element => element.shadowRoot ?? element.querySelector(':scope > template[shadowrootmode]')?.content;
  // It may be another than is meant: attributes change, readers choose an order, addresses name a comment.
  const isIncluded = element => {
    const box = inside(element)?.querySelector('.embed');
    return box?.firstChild && ['site', 'page', 'thread', 'lang'].every(name => box.dataset[name] == option(element, name))
      && box.dataset.sort == sortOf(element) && (!linked() || box.querySelector('#comment-' + linked()));
  };
  // Asked for before anything else, so that the answer travels while the rest of this script runs.
  const asked = new Map();
  for (const element of document.querySelectorAll('embed-comments:not(:defined)')) if (isParsed(element) && !isIncluded(element)) asked.set(element, ask({ ...meantBy(element), around: linked() }));

  const texts = __TEXTS__;
  const textOf = element => texts[primary(languageOf(element))] ?? texts.en;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(__STYLES__);
  // Host pages may demand trusted types; what we insert was sanitised and encoded by our server.
  const policy = window.trustedTypes?.createPolicy('embed-comments', { createHTML: html => html }, true);
  const elements = new Set();
  const modules = {};

  const load = path => modules[path] ??= import(server + path).catch(error => {
    delete modules[path];
    throw error;
  });
  const loadLive = () => load(__LIVE__);
  let reader;
  const loadRead = async () => reader = await load(__READ__);
  // Buttons that ask for other comments to read, or for fewer.
  const reads = '[data-act=more], [data-act=earlier], [data-act=sort], [data-act=news], [data-act=hide], [data-act=show], [data-act=unhide]';

  // Relative words for what is recent, the server's date for what is not. Short forms that need no plural: the browser's own
  // formatter would take as long to start as the rest of this script, before anything is painted.
  const relative = (time, { ago }) => {
    const minutes = (Date.now() - Date.parse(time.dateTime)) / 60000;
    time.dataset.dressed = '';
    if (minutes > 43200) return;
    const [words, value] = minutes < 1 ? [ago.now] : minutes < 60 ? [ago.minutes, minutes] : minutes < 1440 ? [ago.hours, minutes / 60] : [ago.days, minutes / 1440];
    time.textContent = words.replace('{0}', Math.floor(value));
  };

  // Red, green and blue of a computed colour; a pixel tells for spaces that are not spelled rgb().
  const channels = colour => {
    const plain = colour.match(/^rgba?\((\d+), (\d+), (\d+)/);
    if (plain) return plain.slice(1);
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };

  // The theme "auto" follows the page itself: light text means a dark page, whatever the system prefers.
  const dark = element => {
    const [r, g, b] = channels(getComputedStyle(element).color);
    return r * 299 + g * 587 + b * 114 > 140000;
  };

  class EmbedComments extends HTMLElement {
    static observedAttributes = ['site', 'thread', 'page', 'sort', 'theme', 'lang', 'sso'];
    #loading; #queued; #live; #wanted; #rests; #visited; #kept; #part;

    constructor() {
      super();
      this.folded = new Set();
      // Ends when what is shown is shown no more, or live.
      this.signal = AbortSignal.abort();
    }

    connectedCallback() {
      if (isParsed(this)) return this.#open();
      const look = new MutationObserver(() => isParsed(this) && open());
      const open = () => {
        look.disconnect();
        if (this.isConnected && !elements.has(this)) this.#open();
      };
      look.observe(document, { childList: true, subtree: true });
      addEventListener('DOMContentLoaded', open);
    }

    #open() {
      if (!this.box) this.#build();
      elements.add(this);
      this.#theme();
      this.load();
    }

    // The inside is there already where it stands in the page's source.
    #build() {
      const included = inside(this);
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      if (included && included !== root) root.append(included);
      root.querySelectorAll('style, slot').forEach(old => old.remove());
      root.adoptedStyleSheets = [sheet];
      this.box = root.querySelector('.embed') ?? root.appendChild(document.createElement('div'));
      this.box.className = 'embed';
      root.addEventListener('click', event => this.#click(event));
      // The first sign of interest fetches the code, so that the click itself need not wait for it.
      for (const sign of ['pointerover', 'focusin']) {
        root.addEventListener(sign, ({ target }) => {
          if (target.closest(`[data-act]:not([data-act=retry], [data-act=fold], ${reads})`)) loadLive().catch(() => {});
          if (target.dateTime) target.title = new Date(target.dateTime).toLocaleString(this.meant.lang);
        }, { passive: true });
      }
    }

    disconnectedCallback() {
      elements.delete(this);
      this.#loading?.abort();
      this.#live?.stop();
      this.#live = undefined;
    }

    attributeChangedCallback(name, before, after) {
      // While an element is upgraded its attributes arrive before it is connected.
      if (elements.has(this) && before !== after) this.#changed(name);
    }

    #changed(name) {
      if (name === 'theme') return this.#theme();
      if (name === 'sso') return this.#live ? this.#live.identify() : this.join();
      // Several attributes often change together: one request for all.
      this.#queued ??= queueMicrotask(() => {
        this.#queued = undefined;
        this.#live?.stop();
        this.#live = undefined;
        this.load();
      }) ?? true;
    }

    get server() { return server; }
    get store() { return store; }
    get #thread() { return this.box.querySelector('.thread'); }
    get site() { return this.meant.site; }
    get sortKey() { return keyOf(this.site, 'sort'); }
    get draftPrefix() { return keyOf(this.site, `draft:${this.meant.thread ?? this.meant.page}:`); }
    get tokenKey() { return keyOf(this.site, 'token'); }
    get live() { return this.#live?.isLive ? this.#live : undefined; }
    get token() { return store.get(this.tokenKey); }
    set token(value) {
      store.set(this.tokenKey, value);
      for (const other of elements) if (other.site === this.site) other.#tokenChanged();
    }

    // What was kept when this tab left to sign in; once: for the element it left from, or another of the site where that is gone.
    cameBack() {
      const left = [...elements].filter(({ draftPrefix }) => draftPrefix === back?.draftPrefix);
      const it = back?.site === this.site && (!left.length || left.includes(this)) && back;
      if (it) back = undefined;
      return it;
    }

    option(name) { return option(this, name); }
    emit(name, detail) { this.dispatchEvent(new CustomEvent('embed-' + name, { bubbles: true, composed: true, detail })); }

    // One page of the thread, as nodes.
    async ask(more, init, answer = ask(this.meant, more, init)) {
      const response = await answer;
      if (!response.ok) throw Object.assign(new Error(), await response.json().catch(() => ({})));
      const html = await response.text();
      const template = document.createElement('template');
      template.innerHTML = policy ? policy.createHTML(html) : html;
      // It names no server: several may call ours by different names. Here nothing is loaded yet; in the page, a picture without one
      // would be asked for at the page's own.
      for (const name of ['href', 'src']) {
        for (const item of template.content.querySelectorAll(`[${name}^="/"]`)) item[name] = server + item.getAttribute(name);
      }
      return template.content;
    }

    unfollow() {
      this.#kept = undefined;
      this.#loading?.abort();
    }

    // Shows what is meant now; or, of what is shown, the part or order given. What is meant is fixed until then: a page may
    // change its address, and other tabs the order, without meaning this. Whether it is shown.
    async load(part) {
      if (!this.isConnected) return;
      const isFirst = !this.#loading;
      const stays = isFirst && isIncluded(this);
      const kept = this.#kept ?? (this.#thread && this.meant);
      const asks = part ?? meantBy(this);
      // Of another thread nothing is loaded beyond its first page, or the one around a comment.
      if (!part && Object.keys(asks).some(name => asks[name] !== this.meant?.[name])) [asks.around, asks.expanded, this.#rests] = [linked(), [], false];
      const meant = this.meant = { ...this.meant, ...asks };
      this.unfollow();
      this.#kept = kept;
      this.#part = part;
      const { signal } = this.#loading = new AbortController();
      const text = textOf(this);
      // Not what was included for something else.
      if (!stays && (isFirst || !this.box.firstChild)) this.#say(text.loading, 'loading');
      try {
        if (!stays) {
          if (store.get(keyOf(this.site, 'hidden'))) await loadRead().catch(() => {});
          const answer = asked.get(this);
          asked.delete(this);
          const page = await this.ask({}, { signal }, answer);
          if (meant.expanded.length) await (await loadRead()).expand(this, page, signal);
          // Another part begins where its reader goes; the same is changed under their eyes.
          await this.#show(page, signal, kept && !part?.expanded);
        } else this.dress(this.box);
        if (signal.aborted) return;
        this.#kept = undefined;
        if (part?.sort) store.set(this.sortKey, part.sort);
        await this.#shown(signal, stays);
        return true;
      } catch (error) {
        if (signal.aborted) return;
        this.#kept = undefined;
        const isSame = kept && ['site', 'page', 'thread'].every(name => kept[name] === meant[name]);
        // Rather as it was than nothing.
        if (isSame) [this.meant, this.signal] = [kept, signal];
        this.#say(error.detail ?? (navigator.onLine ? text.failed : text.offline), 'failed', text.again, isSame);
        if (!navigator.onLine) addEventListener('online', () => this.load(part), { once: true, signal });
        this.emit('error', { code: error.code ?? 'network' });
      }
    }

    // What fits a window is painted before the rest of a long thread is laid out: reading can begin a tenth of a second sooner
    // on a slow phone.
    async #show(page, signal, isSame) {
      if (isSame) return (await loadRead()).exchange(this, page, signal);
      const later = this.#thread ? [] : [...page.querySelectorAll('.comment')].slice(12).map(comment => [comment, comment.parentNode, comment.nextSibling]);
      if (signal.aborted) return;
      for (const [comment] of later) comment.remove();
      this.dress(page);
      this.box.replaceChildren(page);
      if (!later.length) return;
      if (!document.hidden) await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
      if (signal.aborted) return;
      // The last first, so that what each stands before is there.
      for (const [comment, list, next] of later.reverse()) list.insertBefore(comment, next);
      this.dress(this.box);
    }

    async #shown(signal, wasIncluded) {
      script.joined = undefined;
      this.signal = signal;
      const count = +this.#thread.dataset.count;
      this.emit('ready', { count });
      this.emit('count', { count });
      if (this.#visited !== location.hash) this.goTo(this.#visited = location.hash);
      // Who is signed in, or left a draft here, takes part from the start.
      const starts = this.token || this.option('sso') || back?.site === this.site || store.keys().some(key => key.startsWith(this.draftPrefix));
      if (!this.#rests && starts) await this.join();
      // Not where the thread is live by now: the circuit hears of everything.
      (window.requestIdleCallback ?? setTimeout)(() => {
        if (!signal.aborted) loadRead().then(({ follow }) => signal.aborted || follow(this, signal, wasIncluded)).catch(() => {});
      });
    }

    // Back to reading, after a live thread was left alone: no new circuit until somebody asks for one.
    rest() {
      this.#rests = true;
      this.load({});
    }

    // What the browser adds to markup of either rendering: relative times and folded branches.
    dress(root) {
      const text = texts[(root.querySelector('.thread') ?? this.#thread).lang];
      for (const time of root.querySelectorAll('time:not([data-dressed])')) relative(time, text);
      for (const id of this.folded) root.querySelectorAll(`#comment-${id}:not(.folded)`).forEach(comment => this.#fold(comment));
      reader?.mute(this, root);
      this.#reach();
    }

    // Wide code and tables scroll by themselves; the keyboard must be able to reach those that do.
    #reach() {
      const wide = () => [...this.box.querySelectorAll('.body :is(pre, table):not([tabindex])')].filter(item => item.scrollWidth > item.clientWidth);
      requestAnimationFrame(() => wide().forEach(item => item.tabIndex = 0));
    }

    // Scrolls to the comment a link names and focuses it, opening folded branches on the way.
    goTo(hash, focus = true) {
      const comment = /^#comment-\d+$/.test(hash) && this.shadowRoot.querySelector(hash);
      if (!comment) return false;
      this.reveal(comment);
      this.shadowRoot.querySelectorAll('.target').forEach(old => old.classList.remove('target'));
      comment.classList.add('target');
      comment.scrollIntoView({ block: 'start', behavior: 'instant' });
      comment.tabIndex = -1;
      if (focus) comment.focus({ preventScroll: true });
      return true;
    }

    reveal(item) {
      for (let branch; branch = item.parentElement?.closest('.folded');) this.#fold(branch);
    }

    // Starts taking part; the act that asked for it is carried out once the thread is live.
    async join(act) {
      this.tell(null);
      if (act) this.#wanted?.popup?.close();
      this.#wanted = act ?? this.#wanted;
      const button = act && this.find(act);
      button?.setAttribute('aria-busy', 'true');
      let live;
      try {
        const { Live } = await loadLive();
        if (!this.isConnected) return act?.popup?.close();
        live = this.#live ??= new Live(this, () => { this.#live = undefined; });
        const wanted = this.#wanted;
        this.#wanted = undefined;
        await this.#live.start(wanted);
      } catch {
        // Stopped on purpose, because the element shows something else by now or is gone: nothing failed.
        if (live !== this.#live) return;
        // Nobody will use the window; once the code is there it is in the hands of that.
        if (!live) act?.popup?.close();
        this.tell('failed');
        this.emit('error', { code: 'live' });
      } finally {
        button?.removeAttribute('aria-busy');
      }
    }

    // Whether the act is signing in, or waits for it, and nobody is signed in.
    asksForSignIn(act) { return !this.token && ['signin', 'up', 'down', 'flag'].includes(act); }

    // A window for signing in; none without what that needs, or where the page itself signs people in. WebKit allows one in
    // the click itself only, not when the code for signing in has come: so it is opened here, empty.
    openWindow() {
      return crypto.subtle && !this.option('sso')?.trim() && !this.option('sso-login') ? open('', '_blank', 'popup,width=520,height=680') : null;
    }

    find({ act, id }) { return this.box.querySelector(`[data-act="${act}"]` + (id ? `[data-id="${id}"]` : '')); }

    // Shows one of the thread's prepared notices, or none.
    tell(name) {
      this.told = name;
      for (const notice of this.box.querySelectorAll('.notice[hidden], .notice.told')) {
        const tell = notice.classList.contains(name);
        notice.hidden = !tell;
        notice.classList.toggle('told', tell);
      }
    }

    #tokenChanged() {
      this.#live ? this.#live.changed().catch(() => {}) : this.token && this.join();
    }

    #click(event) {
      const link = event.target.closest('[data-permalink]');
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && this.goTo('#comment-' + link.dataset.permalink)) {
        event.preventDefault();
        history.replaceState(history.state, '', location.pathname + location.search + '#comment-' + link.dataset.permalink);
        return;
      }
      const button = event.target.closest('[data-act]');
      if (!button) return;
      const { act, id } = button.dataset;
      if (act === 'fold') this.#fold(button.closest('.comment'));
      else if (act === 'retry') this.load(this.#part);
      else if (button.matches(reads)) loadRead().then(module => module.act(this, button)).catch(() => this.tell('failed'));
      // Only a person's click asks for something; those that open forms in a drawing under way do not.
      else if (event.isTrusted && !this.#live?.isLive) this.join({ act, id, popup: this.asksForSignIn(act) ? this.openWindow() : null });
    }

    #fold(comment) {
      const button = comment.querySelector('.fold');
      const folded = comment.classList.toggle('folded');
      button.setAttribute('aria-expanded', !folded);
      // How much is hidden: the whole branch below.
      folded ? button.dataset.hidden = comment.querySelectorAll('.comment').length : delete button.dataset.hidden;
      this.folded[folded ? 'add' : 'delete'](comment.dataset.id);
    }

    #say(words, kind, again, isBeside) {
      const message = document.createElement('p');
      message.className = 'notice ' + kind;
      message.setAttribute('role', again ? 'alert' : 'status');
      message.textContent = words;
      if (again) {
        const button = Object.assign(document.createElement('button'), { type: 'button', className: 'primary', textContent: again });
        button.dataset.act = 'retry';
        message.append(' ', button);
      }
      if (!isBeside) return this.box.replaceChildren(message);
      this.box.querySelector(':scope > .notice')?.remove();
      this.box.prepend(message);
    }

    #theme() {
      const theme = this.option('theme');
      const scheme = dark(this) ? 'dark' : 'light';
      this.box.dataset.theme = theme === 'light' || theme === 'dark' ? theme : 'auto';
      this.box.dataset.scheme = this.box.dataset.theme === 'auto' ? scheme : theme;
    }

    static refresh(what) {
      for (const element of elements) {
        if (what === element.tokenKey) element.#tokenChanged();
        else if (what === 'theme') element.#theme();
        else if (EmbedComments.observedAttributes.includes(what) && !element.hasAttribute(what)) element.#changed(what);
      }
    }
  }

  if (customElements.get('embed-comments')) return;
  customElements.define('embed-comments', EmbedComments);
  // The script tag's data-… are observed like attributes, and so is whatever a page uses to turn dark.
  new MutationObserver(changes => {
    for (const { attributeName } of changes) EmbedComments.refresh(attributeName.slice(5));
  }).observe(script, { attributes: true, attributeFilter: EmbedComments.observedAttributes.map(name => 'data-' + name) });
  const recolour = new MutationObserver(() => EmbedComments.refresh('theme'));
  for (const root of [document.documentElement, document.body]) if (root) recolour.observe(root, { attributes: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => EmbedComments.refresh('theme'));
  addEventListener('storage', event => EmbedComments.refresh(event.key));
  addEventListener('hashchange', () => {
    if ([...elements].some(element => element.goTo(location.hash)) || !linked()) return;
    loadRead().then(({ seek }) => elements.forEach(element => seek(element, linked()).catch(() => {}))).catch(() => {});
  });

  // Counts and lists of comments have a module of their own, fetched with the first of them.
  const listed = 'embed-count, embed-recent, [data-embed-count]';
  const watch = new MutationObserver(changes => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(node => node.matches?.(listed) || node.querySelector?.(listed)))) lists();
  });
  const lists = () => {
    watch.disconnect();
    import(server + __LISTS__).then(({ start }) => start({ script, server, languageOf, sheet, dark, relative: (time, element) => relative(time, textOf(element)) })).catch(() => {});
  };
  document.querySelector(listed) ? lists() : watch.observe(document, { childList: true, subtree: true });

  // Without an element of its own the thread appears where the script stands; but a page of counts or lists is an index, and
  // shows the threads it asks for.
  const place = () => {
    if (document.querySelector('embed-comments, ' + listed)) return;
    const element = document.createElement('embed-comments');
    script.closest('body') ? script.after(element) : document.body.append(element);
  };
  document.readyState === 'loading' ? addEventListener('DOMContentLoaded', place) : place();
})();
