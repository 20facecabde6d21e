// Part of embed-live.js.
// Single sign-on: a page of a site with its own accounts brings a token that the site's server signed, good once and for
// minutes. It is exchanged for a session like any other, and only when it says something new: beside the session's token a
// digest of what its claims said is kept, without those that differ from page to page. A digest after "out:" is of somebody
// who signed out here; they are signed in again when the page says something else, or when they ask.
const fleeting = ['exp', 'iat', 'nbf', 'jti'];
const ssoKeyOf = element => element.tokenKey.replace(/token$/, 'sso');
const pageTokenOf = element => element.option('sso')?.trim() || '';

// Makes the element's session that of whoever is signed in on the host page. Throws with the name of a notice where that
// fails; then nobody is signed in.
async function settleWithPage(element, isAsked) {
  const { store } = element;
  const key = ssoKeyOf(element);
  const page = pageTokenOf(element);
  if (!page) {
    // Signed out on the host since.
    if (store.get(key) != null) await forgetSession(element);
    return;
  }
  if (!crypto.subtle) throw new Error('signin-insecure');
  // One after another, in all tabs: each token is good once.
  await navigator.locks.request(key, async () => {
    const said = await digestOf(page);
    const known = store.get(key);
    if (element.token ? known === said : known === 'out:' + said && !isAsked) return;
    // Whoever it was, it is not whom the page names.
    await forgetSession(element);
    const granted = await exchange(element, page);
    store.set(key, said);
    element.token = granted.token;
  });
}

async function exchange(element, token) {
  let code = 'network';
  try {
    const response = await fetch(sessionAddress(element) + '/sso', {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    code = answer.code;
  } catch { /* as told below */ }
  element.emit('error', { code });
  throw new Error(['sso-invalid', 'sso-expired', 'banned'].includes(code) ? code : 'signin-failed');
}

// Here at once, on the server as soon as it hears of it. (keepalive: also while the page is being left.)
async function forgetSession(element) {
  const { token } = element;
  element.store.set(ssoKeyOf(element), null);
  if (!token) return;
  element.token = null;
  fetch(sessionAddress(element), { method: 'DELETE', credentials: 'omit', keepalive: true, headers: { authorization: 'Bearer ' + token } })
    .catch(() => element.emit('error', { code: 'network' }));
}

// Before signing out in the widget.
function markSignedOut(element) {
  const said = element.store.get(ssoKeyOf(element));
  if (said != null) element.store.set(ssoKeyOf(element), 'out:' + said.replace(/^out:/, ''));
}

// Signing in with what the page offers: its token, or the host's own login. Undefined where it offers neither.
function signInByPage(element) {
  if (pageTokenOf(element)) {
    return settleWithPage(element, true).then(() => element.token, error => {
      element.tell(noticeOf(error));
      throw error;
    });
  }
  const login = element.option('sso-login');
  if (!login) return undefined;
  const address = new URL(login.replaceAll('{page}', encodeURIComponent(location.href)), document.baseURI);
  if (!/^https?:$/.test(address.protocol)) {
    element.tell('signin-failed');
    return Promise.reject(new Error('login'));
  }
  location.assign(address);
  // The page is being left; what is written stays on the device.
  return new Promise(() => {});
}

async function digestOf(token) {
  let said = token;
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
    said = JSON.stringify(Object.entries(JSON.parse(new TextDecoder().decode(bytes))).filter(([name]) => !fleeting.includes(name)).sort());
  } catch { /* the server will say that it is none */ }
  return base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(said))));
}

const sessionAddress = ({ server, site }) => `${server}/api/v1/sites/${encodeURIComponent(site)}/session`;
