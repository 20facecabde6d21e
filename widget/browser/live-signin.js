// Part of embed-live.js.
// The popup flow: the verifier stays here (RFC 7636), the one-time code comes back by a message that only our server's
// popup can have sent, and is worthless without the verifier.
async function signIn(element, popup) {
  const tell = notice => element.tell(notice);
  if (!crypto.subtle) {
    tell('signin-insecure');
    throw new Error('insecure');
  }
  if (!popup) {
    tell('signin-blocked');
    throw new Error('blocked');
  }
  tell('signing-in');
  const verifier = base64(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  const query = new URLSearchParams({ site: element.site, origin: location.origin, challenge, lang: element.meant.lang });
  popup.location = `${element.server}/signin?${query}`;
  try {
    const code = await codeFrom(popup, element.server);
    const response = await fetch(`${element.server}/api/v1/sites/${encodeURIComponent(element.site)}/session`, {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, verifier }),
    });
    if (!response.ok) throw new Error('refused');
    const { token } = await response.json();
    tell(null);
    return token;
  } catch (error) {
    tell('signin-failed');
    element.emit('error', { code: 'sign-in' });
    throw error;
  }
}

function codeFrom(popup, server) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    addEventListener('message', event => {
      if (event.origin !== server || event.source !== popup || event.data?.type !== 'embed-signin') return;
      done.abort();
      resolve(event.data.code);
    }, { signal: done.signal });
    const watch = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(watch);
      // The message may still be on its way when the window has closed: WebKit often says so first.
      setTimeout(() => {
        done.abort();
        reject(new Error('closed'));
      }, 500);
    }, 300);
    done.signal.addEventListener('abort', () => clearInterval(watch));
  });
}

const base64 = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
