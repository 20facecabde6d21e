// Taking part: the Blazor circuit, sign-in and drafts. Loaded by embed.js when somebody is about to need it, and used
// through Live only. The server joins the live-….js files and this one into one module.
const liveSheet = new CSSStyleSheet();
liveSheet.replaceSync(__STYLES__);

export class Live {
  isLive = false;
  #element; #ended; #drafts; #place; #listeners = new AbortController();
  #circuit; #starting; #pending; #focusSlot; #idleTimer; #observer; #count;
  #isStopped = false;
  #isLost = false;
  #isAsked = false;
  // Forms whose answer is awaited: sent again when the connection comes back, which is safe because a draft's id stays.
  #sending = new Set();
  // What a sign-in was asked for by; forms to open once more on coming back from one, and where the page was scrolled to.
  #asked = {};
  #reopen = [];
  #back;
  #drawnToken;

  constructor(element, ended) {
    this.#element = element;
    const { shadowRoot } = element;
    if (!shadowRoot.adoptedStyleSheets.includes(liveSheet)) shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, liveSheet];
    this.#ended = ended;
    this.#drafts = new Drafts(element);
    this.#place = new Place(element, this.#listeners.signal);
    // Already announced by the element.
    this.#count = +(element.box.querySelector('.thread')?.dataset.count ?? 0);
    forgetLeft(element);
    const on = (type, listener, options) => element.shadowRoot.addEventListener(type, listener, { signal: this.#listeners.signal, ...options });
    on('click', event => this.#click(event), { capture: true });
    on('submit', event => event.target.dataset.ask ? sendAsk(element, event.target) : this.#submit(event));
    on('input', event => this.#input(event));
    on('keydown', event => this.#keydown(event));
    addEventListener('offline', () => this.isLive && this.#connectionLost(), { signal: this.#listeners.signal });
    for (const type of ['pointerdown', 'keydown', 'focusin']) on(type, () => this.#touch(), { passive: true });
    addEventListener('scroll', () => this.#touch(), { signal: this.#listeners.signal, passive: true, capture: true });
  }

  // Makes the thread live if it is not, then carries out the act that asked for it.
  async start(act) {
    const back = this.#element.cameBack();
    this.#isAsked ||= !!(act || back);
    if (back) this.#comeBack(back);
    if (act && this.#element.asksForSignIn(act.act)) this.#signIn(act);
    else {
      // Somebody has signed in between the click and now.
      act?.popup?.close();
      if (act && act.act !== 'signin') this.#pending = act;
    }
    await (this.#starting ??= this.#begin());
    this.#carryOut();
  }

  // Who is signed in may be up to the page. What is in the way of that is said when somebody acts.
  async #begin() {
    await settleWithPage(this.#element).catch(() => {});
    if (!this.#isAsked && !this.#element.token && !this.#drafts.slots.length) {
      // Nobody takes part, so it stays the reader's page.
      this.stop();
      this.#ended();
    }
    if (this.#isStopped) throw new Error('stopped');
    await this.#upgrade();
  }

  // The page names somebody else, or nobody.
  async identify() {
    await settleWithPage(this.#element).catch(() => {});
  }

  stop() {
    this.#isStopped = true;
    this.isLive = false;
    this.#listeners.abort();
    this.#observer?.disconnect();
    clearTimeout(this.#idleTimer);
    this.#circuit?.close();
    this.#circuit = undefined;
  }

  // The element's token, order or pages have changed; resolves when that is drawn.
  async changed() {
    if (this.#element.token && this.#element.token !== this.#drawnToken) endSignIn(this.#element, this.#element.token);
    if (!this.#circuit || this.#isLost) return;
    this.#drawnToken = this.#element.token;
    await this.#circuit.draw(this.#parameters);
  }

  get #parameters() {
    const { token, meant: { site, page, canonical, thread, lang, sort, expanded, around } } = this.#element;
    return { Site: site, Page: page, Canonical: canonical || null, Thread: thread ?? null, Title: document.title, Sort: sort ?? null, Language: lang, Token: token ?? null, Around: around ?? null, Expanded: expanded.join(' ') || null };
  }

  // Draws the live thread beside what is shown, then changes one for the other with scroll, focus, text and folded
  // branches carried over. The same way leads from the fragment to the circuit and from a lost circuit to a new one.
  async #upgrade() {
    const stage = document.createElement('div');
    stage.hidden = true;
    this.#element.box.append(stage);
    let circuit, fail;
    // Until it is shown, losing this circuit is a failed try; afterwards it is a lost connection.
    const failed = new Promise((_, reject) => fail = reject);
    failed.catch(() => {});
    const down = () => circuit && circuit === this.#circuit ? this.#connectionLost() : fail(new Error('down'));
    try {
      circuit = await Circuit.open(this.#element, stage, this.#told, down, this.#listeners.signal);
      await Promise.race([failed, this.#draw(circuit)]);
      if (this.#isStopped) throw new Error('stopped');
      this.#circuit?.close();
      this.#circuit = circuit;
      this.#swap(circuit.root);
    } catch (error) {
      circuit?.close();
      stage.remove();
      this.#starting = undefined;
      throw error;
    }
  }

  async #draw(circuit) {
    let drawn;
    // What is chosen meanwhile is drawn, too.
    while (drawn !== (drawn = JSON.stringify(this.#parameters))) {
      this.#drawnToken = this.#element.token;
      await circuit.draw(JSON.parse(drawn));
      await this.#openForms(circuit.root);
    }
  }

  #swap(root) {
    const { box, shadowRoot } = this.#element;
    this.#element.dress(root);
    for (const area of root.querySelectorAll('textarea')) this.#restore(area);
    const focused = shadowRoot.activeElement;
    const selector = focused && selectorOf(focused);
    const caret = focused?.matches('textarea') && [focused.selectionStart, focused.selectionEnd];
    const before = box.querySelector('.target')?.id;
    this.#place.remember();
    this.#element.unfollow();
    box.replaceChildren(root);
    this.#element.tell(this.#element.told);
    const target = before && root.querySelector('#' + before);
    target?.classList.add('target');
    const again = selector && root.querySelector(selector);
    if (again?.matches('.comment')) again.tabIndex = -1;
    again?.focus({ preventScroll: true });
    if (caret && again?.matches('textarea')) again.setSelectionRange(...caret);
    if (this.#back) {
      scrollTo({ top: this.#back.top, behavior: 'instant' });
      this.#place.kept = this.#back.at;
      this.#back = undefined;
    }
    this.#place.restore();
    this.#observer?.disconnect();
    this.#observer = new MutationObserver(() => this.#changed());
    this.#observer.observe(root, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['data-count', 'data-version', 'hidden'] });
    this.isLive = true;
    this.#touch();
    for (const slot of this.#sending) this.#form(slot)?.requestSubmit();
  }

  // Forms that were open, or whose draft is on this device, are opened in the new drawing too; where the button is gone
  // (thread closed, edit window over) the draft stays on the device.
  async #openForms(root) {
    const open = [...this.#element.box.querySelectorAll('form[data-slot]')].map(form => form.dataset.slot);
    const slots = [...new Set([...open, ...this.#drafts.slots, ...this.#reopen])];
    this.#reopen = [];
    for (const slot of slots) root.querySelector(openerOf(slot))?.click();
    await until(root, () => slots.every(slot => root.querySelector(`form[data-slot="${slot}"]`) || !root.querySelector(openerOf(slot))));
  }

  #changed() {
    this.#place.restore();
    const { box } = this.#element;
    this.#element.dress(box);
    for (const area of box.querySelectorAll('textarea:not([data-restored])')) this.#restore(area);
    const count = +(box.querySelector('.thread')?.dataset.count ?? 0);
    this.#adoptOrphans();
    if (count !== this.#count) this.#element.emit('count', { count: this.#count = count });
    this.#carryOut();
  }

  // What was being written to a comment that is gone must not go with it.
  #adoptOrphans() {
    const { box } = this.#element;
    const hasNew = this.#form('new') || box.querySelector(openerOf('new'));
    for (const slot of this.#drafts.slots) {
      if (!hasNew || slot === 'new' || this.#form(slot) || box.querySelector(openerOf(slot))) continue;
      const text = this.#drafts.adopt(slot);
      const area = this.#form('new')?.querySelector('textarea');
      area ? area.value = text : box.querySelector(openerOf('new')).click();
      this.#element.tell('moved');
    }
  }

  // A text area just drawn gets what is being written: from the drawing before, else from the device.
  #restore(area) {
    area.dataset.restored = '';
    const { slot } = area.form.dataset;
    const shown = this.#form(slot)?.querySelector('textarea');
    const text = shown && shown !== area ? shown.value : this.#drafts.read(slot)?.text;
    if (text) area.value = text;
    restoreGuestName(this.#element, area.form, shown !== area ? shown?.form : undefined);
    area.readOnly = this.#sending.has(slot);
    if (this.#focusSlot === slot) {
      this.#focusSlot = undefined;
      area.focus();
    }
  }

  #carryOut() {
    if (!this.#pending || !this.isLive) return;
    const { act, id } = this.#pending;
    const slot = slotOf(act, id);
    const button = this.#element.find(this.#pending);
    if (slot && this.#form(slot)) this.#focusForm(slot);
    else if (button) {
      if (slot) this.#focusForm(slot);
      button.click();
    } else return;
    this.#pending = undefined;
  }

  // The form may be open already, or appear when the circuit has drawn it.
  #focusForm(slot) {
    const area = this.#form(slot)?.querySelector('textarea');
    area ? area.focus() : this.#focusSlot = slot;
  }

  #form(slot) {
    return this.#element.box.querySelector(`form[data-slot="${slot}"]`);
  }

  // Before Blazor sees the click: what the browser alone can do, and where the focus goes next.
  #click(event) {
    const button = event.composedPath()[0].closest?.('button');
    if (!button || !this.isLive) return;
    const { act, id, form } = button.dataset;
    if (form) this.#send(button.form, form);
    else if (button.dataset.askEnd != null) sendAsk(this.#element, button.form, true);
    else if (asksForSignIn(this.#element, act)) {
      event.stopPropagation();
      this.#signIn({ act, id, submit: button.dataset.slot });
    } else if (act === 'signout') {
      event.stopPropagation();
      this.#signOut();
    } else if (act === 'account') {
      event.stopPropagation();
      openAccount(this.#element);
    } else if (event.isTrusted && slotOf(act, id)) this.#focusForm(slotOf(act, id));
    else if (!followAsk(this.#element, button.dataset) && act?.startsWith('delete')) this.#followDeletion(act, id);
    else if (act === 'more') this.#followMore(event, button);
    else if (act === 'earlier') Object.assign(this.#element.meant, { expanded: [], around: undefined });
  }

  // The circuit loads; a later one, or the reader's page, must show as much.
  #followMore(event, button) {
    if (button.getAttribute('aria-busy') === 'true') return event.stopPropagation();
    const { box, meant } = this.#element;
    const { after, replies } = button.dataset;
    button.setAttribute('aria-busy', true);
    const scope = after ? box.querySelector('.comments') : button.closest('.comment');
    const asked = () => [...scope.querySelectorAll(after ? ':scope > .comment' : '.comment'), ...box.querySelectorAll('.refused')];
    const before = new Set(asked());
    const last = [...before].findLast(item => item.matches('.comment')) ?? scope;
    // What others write meanwhile comes elsewhere, or before.
    const follows = item => !last.isConnected || last.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING;
    until(box, () => asked().find(item => !before.has(item) && (item.matches('.refused') || follows(item)))).then(at => {
      if (at.matches('.refused')) return;
      meant.expanded = [...meant.expanded, after ? 'after:' + after : 'replies:' + replies];
      at.tabIndex = -1;
      at.focus({ preventScroll: inView(at) });
    }).catch(() => {}).finally(() => button.removeAttribute('aria-busy'));
  }

  // The pressed button goes away: the keyboard goes on where the eye does.
  #followDeletion(act, id) {
    const { box } = this.#element;
    const comment = box.querySelector('#comment-' + id);
    const nearby = comment.nextElementSibling ?? comment.previousElementSibling ?? comment.parentElement.closest('.comment');
    const next = act === 'delete' ? () => box.querySelector(`[data-act="delete-no"][data-id="${id}"]`)
      : act === 'delete-no' ? () => box.querySelector(`[data-act="delete"][data-id="${id}"]`)
        : () => box.querySelector(`#comment-${id}.gone`) ?? (!comment.isConnected && (nearby ?? box.querySelector('.invitation')));
    until(box, next).then(at => {
      if (at.matches('.comment')) at.tabIndex = -1;
      at.focus({ preventScroll: inView(at) });
    }, () => {});
  }

  #input({ target }) {
    if (!isField(target)) return;
    const { slot, max } = target.form.dataset;
    target.value ? this.#drafts.write(slot, target.value) : this.#drafts.drop(slot);
    // What was refused is being mended.
    if (target.form.querySelector('.refused')) this.#send(target.form, 'write');
    const left = target.form.querySelector('.left');
    const length = target.value.length;
    left.textContent = length > max * 0.8 ? `${length.toLocaleString(this.#element.language)} / ${(+max).toLocaleString(this.#element.language)}` : '';
    left.classList.toggle('over', length > max);
  }

  #keydown(event) {
    const { target, key } = event;
    if (!isField(target) || event.isComposing) return;
    if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      target.form.requestSubmit();
    } else if (key === 'Escape' && !target.value) target.form.querySelector('[data-form="cancel"]').click();
  }

  #submit(event) {
    const form = event.target;
    if (!form.dataset.slot) return;
    event.preventDefault();
    if (!this.#element.token) return guestName(form) && !pageTokenOf(this.#element) ? this.#asGuest(form) : this.#signIn({ submit: form.dataset.slot });
    this.#sending.add(form.dataset.slot);
    // What is sent is what is seen: changed meanwhile, it would be lost with the form.
    form.querySelector('textarea').readOnly = true;
    this.#send(form, 'submit');
  }

  #send(form, kind) {
    const { slot, max } = form.dataset;
    const text = form.querySelector('textarea').value;
    if (kind === 'cancel') {
      this.#drafts.drop(slot);
      this.#sending.delete(slot);
      // The button that opened the form is where the keyboard came from.
      this.#pendingFocus(slot);
    }
    const draftId = kind === 'submit' ? this.#drafts.write(slot, text).id : newId();
    // One unit beyond the limit is enough for the server to refuse; the rest need not travel.
    const detail = { kind, slot, body: text.slice(0, +max + 1), draftId };
    form.querySelector('.primary').setAttribute('aria-busy', kind === 'submit');
    // Without a connection it waits, and goes out when the circuit is back.
    if (!this.#isLost) form.dispatchEvent(new CustomEvent('embedform', { bubbles: true, detail }));
  }

  #pendingFocus(slot) {
    until(this.#element.box, () => !this.#form(slot)).then(() => this.#element.box.querySelector(openerOf(slot))?.focus(), () => {});
  }

  // Called by the circuit, from its own realm.
  #told = {
    posted: ({ slot, commentId, isPending }) => {
      this.#sending.delete(slot);
      this.#drafts.drop(slot);
      this.#element.emit('posted', { commentId, isPending });
      until(this.#element.box, () => this.#element.box.querySelector(`#comment-${commentId}`)).then(comment => {
        if (!inView(comment)) comment.scrollIntoView({ block: 'center', behavior: 'instant' });
        comment.tabIndex = -1;
        comment.focus({ preventScroll: true });
        this.#place.remember();
      }, () => {});
    },
    refused: ({ slot, code }) => {
      this.#sending.delete(slot);
      const form = this.#form(slot);
      form?.querySelector('.primary').setAttribute('aria-busy', false);
      if (form) form.querySelector('textarea').readOnly = false;
      this.#element.emit('error', { code });
    },
    // Another tab may have signed in anew meanwhile; then it is not that token that ended.
    signedOut: () => {
      if (this.#element.token !== this.#drawnToken) return void this.changed().catch(() => {});
      this.#element.token = null;
      // The page may bring the token of another session.
      this.identify();
    },
  };

  #connectionLost() {
    if (this.#isStopped || this.#isLost) return;
    this.#isLost = true;
    this.#element.tell('lost');
    this.#recover(1);
  }

  // Waits for the server, then takes the circuit up again, or makes a new one where the server has forgotten it. Waits grow
  // to seven seconds and differ by chance, so that a restarted server is not met by everyone at once.
  async #recover(attempt) {
    await new Promise(resolve => setTimeout(resolve, Math.min(10, attempt) * 700 * (0.75 + Math.random() / 2)));
    if (this.#isStopped) return;
    try {
      const alive = await fetch(this.#element.server + '/health/live', { credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(5000) });
      if (!alive.ok) throw new Error('down');
      const isKept = await this.#circuit.reconnect().catch(() => false);
      if (!isKept) await (this.#starting = this.#upgrade());
      this.#isLost = false;
      if (this.#element.told === 'lost') this.#element.tell(null);
      // Somebody may have signed in or out meanwhile.
      if (isKept && this.#element.token !== this.#drawnToken) await this.changed();
      for (const slot of this.#sending) this.#form(slot)?.requestSubmit();
    } catch {
      this.#recover(attempt + 1);
    }
  }

  // A circuit costs the server memory: one that nobody touches is given up, and the element goes back to reading.
  #touch() {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(async () => {
      if (await seesMore(this.#element).catch(() => false)) return this.#isStopped || this.#touch();
      this.stop();
      this.#ended();
      this.#element.rest();
    }, __IDLE__);
  }

  // Signs in for an act, or for sending a form. The ways on that a notice offers are for what was asked before.
  #signIn({ popup, ...wanted }) {
    if (!wanted.act?.startsWith('signin-')) this.#asked = wanted;
    else focusAsked(this.#element, this.#asked);
    if (wanted.act === 'signin-here') leave(this.#element, this.#place, this.#asked);
    else this.#signedIn(signInByPage(this.#element)?.catch(() => null) ?? signIn(this.#element, popup));
  }

  // Keeps the token, then does what asked for it. The token is the site's that was signed in at, whatever the element shows by now.
  async #signedIn(signingIn) {
    const element = this.#element;
    const { tokenKey } = element;
    const token = await signingIn;
    if (!token) return;
    element.tell(null);
    forgetGuestName(element);
    if (element.tokenKey !== tokenKey) return element.store.set(tokenKey, token);
    const guests = isGuest(element) && element.token;
    element.token = token;
    if (this.#isStopped) return;
    if (guests) {
      // A guest who signs in after all: what asked for it must meet a thread drawn for the person.
      if (guests !== token) this.#endSession(guests);
      await this.changed();
    }
    const { act, id, submit } = this.#asked;
    if (act && act !== 'signin') this.#pending = { act, id };
    await this.#starting;
    this.#carryOut();
    if (act === 'signin' && !submit) focusAfter(this.#element);
    const form = submit && this.#form(submit);
    if (!form) return;
    // The field for a guest's name may still be there, empty: it goes with the next drawing.
    form.noValidate = true;
    form.requestSubmit();
  }

  // Signs a guest in and sends the form that said the name.
  async #asGuest(form) {
    const { slot } = form.dataset;
    if (this.#sending.has(slot)) return;
    this.#sending.add(slot);
    form.querySelector('.primary').setAttribute('aria-busy', true);
    const token = await signInAsGuest(this.#element, form);
    this.#sending.delete(slot);
    form.querySelector('.primary').setAttribute('aria-busy', false);
    if (!token || this.#isStopped) return;
    this.#element.token = token;
    await this.#starting;
    this.#form(slot)?.requestSubmit();
  }

  // From signing in in this window: what was open opens again, and what was wanted is done.
  #comeBack(back) {
    const { meant, folded, site } = this.#element;
    if (back.draftPrefix === this.#element.draftPrefix) {
      this.#back = back;
      this.#asked = back.asked;
      Object.assign(meant, { expanded: back.expanded, around: back.around });
      for (const id of back.folded) folded.add(id);
      for (const [slot, text] of back.forms) {
        this.#reopen.push(slot);
        if (text) this.#drafts.write(slot, text);
      }
    }
    if (!back.code) return void failed(this.#element, new Error('signin-failed'));
    const signingIn = redeem(this.#element, site, { code: back.code, verifier: back.verifier });
    this.#signedIn(signingIn.catch(error => failed(this.#element, error)));
  }

  #signOut() {
    if (isGuest(this.#element)) forgetGuestName(this.#element);
    markSignedOut(this.#element);
    const { token } = this.#element;
    this.#element.token = null;
    this.#endSession(token);
  }

  #endSession(token) {
    const { server, site } = this.#element;
    fetch(`${server}/api/v1/sites/${encodeURIComponent(site)}/session`, { method: 'DELETE', credentials: 'omit', headers: { authorization: 'Bearer ' + token } })
      .catch(() => this.#element.emit('error', { code: 'network' }));
  }
}

// A form's slot and the button that opens it name each other.
const slotOf = (act, id) => act === 'compose' ? 'new' : act === 'reply' || act === 'edit' ? `${act}-${id}` : undefined;
const openerOf = slot => slot === 'new' ? '[data-act="compose"]' : `[data-act="${slot.split('-')[0]}"][data-id="${slot.split('-')[1]}"]`;
const isField = target => target.matches('form[data-slot] textarea');
