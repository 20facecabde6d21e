// Part of embed-live.js.
// Signing in through a popup. The verifier stays here (RFC 7636). The one-time code comes back by a message that only our
// server's popup can have sent, and is worthless without the verifier; where no message can come, the verifier alone asks.
const popups = new WeakMap();

// Resolves to a session token; to null where the element has been told why there is none. The window may have been opened
// with the click already.
async function signIn(element, popupOfClick) {
  if (!crypto.subtle) return element.tell('signin-insecure');
  const before = popups.get(element);
  if (before?.isThere) {
    // The second half of a double click, or somebody who lost sight of the window.
    popupOfClick?.close();
    return before.show();
  }
  before?.end();
  // Opened before this waits for anything: browsers allow windows only while the click is fresh.
  const opened = popupOfClick === undefined ? element.openWindow() : popupOfClick;
  if (!opened) return element.tell(canLeave() ? 'signin-blocked' : 'signin-framed');
  const popup = new Popup(element, opened);
  popups.set(element, popup);
  element.tell('signing-in');
  return popup.token();
}

class Popup {
  #element; #window; #site; #verifier; #asking; #instead;
  #ended = new AbortController();
  #begun = performance.now();
  #isHeard = false;
  #isAway = false;
  #hasCode = false;

  constructor(element, opened) {
    [this.#element, this.#window, this.#site] = [element, opened, element.site];
  }

  // Whether it is still that window. One that never was heard of may be another by now.
  get isThere() {
    return !this.#ended.signal.aborted && !this.#window.closed && this.#site === this.#element.site && (this.#isHeard || performance.now() - this.#begun < 2000);
  }

  show() {
    this.#window.focus();
    return null;
  }

  get isWaiting() { return !this.#ended.signal.aborted; }

  // Another try takes its place; or none is needed, and what was asked for goes on with the token that came otherwise.
  end(token = null) {
    this.#instead = token;
    this.#ended.abort();
    this.#window.close();
  }

  async token() {
    const { verifier, address } = await begin(this.#element);
    this.#verifier = verifier;
    go(this.#window, address);
    try {
      return await new Promise((resolve, reject) => this.#wait(resolve, reject));
    } catch (error) {
      if (this.#ended.signal.aborted) return this.#instead;
      return failed(this.#element, error);
    } finally {
      this.#ended.abort();
    }
  }

  #wait(resolve, reject) {
    const { signal } = this.#ended;
    signal.addEventListener('abort', reject);
    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== this.#element.server || source !== this.#window) return;
      if (data?.type === 'embed-signin') {
        this.#hasCode = true;
        this.#asking = this.#asking?.abort();
        redeem(this.#element, this.#site, { code: data.code, verifier: this.#verifier }, signal).then(resolve, reject);
      } else if (data?.type === 'embed-signin-open') {
        [this.#isHeard, this.#isAway] = [true, false];
        if (this.#asking) this.#element.tell('signing-in');
        this.#asking = this.#asking?.abort();
      } else if (data?.type === 'embed-signin-away') this.#isAway = true;
    }, { signal });
    const lost = () => {
      if (this.#asking || this.#hasCode || signal.aborted) return;
      this.#element.tell('signin-waiting');
      this.#asking = new AbortController();
      ask(this.#element, this.#site, this.#verifier, AbortSignal.any([signal, this.#asking.signal])).then(resolve, error => this.#asking && reject(error));
    };
    const watch = setInterval(() => {
      if (!this.#window.closed) return;
      clearInterval(watch);
      // The message may still be on its way when the window has closed. A window that was cut off seems closed, too: by this
      // page's Cross-Origin-Opener-Policy before it could say a word, by the provider's after it went there.
      setTimeout(() => signal.aborted || this.#hasCode || (this.#isHeard && !this.#isAway ? reject(new Error('signin-closed')) : lost()), 500);
    }, 300);
    // In-app browsers open windows that know nothing of their opener.
    const silent = setTimeout(() => this.#isHeard || lost(), 10000);
    signal.addEventListener('abort', () => {
      clearInterval(watch);
      clearTimeout(silent);
    });
  }
}

// Somebody is signed in otherwise, or signs in in the page's own window.
function endSignIn(element, token) {
  const popup = popups.get(element);
  if (!popup?.isWaiting) return;
  popup.end(token);
  if (element.told?.startsWith('sign')) element.tell(null);
}

// A way on was pressed, and goes with its notice: back to where the sign-in was asked for.
function focusAsked(element, { submit, ...act }) {
  (submit ? element.box.querySelector(`form[data-slot="${submit}"] textarea`) : element.find(act))?.focus({ preventScroll: true });
}

// The button that asked for the sign-in goes: what stands in its place gets the focus, unless somebody is elsewhere by now.
function focusAfter({ box }) {
  until(box, () => !box.querySelector('.who [data-act=signin]') && box.querySelector('.who :is(a, button)')).then(at => {
    if (document.activeElement === document.body) at.focus({ preventScroll: true });
  }, () => {});
}

// The address of a new sign-in, and the verifier that only this page knows.
async function begin({ server, site, meant }, more) {
  const verifier = base64(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  return { verifier, address: `${server}/signin?${new URLSearchParams({ site, origin: location.origin, challenge, lang: meant.lang, ...more })}` };
}

// By a form, because with it the browser tells the server of which origin the script is that opened the window: only then may
// the verifier alone ask. A page may forbid forms to lead elsewhere (CSP form-action); then a message must bring the code.
function go(popup, address) {
  const plainly = () => { popup.location = address; };
  try {
    const form = popup.document.createElement('form');
    Object.assign(form, { method: 'post', action: address });
    popup.document.addEventListener('securitypolicyviolation', plainly, { once: true });
    popup.document.body.append(form);
    form.submit();
  } catch {
    plainly();
  }
}

// Tells what became of a sign-in, in the words of one of the notices.
function failed(element, error) {
  element.tell(noticeOf(error));
  element.emit('error', { code: 'sign-in' });
  return null;
}

const noticeOf = ({ message }) => /^(signin|sso)-|^banned$/.test(message) ? message : 'signin-failed';

// What the server says: a token or a refusal; null where it cannot be reached.
async function session({ server }, site, proof, signal) {
  try {
    const answer = await fetch(`${server}/api/v1/sites/${encodeURIComponent(site)}/session`, {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' }, body: JSON.stringify(proof), signal,
    });
    const { token } = await answer.json();
    return { token, status: answer.status, wait: 1000 * (answer.headers.get('retry-after') || 10) };
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

// Redeems a code, which holds for a minute: as long it is tried again where the server cannot be reached, or asks to wait.
async function redeem(element, site, proof, signal) {
  const end = Date.now() + 60000;
  for (;;) {
    const answer = await session(element, site, proof, signal);
    if (answer?.token) return answer.token;
    if (answer && answer.status < 429) throw new Error(answer.status === 403 ? 'signin-failed' : 'signin-expired');
    const left = end - Date.now();
    if (left <= 0) throw new Error('signin-expired');
    const isTooMany = answer?.status === 429;
    if (!isTooMany) element.tell('signin-offline');
    const again = new AbortController();
    await new Promise(resolve => {
      if (!isTooMany) addEventListener('online', resolve, { signal: again.signal });
      setTimeout(resolve, Math.min(left, isTooMany ? answer.wait : navigator.onLine ? 2000 : left));
    });
    again.abort();
  }
}

// Asks by the verifier alone until the sign-in is finished, for at most ten minutes.
async function ask(element, site, verifier, signal) {
  const end = Date.now() + 600000;
  for (let asked = 0; Date.now() < end; asked++) {
    await looked(asked < 20 ? 1000 : 3000, signal);
    const answer = await session(element, site, { verifier }, signal);
    if (answer?.token) return answer.token;
    if (answer && answer.status < 429 && answer.status !== 409) throw new Error('signin-failed');
    // Too many at once from this network: the next ones a little later.
    if (answer?.status === 429) await looked(answer.wait, signal);
  }
  throw new Error('signin-failed');
}

// Resolves after a while, or when somebody comes back to the page; never while nobody looks at it.
function looked(wait, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const options = { signal: over.signal };
    const go = () => {
      if (document.hidden) return;
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(go, wait);
    document.addEventListener('visibilitychange', go, options);
    addEventListener('focus', go, options);
    signal.addEventListener('abort', () => {
      over.abort();
      clearTimeout(timer);
      reject(signal.reason);
    }, options);
  });
}

const base64 = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
