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
export function follow(element, signal) {
  dress(element);
  const news = new News(element, signal);
  newsOf.set(element, news);
  followNews(news, signal);
}

// Merges the pages loaded beyond the first into it, before it is shown again.
export async function expand(element, page, signal) {
  for (const more of await morePagesOf(element, { signal })) extend(threadIn(page), more, more.page);
}

// Carries out a button that asks for other comments.
export async function act(element, button) {
  const { act, sort } = button.dataset;
  if (button.getAttribute('aria-busy')) return;
  if (act === 'news') return newsOf.get(element)?.show();
  // A live thread loads by its circuit; only the order is chosen here.
  if (element.live && !sort) return;
  button.setAttribute('aria-busy', 'true');
  if (act === 'more') await loadMore(element, button);
  else {
    if (sort) element.store.set(element.sortKey, sort);
    element.expanded = [];
    element.around = undefined;
    await (element.live?.changed() ?? element.load());
    const next = element.box.querySelector(sort ? `[data-act=sort][data-sort=${sort}]:not(:disabled)` : '.comment') ?? element.box.querySelector('.comment');
    if (next) focusOn(element, next);
  }
  button.removeAttribute('aria-busy');
}

async function loadMore(element, button) {
  const { after, replies } = button.dataset;
  const key = after ? 'after:' + after : 'replies:' + replies;
  const holder = button.parentElement;
  holder.querySelector('[role=alert]')?.remove();
  const before = byId(element.box.querySelectorAll('.comment'));
  try {
    const page = await element.ask(asksFor(pageOfKey(key)));
    element.dress(page);
    element.expanded = [...element.expanded, key];
    extend(threadIn(element.box), pageOfKey(key), page);
  } catch (error) {
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
  const page = await element.ask({ comment: id });
  if (!page.querySelector('#comment-' + id)) return;
  element.expanded = [];
  element.around = id;
  await (element.live?.seek(id) ?? element.load());
  element.goTo('#comment-' + id);
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
