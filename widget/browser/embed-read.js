// Reading on: following what is written meanwhile, and loading what is not on the first page. Loaded by embed.js once the
// thread is shown. The server joins the read-….js files and this one into one module.
const texts = __TEXTS__;
const sheet = new CSSStyleSheet();
sheet.replaceSync(__STYLES__);
const newsOf = new WeakMap();

const textOf = element => texts[threadIn(element.box)?.lang] ?? texts.en;
const plural = (element, key, count) => {
  const forms = textOf(element)[key];
  return (forms[new Intl.PluralRules(threadIn(element.box).lang).select(count)] ?? forms.other).replace('{0}', count);
};

// Follows the shown thread until the signal says that it is shown no more, or live.
export function follow(element, signal, wasIncluded) {
  dress(element);
  const news = new News(element, signal, wasIncluded);
  newsOf.set(element, news);
  followNews(news, signal);
}

// Merges as many pages as were loaded beyond the first into it, before it is shown again. Each goes on where the one before
// it ends by now: from where it once did there would be a gap.
export async function expand(element, page, signal) {
  const [thread, shown] = [threadIn(page), threadIn(element.box)];
  const { meant } = element;
  const expanded = [];
  for (const key of meant.expanded) {
    const { kind, of } = pageOfKey(key);
    const branch = kind === 'replies' && shown?.querySelector(`#comment-${of}`)?.closest('.comments > .comment');
    const holder = kind === 'after' ? thread : branch && thread.querySelector('#' + branch.id);
    const control = holder && moreOf(holder)?.querySelector('button');
    if (!control) continue;
    const next = keyOf(control);
    extend(thread, pageOfKey(next), await element.ask(asksFor(pageOfKey(next)), { signal }));
    expanded.push(next);
  }
  meant.expanded = expanded;
}

// Puts the thread as it is now in place of the one shown: what is read stays where it is, and so does the focus.
export function exchange(element, page, signal) {
  if (signal.aborted) return;
  const { box, shadowRoot } = element;
  const [focused, target] = [shadowRoot.activeElement, box.querySelector('.target')].map(item => item && selectorOf(item));
  element.dress(page);
  hold(element, () => box.replaceChildren(page));
  if (target) box.querySelector(target)?.classList.add('target');
  const again = focused && box.querySelector(focused);
  if (again?.matches('.comment')) again.tabIndex = -1;
  again?.focus({ preventScroll: true });
}

// Carries out a button that asks for other comments.
export async function act(element, button) {
  const { act, sort } = button.dataset;
  if (button.getAttribute('aria-busy') || changeHidden(element, button, itemOf(button))) return;
  if (act === 'news') return newsOf.get(element)?.show();
  // A live thread loads by its circuit; only the order is chosen here.
  if (element.live && !sort) return;
  button.setAttribute('aria-busy', 'true');
  try {
    if (act === 'more') await loadMore(element, button);
    else if (await showPart(element, { ...sort ? { sort } : {}, around: undefined, expanded: [] })) {
      const next = element.box.querySelector(sort ? `[data-act=sort][data-sort=${sort}]:not(:disabled)` : '.comment') ?? element.box.querySelector('.comment');
      if (next) focusOn(element, next);
    }
  } finally {
    button.removeAttribute('aria-busy');
  }
}

// Another part of the thread, or another order; by the circuit, also where the thread went live meanwhile. Whether it is shown.
async function showPart(element, part) {
  if (!element.live && await element.load(part)) return true;
  if (!element.live) return false;
  Object.assign(element.meant, part);
  await element.live.changed();
  if (part.sort) element.store.set(element.sortKey, part.sort);
  return true;
}

async function loadMore(element, button) {
  const key = keyOf(button);
  const { signal } = element;
  // What is shown is about to go.
  if (signal.aborted) return;
  const holder = button.parentElement;
  holder.querySelector('[role=alert]')?.remove();
  const before = byId(element.box.querySelectorAll('.comment'));
  try {
    const page = await element.ask(asksFor(pageOfKey(key)), { signal });
    if (signal.aborted) return;
    element.dress(page);
    element.meant.expanded = [...element.meant.expanded, key];
    extend(threadIn(element.box), pageOfKey(key), page);
  } catch (error) {
    if (signal.aborted) return;
    const words = Object.assign(document.createElement('span'), { className: 'refused', textContent: error.detail ?? textOf(element).failed });
    words.setAttribute('role', 'alert');
    holder.append(' ', words);
    element.emit('error', { code: error.code ?? 'network' });
    return;
  }
  const added = [...element.box.querySelectorAll('.comment')].filter(comment => !before.has(comment.id));
  const first = added[0] ?? moreOf(threadIn(element.box))?.firstElementChild;
  if (first) focusOn(element, first);
  say(element, plural(element, 'loaded', added.length));
}

// A link to a comment that is not shown: the page that holds it, if it is of this thread.
export async function seek(element, id) {
  const { meant } = element;
  // Links may be followed faster than answers come, and the element may show another thread by then.
  const isOver = () => element.meant !== meant || location.hash !== '#comment-' + id;
  const page = await element.ask({ comment: id });
  if (isOver() || !page.querySelector('#comment-' + id)) return;
  if (await showPart(element, { around: id, expanded: [] }) && location.hash === '#comment-' + id) element.goTo(location.hash);
}

function dress({ shadowRoot }) {
  const sheets = shadowRoot.adoptedStyleSheets;
  if (!sheets.includes(sheet)) shadowRoot.adoptedStyleSheets = [...sheets, sheet];
}

// For screen readers alone.
function say(element, words) {
  dress(element);
  const said = Object.assign(document.createElement('div'), { className: 'said' });
  said.setAttribute('role', 'status');
  threadIn(element.box).append(said);
  // A region is heard when it changes, not when it comes.
  setTimeout(() => { said.textContent = words; }, 100);
  setTimeout(() => said.remove(), 5000);
}
