// Part of embed-read.js.
// What has changed in a shown thread. New comments are offered by a button and shown when it is pressed; until then nothing
// that is read moves. Counts of votes change at once; edits and deletions once they are out of sight, or with the press: but
// what stood in the page's source may be old, and what was deleted since goes at once.
class News {
  #element; #signal; #region; #offer; #timer; #scrolled; #dueAt = Infinity; #checkedAt = 0; #isChecking = false; #isStale = false; #isOld;
  // What is in sight and not yet as it is now: comments, each with its twin, or nothing where it is gone.
  #changes = new Map();

  constructor(element, signal, wasIncluded) {
    this.#element = element;
    this.#signal = signal;
    this.#isOld = wasIncluded;
    const thread = threadIn(element.box);
    this.element = element;
    this.version = +thread.dataset.version;
    this.count = +thread.dataset.count;
    // There before anything is said in it, so that screen readers say it.
    this.#region = Object.assign(document.createElement('div'), { className: 'news' });
    this.#region.setAttribute('role', 'status');
    thread.prepend(this.#region);
    signal.addEventListener('abort', () => [this.#timer, this.#scrolled].forEach(clearTimeout));
    addEventListener('scroll', () => {
      if (!this.#changes.size || this.#scrolled) return;
      this.#scrolled = setTimeout(() => {
        this.#scrolled = undefined;
        this.#settle();
      }, 200);
    }, { signal, passive: true, capture: true });
  }

  // Thousands of pages hear of a comment at once: each waits a moment of its own, and does not ask more often than needed.
  heard(version) {
    if (version !== this.version) this.later(jitter(1000));
  }

  // What is due earlier stays due: a busy thread would put it off for ever.
  later(wait) {
    const at = Math.max(Date.now() + wait, this.#checkedAt + 5000);
    if (this.#signal.aborted || at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.check(), at - Date.now());
  }

  async check() {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
    if (this.#isChecking) {
      this.#isStale = true;
      return;
    }
    this.#isChecking = true;
    this.#checkedAt = Date.now();
    const keys = String(this.#element.meant.expanded);
    try {
      // The browser asks with the ETag it has: where nothing is new, the answer is empty.
      const pages = await pagesOf(this.#element, { cache: 'no-cache', signal: this.#signal });
      // What was loaded meanwhile is not among them.
      if (keys !== String(this.#element.meant.expanded)) this.#isStale = true;
      else if (!this.#signal.aborted) this.#compare(pages);
    } catch {
      if (!document.hidden) this.later(jitter(15000));
    } finally {
      this.#isChecking = false;
      if (this.#isStale) this.later(0);
      this.#isStale = false;
    }
  }

  #compare(pages) {
    const shown = threadIn(this.#element.box);
    const gone = [...new Set(pages.flatMap(page => goneFrom(shown, page)))];
    const [{ page: first }, ...others] = pages;
    for (const other of others) extend(threadIn(first), other, other.page);
    this.#element.dress(first);
    const now = threadIn(first);
    this.version = +now.dataset.version;
    const count = +now.dataset.count;
    if (count !== this.count) this.#element.emit('count', { count });
    const known = byId(shown.querySelectorAll('.comment'));
    const added = [...now.querySelectorAll('.comment')].filter(comment => !known.has(comment.id)).length;
    this.count = count;
    this.#offer = { now, gone, keys: String(this.#element.meant.expanded) };
    const all = twins(shown, now);
    this.#changes = new Map([...all.filter(([comment, twin]) => stateOf(comment) !== stateOf(twin)), ...gone.map(comment => [comment])]);
    hold(this.#element, () => {
      all.forEach(([comment, twin]) => updateVotes(articleOf(comment), articleOf(twin)));
      updateLead(shown, now);
    });
    this.#settle(this.#isOld);
    this.#isOld = false;
    // Some may stand where the pages shown do not reach.
    const total = Math.max(added, count - shown.dataset.count);
    if (total) this.#offerNew(total);
    else {
      this.#clear();
      shown.dataset.count = count;
      shown.querySelector('.title').textContent = now.querySelector('.title').textContent;
    }
  }

  #offerNew(count) {
    const words = plural(this.#element, 'news', count);
    const button = this.#region.querySelector('button');
    if (button) {
      if (button.textContent !== words) button.textContent = words;
      return;
    }
    this.#region.replaceChildren(Object.assign(document.createElement('button'), { type: 'button', className: 'primary', textContent: words }));
    this.#region.firstChild.dataset.act = 'news';
  }

  // Without a press: what is out of sight, and what may not be shown any longer.
  #settle(withDeletions) {
    hold(this.#element, () => {
      for (const [comment, twin] of this.#changes) {
        const isDeleted = !twin || twin.matches('.gone');
        const changing = twin ? articleOf(comment) : comment;
        if (!(isDeleted && withDeletions) && (inView(changing) || changing.contains(this.#element.shadowRoot.activeElement))) continue;
        this.#changes.delete(comment);
        twin ? updateArticle(comment, twin) : remove(comment);
      }
    });
  }

  // What the button offers.
  show() {
    if (!this.#offer) return;
    const { box } = this.#element;
    const { now, gone, keys } = this.#offer;
    const shown = threadIn(box);
    this.#offer = undefined;
    this.#changes.clear();
    this.#clear();
    const before = byId(box.querySelectorAll('.comment'));
    // The first control behind which there is more than there was.
    let grown;
    hold(this.#element, () => {
      for (const [comment, twin] of twins(shown, now)) updateArticle(comment, twin);
      gone.forEach(remove);
      this.#head(shown, now);
      const more = new Map([[shown, now], ...twins(commentsOf(shown), commentsOf(now))].map(([old, twin]) => [old, moreOf(twin)?.cloneNode(true)]));
      merge(commentsOf(shown), commentsOf(now), false);
      if (keys === String(this.#element.meant.expanded)) {
        more.forEach((control, holder) => {
          if (moreOf(holder)?.textContent !== control?.textContent) grown ??= control;
          renewMore(holder, control);
        });
      }
    });
    const isNewestFirst = shown.querySelector('[data-sort=newest][aria-pressed=true]');
    const edge = [...shown.querySelectorAll(':scope > .more')].at(isNewestFirst ? 0 : -1);
    this.#mark([...box.querySelectorAll('.comment')].filter(comment => !before.has(comment.id)), (grown ?? edge)?.firstElementChild);
  }

  // The focus does not go with the button.
  #clear() {
    if (this.#region.contains(this.#element.shadowRoot.activeElement)) {
      const thread = this.#region.parentElement;
      thread.tabIndex = -1;
      thread.focus({ preventScroll: true });
    }
    this.#region.replaceChildren();
  }

  // Title, form, closed or not: all that stands before the comments.
  #head(shown, now) {
    const [list, next] = [commentsOf(shown), commentsOf(now)];
    while (list.previousSibling && list.previousSibling !== this.#region) list.previousSibling.remove();
    while (next.previousSibling) this.#region.after(next.previousSibling);
    Object.assign(shown.dataset, { version: now.dataset.version, count: now.dataset.count });
    this.#element.tell(this.#element.told);
  }

  // Marks and goes to what is new, or to the control that loads it.
  #mark(added, control) {
    const { box } = this.#element;
    box.querySelectorAll('.comment.new').forEach(comment => comment.classList.remove('new'));
    box.querySelectorAll('.badge.fresh').forEach(badge => badge.remove());
    for (const comment of added) {
      comment.classList.add('new');
      articleOf(comment).querySelector('.when').before(Object.assign(document.createElement('span'), { className: 'badge fresh', textContent: textOf(this.#element).mark }));
    }
    const first = added[0] ?? control;
    if (!first) return;
    focusOn(this.#element, first);
    // All of it, not only the edge that is in view already.
    (articleOf(first) ?? first).scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }
}

// Comments shown, each with what it is now.
const twins = (shown, now) => {
  const all = byId(now.querySelectorAll('.comment'));
  return [...shown.querySelectorAll('.comment')].filter(comment => all.has(comment.id)).map(comment => [comment, all.get(comment.id)]);
};

// Note and pinned comment, unless they are being looked at.
const leadIn = thread => thread.querySelector(':scope > .lead');
const leadOf = lead => [lead.querySelector('.thread-note .body')?.innerHTML, lead.querySelector('.pin [data-permalink]')?.dataset.permalink].join();
function updateLead(shown, now) {
  const [lead, next] = [leadIn(shown), leadIn(now)];
  // A page's source may be from before there was one.
  if (lead && next && leadOf(lead) !== leadOf(next) && !inView(lead)) lead.replaceWith(next.cloneNode(true));
}

const renewMore = (holder, control) => {
  moreOf(holder)?.remove();
  if (control) holder.querySelector(':scope > :is(.comments, .replies)')?.after(control);
};

const remove = comment => {
  const list = comment.parentElement;
  comment.remove();
  if (list?.matches('.replies') && !list.firstElementChild) list.remove();
};

function updateVotes(article, now) {
  const [votes, next] = [article.querySelector('.votes'), now.querySelector('.votes')];
  if (!votes || !next || votes.getAttribute('aria-label') === next.getAttribute('aria-label')) return;
  votes.setAttribute('aria-label', next.getAttribute('aria-label'));
  const numbers = next.querySelectorAll('.vote');
  votes.querySelectorAll('.vote').forEach((vote, i) => { vote.textContent = numbers[i].textContent; });
}

// An edit is known by its time: texts cannot be compared, because the browser has dressed one of them.
const stateOf = comment => {
  const article = articleOf(comment);
  const text = selector => article.querySelector(selector)?.textContent;
  return [comment.matches('.gone'), text('.name'), text('.badge:not(.fresh)'), text('.outline'), article.querySelector('.avatar > img')?.src, article.querySelector('.edited')?.title, !!article.querySelector('.fold'), !!article.querySelector('[data-act=reply]')].join();
};

function updateArticle(comment, twin) {
  if (stateOf(comment) === stateOf(twin)) return;
  comment.classList.toggle('gone', twin.matches('.gone'));
  articleOf(comment).replaceWith(articleOf(twin).cloneNode(true));
}

// Changes the thread without moving what is read: the topmost comment that begins in view, else the one that fills it.
function hold(element, change) {
  const comments = [...element.box.querySelectorAll('.comment')];
  const kept = comments.find(startsInView) ?? comments.findLast(comment => comment.getBoundingClientRect().top < 0);
  const top = kept?.getBoundingClientRect().top;
  change();
  const now = kept && element.box.querySelector('#' + kept.id);
  const moved = now ? now.getBoundingClientRect().top - top : 0;
  if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: 'instant' });
}

function focusOn(element, item) {
  element.reveal(item);
  if (item.matches('.comment')) item.tabIndex = -1;
  if (!inView(item)) item.scrollIntoView({ block: 'center', behavior: 'instant' });
  item.focus({ preventScroll: true });
}
