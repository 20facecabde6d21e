// Part of embed-read.js.
// A thread comes in pages: the first one, or the one around a linked comment, and those loaded beyond it, which
// element.meant.expanded names ("after:…" a top-level cursor, "replies:…" a comment). A page is merged into what is shown by the
// comments' ids.

// All pages the element shows, as they are now: { kind, of, page }. One whose place is gone is left out.
const pagesOf = async (element, init) => [{ kind: 'first', page: await element.ask({}, init) }, ...await morePagesOf(element, init)];
const morePagesOf = async (element, init) => (await Promise.all(element.meant.expanded.map(pageOfKey).map(async key => ({
  ...key,
  page: await element.ask(asksFor(key), init).catch(error => {
    if (!error.code) throw error;
  }),
})))).filter(({ page }) => page);
const pageOfKey = key => {
  const at = key.indexOf(':');
  return { kind: key.slice(0, at), of: key.slice(at + 1) };
};
const asksFor = ({ kind, of }) => ({ comment: null, [kind]: of });
const keyOf = ({ dataset: { after, replies } }) => after ? 'after:' + after : 'replies:' + replies;

const threadIn = root => root.querySelector('.thread');
const commentsOf = thread => thread.querySelector(':scope > .comments');
const repliesOf = comment => comment.querySelector(':scope > .replies');
const articleOf = comment => comment.querySelector(':scope > article');
const moreOf = holder => holder.querySelector(':scope > .more:not(.earlier)');
const byId = comments => new Map([...comments].map(comment => [comment.id, comment]));

// Adds to a list what a page has and it has not: each after the one it follows there, or at the list's end.
function merge(list, page, atEnd) {
  const shown = byId(list.children);
  let last = atEnd ? list.lastElementChild : null;
  for (const comment of [...page.children]) {
    const twin = shown.get(comment.id);
    if (twin) mergeReplies(twin, comment, atEnd);
    else last ? last.after(comment) : list.prepend(comment);
    last = twin ?? comment;
  }
}

function mergeReplies(shown, comment, atEnd) {
  const [list, page] = [repliesOf(shown), repliesOf(comment)];
  if (list && page) merge(list, page, atEnd);
  else if (page) {
    // Its first replies bring the head that folds them.
    articleOf(shown).replaceWith(articleOf(comment));
    articleOf(shown).after(page);
  }
}

// The control that loads the rest of a level is the newer page's.
function replaceMore(shown, page) {
  moreOf(shown)?.remove();
  const more = moreOf(page);
  if (more) shown.querySelector(':scope > :is(.comments, .replies)').after(more);
}

// Adds a page loaded beyond the first to a thread.
function extend(thread, { kind }, page) {
  const [list, next] = [commentsOf(thread), commentsOf(threadIn(page))];
  if (kind === 'after') {
    merge(list, next, true);
    replaceMore(thread, threadIn(page));
    return;
  }
  const shown = byId(list.children);
  for (const root of [...next.children].filter(root => shown.has(root.id))) {
    mergeReplies(shown.get(root.id), root, true);
    replaceMore(shown.get(root.id), root);
  }
}

// Comments shown that a page, as it is now, no longer has. A page speaks only for what lies between its first comment and
// its last; where it is not cut, also for what comes before and after them.
function goneFrom(thread, { kind, page }) {
  const now = threadIn(page);
  const isWhole = kind === 'first' && !now.querySelector(':scope > .earlier');
  return goneIn(commentsOf(thread), commentsOf(now), isWhole, kind !== 'replies' && !moreOf(now), kind === 'after' || isWhole);
}

function goneIn(list, page, fromStart, toEnd, repliesFromStart, isCut) {
  const shown = [...list.children];
  const now = byId(page?.children ?? []);
  const twins = shown.map(comment => now.get(comment.id));
  const first = fromStart ? 0 : twins.findIndex(Boolean);
  const last = toEnd ? shown.length - 1 : twins.findLastIndex(Boolean);
  return shown.flatMap((comment, i) => {
    if (!twins[i]) return first >= 0 && i >= first && i <= last ? [comment] : [];
    const replies = repliesOf(comment);
    const cut = isCut ?? !!moreOf(twins[i]);
    return replies ? goneIn(replies, repliesOf(twins[i]), repliesFromStart, !cut, repliesFromStart, cut) : [];
  });
}
