// Counts and latest comments. Imported by embed.js on the first page that has such elements; shares nothing with the thread
// but what `page` brings.
const texts = __TEXTS__;
const looks = new CSSStyleSheet();
looks.replaceSync(__STYLES__);

export function start({ script, server, languageOf, sheet, relative, dark }) {
  const textOf = element => {
    const language = languageOf(element).split('-')[0];
    return texts[language] ? { language, ...texts[language] } : { language: 'en', ...texts.en };
  };
  const emit = (element, name, detail) => element.dispatchEvent(new CustomEvent('embed-' + name, { bubbles: true, composed: true, detail }));
  const ask = async (site, what) => {
    const response = await fetch(`${server}/api/v1/sites/${encodeURIComponent(site)}/${what}`, { credentials: 'omit' });
    if (!response.ok) throw Object.assign(new Error(), await response.json().catch(() => ({})));
    return response.json();
  };

  // A link carries data-…, an element of ours plain attributes.
  const isLink = element => element.localName !== 'embed-count';
  const own = (element, name) => element.getAttribute((isLink(element) ? 'data-' : '') + name);
  const siteOf = given => given ?? script.dataset.site ?? '';
  const pageOf = element => {
    const address = own(element, 'page') ?? element.closest('a[href]')?.href ?? location.href;
    try { return new URL(address, document.baseURI).href.split('#')[0]; } catch { return address; }
  };

  // All that want a count, until the next batch leaves: elements of one page are asked for together.
  const wanting = new Set();
  let isLeaving = false;
  const want = element => {
    wanting.add(element);
    if (isLeaving) return;
    isLeaving = true;
    // While the page is still being read more of them come.
    document.readyState === 'loading' ? addEventListener('DOMContentLoaded', leave, { once: true }) : setTimeout(leave);
  };
  const leave = () => {
    isLeaving = false;
    const sites = Map.groupBy([...wanting].filter(element => element.isConnected), element => siteOf(own(element, 'site')));
    wanting.clear();
    for (const [site, elements] of sites) {
      const groups = Map.groupBy(elements, element => {
        const thread = own(element, 'thread');
        return new URLSearchParams(thread ? { thread } : { page: pageOf(element) }).toString();
      });
      for (const batch of batches([...groups.keys()])) fill(site, batch, groups);
    }
  };

  // The server counts 100 at once; servers and proxies take addresses of 8 KB.
  const batches = parameters => {
    const all = [];
    let length = Infinity;
    for (const parameter of parameters) {
      if (length + parameter.length > 7000 || all.at(-1).length === 100) {
        all.push([]);
        length = 0;
      }
      all.at(-1).push(parameter);
      length += parameter.length + 1;
    }
    return all;
  };

  const fill = async (site, batch, groups) => {
    const shown = element => element.isConnected;
    try {
      const answer = await ask(site, 'counts?' + batch.join('&'));
      for (const { page, thread, count } of [...answer.counts, ...answer.threads]) {
        const group = groups.get(new URLSearchParams(thread ? { thread } : { page }).toString()) ?? [];
        for (const element of group.filter(shown)) show(element, count);
      }
    } catch ({ code }) {
      // What the page's author wrote stays.
      for (const element of batch.flatMap(parameter => groups.get(parameter)).filter(shown)) emit(element, 'error', { code: code ?? 'network' });
    }
  };

  const show = (element, count) => {
    const { language, none, counts } = textOf(element);
    const format = isLink(element) ? element.dataset.embedCount : element.getAttribute('format');
    const form = new Intl.PluralRules(language).select(count);
    element.textContent = format === 'number' ? count : count ? (counts[form] ?? counts.other).replace('{0}', count) : none;
    emit(element, 'count', { count });
  };

  customElements.define('embed-count', class extends HTMLElement {
    static observedAttributes = ['site', 'page', 'thread', 'lang', 'format'];

    connectedCallback() { want(this); }

    attributeChangedCallback() { if (this.isConnected) want(this); }
  });

  const recents = new Set();
  customElements.define('embed-recent', class extends HTMLElement {
    static observedAttributes = ['site', 'count', 'theme', 'lang'];
    #box; #asked;

    constructor() {
      super();
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet, looks];
      this.#box = document.createElement('div');
      this.#box.className = 'embed';
      // Until the list is there, and where it does not come, what the page's author wrote is shown.
      this.#box.append(document.createElement('slot'));
      this.shadowRoot.append(this.#box);
    }

    connectedCallback() {
      recents.add(this);
      this.theme();
      this.#load();
    }

    disconnectedCallback() { recents.delete(this); }

    attributeChangedCallback(name) {
      if (!this.isConnected || !recents.has(this)) return;
      name === 'theme' ? this.theme() : this.#load();
    }

    async #load() {
      // Several attributes often change together: one request for all.
      if (this.#asked) return;
      this.#asked = true;
      await null;
      this.#asked = false;
      if (!this.isConnected) return;
      const text = textOf(this);
      const count = this.getAttribute('count');
      try {
        const { comments } = await ask(siteOf(this.getAttribute('site')), 'recent' + (count === null ? '' : '?count=' + encodeURIComponent(count)));
        [this.#box.lang, this.#box.dir] = [text.language, text.dir];
        this.#box.replaceChildren(comments.length ? list(comments, text) : make('p', { className: 'quiet', textContent: text.none }));
        for (const time of this.#box.querySelectorAll('time')) relative(time, this);
        emit(this, 'ready', { count: comments.length });
      } catch ({ code }) {
        emit(this, 'error', { code: code ?? 'network' });
      }
    }

    theme() {
      const theme = this.getAttribute('theme') ?? script.dataset.theme;
      const isFixed = theme === 'light' || theme === 'dark';
      this.#box.dataset.theme = isFixed ? theme : 'auto';
      this.#box.dataset.scheme = isFixed ? theme : dark(this) ? 'dark' : 'light';
    }
  });

  const list = (comments, text) => {
    const items = make('ol', { className: 'recent', ariaLabel: text.latest });
    for (const { address, author, authorName, authorPicture, postedAt, excerpt, pageAddress, pageTitle } of comments) {
      const [before, after] = text.on.split('{0}');
      const page = make('bdi', { textContent: pageTitle || plain(pageAddress) });
      const time = make('time', { className: 'when', dateTime: postedAt, textContent: new Date(postedAt).toLocaleDateString(text.language, { dateStyle: 'medium' }) });
      items.append(make('li', {},
        make('p', { className: 'by' }, face(author, authorName, authorPicture), make('bdi', { className: 'name', textContent: authorName || text.former }), time),
        make('p', { dir: 'auto' }, make('a', { href: address, textContent: excerpt })),
        make('p', { className: 'quiet' }, before, page, after)));
    }
    return items;
  };

  // As the thread draws it.
  const face = (author, name, picture) => {
    // Not every browser knows where a letter ends that is written as several characters.
    const [letter = '–'] = Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment) : name;
    const drawn = make('span', { className: 'avatar c' + author % 8, ariaHidden: true, textContent: letter.toUpperCase() });
    if (picture) drawn.append(make('img', { loading: 'lazy', decoding: 'async', alt: '', width: 32, height: 32, src: server + picture }));
    return drawn;
  };

  // Links that are counted may be added or changed at any time.
  const links = root => [...root.querySelectorAll('[data-embed-count]')];
  new MutationObserver(changes => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') target.matches('[data-embed-count]') && want(target);
      else for (const node of addedNodes) if (node.nodeType === 1) [node, ...links(node)].filter(element => element.matches('[data-embed-count]')).forEach(want);
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['href', 'data-embed-count', 'data-site', 'data-page', 'data-thread'] });
  links(document).forEach(want);

  // What a page turns dark with: see embed.js.
  const recolour = () => { for (const recent of recents) recent.theme(); };
  for (const root of [document.documentElement, document.body]) if (root) new MutationObserver(recolour).observe(root, { attributes: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
}

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// An address as people read it.
const plain = address => {
  const { host, pathname } = new URL(address);
  try { return host + decodeURI(pathname); } catch { return host + pathname; }
};
