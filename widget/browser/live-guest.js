// Part of embed-live.js.
// People who give a name and nothing else. The name stays on their device, beside the token that makes them this guest.
const guestNameKey = element => element.tokenKey.replace(/token$/, 'name');
const guestName = form => form.querySelector('.guest-name');
const isGuest = element => !!element.box.querySelector('.thread[data-guest]');

// Guests neither vote nor report: they sign in first.
// Nor are the ways on from a failed sign-in acts of the thread.
const asksForSignIn = (element, act) => act?.startsWith('signin-') || element.asksForSignIn(act) || (['up', 'down', 'flag'].includes(act) && isGuest(element));

// A form just drawn gets the name from the drawing before, else from the device.
function restoreGuestName(element, form, shown) {
  const field = guestName(form);
  if (field && !field.value) field.value = (shown && guestName(shown)?.value) || element.store.get(guestNameKey(element)) || '';
}

const forgetGuestName = element => element.store.set(guestNameKey(element), null);

// The token of a new guest of that name; null where the server says no, and why stands beside the name.
async function signInAsGuest(element, form) {
  const field = guestName(form);
  const name = field.value;
  element.store.set(guestNameKey(element), name);
  const refused = form.querySelector('.no-name');
  refused.hidden = true;
  field.removeAttribute('aria-invalid');
  try {
    const query = new URLSearchParams({ lang: element.meant.lang });
    const response = await fetch(`${element.server}/api/v1/sites/${encodeURIComponent(element.site)}/session/guest?${query}`, {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }),
    });
    const answer = await response.json();
    if (response.ok) return answer.token;
    refused.textContent = answer.detail;
    refused.hidden = false;
    field.setAttribute('aria-invalid', true);
    field.focus();
    element.emit('error', { code: answer.code });
  } catch {
    element.tell('signin-unreachable');
    element.emit('error', { code: 'network' });
  }
  return null;
}
